"""What the conversation on Zalo needs."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import (
    moment_column,
    text_column,
    where,
)
from storage.tables.base import metadata

zalo_chats = Table(
    "zalo_chats",
    metadata,
    # A number made from Zalo's own id, see `domain.chats`.
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    text_column("external_id"),
    # How many messages with codes were pushed to this chat; it decides the next letters.
    Column("pushed", Integer, nullable=False),
    UniqueConstraint("external_id"),
)

zalo_menus = Table(
    "zalo_menus",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    # For a pushed message the letters that its codes begin with; empty for the window.
    Column("letter", Text, primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    # JSON: what each answer does.
    text_column("body"),
    moment_column("shown_at"),
    Index("ix_zalo_menus_pushed", "shown_at", **where("letter != ''")),
    sqlite_with_rowid=False,
)

zalo_counts = Table(
    "zalo_counts",
    metadata,
    # The month in Vietnam, such as 2026-11.
    Column("month", Text, primary_key=True),
    Column("sent", Integer, nullable=False),
    # Since when Zalo takes no message for want of quota, and until when it is not asked again.
    moment_column("refused_since", nullable=True),
    moment_column("closed_until", nullable=True),
    sqlite_with_rowid=False,
)
