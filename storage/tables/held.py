"""Messages held back."""

from sqlalchemy import Column, ForeignKey, Table, Text

from storage.columns import moment_column, reference
from storage.tables.base import metadata

held_instructions = Table(
    "held_instructions",
    metadata,
    Column("code", Text, ForeignKey("payment_requests.code"), primary_key=True),
    reference("firms", index=True),
    moment_column("held_at"),
)
