"""SQLite for SQLAlchemy's aiosqlite dialect, with one switch of threads per statement instead of four."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import aiosqlite


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
        await self._connection.run(self._execute, "execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> None:
        await self._connection.run(self._execute, "executemany", sql, parameters)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Do nothing: the statement has closed the real cursor."""

    def _execute(self, raw: sqlite3.Connection, act: str, sql: str, parameters: Any) -> None:
        cursor = getattr(raw, act)(sql, parameters)
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        # With RETURNING, rowcount is right only after all rows are fetched.
        self._rows = cursor.fetchall()
        self.rowcount = cursor.rowcount
        cursor.close()


class Connection(aiosqlite.Connection):
    """A connection whose transactions begin with their first statement, by the SQL in `opening`."""

    opening = ""
    # Tracked here, not asked of SQLite: a statement whose caller was cancelled may still begin a transaction.
    _begun = False

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def run(self, act: Callable[..., None], *arguments: Any) -> None:
        self._begun = True
        await self._execute(self._opened, act, *arguments)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        if self._begun:
            await super().commit()
            self._begun = False

    async def rollback(self) -> None:
        if self._begun:
            await super().rollback()
            self._begun = False

    def _opened(self, act: Callable[..., None], *arguments: Any) -> None:
        raw = self._conn
        if self.opening and not raw.in_transaction:
            raw.execute(self.opening)
        act(raw, *arguments)


def connect(path: str, timeout: float, pragmas: Sequence[str], opening: str) -> Callable[..., Awaitable[Any]]:
    """The `async_creator` of an engine on the file at `path`; `timeout` in seconds."""

    def connected() -> sqlite3.Connection:
        # The driver must not begin transactions by itself: it would begin a write with a plain BEGIN.
        raw = sqlite3.connect(path, timeout=timeout, isolation_level=None)
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}").close()
        return raw

    async def create(*_: Any, **__: Any) -> Connection:
        connection = Connection(connected, iter_chunk_size=64)
        # A connection that nobody closed must not keep the program from ending.
        connection._thread.daemon = True
        await connection
        connection.opening = opening
        return connection

    return create
