"""Delivery to the webhook that the console names: signed over the body as it is sent."""

import asyncio
import hashlib
import json
from typing import Any

from sandbox.zalo.state import Zalo
from sandbox.zalo.webhook import Webhook
from sandbox.zalo_oa.account import APP_ID, APP_SECRET, OA_SECRET, OfficialAccount

LADDER = (30, 300, 900, 1_800, 3_600)
"""Seconds of the world between two tries."""

_LOOK = 0.05


class OaPoster(Webhook):
    """Posts events with their signature; `secret` signs instead of the right one."""

    def __init__(self, account: OfficialAccount, zalo: Zalo) -> None:
        super().__init__(zalo)
        self._account = account

    async def _wait(self, tries: int, status: int | None) -> bool:
        account, world = self._account, self._account.world
        if not account.setting("ladder"):
            return await super()._wait(tries, status)
        if status is not None and not account.setting("repeats_refused"):
            return False
        if tries >= len(LADDER):
            account.unsubscribe(self._zalo)
            return False
        until = world.now() + LADDER[tries]
        while world.now() < until:  # noqa: ASYNC110  (nobody tells when the clock moves)
            await asyncio.sleep(_LOOK)
        return True

    def _repeated(self, tries: int) -> dict[str, str]:
        return {"num_retry": str(tries)}

    def _headers(self, data: bytes, secret: str | None) -> dict[str, str]:
        if secret is None:
            secret = {"account": OA_SECRET, "app": APP_SECRET}[self._account.setting("signs_with")]
        signed = APP_ID.encode() + data + _timestamp(data).encode() + secret.encode()
        return {"X-ZEvent-Signature": f"mac={hashlib.sha256(signed).hexdigest()}"}

    def _body(self, event: dict[str, Any]) -> dict[str, Any]:
        return event


def _timestamp(data: bytes) -> str:
    try:
        body = json.loads(data)
    except ValueError:
        return ""
    return str(body.get("timestamp", "")) if isinstance(body, dict) else ""
