"""The connection behaves as SQLAlchemy expects, and holds the event loop for a moment at most."""

import asyncio
import itertools
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage import sqlite
from storage.connections import Connections
from storage.sqlite import FEW_VALUES
from tests.support.statements import watched


async def opened(path: Path, opening: str = "BEGIN") -> sqlite.Connection:
    connection = await sqlite.connect(str(path), 1, ["foreign_keys = ON"], opening, sqlite.LoopTime())()
    assert isinstance(connection, sqlite.Connection)
    return connection


async def test_the_driver_has_the_private_names_that_are_used() -> None:
    """This test must find a version without them, not the first user."""
    connection = aiosqlite.connect(":memory:")
    assert isinstance(connection._thread, threading.Thread)
    async with connection:
        assert isinstance(connection._conn, sqlite3.Connection)
        five: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        connection._tx.put_nowait((five, lambda: int("5")))
        assert await five == 5


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


@pytest.mark.long
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


ENDLESS = (
    "SELECT count(*) FROM (WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n)"
)
HEAVY = ENDLESS.replace("FROM n)", "FROM n WHERE x < 1000000)", 1)
"""A SELECT that takes some hundred times as long as the event loop waits for one."""


class Turns:
    """Counts how often the event loop turns while the block runs."""

    def __enter__(self) -> Self:
        self.count = 0
        self._handle = asyncio.get_running_loop().call_soon(self._turned)
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.cancel()

    def _turned(self) -> None:
        self.count += 1
        self._handle = asyncio.get_running_loop().call_soon(self._turned)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Connections]:
    """A file with one row in one table."""
    connections = Connections(f"sqlite+aiosqlite:///{tmp_path}/kept.db")
    async with connections.writing() as connection:
        await connection.execute(text("CREATE TABLE t (a INTEGER)"))
        await connection.execute(text("INSERT INTO t VALUES (0)"))
    yield connections
    await connections.close()


async def value(connections: Connections) -> int:
    async with connections.reading() as connection:
        return int((await connection.execute(text("SELECT a FROM t"))).scalar_one())


async def add_one(connections: Connections) -> None:
    async with connections.writing() as connection:
        await connection.execute(text("UPDATE t SET a = a + 1"))


async def test_short_reads_stay_on_the_loop_and_a_write_leaves_it_twice(
    kept: Connections,
) -> None:
    await value(kept)
    with watched() as seen:
        for _ in range(3):
            assert await value(kept) == 0
        assert len(seen.statements) == 3
        assert seen.thread_changes == 0
        async with kept.writing() as connection:
            await connection.execute(text("SELECT a FROM t"))
        assert seen.thread_changes == 0
        await add_one(kept)
        assert seen.thread_changes == 2


async def test_a_few_rows_are_inserted_on_the_loop_and_more_in_the_thread(kept: Connections) -> None:
    few, more = [(0,)] * FEW_VALUES, [(0,)] * (FEW_VALUES + 1)
    for sql, rows, hops in (
        ("INSERT INTO t VALUES (?)", few, 0),
        ("INSERT INTO t VALUES (?)", more, 1),
        # One statement of many rows is many values, too.
        ("INSERT INTO t VALUES (?), (?)", [(0, 1)] * FEW_VALUES, 1),
    ):
        async with kept.writing() as connection:
            with watched() as seen:
                await connection.exec_driver_sql(sql, rows)
            assert seen.thread_changes == hops


@pytest.mark.parametrize("writes", [False, True])
async def test_a_slow_read_does_not_hold_the_loop(kept: Connections, writes: bool) -> None:
    async with kept.writing() if writes else kept.reading() as connection:
        if writes:
            await connection.execute(text("UPDATE t SET a = 5"))
        with Turns() as turns, watched() as seen:
            assert (await connection.execute(text(HEAVY))).scalar_one() == 1_000_000
        assert turns.count > 20
        assert seen.thread_changes == 1
    # The SELECT was interrupted on the loop; the change before it was not undone.
    assert await value(kept) == (5 if writes else 0)


