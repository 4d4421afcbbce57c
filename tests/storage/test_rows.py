"""Inserting many rows at once has the same result as inserting them one by one."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from domain.chats import Channel
from storage.columns import UtcDateTime, one_of
from storage.database import Database
from storage.rows import BATCH, FEW_IN, TOGETHER, among, chunks, insert_many

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("channel", one_of(Channel, "channel")),
    Column("day", Date),
    Column("moment", UtcDateTime),
    Column("flag", Boolean),
    Column("text", Text),
)
NAMES = [column.name for column in things.c]
HANOI = timezone(timedelta(hours=7))
ROWS = [
    (1, Channel.EMAIL, date(2026, 2, 28), datetime(2026, 6, 15, 12, 0, 0, 1, HANOI), True, "Chào 'anh' %s ?"),
    (2, None, None, None, None, None),
    (3, Channel.SMS, date(1, 1, 1), datetime(2026, 6, 15, tzinfo=UTC), False, ""),
]


@pytest.fixture
async def database(either: Database) -> Database:
    async with either.writing() as connection:
        await connection.run_sync(things.create)
    return either


async def stored(database: Database) -> list[tuple[object, ...]]:
    async with database.reading() as connection:
        return [tuple(row) for row in await connection.execute(select(things).order_by(things.c.id))]


async def test_rows_come_back_as_they_were_given(database: Database) -> None:
    async with database.writing() as connection:
        await insert_many(connection, things, NAMES, ROWS)
        await insert_many(connection, things, NAMES, [])
        one = dict(zip(NAMES, (4, *ROWS[0][1:]), strict=True))
        await connection.execute(insert(things).values(**one))
    rows = await stored(database)
    assert rows[:3] == ROWS
    assert rows[3][1:] == rows[0][1:]
    assert isinstance(rows[0][1], Channel)


@pytest.mark.parametrize("count", [TOGETHER - 1, TOGETHER, TOGETHER + 1, 2 * BATCH + 1])
async def test_more_rows_than_a_batch_and_rows_known_already(database: Database, count: int) -> None:
    many = [(number, *ROWS[number % 2][1:]) for number in range(4, count + 1)]
    async with database.writing() as connection:
        await insert_many(connection, things, NAMES, ROWS)
        known = ((number, None, None, None, None, None) for number in (1, 2, 3))
        given = (*known, *many, many[0])
        await insert_many(connection, things, NAMES, given, "ON CONFLICT (id) DO NOTHING")
    assert await stored(database) == [*ROWS, *many]


async def test_as_many_values_as_there_are_are_looked_up_at_once(database: Database) -> None:
    async with database.writing() as connection:
        await insert_many(connection, things, NAMES, ROWS)
        for column, values, found in (
            (things.c.id, range(2, 40_000), {2, 3}),
            (things.c.id, (), set()),
            (things.c.text, [ROWS[0][5], "không có", ""], {1, 3}),
            (things.c.text, [ROWS[0][5], "", *map(str, range(FEW_IN))], {1, 3}),
        ):
            asked = select(things.c.id).where(among(connection, column, list(values)))
            assert set(await connection.scalars(asked)) == found


async def test_a_wrong_row_stores_none_of_them(database: Database) -> None:
    for wrong, error in (
        ((1, *ROWS[0][1:]), IntegrityError),
        ((9, Channel.SMS, None, datetime(2026, 6, 15), True, ""), ValueError),  # noqa: DTZ001
        ((9, "pigeon", None, None, True, ""), (LookupError, StatementError)),
    ):
        with pytest.raises(error):
            async with database.writing() as connection:
                await insert_many(connection, things, NAMES, [*ROWS, wrong])
    assert await stored(database) == []


def test_chunks_cover_everything_in_order() -> None:
    assert [list(some) for some in chunks([1, 2, 3, 4, 5], 2)] == [[1, 2], [3, 4], [5]]
    assert list(chunks([], 2)) == []
