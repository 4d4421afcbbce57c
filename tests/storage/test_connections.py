"""Transactions: nothing is lost or half done, and readers neither wait nor write."""

import asyncio
import gc
import itertools
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from traceback import format_exception
from typing import Any, cast

import pytest
from sqlalchemy import insert, literal, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from domain.calendar import VIETNAM
from domain.people import FirmState
from services.ports import Turn
from storage.columns import UtcDateTime
from storage.connections import Connections
from storage.database import Database
from storage.engine import MOST_CONNECTIONS, open_engine
from storage.holds import SharedHolds
from storage.migrate import upgrade
from storage.shared_states import SharedStates
from storage.tables.catalogue import customers
from storage.tables.people import firms
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.postgres import end_connections

TAX_CODE = "0100109106"
FIRM = {"name": "A", "tax_code": "0", "state": FirmState.APPROVED, "note": "", "created_at": NOW}


async def count(connections: Connections) -> int:
    async with connections.reading() as connection:
        return int((await connection.execute(text("SELECT tax_code FROM firms"))).scalar_one())


async def add_one(connections: Connections) -> None:
    """Read, wait, write: this loses updates unless writers have one turn after the other."""
    async with connections.writing(Turn.prices()) as connection:
        old = int((await connection.execute(text("SELECT tax_code FROM firms"))).scalar_one())
        await asyncio.sleep(0)
        await connection.execute(update(firms).values(tax_code=str(old + 1)))


async def start(connections: Connections) -> None:
    async with connections.writing() as connection:
        await connection.execute(insert(firms).values(FIRM))


async def test_a_thousand_concurrent_updates_lose_nothing(either: Database) -> None:
    await start(either)
    await asyncio.gather(*(add_one(either) for _ in range(1000)))
    assert await count(either) == 1000


async def test_two_that_write_at_once_take_turns(either: Database, either_url: str) -> None:
    await start(either)
    other = Database(either_url)
    try:
        await asyncio.gather(*(add_one(one) for _ in range(100) for one in (either, other)))
    finally:
        await other.close()
    assert await count(either) == 200


async def test_a_reader_sees_one_moment_and_does_not_wait(either: Database) -> None:
    await start(either)
    async with either.reading() as reader:
        statement = text("SELECT tax_code FROM firms")
        before = (await reader.execute(statement)).scalar_one()
        await add_one(either)
        assert (await reader.execute(statement)).scalar_one() == before
    assert await count(either) == 1


async def test_a_reader_cannot_write(either: Database) -> None:
    with pytest.raises(DBAPIError):
        async with either.reading() as connection:
            await connection.execute(insert(firms).values(FIRM))


