"""The bot's web with files behind links, on its own port, with a clock that stands still."""

import contextlib
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.files import Links, add_file_routes
from bot.uploads import Uploads
from domain.chats import Channel
from storage.database import Database
from storage.inbox import Arrival, put_arrivals
from storage.shared_files import SqlSharedFiles, UsedTicket
from tests.support.clock import FixedClock
from tests.support.rows import Row, rows_of

CHAT = 2**62 + 5


async def record(connection: AsyncConnection, used: UsedTicket) -> None:
    """An event of the chat, with the ticket as its id and the file's token as its body."""
    arrival = Arrival(f"upload:{used.token_hash}", used.chat_id, 0, used.file_token)
    await put_arrivals(connection, Channel.ZALO, [arrival], used.at)


@dataclass
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """`arrived` counts how often the inbox was woken. `failures` are raised when files are
    recorded, one for each file."""

    database: Database
    clock: FixedClock
    files: SqlSharedFiles
    http: aiohttp.ClientSession
    url: str = ""
    arrived: int = 0
    failures: list[Exception] = field(default_factory=list)

    @property
    def links(self) -> Links:
        return Links(self.files, self.url)

    def wake(self) -> None:
        self.arrived += 1

    async def record(self, connection: AsyncConnection, used: UsedTicket) -> None:
        await record(connection, used)
        if self.failures:
            raise self.failures.pop()

    async def ask(self, method: str, url: str, **more: Any) -> Answer:
        async with self.http.request(method, url, **{"allow_redirects": False, **more}) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def send(self, url: str, content: bytes, name: str = "khach.xlsx") -> Answer:
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        form.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
        return await self.ask("POST", url, data=form)

    async def events(self) -> list[Row]:
        return await rows_of(self.database, "inbox")


@contextlib.asynccontextmanager
async def site(
    database: Database, clock: FixedClock, disk_has_room: Callable[[], bool] = lambda: True
) -> AsyncIterator[Site]:
    files = SqlSharedFiles(database, clock.now)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        opened = Site(database, clock, files, http)
        app = web.Application(client_max_size=2**20)
        uploads = {Channel.ZALO: Uploads(opened.record, opened.wake)}
        add_file_routes(app, files, uploads, disk_has_room)
        async with TestServer(app) as server:
            opened.url = str(server.make_url("")).rstrip("/")
            yield opened
