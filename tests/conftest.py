"""Databases for every test: SQLite, or with `DATABASE_URL=postgresql` (or a server's URL) PostgreSQL."""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

import dialogs  # noqa: F401  (imports aiogram as the program does)
from storage.database import Database
from tests.support import once
from tests.support.databases import Databases, wanted
from tests.support.shared import Shared, run_folder

MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
"""How many bytes the files of a run need at most."""

CRASHES = "tests/crash/"
LONG = ("tests/bench/", "tests/journeys/", "tests/load/", "tests/month/")
"""Rooms whose tests run whole programs."""

NOTHING = SimpleNamespace(params={})

# An example's time only says how busy the machine is.
settings.register_profile("tests", deadline=None)
settings.register_profile("quick", settings.get_profile("tests"), max_examples=20)
settings.load_profile("tests")
once.keep()
# Nothing that is collected goes away again, so looking for garbage in it is in vain.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_configure() -> None:
    """Keep the files of tests, servers and browsers in memory. No test cuts the power, so waiting for a disk
    would tell nothing, and a disk takes ten times as long to make a database of PostgreSQL."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` leaves out, and let each process of a run begin with its part of the kills.

    Programs that are killed take longest, and wait more than they compute: the others compute meanwhile.
    """
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if item.nodeid.startswith(CRASHES):
            item.add_marker("kill")
            item.add_marker(pytest.mark.timeout(1800))
        on_postgresql = "postgresql" in getattr(item, "callspec", NOTHING).params.values()
        if on_postgresql or "postgresql_url" in getattr(item, "fixturenames", ()):
            item.add_marker("postgresql")
        if "office" in getattr(item, "fixturenames", ()) or item.nodeid.startswith(LONG):
            item.add_marker("long")
    killing = [item for item in items if item.get_closest_marker("kill")]
    others = [item for item in items if not item.get_closest_marker("kill")]
    parts = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    size = len(others) // parts + 1
    items[:] = [
        item
        for part in range(parts)
        for item in (*killing[part::parts], *others[part * size : (part + 1) * size])
    ]


@pytest.fixture(scope="session")
def chromium() -> None:
    """Whoever needs a browser asks for this."""
    from tests.support.browser import need_chromium

    need_chromium()


@pytest.fixture(scope="session")
def office() -> None:
    """Whoever needs LibreOffice asks for this."""
    from tests.support.office import need_office

    need_office()


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    """Take back what a test's programs have borrowed, but for programs that outlive the test."""
    once.leave()
    yield
    once.take_back()


@pytest.fixture(scope="session")
def run_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    made = Shared(run_folder(tmp_path_factory.getbasetemp()) / "shared")
    yield made
    made.close()


@pytest.fixture(scope="session")
def databases(run_files: Shared) -> Databases:
    return Databases(run_files)


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database."""
    with databases.fresh(wanted(), tmp_path) as url:
        yield url


@pytest.fixture
def sqlite_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database on SQLite, also where the suite runs on PostgreSQL."""
    with databases.fresh("sqlite", tmp_path) as url:
        yield url


@pytest.fixture
def postgresql_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database on PostgreSQL, wherever the suite runs."""
    with databases.fresh("postgresql", tmp_path) as url:
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
