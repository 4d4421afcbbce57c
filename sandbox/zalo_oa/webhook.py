"""Delivery to the webhook that the console names: signed over the body as it is sent."""

import hashlib
import json
from typing import Any

from sandbox.zalo.webhook import Webhook
from sandbox.zalo_oa.account import APP_ID, OA_SECRET


class OaPoster(Webhook):
    """Posts events with their signature; `secret` signs instead of the right one."""

    def _headers(self, data: bytes, secret: str | None) -> dict[str, str]:
        timestamp = _timestamp(data)
        signed = (
            APP_ID.encode() + data + timestamp.encode() + (OA_SECRET if secret is None else secret).encode()
        )
        return {"X-ZEvent-Signature": f"mac={hashlib.sha256(signed).hexdigest()}"}

    def _body(self, event: dict[str, Any]) -> dict[str, Any]:
        return event


def _timestamp(data: bytes) -> str:
    try:
        body = json.loads(data)
    except ValueError:
        return ""
    return str(body.get("timestamp", "")) if isinstance(body, dict) else ""
