"""What all processes know: small texts, such as the budget of messages. One process needs none."""

from sqlalchemy import BigInteger, Column, Table, Text

from storage.tables.base import metadata

# On PostgreSQL it is not logged: after a crash it is empty, and its texts begin anew.
shared_states = Table(
    "shared_states",
    metadata,
    Column("name", Text, primary_key=True),
    # Counts the changes, so that nobody puts what was made of an older text.
    Column("version", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
