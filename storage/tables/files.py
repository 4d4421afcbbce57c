"""Files that go out and come in by links."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    Table,
    Text,
)

from storage.columns import (
    moment_column,
    text_column,
)
from storage.tables.base import metadata

shared_files = Table(
    "shared_files",
    metadata,
    Column("token_hash", Text, primary_key=True),
    text_column("name"),
    text_column("mime"),
    # NULL: the content is beside the database.
    Column("content", LargeBinary),
    moment_column("expires_at"),
    # The chat that it was made for, or came from.
    Column("chat_id", BigInteger, index=True),
    Index(None, "expires_at"),
)

upload_tickets = Table(
    "upload_tickets",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    moment_column("expires_at"),
    moment_column("used_at", nullable=True),
    Index(None, "expires_at"),
)
