"""The operations over a real database, with a clock that tests move, and their users."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.people import Actor
from services.operations import Operations, build_operations
from storage.database import Database
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.databases import Databases, wanted
from tests.support.seeds import People
from tests.support.shared import Shared
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def people(request: pytest.FixtureRequest, run_files: Shared) -> People:
    """The people that the test asks for, in the order of `People.NAMES`."""
    return People(run_files.folder, [name for name in People.NAMES if name in request.fixturenames])


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, databases: Databases, people: People, tmp_path: Path
) -> Iterator[str]:
    """A fresh migrated database, seeded with what the test asks for."""
    seeded = "operations" in request.fixturenames or "back_office" in request.fixturenames
    with databases.fresh(wanted(), tmp_path, people if seeded else None) as url:
        yield url


@pytest.fixture
def operations(database: Database, clock: FixedClock) -> Operations:
    """Every operation, with the sample price list on sale."""
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())


@pytest.fixture
def owner(people: People, operations: Operations) -> Actor:
    return people.actor("owner")


@pytest.fixture
def colleague(people: People, owner: Actor) -> Actor:
    """Staff of the owner's firm."""
    return people.actor("colleague")


@pytest.fixture
def stranger(people: People, operations: Operations) -> Actor:
    """The owner of another firm."""
    return people.actor("stranger")


@pytest.fixture
def back_office(people: People, database: Database) -> Actor:
    return people.actor("back_office")


@pytest.fixture
async def bank(database: Database, clock: FixedClock, back_office: Actor) -> Bank:
    """A bank that reports transfers. Its workers do all due jobs."""
    return Bank(database, clock, Working(database, clock))
