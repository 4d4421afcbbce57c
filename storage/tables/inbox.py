"""What came in from the chat apps."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from domain.chats import Channel
from storage.columns import (
    id_column,
    moment_column,
    one_of,
    text_column,
    where,
)
from storage.tables.base import metadata

inbox = Table(
    "inbox",
    metadata,
    id_column(),
    Column("channel", one_of(Channel, "channel"), nullable=False),
    text_column("external_id"),
    Column("chat_id", BigInteger, nullable=False),
    # The order within a chat: Telegram's number of the update, Zalo's milliseconds since 1970.
    Column("sequence", BigInteger, nullable=False),
    # JSON, as it came; emptied when it is settled, because it is personal.
    text_column("body"),
    moment_column("received_at"),
    # How often it failed by its own fault.
    Column("attempts", Integer, nullable=False),
    moment_column("settled_at", nullable=True),
    UniqueConstraint("channel", "external_id"),
    Index("ix_inbox_waiting", "channel", "id", **where("settled_at IS NULL")),
    Index("ix_inbox_chat_id", "chat_id", "sequence", "id", **where("settled_at IS NULL")),
    Index("ix_inbox_settled_at", "channel", "settled_at", **where("settled_at IS NOT NULL")),
    sqlite_autoincrement=True,
)
