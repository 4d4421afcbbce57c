"""A clock that stands still until a test moves it, and the conversation on Zalo over a fresh database."""

from collections.abc import AsyncIterator

import pytest

from domain.people import Actor
from storage.database import Database
from tests.support import builders
from tests.support.clock import FixedClock
from tests.support.zalo_world import ZaloWorld, zalo_world


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def world(database: Database) -> AsyncIterator[ZaloWorld]:
    async with zalo_world(database) as opened:
        yield opened


@pytest.fixture
async def owner(world: ZaloWorld) -> Actor:
    """An accountant with twelve customers."""
    actor = await world.register()
    await builders.add_customers(world.operations, actor, 12)
    return actor
