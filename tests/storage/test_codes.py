"""Codes that are put aside belong to one order, whether or not it is placed."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.codes import purge_codes
from storage.database import Database
from tests.support.databases import Databases
from tests.support.rows import rows_of

CODES = ["KTA", "KTB", "KTC"]


@pytest.fixture
async def postgresql(postgresql_url: str) -> AsyncIterator[Database]:
    opened = Database(postgresql_url)
    yield opened
    await opened.close()


@pytest.mark.postgresql
async def test_of_several_that_want_a_code_the_first_gets_it(postgresql: Database) -> None:
    async with postgresql.write() as first, postgresql.write() as second:
        assert await first.reserve(CODES[:2]) == {"KTA", "KTB"}
        assert await second.reserve(CODES) == {"KTC"}
        assert await first.reserve([]) == set()


@pytest.mark.postgresql
async def test_codes_stay_put_aside_when_the_order_is_not_placed_until_they_are_swept(
    postgresql: Database,
) -> None:
    async def fails() -> None:
        async with postgresql.write() as uow:
            await uow.reserve(CODES)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert [row["code"] for row in await rows_of(postgresql, "reserved_codes")] == CODES
    now = datetime.now(UTC)
    assert await purge_codes(postgresql, now - timedelta(days=1)) == 0
    assert await purge_codes(postgresql, now + timedelta(days=1)) == 3
    async with postgresql.write() as uow:
        assert await uow.reserve(CODES) == set(CODES)


@pytest.fixture
def sqlite_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    with databases.fresh("sqlite", tmp_path) as url:
        yield url


async def test_sqlite_puts_none_aside(sqlite_url: str) -> None:
    """It has one writer at a time, who sees all codes that are taken."""
    database = Database(sqlite_url)
    async with database.write() as uow:
        assert await uow.reserve(CODES) == set(CODES)
    assert await rows_of(database, "reserved_codes") == []
    await database.close()
