"""A person in the conversation on Zalo."""

import pytest

from domain.people import Actor
from tests.support.zalo_world import ZaloWorld


@pytest.fixture
async def picking(world: ZaloWorld, owner: Actor) -> None:
    """The owner stands in the window where an order's customers are picked."""
    await world.says_all("/mua", "1", "1", "1")
