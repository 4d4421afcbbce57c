"""The database as the services see it: units of work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.ports import UnitOfWork
from storage.connections import Connections
from storage.units import SqlUnitOfWork


class Database(Connections):
    """`Units`: every repository over one transaction."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        async with self.writing() as connection:
            yield SqlUnitOfWork(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        async with self.reading() as connection:
            yield SqlUnitOfWork(connection)
