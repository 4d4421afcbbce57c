"""The connection that runs a statement in one step behaves as SQLAlchemy expects."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage import sqlite
from storage.connections import Connections


async def opened(path: Path, opening: str = "BEGIN") -> sqlite.Connection:
    connection = await sqlite.connect(str(path), 1, ["foreign_keys = ON"], opening)()
    assert isinstance(connection, sqlite.Connection)
    return connection


async def test_the_driver_has_the_private_names_that_are_used() -> None:
    """This test must find a version without them, not the first user."""
    connection = aiosqlite.connect(":memory:")
    assert isinstance(connection._thread, threading.Thread)
    async with connection:
        assert isinstance(connection._conn, sqlite3.Connection)
        assert await connection._execute(int, "5") == 5  # type: ignore[no-untyped-call]


async def test_a_cursor_tells_rows_counts_and_columns(tmp_path: Path) -> None:
    connection = await opened(tmp_path / "a.db")
    cursor = connection.cursor()
    await cursor.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
    assert cursor.description is None
    await cursor.executemany("INSERT INTO t (b) VALUES (?)", [("x",), ("y",), ("z",)])
    assert cursor.rowcount == 3
    await cursor.execute("INSERT INTO t (b) VALUES (?) RETURNING a, b", ("w",))
    assert cursor.rowcount == 1
    assert await cursor.fetchall() == [(4, "w")]
    columns: Sequence[Any] = cursor.description or ()
    assert [column[0] for column in columns] == ["a", "b"]
    await cursor.execute("UPDATE t SET b = ? WHERE a > ?", ("v", 2))
    assert cursor.rowcount == 2
    await connection.close()


async def test_a_transaction_begins_with_its_first_statement(tmp_path: Path) -> None:
    writer = await opened(tmp_path / "a.db", "BEGIN IMMEDIATE")
    other = await opened(tmp_path / "a.db", "BEGIN IMMEDIATE")
    await writer.rollback()
    assert not writer.in_transaction
    await writer.cursor().execute("SELECT 1")
    assert writer.in_transaction
    with pytest.raises(aiosqlite.OperationalError, match="locked"):
        await other.cursor().execute("SELECT 1")
    await writer.commit()
    await other.cursor().execute("SELECT 1")
    for connection in (writer, other):
        await connection.close()


async def test_a_statement_that_is_wrong_says_so(tmp_path: Path) -> None:
    connections = Connections(f"sqlite+aiosqlite:///{tmp_path}/a.db")
    with pytest.raises(OperationalError, match="no such table"):
        async with connections.writing() as connection:
            await connection.execute(text("SELECT * FROM nowhere"))
    async with connections.writing() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await connections.close()
