"""The conversation over a real SQLite database."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from domain.statements import Statement
from gateways.workbooks.statements import read_statement_file, statement_of
from services.catalogue.registry import LookUp
from services.operations import Operations, build_operations
from services.ports import Sheet, SheetRow
from storage.database import Database
from tests.dialogs.again import Twice
from tests.dialogs.harness import Harness
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.databases import Databases, wanted
from tests.support.direct import DirectWorld
from tests.support.once import lend_router
from tests.support.registry import ScriptedRegistry
from tests.support.seeds import price_list


class TypedWorkbooks:
    """`WorkbookReader` of a test's own rows: a file's content is a key of `sheets`."""

    def __init__(self) -> None:
        self.sheets: dict[bytes, Sheet] = {}

    def put(
        self, key: bytes, rows: Sequence[Mapping[str, str]], unknown_headings: tuple[str, ...] = ()
    ) -> bytes:
        numbered = [SheetRow(number, cells) for number, cells in enumerate(rows, start=2)]
        self.sheets[key] = Sheet(numbered, unknown_headings)
        return key

    async def read(self, content: bytes, file_name: str) -> Sheet:
        return self.sheets[content]

    async def read_invoice_files(self, content: bytes, name: str) -> None:
        return None

    async def read_statement(self, content: bytes) -> Statement:
        return statement_of(read_statement_file(content))

    async def read_invoice_numbers(self, content: bytes) -> Sheet:
        return self.sheets[content]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def workbooks() -> TypedWorkbooks:
    return TypedWorkbooks()


@pytest.fixture
def registry() -> ScriptedRegistry:
    return ScriptedRegistry()


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database with the sample price list."""
    with databases.fresh(wanted(), tmp_path, price_list) as url:
        yield url


@pytest.fixture
async def operations(
    database: Database, clock: FixedClock, workbooks: TypedWorkbooks, registry: ScriptedRegistry
) -> Operations:
    look_up = LookUp(database, clock, registry)
    return build_operations(database, clock, PAYEE, CHANNELS, workbooks, look_up=look_up)


@pytest.fixture
def harness(operations: Operations) -> Harness:
    return Harness(operations, [lend_router()])


@pytest.fixture
async def direct(database_url: str, tmp_path: Path) -> AsyncIterator[DirectWorld]:
    """The conversation with the whole way of an update, against the sandbox's Telegram."""
    world = DirectWorld(database_url, tmp_path / "world")
    await world.open()
    yield world
    await world.close()
    assert world.cut == []


@pytest.fixture
def twice(harness: Harness, database: Database) -> Twice:
    return Twice(harness, database)
