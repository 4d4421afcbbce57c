"""Inserting many rows at once, and the columns that several tables share."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import chain, islice
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    Table,
    Text,
    TypeDecorator,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

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

FEW_IN = 20
"""How many values `among` gives one by one at most."""

BATCH = 1_000
"""How many rows the driver gets at once at most, so that others have their turn in between."""

TOGETHER = 250
"""How many rows one statement inserts at most; with more, SQLite gains no more."""


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
    distinct value; and a statement of many rows costs a fifth less than as many statements. `ending` is
    appended to the statement (`ON CONFLICT …`).
    """
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    columns, marks = ", ".join(map(quote, names)), ", ".join([mark] * len(names))
    begin = f"INSERT INTO {quote(table.name)} ({columns}) VALUES "
    converters = {at: _Converted(table.c[name], dialect) for at, name in enumerate(names)}
    converters = {at: converted for at, converted in converters.items() if converted.convert}
    width, remaining = len(names), iter(rows)
    while some := list(islice(remaining, BATCH)):
        values = list(chain.from_iterable(some))
        for at, converted in converters.items():
            values[at::width] = map(converted.__getitem__, values[at::width])
        whole = len(values) - len(values) % (width * TOGETHER)
        if whole:
            sql = f"{begin}{', '.join([f'({marks})'] * TOGETHER)} {ending}"
            together = map(tuple, chunks(values[:whole], width * TOGETHER))
            await connection.exec_driver_sql(sql, list(together))
        if whole < len(values):
            single = map(tuple, chunks(values[whole:], width))
            await connection.exec_driver_sql(f"{begin}({marks}) {ending}", list(single))


class _Converted(dict[Any, Any]):
    """The values of a column as the driver takes them. Each distinct value is converted once."""

    def __init__(self, column: Column[Any], dialect: Dialect) -> None:
        super().__init__()
        self.convert: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)

    def __missing__(self, value: Any) -> Any:
        assert self.convert is not None
        return self.setdefault(value, self.convert(value))


def among(connection: AsyncConnection, column: Column[T], values: Collection[T]) -> ColumnElement[bool]:
    """Whether `column` is one of `values`, however many: more than a few are one parameter, since thousands
    cost more than looking them up."""
    if len(values) <= FEW_IN:
        return column.in_(values)
    if connection.dialect.name == "sqlite":
        given = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(given.c.value))
    return column == any_(literal(list(values), postgresql.ARRAY(column.type)))


class _Many(TypeDecorator[Collection[Any]]):
    """Many values of one type as one parameter."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self._of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return postgresql.ARRAY(self._of) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


def given(dialect: str, column: Column[T], name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the values of the parameter `name`: what `among` is for a statement that is
    built once for each dialect."""
    values = bindparam(name, type_=_Many(column.type))
    if dialect == "postgresql":
        return column == any_(values)
    return column.in_(select(func.json_each(values).table_valued("value").c.value))


def spelled_out(column: Column[Any], *values: str) -> ColumnElement[bool]:
    """Whether `column` is one of these words of the program, which stand in the statement as text: SQLite
    uses a partial index only for its own condition, and a `Prepared` statement has no lists."""
    words = ", ".join(f"'{value}'" for value in sorted(values))
    name = f"{column.table.name}.{column.name}"
    return literal_column(f"({name} = {words})" if len(values) == 1 else f"({name} IN ({words}))")


def chunks(values: Sequence[T], size: int = MAX_IN) -> Iterator[Sequence[T]]:
    """`values` in pieces that fit an IN list."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def accounting_values(data: AccountingData | None) -> dict[str, Any]:
    """The column values of `data`; all None where there is no data."""
    return dict(NO_ACCOUNTING) if data is None else {name: getattr(data, name) for name in ACCOUNTING}
