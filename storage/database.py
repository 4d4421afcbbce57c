"""The database as the services see it: units of work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import Lane, Turn, UnitOfWork
from storage.connections import CommitHook, Connections
from storage.errors import AWAY
from storage.scrubbing import empty_log, vacuum
from storage.units import SqlUnitOfWork

__all__ = ["AWAY", "Database"]


class Database(Connections):
    """`Units`: every repository over one transaction.

    On SQLite, `on_enqueued` is called after a commit with each lane in which the transaction put a job that
    is due now or soon.
    """

    def __init__(self, url: str, on_commit: CommitHook | None = None, pragmas: Sequence[str] = ()) -> None:
        super().__init__(url, on_commit, pragmas)
        self.on_enqueued: Callable[[Lane], None] = lambda lane: None
        self.has_engine = self.url.get_backend_name() == "postgresql"
        """Whether jobs are Procrastinate's (`storage.engine`), which tells its workers by itself."""

    @asynccontextmanager
    async def write(self, *turns: Turn) -> AsyncIterator[UnitOfWork]:
        async with self.writing(*turns) as connection:
            uow = SqlUnitOfWork(connection, turns, self.apart)
            yield uow
            await uow.close_books()
        for lane in uow.lanes:
            self.on_enqueued(lane)

    async def write_together(self, change: Callable[[UnitOfWork], Awaitable[None]], *turns: Turn) -> None:
        if not self.has_one_writer:
            async with self.write(*turns) as alone:
                await change(alone)
            return
        lanes: set[Lane] = set()

        async def made(connection: AsyncConnection) -> None:
            uow = SqlUnitOfWork(connection)
            await change(uow)
            await uow.close_books()
            lanes.update(uow.lanes)

        await self.together(made)
        for lane in lanes:
            self.on_enqueued(lane)

    async def scrub(self) -> bool:
        if self.has_one_writer:
            # Nobody writes meanwhile; a reader may keep it from being done.
            async with self._line(()):
                return await asyncio.to_thread(empty_log, self.url.database or "")
        async with self._writer.engine.connect() as connection:
            await vacuum(connection)
        return True

    async def check(self) -> None:
        """Raise one of `AWAY` if the database cannot be read."""
        async with self.reading() as connection:
            await connection.execute(select(1))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        async with self.reading() as connection:
            yield SqlUnitOfWork(connection, turns=None)
