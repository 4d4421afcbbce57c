"""Databases for every test: SQLite, or with `DATABASE_URL=postgresql` (or a server's URL) PostgreSQL."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Database
from tests.support import once
from tests.support.databases import Databases, wanted
from tests.support.shared import Shared, run_folder

MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
"""How many bytes the files of a run need at most."""

# An example's time only says how busy the machine is.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")
once.keep()


def pytest_configure() -> None:
    """Keep the tests' files in memory. No test cuts the power, so waiting for a disk would tell nothing."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    """Take back what a test's programs have borrowed."""
    yield
    once.take_back()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    made = Shared(run_folder(tmp_path_factory.getbasetemp()) / "shared")
    yield made
    made.close()


@pytest.fixture(scope="session")
def databases(shared: Shared) -> Databases:
    return Databases(shared)


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database."""
    with databases.fresh(wanted(), tmp_path) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, once on SQLite and once on PostgreSQL."""
    with databases.fresh(request.param, tmp_path) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()
