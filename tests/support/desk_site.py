"""The desk's page on its own port, over real operations and a database with some money in it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.desk.page import add_desk_routes
from bot.desk.seats import Seats
from domain.errors import DomainError
from domain.files import FileRef
from domain.people import Actor
from services.operations import Operations
from storage.database import Database
from storage.desk_sessions import SqlDeskSessions
from tests.support.clock import FixedClock


@dataclass
class DeskSite:
    url: str
    seats: Seats
    clock: FixedClock
    files: dict[str, bytes]
    """What people have sent, by the id of the file."""

    async def link(self, actor: Actor) -> str:
        return await self.seats.link(actor.accountant_id)


class Sent:
    """`Attachments` in memory."""

    def __init__(self) -> None:
        self.sent: dict[str, bytes] = {}

    async def fetch(self, file: FileRef) -> bytes:
        if file.file_id not in self.sent:
            raise DomainError("file_not_fetched")
        return self.sent[file.file_id]


@contextlib.asynccontextmanager
async def desk_site(operations: Operations, database: Database, clock: FixedClock) -> AsyncIterator[DeskSite]:
    app = web.Application(client_max_size=2**20)
    server = TestServer(app)
    url = ""

    class Late(Seats):
        """The port is known only once the server listens."""

        async def link(self, accountant_id: int) -> str:
            return url + await super().link(accountant_id)

    seats = Late(SqlDeskSessions(database, clock.now), "")
    files = Sent()
    add_desk_routes(app, operations, seats, files)
    async with server:
        url = str(server.make_url("")).rstrip("/")
        yield DeskSite(url, seats, clock, files.sent)


def browser() -> aiohttp.ClientSession:
    """Keeps cookies, of addresses made of numbers, too."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
