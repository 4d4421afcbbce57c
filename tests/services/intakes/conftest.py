"""Lists as files that the worker reads, over the operations and a clock that tests move."""

from collections.abc import Awaitable, Callable

import pytest

from domain.intakes.entries import Entry, Intake
from domain.people import Actor
from services.catalogue.registry import LookUp
from services.intakes.operations import Intaking
from services.operations import Operations, build_operations
from storage.database import Database
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.lists import KnownTaxpayers, Lists, Row, list_file
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working

Listed = Callable[..., Awaitable[Intake]]
"""Makes a list of these rows, already read."""

Entries = Callable[[Intake], Awaitable[list[Entry]]]


@pytest.fixture
def registry() -> KnownTaxpayers:
    """A registry that knows nobody until a test says so."""
    return KnownTaxpayers()


@pytest.fixture
def lists(database: Database, clock: FixedClock, registry: KnownTaxpayers) -> Lists:
    return Lists(database, clock, registry)


@pytest.fixture
def working(database: Database, clock: FixedClock, lists: Lists) -> Working:
    return Working(database, clock, lists.read_intake)


@pytest.fixture
def intakes(operations: Operations) -> Intaking:
    return operations.intakes


@pytest.fixture
def asking(operations: Operations, database: Database, clock: FixedClock, lists: Lists) -> Intaking:
    """The operations of an installation with a registry."""
    look_up: LookUp = lists.read_intake.look_up
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), look_up=look_up).intakes


@pytest.fixture
def listed(intakes: Intaking, lists: Lists, working: Working) -> Listed:
    async def read(actor: Actor, *rows: Row) -> Intake:
        intake = await intakes.receive_file(actor, lists.files.send(list_file(*rows)), {})
        await working.work()
        return (await intakes.view_intake(actor, intake.id)).intake

    return read


@pytest.fixture
def entries(database: Database) -> Entries:
    async def all_of(intake: Intake) -> list[Entry]:
        async with database.read() as uow:
            return list(await uow.intakes.entries(intake.id))

    return all_of
