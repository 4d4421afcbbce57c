"""Lists of customers until they are taken."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)

from domain.customers import CustomerKind
from domain.intakes.entries import IntakeState, Known, Standing
from storage.columns import (
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
)
from storage.tables.base import metadata

intakes = Table(
    "intakes",
    metadata,
    id_column(),
    reference("firms"),
    reference("accountants", index=True),
    Column("state", one_of(IntakeState, "state"), nullable=False),
    Column("in_order", Boolean, nullable=False),
    Column("package_code", Text),
    Column("fiscal_year", SmallInteger),
    # JSON: the file's reference, the window that shows it, sheets with their columns, why it was refused.
    Column("file", Text),
    text_column("screen"),
    text_column("message"),
    text_column("sheets"),
    text_column("skipped_sheets"),
    Column("error", Text),
    Column("read", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("looked_up", Integer, nullable=False),
    moment_column("updated_at"),
    Index(None, "updated_at"),
    sqlite_autoincrement=True,
)

intake_entries = Table(
    "intake_entries",
    metadata,
    reference("intakes", primary_key=True, ondelete="CASCADE"),
    Column("position", Integer, primary_key=True),
    Column("standing", one_of(Standing, "standing"), nullable=False),
    Column("known", one_of(Known, "known"), nullable=False),
    Column("kind", one_of(CustomerKind, "kind")),
    Column("tax_code", Text),
    # JSON: the rest of the entry, and of the entry that stood here before.
    text_column("body"),
    Column("before", Text),
    Index(None, "intake_id", "standing", "position"),
    Index(None, "tax_code", "intake_id"),
    sqlite_with_rowid=False,
)
