"""What the conversation on Zalo needs."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
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
    # With an Official Account: when the person wrote last, and how many messages were sent since.
    moment_column("heard_at", nullable=True),
    Column("answered", Integer, nullable=False, server_default=text("0")),
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

zalo_grants = Table(
    "zalo_grants",
    metadata,
    # There is at most one.
    Column("id", Integer, primary_key=True, autoincrement=False),
    # Sealed.
    text_column("access_token"),
    text_column("refresh_token"),
    # A digest of the token in the settings that it began with, or replaced.
    text_column("seed"),
    # Grows with each refresh.
    Column("version", Integer, nullable=False),
    moment_column("expires_at"),
    # Until when one process has the refresh for itself.
    moment_column("locked_until", nullable=True),
    # When it could not be refreshed any more.
    moment_column("lost_at", nullable=True),
    # When Zalo refused buttons last.
    moment_column("plain_since", nullable=True),
)

zalo_templates = Table(
    "zalo_templates",
    metadata,
    # As in `domain.messaging.templates`.
    Column("name", Text, primary_key=True),
    text_column("template_id"),
    # What one message to a phone costs, in VND before VAT, as Zalo said.
    Column("price", Integer, nullable=False),
    # Why it is not used; empty where it is approved as we have it.
    text_column("fault"),
    # Until when it is not sent, for want of money or quota.
    moment_column("closed_until", nullable=True),
    sqlite_with_rowid=False,
)
