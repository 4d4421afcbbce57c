"""Transactions that are tried and taken back: nobody else ever sees what they write."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import Turn, UnitOfWork, Units
from storage.connections import Connections
from storage.units import SqlUnitOfWork


class _TakenBack(Exception):
    """Rolls the whole rehearsal back."""


@asynccontextmanager
async def rehearsal(connections: Connections) -> AsyncIterator[Units]:
    """`Units` whose transactions are all parts of one, which is rolled back at the end. On SQLite others wait
    meanwhile with what they write."""
    try:
        async with connections.writing() as connection:
            yield _Rehearsed(connection)
            raise _TakenBack
    except _TakenBack:
        return


class _Rehearsed:
    """`Units` in one transaction. What is enqueued wakes nobody."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @asynccontextmanager
    async def write(self, *turns: Turn) -> AsyncIterator[UnitOfWork]:
        unit = SqlUnitOfWork(self._connection, turns)
        yield unit
        await unit.close_books()

    async def write_together(self, change: Callable[[UnitOfWork], Awaitable[None]], *turns: Turn) -> None:
        async with self.write(*turns) as unit:
            await change(unit)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        yield SqlUnitOfWork(self._connection, turns=None)
