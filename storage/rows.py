"""Inserting many rows at once, and the columns that several tables share."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounting import AccountingData
from domain.recipients import InvoiceRecipient, NoticeRecipient

T = TypeVar("T")

ACCOUNTING = tuple(field.name for field in fields(AccountingData))
NOTICE = tuple(f"notice_{field.name}" for field in fields(NoticeRecipient))
INVOICE = tuple(f"invoice_{field.name}" for field in fields(InvoiceRecipient))
"""The columns of each value object, in the order of its fields."""

NO_ACCOUNTING = dict.fromkeys(ACCOUNTING)

MAX_IN = 5_000
"""How many values an IN list has at most; SQLite takes 32,766 parameters."""

BATCH = 1_000
"""How many rows the driver gets at once at most, so that others have their turn in between."""


def upsert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with ON CONFLICT, which both databases spell alike."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


async def insert_many(
    connection: AsyncConnection,
    table: Table,
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    ending: str = "",
) -> None:
    """Insert `rows`, tuples in the order of `names`, at the speed of the bare driver.

    SQLAlchemy's own executemany builds a dictionary and runs every converter for every row, which costs
    as much again as SQLite's work. Here a converter runs only for columns that need it, and once for each
    distinct value. `ending` is appended to the statement (`ON CONFLICT …`).
    """
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    columns, marks = ", ".join(map(quote, names)), ", ".join([mark] * len(names))
    sql = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks}) {ending}"
    converters = {at: _Converted(table.c[name], dialect) for at, name in enumerate(names)}
    converters = {at: converted for at, converted in converters.items() if converted.convert}
    remaining = iter(rows)
    while some := list(islice(remaining, BATCH)):
        await connection.exec_driver_sql(sql, _bound(some, converters))


class _Converted(dict[Any, Any]):
    """The values of a column as the driver takes them. Each distinct value is converted once."""

    def __init__(self, column: Column[Any], dialect: Dialect) -> None:
        super().__init__()
        self.convert: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)

    def __missing__(self, value: Any) -> Any:
        assert self.convert is not None
        return self.setdefault(value, self.convert(value))


def _bound(rows: list[tuple[Any, ...]], converters: dict[int, _Converted]) -> list[tuple[Any, ...]]:
    if not converters:
        return rows
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for at, converted in converters.items():
        columns[at] = map(converted.__getitem__, columns[at])
    return list(zip(*columns, strict=True))


def chunks(values: Sequence[T], size: int = MAX_IN) -> Iterator[Sequence[T]]:
    """`values` in pieces that fit an IN list."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def accounting_values(data: AccountingData | None) -> dict[str, Any]:
    """The column values of `data`; all None where there is no data."""
    return dict(NO_ACCOUNTING) if data is None else {name: getattr(data, name) for name in ACCOUNTING}
