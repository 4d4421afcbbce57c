"""A prepared statement behaves as SQLAlchemy's own way with it, on both databases."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from domain.people import FirmState
from storage.database import Database
from storage.prepared import Prepared
from storage.tables.people import firms
from tests.storage.conftest import Office
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.statements import watched

_ALL = select(*firms.c).where(firms.c.state == bindparam("of_state"), firms.c.id > 0)


async def both_ways(database: Database, statement: Any, **values: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    async with database.reading() as connection:
        ours = await Prepared(statement).rows(connection, **values)
        theirs = (await connection.execute(statement, values)).all()
    return [tuple(row) for row in ours], [tuple(row) for row in theirs]


async def test_values_come_back_as_sqlalchemy_returns_them(either: Database) -> None:
    async with either.write() as uow:
        for number, state in enumerate((FirmState.APPROVED, FirmState.APPROVED, FirmState.WAITING)):
            await uow.people.add_firm("A", str(number), state, NOW)
    ours, theirs = await both_ways(either, _ALL, of_state=FirmState.APPROVED)
    assert ours == theirs
    assert [type(value) for value in ours[0]] == [type(value) for value in theirs[0]]
    assert len(ours) == 2
    assert (await both_ways(either, _ALL, of_state=FirmState.REFUSED)) == ([], [])


async def test_the_first_row_or_none(either: Database) -> None:
    statement = Prepared(_ALL)
    async with either.write() as uow:
        firm = await uow.people.add_firm("A", "1", FirmState.APPROVED, NOW)
    async with either.reading() as connection:
        assert (await statement.first(connection, of_state=FirmState.APPROVED))[0] == firm.id
        assert await statement.first(connection, of_state=FirmState.WAITING) is None


async def test_a_change_of_a_row_needs_no_thread(office: Office) -> None:
    rename = Prepared(update(firms).where(firms.c.id == bindparam("of")), assigned=["name"])
    async with office.database.writing() as connection:
        with watched() as seen:
            assert not await rename.rows(connection, of=office.firm.id, name="B")
        assert seen.thread_changes == 0
    async with office.database.read() as uow:
        assert (await uow.people.firm(office.firm.id)).name == "B"


async def test_errors_are_those_of_sqlalchemy_and_keep_values_to_themselves(either: Database) -> None:
    add = Prepared(insert(firms), assigned=[column.name for column in firms.c if column.name != "id"])
    values: dict[str, Any] = {column.name: "" for column in firms.c if column.name != "id"}
    values |= {"name": "Secret", "tax_code": "0100109106", "state": FirmState.APPROVED}
    values |= {"cleared": False, "told": 0}

    async def register(**more: Any) -> None:
        async with either.writing() as connection:
            await add.rows(connection, **values | more)

    await register(created_at=NOW)
    with pytest.raises(IntegrityError) as caught:
        await register(created_at=NOW, state=None)
    assert "firms" in str(caught.value)
    assert "0100109106" not in str(caught.value)
    assert "Secret" not in str(caught.value)
    with pytest.raises((StatementError, ValueError), match="time zone"):
        await register(created_at=NOW.replace(tzinfo=None))
