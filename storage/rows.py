"""Many rows at once, and the parts that several tables share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounting import AccountingData
from domain.recipients import InvoiceRecipient, NoticeRecipient

T = TypeVar("T")

ACCOUNTING = tuple(field.name for field in fields(AccountingData))
NOTICE = tuple(f"notice_{field.name}" for field in fields(NoticeRecipient))
INVOICE = tuple(f"invoice_{field.name}" for field in fields(InvoiceRecipient))
"""Columns of the value objects that tables hold, in the order of their fields."""

NO_ACCOUNTING = dict.fromkeys(ACCOUNTING)

MAX_IN = 5_000
"""Values of one IN list; SQLite takes 32,766 parameters."""


def upsert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which both databases spell alike."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


async def insert_many(
    connection: AsyncConnection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    ending: str = "",
) -> None:
    """Insert `rows`, tuples in the order of `names`, at the speed of the bare driver.

    SQLAlchemy's own executemany builds a dictionary and runs every converter for every row, which costs
    as much again as SQLite's work. Here only columns that need a converter meet one, once a distinct value.
    `ending` is appended to the statement (`ON CONFLICT …`).
    """
    if not rows:
        return
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    columns, marks = ", ".join(map(quote, names)), ", ".join([mark] * len(names))
    sql = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks}) {ending}"
    await connection.exec_driver_sql(sql, _bound(dialect, table, names, rows))


def _bound(
    dialect: Dialect, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[tuple[Any, ...]]:
    """`rows` in values that the driver takes, column by column."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for at, name in enumerate(names):
        convert: Callable[[Any], Any] | None = (
            table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        )
        if convert is not None:
            known = {value: convert(value) for value in set(columns[at])}
            columns[at] = [known[value] for value in columns[at]]
    return list(zip(*columns, strict=True))


def chunks(values: Sequence[T], size: int = MAX_IN) -> Iterator[Sequence[T]]:
    """`values` in pieces short enough for one IN list."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def accounting_values(data: AccountingData | None) -> dict[str, Any]:
    """Column values of `data`; all NULL for none."""
    return dict(NO_ACCOUNTING) if data is None else {name: getattr(data, name) for name in ACCOUNTING}
