"""Zalo's webhook: each event is verified and stored before it is acknowledged."""

import json
import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.bodies import BodyRefused, read_body
from gateways.zalo.events import NotAnEvent, Received, read_event

PATH = "/zalo/webhook"
SECRET_HEADER = "X-Bot-Api-Secret-Token"

_FORBIDDEN, _UNREADABLE, _NOT_STORED = 403, 400, 503

log = logging.getLogger(__name__)

Take = Callable[[Received], Awaitable[None]]


def add_zalo_webhook(app: web.Application, secret: str, take: Take) -> None:
    """`POST /zalo/webhook`; `take` stores an event."""

    async def handle(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not secrets.compare_digest(given, secret.encode()):
            log.warning("a webhook of Zalo has a wrong secret")
            return _refused(_FORBIDDEN, "wrong secret")
        try:
            received = read_event(json.loads(await read_body(request)))
        except BodyRefused as refusal:
            return _refused(refusal.status, str(refusal))
        except (NotAnEvent, ValueError, RecursionError) as error:
            log.warning("a webhook of Zalo is no event: %s", type(error).__name__)
            return _refused(_UNREADABLE, "not an event")
        if received is not None:
            try:
                await take(received)
            except Exception:
                log.exception("an event of Zalo was not stored")
                # Zalo delivers it again.
                return _refused(_NOT_STORED, "not stored")
        return web.json_response({"ok": True})

    app.router.add_post(PATH, handle)


def _refused(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
