"""What back office was alarmed about."""

from sqlalchemy import Column, Index, Table

from domain.alarms import AlarmKind
from storage.columns import id_column, moment_column, one_of, text_column, where
from storage.tables.base import metadata

alarms = Table(
    "alarms",
    metadata,
    id_column(),
    Column("kind", one_of(AlarmKind, "kind"), nullable=False),
    # A lane or a part of the outside; empty where there is one alone.
    text_column("about"),
    moment_column("since"),
    moment_column("told_at", nullable=True),
    moment_column("over_at", nullable=True),
    Index("ix_alarms_open", "kind", "about", unique=True, **where("over_at IS NULL")),
)
