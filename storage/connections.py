"""Engines and transactions, alike on SQLite and PostgreSQL."""

import asyncio
import select
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, DateTime, ExceptionContext, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from services.ports import Turn
from services.presence import Presence
from storage import sqlite
from storage.columns import SqliteMoment
from storage.errors import AWAY
from storage.measures import Writing
from storage.shared_writes import SharedWrites
from storage.signs_of_life import signs_of_life
from storage.turns import Lines, Turns, take

BUSY_SECONDS = 30
"""How long a writer waits for a writer of another process."""

READERS = 8
"""How many connections to SQLite read at once at most; further readers wait."""

POOLED = 6
"""How many connections to PostgreSQL write at once at most, and how many read. Whoever waits for a turn of
another process has one. Four processes fit into the 100 connections that a server takes by default."""

KEPT_OPEN = 4
"""How many connections of each kind to PostgreSQL stay open while nobody uses them."""

_STOPPED = "30s"
"""How long a transaction may wait for its own process: a stopped one answers the questions above."""

_QUIET = {"hide_parameters": True}
"""Errors and logs show statements without their values, which are personal data."""

Transaction = AsyncConnection
"""An open transaction. Callers outside `storage` only pass it on."""

Change = Callable[[AsyncConnection], Awaitable[None]]

CommitHook = Callable[[Literal["before", "after"]], None]


async def make_change(connection: AsyncConnection, change: Change) -> None:
    """Make one of the changes that share a transaction."""
    await change(connection)


class Connections:
    """Transactions on an SQLite file (`sqlite+aiosqlite:///path`) or on PostgreSQL (`postgresql+psycopg://…`).

    On SQLite writers go one after the other: in this process by `Turns`, between processes by `BEGIN
    IMMEDIATE`. On PostgreSQL only those that name the same turn do, in this process and between processes:
    what a transaction reads of it stays true until it commits. Turns are taken in one order, so that no
    deadlock has to be repeated. A write takes milliseconds, since nothing waits for the outside world inside
    a transaction. Readers see a snapshot and never wait.

    `on_commit` is called with "before" and "after" around each commit; tests end the process there.
    `pragmas` of the writer on SQLite come after our own.
    """

    def __init__(self, url: str, on_commit: CommitHook | None = None, pragmas: Sequence[str] = ()) -> None:
        self.url = parsed = make_url(url)
        self._on_commit = on_commit or (lambda moment: None)
        self.presence = Presence("database")
        """Whether the last writing transaction could be carried out."""
        self.has_one_writer = parsed.get_backend_name() == "sqlite"
        """Whether all writers stand in one line, so that small changes do well to share a commit."""
        self._line: Callable[[Sequence[Turn]], AbstractAsyncContextManager[None]]
        self.apart: Pooled | None = None
        """Transactions that are committed while one of the same task is open; `None` where none can be."""
        if self.has_one_writer:
            everything = Turns()
            self._line = lambda turns: everything
            self._writer, self._readers = _sqlite(parsed, pragmas)
        else:
            self._line = Lines().first
            self._writer, self._readers, self.apart = _postgres(parsed)
        self.together = SharedWrites(self.writing, make_change, self.has_one_writer)
        """Makes a small change (`Change`) in a transaction that those of other tasks may share."""

    async def close(self) -> None:
        """Close every connection."""
        for connections in (self._writer, self._readers, self.apart):
            if connections is not None:
                await connections.close()

    @asynccontextmanager
    async def writing(self, *turns: Turn) -> AsyncIterator[AsyncConnection]:
        """A writing transaction that has these turns: committed on a clean exit, rolled back on an error."""
        timed = Writing()
        async with self._line(turns):
            try:
                async with self._writer.transaction() as connection:
                    if turns and not self.has_one_writer:
                        await take(connection, turns, set())
                    timed.begin()
                    yield connection
                    self._on_commit("before")
                timed.end()
            except AWAY as error:
                self.presence.lost(type(error).__name__)
                raise
            self.presence.found()
            self._on_commit("after")

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A snapshot; writing in it is an error of the database."""
        return self._readers.transaction()


class Pooled:
    """Transactions on connections of SQLAlchemy's pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._closed = False

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            try:
                async with connection.begin():
                    yield connection
            finally:
                await self._left(connection)

    async def close(self) -> None:
        """Close the connections that nobody uses, and each of the others when its transaction ends."""
        self._closed = True
        await self.engine.dispose()

    async def _left(self, connection: AsyncConnection) -> None:
        """Close a connection that has outlived the pool, which would keep it open."""
        if self._closed:
            await connection.invalidate()


