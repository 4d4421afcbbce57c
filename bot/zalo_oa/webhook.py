"""The webhook of an Official Account: each event is verified and stored, then answered.

Zalo waits two seconds. It repeats what is not answered with 200 for about two hours, then posts nothing more
until somebody turns the webhook on again; so whatever can never be read is answered with 200, too.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.bodies import WEBHOOK_LIMIT, BodyRefused, read_webhook
from bot.zalo.updates import arrival_of_event
from gateways.zalo_oa.events import (
    CONSOLE_TEST,
    SIGNATURE_HEADER,
    Touched,
    Withdrawn,
    is_known,
    is_signed,
    read_event,
)
from gateways.zalo_oa.templates import tracking_of
from storage.inbox import Arrival

PATH = "/zalo/oa/webhook"
_FORBIDDEN, _NOT_STORED = 403, 503

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OaWebhook:
    """`secret` is the account's own (Khóa bí mật OA), `app_secret` the app's. `hear` notes that a person may
    be written to again; `take` stores what they said, `withdraw` that they want to be erased, `receive` that
    a phone has a template message, by the name we gave it."""

    app_id: str
    secret: str
    app_secret: str
    hear: Callable[[str, datetime], Awaitable[None]]
    take: Callable[[Sequence[Arrival]], Awaitable[None]]
    withdraw: Callable[[str, datetime], Awaitable[None]]
    receive: Callable[[str], Awaitable[None]]

    def add_to(self, site: web.Application) -> None:
        site.router.add_post(PATH, self._handle)
        site.router.add_get(PATH, _taken)

    async def _handle(self, request: web.Request) -> web.Response:
        try:
            raw = await read_webhook(request, WEBHOOK_LIMIT)
        except BodyRefused as refusal:
            return web.json_response({"error": str(refusal)}, status=refusal.status)
        body = _object(raw)
        if not body or _is_test(body):
            return await _taken(request)
        if not self._is_signed(request.headers.get(SIGNATURE_HEADER, ""), raw, body):
            return web.json_response({"error": "wrong signature"}, status=_FORBIDDEN)
        if message_ref := tracking_of(body):
            return await self._stored(request, self.receive(message_ref))
        try:
            event = read_event(body)
        except ValueError as error:
            log.warning("an event of the Official Account cannot be read: %s", error)
            return await _taken(request)
        if event is None:
            _note(str(body.get("event_name")))
            return await _taken(request)
        return await self._stored(request, self._store(event))

    async def _stored(self, request: web.Request, storing: Awaitable[None]) -> web.Response:
        try:
            await storing
        except Exception:
            log.exception("an event of the Official Account was not stored")
            return web.json_response({"error": "not stored"}, status=_NOT_STORED)
        return await _taken(request)

    async def _store(self, event: Touched | Withdrawn) -> None:
        if isinstance(event, Withdrawn):
            await self.withdraw(event.user, event.at)
        elif event.received is None:
            await self.hear(event.user, event.at)
        else:
            await self.take([arrival_of_event(event.received)])

    def _is_signed(self, header: str, raw: bytes, body: dict[str, Any]) -> bool:
        timestamp = str(body.get("timestamp", ""))
        if is_signed(header, self.app_id, raw, timestamp, self.secret):
            return True
        # Sources disagree about the secret and the first term, so the log helps to find a wrong setting.
        others = {
            "the app's secret": (self.app_id, self.app_secret),
            "the account's id instead of the app's": (str(body.get("oa_id", "")), self.secret),
            "the account's id and the app's secret": (str(body.get("oa_id", "")), self.app_secret),
        }
        fits = [
            what
            for what, (first, secret) in others.items()
            if is_signed(header, first, raw, timestamp, secret)
        ]
        log.warning(
            "an event of the Official Account has a wrong signature%s",
            f"; it would fit {fits[0]}" if fits else "",
        )
        return False


async def _taken(request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_test(body: dict[str, Any]) -> bool:
    message = body.get("message")
    return isinstance(message, dict) and message.get("msg_id") == CONSOLE_TEST


def _note(name: str) -> None:
    if not is_known(name):
        log.info("an event of the Official Account is of an unknown kind")
