"""The desk's page with one person of back office, an order and transfers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from domain.orders import Order
from domain.people import Actor
from services.back_office.people import EnsureBackOffice
from services.operations import Operations, build_operations
from storage.database import Database
from tests.support.banks import Bank
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    back_office_person,
    placed_order,
    register_owner,
)
from tests.support.clock import FixedClock
from tests.support.databases import Databases, wanted
from tests.support.desk_site import DeskSite, desk_site
from tests.support.seeds import price_list
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    with databases.fresh(wanted(), tmp_path, price_list) as url:
        yield url


@pytest.fixture
def operations(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), second_person_above=1_000_000)


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Actor:
    return await back_office_person(database, clock)


@pytest.fixture
def bank(database: Database, clock: FixedClock) -> Bank:
    return Bank(database, clock, Working(database, clock))


@pytest.fixture
async def order(operations: Operations, desk: Actor) -> Order:
    owner = await register_owner(operations, 1)
    return await placed_order(operations, owner, await add_customers(operations, owner, 3))


@pytest.fixture
async def site(
    operations: Operations, database: Database, clock: FixedClock, desk: Actor
) -> AsyncIterator[DeskSite]:
    async with desk_site(operations, database, clock) as opened:
        yield opened


@pytest.fixture
def ensure(database: Database, clock: FixedClock) -> EnsureBackOffice:
    return EnsureBackOffice(database, clock, "Nhà cung cấp")
