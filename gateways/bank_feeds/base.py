"""What the clients of the services' lists have in common."""

import asyncio
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from domain.transfers import ReportedTransfer
from gateways.bank_webhooks.base import WebhookRefused, parse
from gateways.http.bodies import read_at_most
from gateways.http.client import HttpClient
from gateways.http.waits import seconds_asked
from services.ports import RetryLater
from services.ports.bank_feeds import FeedRefused, Listing
from services.presence import Presence

ROWS = 100
"""How many rows a page has at most."""

MOST_PAGES = 100
"""How many pages are read at once; the next reading goes on from there."""

READING_SECONDS = 100.0
"""A reading that takes longer is given up, before the job's lease lapses."""

LOGIN = "login"
"""The cause where the service does not take our token."""

_AWAY, _SLOW_DOWN = 30.0, 60.0
_LARGEST_ANSWER = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """`url` is the address above the version. Between two pages are `pause` seconds; a call is given up after
    `timeout`."""

    url: str
    token: str = field(repr=False)
    pause: float = 0.4
    timeout: float = 20.0


class ListClient(HttpClient):
    """`services.ports.bank_feeds.BankFeed` of a list in pages. Open between `async with`. Neither rows nor
    answers are logged."""

    def __init__(self, name: str, settings: FeedSettings) -> None:
        self.app = name
        self._settings = settings
        self._base = settings.url.rstrip("/")
        self.presence = Presence(name, answers=(FeedRefused,))

    def _connect(self) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout)
        return aiohttp.ClientSession(timeout=timeout, headers=self._headers(self._settings.token))

    @abstractmethod
    def _headers(self, token: str) -> Mapping[str, str]: ...

    @abstractmethod
    def _query(self, since: datetime, page: int) -> tuple[str, Mapping[str, str]]:
        """Path and parameters of a page; the first is 1."""

    @abstractmethod
    def _read(self, body: Any) -> tuple[Sequence[ReportedTransfer], bool]:
        """The rows of an answer, and whether another page follows. Raises `WebhookRefused`."""

    async def transfers(self, since: datetime) -> Listing:
        with self.presence:
            try:
                async with asyncio.timeout(READING_SECONDS):
                    return await self._pages(since)
            except TimeoutError:
                raise RetryLater(_AWAY, "reading takes too long") from None

    async def _pages(self, since: datetime) -> Listing:
        rows: dict[str, ReportedTransfer] = {}
        goes_on, page = True, 0
        while goes_on and page < MOST_PAGES:
            if page:
                await asyncio.sleep(self._settings.pause)
            page += 1
            some, goes_on = await self._page(since, page)
            # A row that came meanwhile may move another one to the next page.
            rows.update((row.event_id, row) for row in some if row.occurred_at >= since)
        return Listing(sorted(rows.values(), key=lambda row: row.occurred_at), not goes_on)

    async def _page(self, since: datetime, page: int) -> tuple[Sequence[ReportedTransfer], bool]:
        path, query = self._query(since, page)
        try:
            url = URL(self._base + path).with_query(query)
            async with self._session.get(url, allow_redirects=False) as response:
                if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                    raise RetryLater(seconds_asked(response, _SLOW_DOWN), "it asks to slow down")
                if response.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                    raise FeedRefused(LOGIN)
                if HTTPStatus.BAD_REQUEST <= response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise FeedRefused(f"HTTP {response.status}")
                if response.status != HTTPStatus.OK:
                    raise RetryLater(_AWAY, f"HTTP {response.status}")
                body = await read_at_most(response, _LARGEST_ANSWER)
            some, goes_on = self._read(parse(body or b""))
            return some, bool(some) and goes_on
        except WebhookRefused:
            raise RetryLater(_AWAY, "an answer that cannot be read") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RetryLater(_AWAY, type(error).__name__) from None
