"""Where an administrator of the Official Account lets the program write to people, and comes back to."""

import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.pages import page
from gateways.zalo.errors import ZaloError
from texts import zalo_oa as texts

PATH = "/zalo/oa/callback"
VALID_FOR = timedelta(days=7)
"""How long a link to consent may be used."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Consents:
    """Makes links to consent, and takes the code that Zalo sends the administrator back with.

    A link is signed: nobody else can connect an account of their own. `consent_url` makes Zalo's address of a
    callback and a state; `take` exchanges the code.
    """

    secret: str
    callback: str
    consent_url: Callable[[str, str], str]
    take: Callable[[str], Awaitable[None]]
    now: Callable[[], datetime]

    def link(self) -> str:
        ends = str(int((self.now() + VALID_FOR).timestamp()))
        return self.consent_url(self.callback, f"{ends}.{self._signature(ends)}")

    def add_to(self, site: web.Application) -> None:
        site.router.add_get(PATH, self._handle)

    async def _handle(self, request: web.Request) -> web.Response:
        code, state = request.query.get("code", ""), request.query.get("state", "")
        if not code or not self._is_ours(state):
            return page(texts.NOT_OURS, web.HTTPForbidden.status_code)
        try:
            await self.take(code)
        except ZaloError as error:
            log.error("the consent to the Official Account was not taken: %s", error)
            return page(texts.NOT_TAKEN, web.HTTPBadGateway.status_code)
        log.warning("the Official Account is connected anew")
        return page(texts.CONNECTED)

    def _is_ours(self, state: str) -> bool:
        ends, _, signature = state.partition(".")
        in_time = ends.isascii() and ends.isdigit() and int(ends) >= self.now().timestamp()
        given = signature.encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._signature(ends).encode()) and in_time

    def _signature(self, ends: str) -> str:
        told = f"consent to the Official Account until {ends}".encode("utf-8", "surrogateescape")
        return hmac.new(self.secret.encode(), told, hashlib.sha256).hexdigest()[:32]
