"""Column types that behave alike on SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, Text
from sqlalchemy.types import TypeDecorator

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts rows up by itself only for a key declared INTEGER."""

SortText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its code points, whatever the locale of the server."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Takes aware datetimes only (`ValueError` otherwise) and gives them back in UTC."""

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


def one_of(values: type[StrEnum], name: str) -> Enum:
    """A text column that holds the values of `values`, guarded by the check constraint `name`."""
    return Enum(
        values, native_enum=False, create_constraint=True, length=30, name=name, values_callable=_texts
    )


def _texts(values: type[StrEnum]) -> Sequence[str]:
    return [member.value for member in values]
