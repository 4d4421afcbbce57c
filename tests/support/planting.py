"""Rows that no operation leaves behind, planted beside the books."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.ports import UnitOfWork
from storage.database import Database
from storage.units import SqlUnitOfWork


@asynccontextmanager
async def planted(database: Database) -> AsyncIterator[UnitOfWork]:
    """A writing transaction that is not compared with the books before its commit."""
    async with database.writing() as connection:
        yield SqlUnitOfWork(connection)
