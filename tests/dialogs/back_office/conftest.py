"""Orders that are paid, a day that is closed, and the vendor's person who issues invoices."""

from collections.abc import AsyncIterator

import pytest

from domain.people import Actor
from gateways.workbooks.workbooks import CalamineReader
from services.operations import Operations, build_operations
from storage.database import Database
from tests.services.invoices.conftest import Books
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE, register_owner
from tests.support.clock import FixedClock
from tests.support.working import Working


@pytest.fixture
async def reading(database: Database, clock: FixedClock) -> AsyncIterator[Operations]:
    """Operations that read real workbooks."""
    async with CalamineReader() as reader:
        yield build_operations(database, clock, PAYEE, CHANNELS, reader)


@pytest.fixture
async def books(reading: Operations, database: Database, clock: FixedClock) -> Books:
    working = Working(database, clock)
    accountant: Actor = await register_owner(reading, 1)
    return Books(reading, accountant, Bank(database, clock, working), database, clock)
