"""The webhook of a chat app: each update is verified and stored before it is acknowledged."""

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.bodies import BodyRefused, read_webhook
from storage.inbox import Arrival

_FORBIDDEN, _UNREADABLE, _NOT_STORED = 403, 400, 503

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AppWebhook:
    """Where the app called `name` posts, the header of its secret, and the most bytes of a body.

    `read` finds the update in a parsed body, `None` if it is nothing to the bot. It raises `ValueError`.
    With `is_tried`, the app tries the address with an empty body, perhaps without its secret.
    """

    name: str
    path: str
    header: str
    limit: int
    read: Callable[[Any], Arrival | None]
    is_tried: bool = False


def add_app_webhook(
    site: web.Application,
    webhook: AppWebhook,
    secret: str,
    take: Callable[[Sequence[Arrival]], Awaitable[None]],
) -> None:
    """`POST` to the webhook's path; `take` stores updates."""

    async def handle(request: web.Request) -> web.Response:
        if webhook.is_tried and not request.can_read_body:
            return web.json_response({"ok": True})
        given = request.headers.get(webhook.header, "").encode("utf-8", "surrogateescape")
        # Compared as bytes: `compare_digest` refuses texts with other than ASCII characters.
        if not secrets.compare_digest(given, secret.encode()):
            log.warning("a webhook of %s has a wrong secret", webhook.name)
            return _refused(_FORBIDDEN, "wrong secret")
        try:
            body = await read_webhook(request, webhook.limit)
            arrival = webhook.read(json.loads(body)) if body else None
        except BodyRefused as refusal:
            return _refused(refusal.status, str(refusal))
        except (ValueError, RecursionError) as error:
            log.warning("a webhook of %s brings no update: %s", webhook.name, type(error).__name__)
            return _refused(_UNREADABLE, "not an update")
        if arrival is not None:
            try:
                await take([arrival])
            except Exception:
                log.exception("an update of %s was not stored", webhook.name)
                # The app delivers it again.
                return _refused(_NOT_STORED, "not stored")
        return web.json_response({"ok": True})

    site.router.add_post(webhook.path, handle)


def _refused(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
