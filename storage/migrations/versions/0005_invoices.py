"""Tax invoices, and an index that finds the requests whose money changed on a day.

Money that came in before was invoiced by the vendor itself, so it is put down as such.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005_invoices"
down_revision = "0004_ordered_again"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("original", "adjustment", "replacement")
STATES = (
    *("waiting", "queued", "sent", "unknown", "refused"),
    *("issued", "coded", "delivered", "adjusted", "replaced"),
)
BUYERS = ("company", "household", "person", "budget_unit")
INDEXES: tuple[tuple[str, list[str], str], ...] = (
    ("uq_invoices_number", ["form", "series", "number"], "number != ''"),
    ("uq_invoices_replacement", ["original_id"], "kind = 'replacement'"),
    ("ix_invoices_unnumbered", ["day", "id"], "number = ''"),
    ("ix_invoices_series", ["form", "series", "issued_on", "state"], ""),
    ("ix_invoices_refused", ["accountant_id", "id"], "state = 'refused'"),
    ("ix_invoices_firm_id_id", ["firm_id", "id"], ""),
    ("ix_invoices_original_id", ["original_id"], ""),
    ("ix_invoices_number", ["number"], "number != ''"),
    ("ix_invoices_buyer_tax_id", ["buyer_tax_id"], ""),
    ("ix_invoices_numbered_at", ["numbered_at"], ""),
)
"""Name, columns and condition of each index of `invoices`."""


BEFORE = """
UPDATE payment_requests SET invoiced_before = CASE WHEN received > amount THEN amount ELSE received END
WHERE received > 0
"""


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def reference(name: str, table: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def one_of(name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)
    return sa.Column(name, kind, nullable=False)


def buyer(when: str) -> tuple[sa.Column[str], ...]:
    texts = (text(f"{when}_{name}") for name in ("name", "tax_id", "address"))
    return (one_of(f"{when}_kind", *BUYERS), *texts)


def where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)} if condition else {}


def upgrade() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", ID, primary_key=True),
        text("key"),
        reference("firm_id", "firms"),
        reference("accountant_id", "accountants"),
        one_of("kind", *KINDS),
        one_of("state", *STATES),
        sa.Column("day", sa.Date(), nullable=False),
        one_of("buyer_kind", *BUYERS),
        text("buyer_name"),
        text("buyer_tax_id"),
        text("buyer_address"),
        text("email"),
        big("amount"),
        big("vat"),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        text("form"),
        text("series"),
        sa.Column("issued_on", sa.Date()),
        text("number"),
        text("authority_code"),
        text("lookup_code"),
        text("tracking"),
        text("refusal"),
        text("refused_field"),
        reference("original_id", "invoices", nullable=True),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("numbered_at", sa.DateTime(timezone=True)),
        text("group_key"),
        text("search"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("firm_id", "day", "group_key"),
        sqlite_autoincrement=True,
    )
    for name, columns, condition in INDEXES:
        op.create_index(name, "invoices", columns, unique=name.startswith("uq"), **where(condition))
    op.create_table(
        "invoice_lines",
        sa.Column("invoice_id", ID, sa.ForeignKey("invoices.id"), primary_key=True),
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("adds", sa.Boolean(), primary_key=True),
        text("order_code"),
        text("package_code"),
        text("package_name"),
        sa.Column("fiscal_year", sa.SmallInteger(), nullable=False),
        text("customer_name"),
        text("customer_tax_code"),
        big("amount"),
        big("vat"),
        sa.Column("vat_rate", sa.SmallInteger()),
        sa.Column("partly", sa.Boolean(), nullable=False),
        text("payer"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_invoice_lines_order_id_position", "invoice_lines", ["order_id", "position"])
    op.create_index("ix_invoice_lines_customer_tax_code", "invoice_lines", ["customer_tax_code"])
    op.create_table(
        "invoice_files",
        sa.Column("invoice_id", ID, sa.ForeignKey("invoices.id"), primary_key=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "invoice_corrections",
        sa.Column("id", ID, primary_key=True),
        reference("invoice_id", "invoices"),
        one_of("kind", "notice", "replacement", "adjustment"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        reference("accountant_id", "accountants"),
        *(column for when in ("before", "after") for column in buyer(when)),
        text("agreed_by"),
        sa.Column("agreed_on", sa.Date()),
        text("file_name"),
        sa.Column("file", sa.LargeBinary()),
        reference("document_id", "invoices", nullable=True),
        sa.Column("done_on", sa.Date()),
    )
    op.create_index("ix_invoice_corrections_invoice_id", "invoice_corrections", ["invoice_id"])
    to_do = where("kind = 'notice' AND done_on IS NULL")
    op.create_index("ix_invoice_corrections_to_do", "invoice_corrections", ["id"], **to_do)
    op.add_column(
        "payment_requests",
        sa.Column("invoiced_before", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.execute(BEFORE)
    op.create_index("ix_shares_created_at_payment_code", "shares", ["created_at", "payment_code"])


def downgrade() -> None:
    op.drop_index("ix_shares_created_at_payment_code", "shares")
    op.drop_table("invoice_corrections")
    op.drop_column("payment_requests", "invoiced_before")
    op.drop_table("invoice_files")
    op.drop_table("invoice_lines")
    op.drop_table("invoices")
