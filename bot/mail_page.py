"""The page to which the last line of each mail to somebody without an account leads."""

import logging
from urllib.parse import parse_qsl

from aiohttp import web

from bot.bodies import BodyRefused, read_webhook
from bot.genuine import caller_of
from bot.pages import page
from domain.errors import DomainError
from domain.messaging.mail_stops import MailWish
from services.messaging.mail_stops import OpenMailLink, WishOfMails
from texts.messaging import mail_page as texts

MAIL_PATH = "/thu/"

_ONE_CLICK = {"List-Unsubscribe": "One-Click"}
"""What a mailbox posts for its owner (RFC 8058)."""

_FORM_LIMIT = 4096

log = logging.getLogger(__name__)


def add_mail_routes(
    app: web.Application, support: str, open_link: OpenMailLink, wish_of: WishOfMails
) -> None:
    async def show(request: web.Request) -> web.Response:
        return await _answer(request, None)

    async def take(request: web.Request) -> web.Response:
        try:
            body = await read_webhook(request, _FORM_LIMIT)
            form = dict(parse_qsl(body.decode(), max_num_fields=1))
            wish = MailWish.STOP if form == _ONE_CLICK else MailWish(form.get("do", ""))
        except BodyRefused as refusal:
            return page(texts.FAILED, refusal.status)
        except ValueError:
            return page(texts.FAILED, web.HTTPUnprocessableEntity.status_code)
        return await _answer(request, wish)

    async def _answer(request: web.Request, wish: MailWish | None) -> web.Response:
        link, caller = request.match_info["link"], caller_of(request)
        try:
            found = await (wish_of(link, wish, caller) if wish else open_link(link, caller))
        except DomainError:
            return page(texts.PAUSE, web.HTTPTooManyRequests.status_code)
        except Exception:
            log.exception("the wish of a mail's receiver cannot be taken")
            return page(texts.FAILED, web.HTTPServiceUnavailable.status_code)
        if found is None:
            return page(texts.UNKNOWN, web.HTTPNotFound.status_code)
        return page(texts.mail_page(found.firm, found.wish, support, wish))

    path = MAIL_PATH + "{link}"
    app.router.add_get(path, show)
    app.router.add_post(path, take)