async def test_an_error_undoes_everything(either: Database) -> None:
    await start(either)

    async def fail() -> None:
        async with either.writing() as connection:
            await connection.execute(update(firms).values(tax_code="9"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await count(either) == 0


async def test_a_cancelled_writer_undoes_everything_and_lets_the_next_one_in(either: Database) -> None:
    await start(either)
    under_way = asyncio.Event()

    async def write_and_wait() -> None:
        async with either.writing() as connection:
            await connection.execute(update(firms).values(tax_code="9"))
            under_way.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write_and_wait())
    await under_way.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await add_one(either)
    assert await count(either) == 1


async def test_writers_cancelled_at_any_moment_leave_whole_turns(either: Database) -> None:
    await start(either)
    tasks = [asyncio.create_task(add_one(either)) for _ in range(50)]
    for number, task in enumerate(tasks):
        await asyncio.sleep(0.0005 * (number % 5))
        if number % 2:
            task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    done = sum(1 for result in ended if result is None)
    # A commit under way cannot be undone, but its task ends as cancelled all the same.
    assert done <= await count(either) <= len(tasks)
    await add_one(either)


async def test_a_row_must_point_at_a_row(either: Database) -> None:
    row: dict[str, object] = {
        column.name: "" for column in customers.c if not column.nullable and column.name != "id"
    }
    row |= {"firm_id": 77, "kind": "enterprise", "in_catalogue": True, "archived": False, "erased": False}
    row |= {"created_at": NOW, "updated_at": NOW}
    with pytest.raises(IntegrityError):
        async with either.writing() as connection:
            await connection.execute(insert(customers).values(**row))


async def test_a_moment_without_a_zone_is_refused(either: Database) -> None:
    naive = datetime(2026, 6, 15)  # noqa: DTZ001
    with pytest.raises(StatementError, match="time zone"):
        async with either.writing() as connection:
            await connection.execute(insert(firms).values({**FIRM, "created_at": naive}))


async def test_sqlite_takes_no_moment_that_it_would_compare_wrongly(sqlite_url: str) -> None:
    """As text, 7 o'clock in Vietnam would come after midnight in UTC, which is the same moment."""
    database, morning = Connections(sqlite_url), datetime(2026, 6, 15, 7, tzinfo=VIETNAM)
    async with database.reading() as connection:
        assert await connection.scalar(select(literal(morning, UtcDateTime))) == morning
        with pytest.raises(StatementError, match="outside UTC"):
            await connection.execute(select(literal(morning)))
    await database.close()


async def test_errors_keep_values_to_themselves(either: Database) -> None:
    async def register(name: str | None) -> None:
        async with either.writing() as connection:
            values = {**FIRM, "id": 1, "name": name, "tax_code": TAX_CODE}
            await connection.execute(insert(firms).values(values))

    await register("Nguyễn Văn A")
    for name in ("Nguyễn Văn A", None):
        with pytest.raises(IntegrityError) as caught:
            await register(name)
        said = "".join(format_exception(caught.value))
        assert "firms" in said
        assert TAX_CODE not in said
        assert "Nguyễn" not in said


async def test_postgresql_looks_for_machines_that_have_vanished(postgresql_url: str) -> None:
    wanted = {
        "tcp_keepalives_idle": "4",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "10000",
        "client_connection_check_interval": "5s",
        "idle_in_transaction_session_timeout": "30s",
        "application_name": "given",
    }
    database = Database(f"{postgresql_url}?options=-c%20application_name%3Dgiven")
    try:
        for opened in (database.writing(), database.reading()):
            async with opened as connection:
                found = {name: await connection.scalar(text(f"SHOW {name}")) for name in wanted}
            assert found == wanted
    finally:
        await database.close()


async def test_every_connection_has_the_options_of_the_address(postgresql_url: str) -> None:
    """Such as the schema in which the tables are."""
    url = f"{postgresql_url}?options=-c%20application_name%3Dgiven"
    sessions = text("SELECT application_name FROM pg_stat_activity WHERE datname = current_database()")
    database = Connections(url)
    async with SharedHolds(url), SharedStates(url) as states, open_engine(database):
        await states.change("a", lambda body, now: (None, None))
        async with asyncio.timeout(60):
            names: list[str] = []
            # The pool of the engine connects beside us.
            while len(names) < 4:
                async with database.reading() as connection:
                    names = list(await connection.scalars(sessions))
    assert set(names) == {"given"}
    await database.close()


async def test_the_hook_stands_around_each_commit(either_url: str) -> None:
    moments: list[str] = []
    database = Database(either_url, on_commit=moments.append)
    try:
        await start(database)
        await count(database)
        with pytest.raises(RuntimeError):
            async with database.writing():
                raise RuntimeError
    finally:
        await database.close()
    assert moments == ["before", "after"]


async def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/new/folder/bot.db"
    await upgrade(url)
    database = Database(url)
    try:
        await start(database)
        async with database.reading() as connection:
            found = {
                name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("journal_mode", "synchronous", "query_only")
            }
        async with database.writing() as connection:
            keys = (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one()
    finally:
        await database.close()
    full = 2
    assert found == {"journal_mode": "wal", "synchronous": full, "query_only": 1}
    assert keys == 1


async def test_one_who_is_cancelled_while_a_connection_opens_leaves_no_thread_behind(
    database_url: str,
) -> None:
    before = set(threading.enumerate())
    for steps in range(40):
        connections = Connections(database_url)
        async with connections.writing():
            reader = asyncio.create_task(_read(connections))
            for _ in range(steps):
                await asyncio.sleep(0)
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        await connections.close()
        for thread in set(threading.enumerate()) - before:
            thread.join(5)
            assert not thread.is_alive()


async def _read(connections: Connections) -> None:
    async with connections.reading() as connection:
        await connection.execute(text("SELECT 1"))


class CancelledAt:
    """Awaits `work` in a task, which is cancelled when it waits for the `place`th time."""

    def __init__(self, work: Coroutine[Any, Any, None], place: int) -> None:
        self._work, self._place, self.waits = work, place, 0

    async def run(self) -> None:
        await self

    def __await__(self) -> Generator[Any, Any, None]:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task
        waiting = self._work.__await__()
        go_on: Callable[[], Any] = partial(next, waiting)
        while True:
            try:
                future = go_on()
            except StopIteration:
                return
            self.waits += 1
            if self.waits == self._place:
                loop.call_soon(task.cancel)
            try:
                yield future
                go_on = partial(next, waiting)
            except BaseException as error:
                go_on = partial(waiting.throw, error)


async def test_who_is_cancelled_at_any_moment_loses_no_connection(postgresql_url: str) -> None:
    """A reader lost it while the isolation of its transaction was set."""
    connections = Connections(postgresql_url)
    assert connections.apart is not None
    pools = [
        one.engine.sync_engine.pool for one in (connections._writer, connections._readers, connections.apart)
    ]

    async def use(transaction: AbstractAsyncContextManager[AsyncConnection]) -> None:
        async with transaction as connection:
            await connection.execute(text("SELECT 1"))

    for begin in (connections.reading, connections.writing, connections.apart.transaction):
        await use(begin())
        for place in itertools.count(1):
            cancelled = CancelledAt(use(begin()), place)
            await asyncio.gather(asyncio.create_task(cancelled.run()), return_exceptions=True)
            assert [cast(QueuePool, pool).checkedout() for pool in pools] == [0, 0, 0], (begin, place)
            if cancelled.waits < place:
                break
    await connections.close()


async def outlive(url: str) -> None:
    """End a transaction after its database was closed."""
    connections = Connections(url)
    began, may_end = asyncio.Event(), asyncio.Event()

    async def read() -> None:
        async with connections.reading():
            began.set()
            await may_end.wait()

    reader = asyncio.create_task(read())
    await began.wait()
    await connections.close()
    may_end.set()
    await reader


async def test_a_transaction_that_outlives_the_database_leaves_nothing_open(database_url: str) -> None:
    threads = set(threading.enumerate())
    await outlive(database_url)
    # The collector warns of what was left open, and a warning is an error.
    gc.collect()
    # A thread ends a moment after it has said that it will.
    for thread in set(threading.enumerate()) - threads:
        thread.join(60)
        assert not thread.is_alive()


async def test_four_processes_fit_into_a_server_of_its_defaults(postgresql_url: str) -> None:
    """It takes 100 connections, three of which are kept for its operators."""

    def most(engine: AsyncEngine) -> int:
        pool = cast(QueuePool, engine.sync_engine.pool)
        assert pool._max_overflow >= 0
        return pool.size() + pool._max_overflow

    database, states = Connections(postgresql_url), SharedStates(postgresql_url)
    assert database.apart is not None
    pools = [one.engine for one in (database._writer, database._readers, database.apart)]
    holds, watch = 1, 1
    process = sum(map(most, [*pools, states._engine])) + MOST_CONNECTIONS + holds + watch
    assert 4 * process <= 100 - 3
    await database.close()


async def test_a_connection_that_was_cut_off_fails_nobody(postgresql_url: str) -> None:
    """After a restart of the database every connection that is kept is a dead one. The first person who came
    then was answered, the answer could not be settled, and came again."""
    database = Connections(postgresql_url)
    assert database.apart is not None
    for _ in range(2):
        for transaction in (database.reading(), database.writing(), database.apart.transaction()):
            async with transaction as connection:
                await connection.execute(text("SELECT 1"))
        end_connections(postgresql_url)
    await database.close()
