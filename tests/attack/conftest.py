"""Attacks from outside on the whole bot in this process."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.clock import FixedClock
from tests.support.databases import Databases, wanted
from tests.support.direct import DirectWorld
from tests.support.seeds import price_list


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    with databases.fresh(wanted(), tmp_path, price_list) as url:
        yield url


@pytest.fixture
async def direct(database_url: str, tmp_path: Path) -> AsyncIterator[DirectWorld]:
    world = DirectWorld(database_url, tmp_path / "world")
    await world.open()
    yield world
    await world.close()
