"""Counts that keep abuse small."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from storage.columns import moment_column
from storage.tables.base import metadata

tallies = Table(
    "tallies",
    metadata,
    Column("counted", Text, primary_key=True),
    # A digest of whose it is.
    Column("key", Text, primary_key=True),
    # A day or a month in Vietnam.
    Column("period", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    moment_column("changed_at"),
    Index(None, "changed_at"),
    sqlite_with_rowid=False,
)