async def test_a_read_that_was_slow_begins_in_the_thread_until_it_is_short(kept: Connections) -> None:
    up_to = text(HEAVY.replace("1000000", ":most"))
    fetch, begun = sqlite.Connection._fetch, []

    def noted(self: sqlite.Connection, sql: str, *given: Any, **more: Any) -> sqlite.Fetched:
        begun.append(threading.current_thread() is threading.main_thread())
        return fetch(self, sql, *given, **more)

    async with kept.reading() as connection:
        with patch.object(sqlite.Connection, "_fetch", noted):
            for most in (1_000_000, 1_000_000, 10, 10):
                assert (await connection.execute(up_to, {"most": most})).scalar_one() == most
    loop, thread = True, False
    assert begun == [loop, thread, thread, thread, loop]


async def test_tasks_that_share_a_transaction_take_turns_with_its_connection(kept: Connections) -> None:
    under_way, fetch = [0], sqlite.Connection._fetch

    def alone(self: sqlite.Connection, *given: Any, **more: Any) -> sqlite.Fetched:
        under_way[0] += 1
        try:
            assert under_way[0] == 1
            return fetch(self, *given, **more)
        finally:
            under_way[0] -= 1

    async with kept.writing() as connection:
        driver = sqlite.driver(connection)
        assert driver is not None
        slow = driver.run(f"UPDATE t SET a = ({HEAVY})")
        with patch.object(sqlite.Connection, "_fetch", alone):
            await asyncio.gather(slow, *(driver.run("SELECT a FROM t") for _ in range(9)))


async def test_a_long_transaction_gives_up_the_loop(
    kept: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count()
    monkeypatch.setattr(sqlite, "perf_counter", lambda: next(clock) / 1000)
    async with kept.reading() as connection:
        with Turns() as turns:
            for _ in range(100):
                await connection.execute(text("SELECT a FROM t"))
    # Each statement looks twice at this clock, on which a millisecond passes between two looks.
    assert turns.count > 30


async def test_many_short_transactions_give_up_the_loop(
    kept: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count()
    monkeypatch.setattr(sqlite, "perf_counter", lambda: next(clock) / 1000)
    with Turns() as turns:
        for _ in range(100):
            await value(kept)
    assert turns.count > 30


@pytest.mark.parametrize("statement", [ENDLESS, f"UPDATE t SET a = ({ENDLESS})"], ids=["read", "change"])
async def test_a_statement_whose_caller_is_cancelled_ends_before_the_next_begins(
    kept: Connections, statement: str
) -> None:
    in_thread = asyncio.Event()
    loop = asyncio.get_running_loop()
    execute = sqlite.Connection._patiently

    def noted(self: sqlite.Connection, *arguments: Any) -> Any:
        loop.call_soon_threadsafe(in_thread.set)
        return execute(self, *arguments)

    async def run() -> None:
        async with kept.writing() as connection:
            await connection.execute(text(statement))

    with patch.object(sqlite.Connection, "_patiently", noted):
        task = asyncio.create_task(run())
        await in_thread.wait()
        while not task.done():
            # Cancelled before SQLite has begun the statement, it would run on: it has no end.
            task.cancel()
            await asyncio.wait([task], timeout=0.01)
    assert task.cancelled()
    await add_one(kept)
    assert await value(kept) == 1


@pytest.fixture
def holding(kept: Connections, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of writing; a line on its input lets it end."""
    program = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); c.execute('UPDATE t SET a = 10')\n"
        "print('holding', flush=True); sys.stdin.readline(); c.execute('COMMIT')\n"
    )
    arguments = [sys.executable, "-c", program, str(tmp_path / "kept.db")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


@pytest.mark.long
async def test_a_writer_waits_for_one_of_another_process_and_holds_up_nobody_meanwhile(
    kept: Connections, holding: subprocess.Popen[str]
) -> None:
    with Turns() as turns:
        writing = asyncio.create_task(add_one(kept))
        await asyncio.wait([writing], timeout=2)
        assert not writing.done()
    assert turns.count > 20
    # Who reads does not wait.
    assert await value(kept) == 0
    holding.communicate("end\n")
    await writing
    assert await value(kept) == 11


async def test_who_waits_for_another_process_can_be_cancelled_at_once(
    kept: Connections, holding: subprocess.Popen[str]
) -> None:
    writing = asyncio.create_task(add_one(kept))
    await asyncio.wait([writing], timeout=0.1)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    holding.communicate("end\n")
    await add_one(kept)
    assert await value(kept) == 11
