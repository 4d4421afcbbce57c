"""The registry of taxpayers by HTTP (`docs/api/registry.yaml`)."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal, NoReturn, TypeVar
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ValidationError
from yarl import URL

from domain.customers import ADDRESS_LIMIT, NAME_LIMIT
from domain.errors import DomainError
from domain.text import clean_line
from gateways.http.bodies import read_at_most
from gateways.http.client import HttpClient
from gateways.http.waits import seconds_asked
from services.patience import Breaker
from services.ports import Registered, RegistryAway
from services.presence import Presence

FAILURES = 3
PAUSE = 60.0
"""Seconds for which the registry is left alone after `FAILURES` in a row."""

_CALL_SECONDS = 2.0
_TAKES_LONG = 1.0
_AT_ONCE = 5
_LARGEST_ANSWER = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """`url` is the address above `/v2`; a call is given up after `timeout` seconds."""

    url: str
    token: str = field(repr=False)
    timeout: float = _CALL_SECONDS


class _Taxpayer(BaseModel):
    id: str
    name: str
    address: str | None = None


class _Found(BaseModel):
    code: Literal["00"]
    data: _Taxpayer


class _Unknown(BaseModel):
    code: Literal["51"]


class HttpRegistry(HttpClient):
    """`services.ports.Registry`. At most five calls are under way at once. Open between `async with`.

    Neither tax codes nor answers are logged. `now` is a steady clock in seconds.
    """

    app = "registry"

    def __init__(self, settings: RegistrySettings, now: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._now = now
        self._taxpayers = settings.url.rstrip("/") + "/v2/business/"
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._breaker = Breaker(FAILURES, PAUSE, now)
        self.presence = Presence("registry")

    def _connect(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=self._settings.timeout),
            headers={"Authorization": f"Bearer {self._settings.token}"},
        )

    async def find(self, tax_code: str) -> Registered | None:
        async with self._turns:
            if self._breaker.is_open:
                raise RegistryAway("it is left alone for a while")
            began = self._now()
            try:
                found = await self._ask(tax_code)
            except (aiohttp.ClientError, TimeoutError) as error:
                self._failed(type(error).__name__)
            except asyncio.CancelledError:
                # The caller gave up waiting, which is as good as no answer.
                if self._now() - began >= _TAKES_LONG:
                    self._count_failure("too slow")
                raise
            self._breaker.succeeded()
            self.presence.found()
            return found

    async def _ask(self, tax_code: str) -> Registered | None:
        url = URL(self._taxpayers + quote(tax_code, safe=""), encoded=True)
        async with self._session.get(url, allow_redirects=False) as response:
            match response.status:
                case HTTPStatus.OK:
                    return self._registered(tax_code, await self._body(response))
                # A 404 with another body comes from a wrong address, not from the registry.
                case HTTPStatus.NOT_FOUND:
                    self._read(_Unknown, await self._body(response))
                    return None
                case HTTPStatus.TOO_MANY_REQUESTS:
                    seconds = seconds_asked(response, PAUSE)
                    self._breaker.open(seconds)
                    self.presence.lost("it asks to slow down")
                    raise RegistryAway("it asks to slow down")
                case status:
                    self._failed(f"HTTP {status}")

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = await read_at_most(response, _LARGEST_ANSWER)
        if body is None:
            self._failed("a huge answer")
        return body

    def _registered(self, tax_code: str, body: bytes) -> Registered:
        taxpayer = self._read(_Found, body).data
        if taxpayer.id.replace("-", "") != tax_code.replace("-", ""):
            self._failed("an answer about another tax code")
        try:
            name = clean_line(taxpayer.name, NAME_LIMIT)
        except DomainError as error:
            self._failed(f"a name that cannot be kept: {error.code}")
        return Registered(tax_code, name, _address(taxpayer.address or ""))

    def _read(self, model: type[Model], body: bytes) -> Model:
        try:
            return model.model_validate_json(body)
        except ValidationError:
            # The text of the error would quote the answer, so it is not shown.
            self._failed("an answer that cannot be read")

    def _failed(self, why: str) -> NoReturn:
        self._count_failure(why)
        raise RegistryAway(why) from None

    def _count_failure(self, why: str) -> None:
        if self._breaker.failed():
            self.presence.lost(why)


def _address(text: str) -> str:
    """The address, or nothing if it is too long to be kept: a cut address would be a wrong one."""
    try:
        return clean_line(text, ADDRESS_LIMIT)
    except DomainError:
        return ""
