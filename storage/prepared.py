"""Statements of every tap, compiled once: SQLAlchemy recognises a statement anew each time it runs."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sqlite import driver

_Convert = Callable[[Any], Any] | None


class Prepared:
    """A statement that is built at import and asks for or changes a few rows, found by an index.

    Its parameters are single values under names that are always the same; `assigned` are those of the columns
    that an UPDATE sets. On SQLite it goes to the driver past SQLAlchemy and runs on the event loop.
    """

    def __init__(self, statement: Executable, assigned: Sequence[str] = ()) -> None:
        self._statement = statement
        self._assigned = assigned
        self._sql = ""

    async def rows(self, connection: AsyncConnection, **values: Any) -> Sequence[Any]:
        """Run it. Rows are tuples; a change has none."""
        below = driver(connection)
        if below is None:
            result = await connection.execute(self._statement, values)
            return result.all() if result.returns_rows else ()
        if not self._sql:
            self._compile(connection.dialect)
        values = {**self._fixed, **values}
        bound = tuple(
            [convert(values[name]) if convert else values[name] for name, convert in self._parameters]
        )
        try:
            rows = (await below.run(self._sql, bound, short=True)).rows
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                self._sql, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
            ) from error
        return [self._converted(row) for row in rows] if self._columns else rows

    async def first(self, connection: AsyncConnection, **values: Any) -> Any:
        """Its first row, or `None`."""
        rows = await self.rows(connection, **values)
        return rows[0] if rows else None

    def _compile(self, dialect: Dialect) -> None:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=list(self._assigned))  # type: ignore[attr-defined]
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        columns = getattr(self._statement, "selected_columns", ())
        self._parameters: list[tuple[str, _Convert]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup
        ]
        self._columns = [
            (at, convert)
            for at, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        self._sql = compiled.string

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for at, convert in self._columns:
            values[at] = convert(values[at])
        return values
