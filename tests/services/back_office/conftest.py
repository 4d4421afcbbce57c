"""The back office: a firm with an order, the workers, and one person of the vendor's."""

import pytest

from domain.customers import Customer
from domain.orders import Order
from domain.people import Actor
from services.operations import Operations
from storage.database import Database
from tests.support.banks import Bank
from tests.support.builders import add_customers, back_office_person, placed_order
from tests.support.clock import FixedClock
from tests.support.working import Working


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Actor:
    return await back_office_person(database, clock)


@pytest.fixture
def working(database: Database, clock: FixedClock) -> Working:
    return Working(database, clock)


@pytest.fixture
def bank(database: Database, clock: FixedClock, working: Working) -> Bank:
    return Bank(database, clock, working)


@pytest.fixture
async def customers(operations: Operations, owner: Actor) -> list[Customer]:
    return await add_customers(operations, owner, 3)


@pytest.fixture
async def order(
    operations: Operations,
    owner: Actor,
    desk: Actor,
    customers: list[Customer],
    working: Working,
) -> Order:
    placed = await placed_order(operations, owner, customers)
    await working.work()
    working.sent.clear()
    return placed
