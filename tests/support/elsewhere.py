"""Another process with the operations over the same database, and what its transactions wait for."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from typing import Any

from sqlalchemy import text

from domain.people import Actor
from storage.database import Database
from tests.support.acts import obey
from tests.support.forks import fork

LONG = 120
"""Seconds until a test gives up. Nothing is decided by them."""

_WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE NOT granted AND datname = current_database()"
)


@dataclass
class Elsewhere:
    """Does the acts of `tests.support.acts`."""

    process: ForkServerProcess
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def act(self, name: str, **arguments: Any) -> Any:
        """Have an act done; returns its result, or how it was refused."""
        self.writer.write(json.dumps([name, arguments]).encode() + b"\n")
        return await self._answer()

    async def ready(self) -> None:
        await self._answer()

    async def _answer(self) -> Any:
        async with asyncio.timeout(LONG):
            answer = json.loads(await self.reader.readline())
        assert "failed" not in answer, answer
        return answer["refused"] if "refused" in answer else answer["done"]


@asynccontextmanager
async def processes(url: str, count: int) -> AsyncIterator[list[Elsewhere]]:
    """Processes, `count` of them, which end with the block."""
    started = []
    try:
        for _ in range(count):
            ours, theirs = socket.socketpair()
            with theirs:
                process = fork(obey, url, pipe=theirs)
            started.append(Elsewhere(process, *await asyncio.open_connection(sock=ours, limit=2**20)))
        await asyncio.gather(*(one.ready() for one in started))
        yield started
    finally:
        for one in started:
            one.writer.close()
            one.process.kill()
            one.process.join()


async def until_waiting(database: Database, count: int) -> None:
    """Wait until so many transactions wait for a lock."""
    async with asyncio.timeout(LONG):
        while True:
            async with database.reading() as connection:
                if (await connection.execute(_WAITING)).scalar_one() >= count:
                    return
            await asyncio.sleep(0.02)


def by(actor: Actor) -> list[Any]:
    """An actor as the acts take it."""
    return [actor.accountant_id, actor.firm_id, actor.role]
