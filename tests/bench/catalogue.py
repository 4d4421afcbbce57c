"""A firm with many customers on a fresh database, as the benches need it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from domain.customers import CustomerData
from domain.packages import sample_price_list
from domain.people import Actor
from domain.statements import Statement
from services.housekeeping import EnsurePriceList
from services.operations import Operations, build_operations
from services.ports import Sheet, WorkbookReader
from storage.database import Database
from storage.migrate import upgrade
from tests.support.builders import CHANNELS, PAYEE, enterprise
from tests.support.clock import FixedClock

CLOCK = FixedClock()


class _NoWorkbooks:
    async def read(self, content: bytes, file_name: str) -> Sheet:
        raise NotImplementedError

    async def read_invoice_files(self, content: bytes, name: str) -> None:
        raise NotImplementedError

    async def read_statement(self, content: bytes) -> Statement:
        raise NotImplementedError

    async def read_invoice_numbers(self, content: bytes) -> Sheet:
        raise NotImplementedError


NO_WORKBOOKS = _NoWorkbooks()
"""A `WorkbookReader` for programs that read no workbook."""


def customers(count: int) -> list[CustomerData]:
    """Complete enterprises; fifty share each e-mail domain."""
    return [
        replace(enterprise(number), email=f"giamdoc{number}@congty{number // 50}.vn")
        for number in range(1, count + 1)
    ]


async def migrated(place: Path | str) -> Database:
    """A database with the sample price list on sale: a file of SQLite, or at this URL."""
    url = place if isinstance(place, str) else f"sqlite+aiosqlite:///{place}"
    await upgrade(url)
    database = Database(url)
    await EnsurePriceList(database, CLOCK)(sample_price_list())
    return database


async def keep(database: Database, actor: Actor, many: Sequence[CustomerData]) -> None:
    """Put these customers into the actor's catalogue."""
    async with database.write() as uow:
        await uow.customers.add_many(actor.firm_id, many, CLOCK.now())


def operations(database: Database, reader: WorkbookReader) -> Operations:
    return build_operations(database, CLOCK, PAYEE, CHANNELS, reader)