class Lent(Pooled):
    """Transactions on connections to SQLite that stay open, each lent to one transaction at a time.

    To SQLAlchemy they are one transaction for ever: its way into one and out of it, through a pool, greenlets
    and tasks, costs more than what most transactions do.
    """

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        super().__init__(engine)
        self._free: list[tuple[AsyncConnection, sqlite.Connection]] = []
        self._places = asyncio.Semaphore(most)

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return _Loan(self)

    async def borrow(self) -> tuple[AsyncConnection, sqlite.Connection]:
        await self._places.acquire()
        try:
            return self._free.pop() if self._free else await self._open_whole()
        except BaseException:
            self._places.release()
            raise

    async def take_back(self, connection: AsyncConnection, driver: sqlite.Connection) -> None:
        try:
            await self._left(connection)
            if connection.invalidated:
                await connection.close()
            else:
                self._free.append((connection, driver))
        finally:
            self._places.release()

    async def close(self) -> None:
        while self._free:
            await self._free.pop()[0].close()
        await super().close()

    async def _open_whole(self) -> tuple[AsyncConnection, sqlite.Connection]:
        """Open one, also for the next if its borrower is cancelled: half open, its thread would stay."""
        opening = asyncio.create_task(self._open())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            await asyncio.wait([opening])
            if opening.exception() is None:
                self._free.append(opening.result())
            raise

    async def _open(self) -> tuple[AsyncConnection, sqlite.Connection]:
        connection = await self.engine.connect()
        await connection.begin()
        driver = sqlite.driver(connection)
        assert driver is not None
        return connection, driver


class _Loan(AbstractAsyncContextManager[AsyncConnection]):
    """One transaction on a lent connection. A generator would cost as much again as all it does."""

    def __init__(self, lent: Lent) -> None:
        self._lent = lent

    async def __aenter__(self) -> AsyncConnection:
        self._connection, self._driver = await self._lent.borrow()
        return self._connection

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self._commit()
            elif not self._connection.invalidated:
                await self._driver.rollback()
        finally:
            await self._lent.take_back(self._connection, self._driver)

    async def _commit(self) -> None:
        try:
            await self._driver.commit()
        except BaseException:
            if not self._connection.invalidated:
                await self._driver.rollback()
            raise


def _sqlite(url: URL, pragmas: Sequence[str]) -> tuple[Pooled, Pooled]:
    """One connection that writes, and several that read."""
    path = url.database or ""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # WAL lets readers go on while one connection writes. With FULL a placed order survives a power cut; in
    # WAL, NORMAL would keep the file intact but could lose the last commits.
    common = ["journal_mode = WAL", "synchronous = FULL"]
    # 32 MiB hold the index pages of a big order; an erased person is overwritten in free pages.
    writing = [*common, "foreign_keys = ON", "cache_size = -32768", "secure_delete = ON", *pragmas]
    loop_time = sqlite.LoopTime()
    writer = sqlite.connect(path, BUSY_SECONDS, writing, "BEGIN IMMEDIATE", loop_time)
    reader = sqlite.connect(path, BUSY_SECONDS, [*common, "query_only = ON"], "BEGIN", loop_time)

    def lent(creator: Any, count: int) -> Lent:
        engine = create_async_engine(url, async_creator=creator, pool_size=count, **_QUIET)
        engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: SqliteMoment}
        return Lent(engine, count)

    return lent(writer, 1), lent(reader, READERS)


def _postgres(url: URL) -> tuple[Pooled, Pooled, Pooled]:
    """Connections that write, that read, and one that writes beside a transaction that is open.

    Writers and readers have their own: writers that wait for a turn keep no reader waiting.
    """
    common = {"client_connection_check_interval": "5s", "idle_in_transaction_session_timeout": _STOPPED}

    # All is set when a connection opens. What is set for each transaction is set on a connection that is
    # nobody's yet: SQLAlchemy loses it where the task is cancelled meanwhile.
    def pool(most: int, isolation: str, **own: str) -> Pooled:
        kept = min(most, KEPT_OPEN)
        sizes = {"pool_size": kept, "max_overflow": most - kept}
        ours = signs_of_life(url, **common, **own)
        engine = create_async_engine(url, connect_args=ours, isolation_level=isolation, **sizes, **_QUIET)
        event.listen(engine.sync_engine, "handle_error", _without_details)
        event.listen(engine.sync_engine, "checkout", refuse_cut_off)
        return Pooled(engine)

    # With READ COMMITTED a writer sees everything that was committed before its turn.
    return (
        pool(POOLED, "READ COMMITTED"),
        pool(POOLED, "REPEATABLE READ", default_transaction_read_only="on"),
        pool(1, "READ COMMITTED"),
    )


def refuse_cut_off(_: object, record: ConnectionPoolEntry, *__: object) -> None:
    """Have the pool open another connection to PostgreSQL instead of one that the server has ended: on one
    that nobody uses it says nothing else."""
    driver: Any = record.driver_connection
    asked = select.poll()
    asked.register(driver.pgconn.socket, select.POLLIN)
    if asked.poll(0):
        raise DisconnectionError


def _without_details(context: ExceptionContext) -> None:
    """Remove from an error the failing row that PostgreSQL adds."""
    diagnosis = getattr(context.original_exception, "diag", None)
    if diagnosis is not None and diagnosis.message_primary is not None:
        context.original_exception.args = (diagnosis.message_primary,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (diagnosis.message_primary,)
