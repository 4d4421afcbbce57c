"""The operations over a real database, with a clock that tests move, and their users."""

import json
from collections.abc import Mapping, Sequence

import pytest

from domain.errors import DomainError
from domain.packages import sample_price_list
from domain.people import Actor
from services.housekeeping import EnsurePriceList
from services.operations import Operations, build_operations
from services.ports import Sheet, SheetRow
from storage.database import Database
from tests.support.banks import Bank, add_back_office
from tests.support.builders import CHANNELS, PAYEE, join_staff, register_owner
from tests.support.clock import FixedClock
from tests.support.working import Working


class JsonWorkbooks:
    """`WorkbookReader` of files that are JSON lists of rows; other files are refused."""

    async def read(self, content: bytes, file_name: str) -> Sheet:
        try:
            rows: Sequence[Mapping[str, str]] = json.loads(content)
        except ValueError:
            raise DomainError("workbook_broken") from None
        return Sheet([SheetRow(number, row) for number, row in enumerate(rows, 2)], ("Ghi chú",))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def operations(database: Database, clock: FixedClock) -> Operations:
    """Every operation, with the sample price list on sale."""
    await EnsurePriceList(database, clock)(sample_price_list())
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())


@pytest.fixture
async def owner(operations: Operations) -> Actor:
    return await register_owner(operations, 1)


@pytest.fixture
async def colleague(operations: Operations, owner: Actor) -> Actor:
    """Staff of the owner's firm."""
    return await join_staff(operations, owner, 1)


@pytest.fixture
async def stranger(operations: Operations) -> Actor:
    """The owner of another firm."""
    return await register_owner(operations, 2)


@pytest.fixture
async def back_office(database: Database, clock: FixedClock) -> Actor:
    return await add_back_office(database, clock)


@pytest.fixture
async def bank(database: Database, clock: FixedClock, back_office: Actor) -> Bank:
    """A bank that reports transfers. Its workers do all due jobs."""
    return Bank(database, clock, Working(database, clock))
