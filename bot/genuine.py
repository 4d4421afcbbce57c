"""The page on which whoever got a payment instruction checks or reports it. They need no account."""

import logging
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl

from aiohttp import web

from bot.bodies import BodyRefused, read_webhook
from bot.pages import page
from domain.errors import DomainError
from domain.genuine import ReportReason
from domain.money import parse_amount
from services.money.genuine import CheckInstruction, ReportInstruction
from texts.errors import say
from texts.money import genuine as texts

CHECK_PATH = "/kiem-tra"
REPORT_PATH = f"{CHECK_PATH}/bao"

_LONGEST = {"code": 40, "amount": 20, "account": 30, "reason": 20}
"""Characters of each field; longer ones are nothing that an instruction says."""

_FORM_LIMIT = 4096

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.Response]]


def add_check_routes(
    app: web.Application, base: str, support: str, check: CheckInstruction, report: ReportInstruction
) -> None:
    """`base` is the path before ours in the address that browsers see."""

    async def ask(request: web.Request) -> web.Response:
        return page(texts.ask(code=request.query.get("code", "")[: _LONGEST["code"]]))

    async def answer(request: web.Request) -> web.Response:
        code, amount, account = await _fields(request, "code", "amount", "account")
        try:
            verdict = await check(code, parse_amount(amount), account, caller_of(request))
        except DomainError as refusal:
            return _refused(refusal, texts.ask(code, amount, account, say(refusal)))
        return page(texts.answer(verdict, code, amount, base + REPORT_PATH, support))

    async def hear(request: web.Request) -> web.Response:
        code, amount, reason = await _fields(request, "code", "amount", "reason")
        if reason not in texts.REASONS:
            return page(texts.ask(code, amount), web.HTTPUnprocessableEntity.status_code)
        try:
            known = await report(code, parse_amount(amount), ReportReason(reason), caller_of(request))
        except DomainError as refusal:
            return _refused(refusal, texts.ask(code, amount, trouble=say(refusal)))
        return page(texts.REPORTED if known else texts.NOT_REPORTED)

    app.router.add_get(CHECK_PATH, ask)
    app.router.add_post(CHECK_PATH, _guarded(answer))
    app.router.add_post(REPORT_PATH, _guarded(hear))


def _guarded(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except BodyRefused as refusal:
            return page(texts.ask(), refusal.status)
        except ValueError:
            return page(texts.ask(), web.HTTPUnprocessableEntity.status_code)
        except Exception:
            log.exception("an instruction cannot be checked")
            return page(texts.FAILED, web.HTTPServiceUnavailable.status_code)

    return handle


async def _fields(request: web.Request, *names: str) -> list[str]:
    """Texts of a plain form with exactly these fields. Raises `BodyRefused`, and `ValueError` for another."""
    body = await read_webhook(request, _FORM_LIMIT)
    form = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=len(names)))
    if form.keys() != set(names) or any(len(text) > _LONGEST[name] for name, text in form.items()):
        raise ValueError("another form")
    return [form[name].strip() for name in names]


def _refused(refusal: DomainError, html: str) -> web.Response:
    pause = refusal.code == "checks_pause"
    return page(html, (web.HTTPTooManyRequests if pause else web.HTTPUnprocessableEntity).status_code)


def caller_of(request: web.Request) -> str:
    """Who asks, to count by: the peer, or whom a proxy of the same house names last; of IPv6 the network that
    one household has."""
    peer, forwarded = request.remote or "", request.headers.get("X-Forwarded-For", "")
    try:
        near = ip_address(peer).is_private
    except ValueError:
        near = False
    named = forwarded.rpartition(",")[2].strip() or peer if near else peer
    try:
        address = ip_address(named)
    except ValueError:
        return named
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False))
    return named
