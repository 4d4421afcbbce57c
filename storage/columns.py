"""Columns that behave alike on SQLite and PostgreSQL."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Integer,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.types import TypeDecorator

Id = BigInteger().with_variant(Integer(), "sqlite")
"""An id. SQLite numbers rows by itself only where the key is declared INTEGER."""

SortText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point, whatever the locale of the server."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: takes aware datetimes (`ValueError` for naive ones) and returns them in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone: what was written there is UTC.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SqliteMoment(DATETIME):
    """SQLite's moment as text, which compares rightly in one zone only.

    `ValueError` for a moment outside UTC: it is bound without the type of its column, `UtcDateTime`.
    """

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        process: Any = super().bind_processor(dialect)

        def bind(value: datetime | None) -> Any:
            if value is not None and value.utcoffset() != timedelta():
                raise ValueError("a moment outside UTC: give the value the type of its column")
            return process(value)

        return bind


def one_of(values: type[StrEnum], name: str) -> Enum:
    """The type of a text column that takes only `values`, by a check constraint called `name`."""
    return Enum(
        values, native_enum=False, create_constraint=True, length=30, name=name, values_callable=_texts
    )


def _texts(values: type[StrEnum]) -> Sequence[str]:
    return [member.value for member in values]


def id_column() -> Column[int]:
    return Column("id", Id, primary_key=True)


def moment_column(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)


def text_column(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def reference(table: str, name: str = "", **options: Any) -> Column[int]:
    """A foreign key to `table`, called `name` or after the table: `order_id` for `orders`."""
    target = ForeignKey(f"{table}.id", ondelete=options.pop("ondelete", None))
    options.setdefault("nullable", False)
    return Column(name or f"{table.removesuffix('s')}_id", Id, target, **options)


def accounting_columns(nullable: bool) -> tuple[Column[Any] | CheckConstraint, ...]:
    """The columns of `AccountingData`. A row without a regime has no accounting data."""
    columns: tuple[Column[Any] | CheckConstraint, ...] = (
        Column("regime", Text, nullable=nullable),
        Column("vat_method", Text, nullable=nullable),
        Column("first_month", SmallInteger, nullable=nullable),
        Column("data_start", Date),
        Column("currency", Text, nullable=nullable),
        Column("costing", Text, nullable=nullable),
        Column("income_method", Text),
    )
    whole = CheckConstraint(
        "(regime IS NULL) = (vat_method IS NULL) AND (regime IS NULL) = (first_month IS NULL)"
        " AND (regime IS NULL) = (currency IS NULL) AND (regime IS NULL) = (costing IS NULL)"
        " AND (regime IS NOT NULL OR data_start IS NULL)",
        name="accounting_whole",
    )
    return (*columns, whole) if nullable else columns


def where(condition: str, postgresql: str = "") -> dict[str, Any]:
    """The condition of a partial index; `postgresql` where it differs, as SQLite has no booleans."""
    return {"sqlite_where": text(condition), "postgresql_where": text(postgresql or condition)}
