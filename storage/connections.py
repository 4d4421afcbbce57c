"""Engines and transactions, alike on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, ExceptionContext, event, func, make_url, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from services.presence import Presence
from services.shared_writes import SharedWrites
from storage import sqlite

AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What a transaction raises while the database cannot be reached, is full, or has no time."""

BUSY_SECONDS = 30
"""How long a writer waits for a writer of another process."""

READERS = 8
"""How many connections read at once at most; further readers wait."""

_WRITERS_KEY = 0x6B746476
"""The PostgreSQL advisory lock that every writer takes."""

_QUIET = {"hide_parameters": True}
"""Errors and logs show statements without their values, which are personal data."""

Transaction = AsyncConnection
"""An open transaction. Callers outside `storage` only pass it on."""

CommitHook = Callable[[Literal["before", "after"]], None]


class Connections:
    """Transactions on an SQLite file (`sqlite+aiosqlite:///path`) or on PostgreSQL (`postgresql+psycopg://…`).

    Writers take turns on both: in this process by a lock, between processes by `BEGIN IMMEDIATE` or an
    advisory lock. What a transaction has read therefore stays true until it commits, ids are given in the
    order of commits, and no deadlock or serialisation failure has to be repeated. A write takes milliseconds,
    since nothing waits for the outside world inside a transaction. Readers see a snapshot and never wait.

    `on_commit` is called with "before" and "after" around each commit; tests end the process there.
    `foreign_keys` is for migrations on SQLite only, where they must be off.
    """

    def __init__(self, url: str, on_commit: CommitHook | None = None, *, foreign_keys: bool = True) -> None:
        parsed = make_url(url)
        self._on_commit = on_commit or (lambda moment: None)
        self._turn = asyncio.Lock()
        self.presence = Presence("database")
        """Whether the last writing transaction could be carried out."""
        is_sqlite = parsed.get_backend_name() == "sqlite"
        self._writer, self._readers = _sqlite(parsed, foreign_keys) if is_sqlite else _postgres(parsed)
        self.together = SharedWrites(self.writing)
        """Makes small changes of several tasks in one writing transaction."""

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.close()
        await self._readers.close()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction: committed on a clean exit, rolled back on an error."""
        async with self._turn:
            try:
                async with self._writer.transaction() as connection:
                    if connection.dialect.name == "postgresql":
                        await connection.execute(select(func.pg_advisory_xact_lock(_WRITERS_KEY)))
                    yield connection
                    self._on_commit("before")
            except AWAY as error:
                self.presence.lost(type(error).__name__)
                raise
            self.presence.found()
            self._on_commit("after")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A snapshot; writing in it is an error of the database."""
        async with self._readers.transaction() as connection:
            yield connection


class Pooled:
    """Transactions on connections of SQLAlchemy's pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection, connection.begin():
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


class Lent(Pooled):
    """Transactions on connections to SQLite that stay open, each lent to one transaction at a time.

    To SQLAlchemy they are one transaction for ever: its way into one and out of it, through a pool, greenlets
    and tasks, costs more than what most transactions do.
    """

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        super().__init__(engine)
        self._free: list[tuple[AsyncConnection, sqlite.Connection]] = []
        self._places = asyncio.Semaphore(most)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self._places:
            connection, driver = self._free.pop() if self._free else await self._open()
            try:
                yield connection
                await driver.commit()
            except BaseException:
                if not connection.invalidated:
                    await driver.rollback()
                raise
            finally:
                if connection.invalidated:
                    await connection.close()
                else:
                    self._free.append((connection, driver))

    async def close(self) -> None:
        while self._free:
            await self._free.pop()[0].close()
        await super().close()

    async def _open(self) -> tuple[AsyncConnection, sqlite.Connection]:
        connection = await self.engine.connect()
        await connection.begin()
        driver = sqlite.driver(connection)
        assert driver is not None
        return connection, driver


def _sqlite(url: URL, foreign_keys: bool) -> tuple[Pooled, Pooled]:
    """One connection that writes, and several that read."""
    path = url.database or ""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # WAL lets readers go on while one connection writes. With FULL a placed order survives a power cut; in
    # WAL, NORMAL would keep the file intact but could lose the last commits.
    common = ["journal_mode = WAL", "synchronous = FULL"]
    # 32 MiB hold the index pages that a big order touches.
    writing = [*common, f"foreign_keys = {foreign_keys}", "cache_size = -32768"]
    loop_time = sqlite.LoopTime()
    writer = sqlite.connect(path, BUSY_SECONDS, writing, "BEGIN IMMEDIATE", loop_time)
    reader = sqlite.connect(path, BUSY_SECONDS, [*common, "query_only = ON"], "BEGIN", loop_time)
    return (
        Lent(create_async_engine(url, async_creator=writer, pool_size=1, **_QUIET), 1),
        Lent(create_async_engine(url, async_creator=reader, pool_size=READERS, **_QUIET), READERS),
    )


def _postgres(url: URL) -> tuple[Pooled, Pooled]:
    engine = create_async_engine(url, pool_size=READERS, max_overflow=2, **_QUIET)
    event.listen(engine.sync_engine, "handle_error", _without_details)
    # With READ COMMITTED a writer sees everything that was committed before its turn.
    writer = engine.execution_options(isolation_level="READ COMMITTED")
    readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Pooled(writer), Pooled(readers)


def _without_details(context: ExceptionContext) -> None:
    """Remove from an error the failing row that PostgreSQL adds."""
    diagnosis = getattr(context.original_exception, "diag", None)
    if diagnosis is not None and diagnosis.message_primary is not None:
        context.original_exception.args = (diagnosis.message_primary,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (diagnosis.message_primary,)
