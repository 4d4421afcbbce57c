"""SQLite for SQLAlchemy's aiosqlite dialect: short work on the event loop, all else in aiosqlite's thread."""

import asyncio
import math
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from time import monotonic, perf_counter
from typing import Any, ClassVar, NamedTuple, TypeVar

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.unstoppable import Unstoppable

T = TypeVar("T")

SHORT_SECONDS = 0.004
"""How long one SELECT may hold the event loop, and how long all statements of one turn of the loop may."""

FEW_VALUES = 1_000
"""How many values are inserted on the event loop at most: a list of some 50 rows."""

_STEPS = 4_000
"""Steps of SQLite's machine between two looks at the clock: some 0.1 ms."""

_RETRY_SECONDS = 0.005
"""How often a writer asks whether another process is done."""

_FOR_THE_THREAD = (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY)


class Fetched(NamedTuple):
    """What a statement left: all its rows, and what a cursor tells of them."""

    rows: list[Any]
    rowcount: int
    lastrowid: int | None
    description: Sequence[Any] | None


class Cursor:
    """The part of a cursor that SQLAlchemy uses. A statement fetches all its rows at once."""

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Sequence[Any] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        self._keep(await self._connection.run(sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> None:
        self._keep(await self._connection.run(sql, parameters, many=True))

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Do nothing: the statement has closed the real cursor."""

    def _keep(self, fetched: Fetched) -> None:
        self._rows, self.rowcount, self.lastrowid, self.description = fetched


class LoopTime:
    """How long statements have held the event loop since it last turned."""

    _began = 0.0

    def is_over(self) -> bool:
        """Whether statements have held it too long; asked before each."""
        if self._began:
            return perf_counter() - self._began > SHORT_SECONDS
        self._began = perf_counter()
        asyncio.get_running_loop().call_soon(self._end)
        return False

    def _end(self) -> None:
        self._began = 0.0


class _InThread(Unstoppable[T]):
    """The result of what the thread does. Whoever is cancelled has it interrupted."""

    def __init__(self, interrupt: Callable[[], None] | None) -> None:
        super().__init__()
        self._interrupt = interrupt

    def cancel(self, msg: Any = None) -> bool:
        if self._interrupt is not None:
            self._interrupt()
        return super().cancel(msg)


class Connection(aiosqlite.Connection):
    """A connection whose transactions begin with their first statement, by the SQL in `opening`.

    The thread and the event loop never use it at the same time: whoever waits for the thread waits to the
    end, even when cancelled.
    """

    opening = ""
    busy_seconds = 0.0
    loop_time = LoopTime()
    _statement: asyncio.Lock
    """Held by the statement under way, as tasks may share a transaction."""
    _until = math.inf
    _changed = False
    _long: ClassVar[set[int]] = set()
    """Hashes of the SQL that took longer than `SHORT_SECONDS` the last time, in this program."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def run(
        self, sql: str, parameters: Any = (), *, many: bool = False, short: bool = False
    ) -> Fetched:
        """Run one statement.

        A SELECT begins on the event loop. If it takes longer than `SHORT_SECONDS`, or finds the file locked,
        it begins again in the thread, which leaves its transaction as it was; the same SQL begins there the
        next time, until it was short. Changes run in the thread,
        because SQLite undoes the whole transaction of a change that is interrupted; all but those of a few
        rows: an INSERT of values, or what its caller calls `short`. What is `short` gets no description.
        """
        if self.loop_time.is_over():
            await asyncio.sleep(0)
            self.loop_time.is_over()
        if not self._statement.locked() and self._begins():
            # Most are over without anything to wait for, and need no lock.
            found = self._at_once(sql, parameters, many, short)
            if found is not None:
                return found
        async with self._statement:
            await self._begin()
            was_long = hash(sql) in self._long
            found = self._at_once(sql, parameters, many, short)
            if found is None and was_long:
                found = await self._in_thread(self._measure, sql, parameters)
            elif found is None:
                found = await self._in_thread(self._fetch, sql, parameters, many)
            return found

    def _at_once(self, sql: str, parameters: Any, many: bool, short: bool) -> Fetched | None:
        """What it left, or `None` if it is for the thread."""
        if sql.startswith("SELECT"):
            if hash(sql) in self._long:
                return None
            self._until = perf_counter() + SHORT_SECONDS
        else:
            self._changed = True
            if not (short or _inserts_few(sql, parameters, many)):
                return None
        try:
            return self._fetch(sql, parameters, many, short)
        except sqlite3.OperationalError as error:
            if not _is_for_the_thread(error):
                raise
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                self._long.add(hash(sql))
            return None
        finally:
            self._until = math.inf

    async def commit(self) -> None:
        await self._end(self._conn.commit)

    async def rollback(self) -> None:
        await self._end(self._conn.rollback)

    async def _begin(self) -> None:
        """Begin, waiting for a writer of another process; a cancelled caller waits no longer."""
        deadline = monotonic() + self.busy_seconds
        while not self._begins(patient=monotonic() <= deadline):  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(_RETRY_SECONDS)

    def _begins(self, patient: bool = True) -> bool:
        """Whether its transaction has begun; if not, another process is writing."""
        if self._conn.in_transaction or not self.opening:
            return True
        self._changed = False
        try:
            self._conn.execute(self.opening).close()
        except sqlite3.OperationalError as error:
            if not patient or not _is_for_the_thread(error):
                raise
            return False
        return True

    async def _end(self, act: Callable[[], None]) -> None:
        """A transaction that only read has nothing to wait for."""
        if not self.in_transaction:
            return
        if self._changed:
            # The transaction has all its locks: there is nothing to be patient for, or to interrupt.
            await self._in_thread(act, interruptible=False)
        else:
            act()

    async def _in_thread(self, act: Callable[..., T], *arguments: Any, interruptible: bool = True) -> T:
        running = _InThread[T](self._conn.interrupt if interruptible else None)
        call = partial(self._patiently, act, *arguments) if interruptible else act
        self._tx.put_nowait((running, call))
        try:
            return await running
        except asyncio.CancelledError:
            running.exception()
            raise

    def _patiently(self, act: Callable[..., T], *arguments: Any) -> T:
        raw = self._conn
        # The clock is looked at on the event loop only: here each look would wait for the interpreter's lock.
        raw.set_progress_handler(None, 0)
        raw.execute(f"PRAGMA busy_timeout = {int(self.busy_seconds * 1000)}").close()
        try:
            return act(*arguments)
        finally:
            raw.execute("PRAGMA busy_timeout = 0").close()
            raw.set_progress_handler(self._is_late, _STEPS)

    def _fetch(self, sql: str, parameters: Any, many: bool, short: bool = False) -> Fetched:
        raw = self._conn
        cursor = raw.executemany(sql, parameters) if many else raw.execute(sql, parameters)
        # With RETURNING, rowcount is right only after all rows are fetched.
        rows = cursor.fetchall()
        fetched = Fetched(rows, cursor.rowcount, cursor.lastrowid, None if short else cursor.description)
        cursor.close()
        return fetched

    def _measure(self, sql: str, parameters: Any) -> Fetched:
        began = perf_counter()
        fetched = self._fetch(sql, parameters, many=False)
        if perf_counter() - began < SHORT_SECONDS:
            self._long.discard(hash(sql))
        return fetched

    def _is_late(self) -> bool:
        return perf_counter() > self._until


def _inserts_few(sql: str, parameters: Any, many: bool) -> bool:
    if not sql.startswith("INSERT") or "SELECT" in sql:
        return False
    return not many or sum(map(len, parameters)) <= FEW_VALUES


def _is_for_the_thread(error: sqlite3.OperationalError) -> bool:
    # Without the upper bits, which say what kind of busy it is.
    return error.sqlite_errorcode & 0xFF in _FOR_THE_THREAD


def driver(connection: AsyncConnection) -> Connection | None:
    """The driver's connection below one of SQLAlchemy's, if it is one of these."""
    below = connection.sync_connection
    found = below.connection.driver_connection if below is not None else None
    return found if isinstance(found, Connection) else None


def connect(
    path: str, busy_seconds: float, pragmas: Sequence[str], opening: str, loop_time: LoopTime
) -> Callable[..., Awaitable[Any]]:
    """The `async_creator` of an engine on the file at `path`, which waits `busy_seconds` for other processes.

    Connections with the same `loop_time` share what they may take of one turn of the event loop.
    """

    def connected() -> sqlite3.Connection:
        # The driver must not begin transactions by itself: it would begin a write with a plain BEGIN.
        raw = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
        for pragma in (*pragmas, "busy_timeout = 0"):
            raw.execute(f"PRAGMA {pragma}").close()
        return raw

    async def create(*_: Any, **__: Any) -> Connection:
        connection = Connection(connected, iter_chunk_size=64)
        # A connection that nobody closed must not keep the program from ending.
        connection._thread.daemon = True
        await connection
        connection.opening, connection.busy_seconds, connection.loop_time = opening, busy_seconds, loop_time
        connection._statement = asyncio.Lock()
        connection._conn.set_progress_handler(connection._is_late, _STEPS)
        return connection

    return create
