"""SePay's account numbers of orders (user API v2), for company accounts at BIDV.

The body of its answer was not seen, so the number is looked for under each name that SePay has for it
elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from gateways.bank_webhooks.base import WebhookRefused, parse
from gateways.http.bodies import read_at_most
from gateways.http.client import HttpClient
from gateways.http.waits import seconds_asked
from services.ports import RetryLater
from services.ports.account_numbers import NumberRefused
from services.presence import Presence

_AWAY, _SLOW_DOWN = 5.0, 30.0
_LARGEST_ANSWER = 64 * 1024
_NUMBER = re.compile(r"[0-9A-Z]{4,19}")
_NAMES = ("va_number", "account_number", "number", "va", "vas")


@dataclass(frozen=True, slots=True)
class SepayNumbersSettings:
    """`url` is the address above the version; `account_id` is SePay's own id of the vendor's account."""

    url: str
    account_id: str
    token: str = field(repr=False)
    timeout: float = 15.0


class SepayNumbers(HttpClient):
    """`AccountNumbers` of SePay. Open between `async with`. No answer is logged."""

    app = "sepay_numbers"

    def __init__(self, settings: SepayNumbersSettings) -> None:
        self._settings = settings
        self.presence = Presence("sepay_numbers", answers=(NumberRefused,))

    def _connect(self) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout)
        headers = {"Authorization": f"Bearer {self._settings.token}"}
        return aiohttp.ClientSession(timeout=timeout, headers=headers)

    async def reserve(self, name: str) -> str:
        with self.presence:
            try:
                found = _number(await self._ask(name))
            except WebhookRefused:
                raise RetryLater(_AWAY, "an answer that cannot be read") from None
            except (aiohttp.ClientError, TimeoutError) as error:
                raise RetryLater(_AWAY, type(error).__name__) from None
            if found is None:
                raise NumberRefused("an answer without a number")
            return found

    async def _ask(self, name: str) -> Any:
        path = f"/v2/bank-accounts/{self._settings.account_id}/orders"
        url = URL(self._settings.url.rstrip("/") + path)
        # Without an amount BIDV takes any, so that a sum may come in parts.
        body = {"order_code": name, "with_qrcode": "0"}
        async with self._session.post(url, json=body, allow_redirects=False) as response:
            status = response.status
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                raise RetryLater(seconds_asked(response, _SLOW_DOWN), "it asks to slow down", counts=False)
            if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise NumberRefused(f"HTTP {status}")
            if status not in (HTTPStatus.OK, HTTPStatus.CREATED):
                raise RetryLater(_AWAY, f"HTTP {status}")
            return parse(await read_at_most(response, _LARGEST_ANSWER) or b"")


def _number(answer: Any) -> str | None:
    """The first text under a name of numbers that has the form of one."""
    if isinstance(answer, str):
        return answer if _NUMBER.fullmatch(answer) and any(map(str.isdigit, answer)) else None
    if isinstance(answer, list):
        return next(filter(None, map(_number, answer)), None)
    if not isinstance(answer, Mapping):
        return None
    if isinstance(inner := answer.get("data"), Mapping | list):
        return _number(inner)
    return next(filter(None, (_number(answer.get(name)) for name in _NAMES)), None)
