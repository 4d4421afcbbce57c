"""The table of `dialog_states`, in a module of their own so that migrations need not load aiogram."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from storage.columns import UtcDateTime
from storage.tables.base import metadata

dialog_states = Table(
    "dialog_states",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("business_connection_id", Text, primary_key=True),
    Column("destiny", Text, primary_key=True),
    Column("state", Text),
    Column("data", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "updated_at"),
    sqlite_with_rowid=False,
)
