"""Transfers that a bank's statement told alone, and one code for several orders."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012_statements"
down_revision = "0011_desk"
branch_labels = None
depends_on = None

BEFORE = ("sepay", "payos", "casso", "gpmpay", "manual")
CHECKED = {
    "state": ("received", "matched", "unmatched", "outgoing", "repeated", "returned", "ignored", "choosing"),
    "attention": (
        *("no_code", "unknown_code", "cancelled_order", "too_much", "paid_twice", "not_matched"),
        *("other_account", "other_currency", "other_content", "perhaps_repeated"),
    ),
}
"""What else is checked of transfers: SQLite makes the table anew, and Alembic forgets its checks."""

PARTIAL = (
    ("ix_transfers_listed", "amount", "listed = 1", "listed"),
    ("ix_transfers_open", "id", "attention IS NOT NULL", "attention IS NOT NULL"),
    ("ix_transfers_choosing", "order_id", "state = 'choosing'", "state = 'choosing'"),
    ("ix_transfers_outgoing", "id", "outgoing = 1", "outgoing"),
)
"""Indexes: name, column, and condition on SQLite and on PostgreSQL."""


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "payment_bundles",
        sa.Column("code", sa.Text(), primary_key=True),
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_payment_bundles_order_id"), "payment_bundles", ["order_id"])
    _let_providers_be(*BEFORE, "statement")


def downgrade() -> None:
    # By hand, with the row's own id as reference.
    op.execute("UPDATE transfers SET provider = 'manual', listed = (1 = 0) WHERE provider = 'statement'")
    _let_providers_be(*BEFORE)
    op.drop_table("payment_bundles")


def _let_providers_be(*providers: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, *_ in PARTIAL:
        op.drop_index(name, "transfers")
    checks = {"provider": providers, **(CHECKED if is_sqlite else {})}
    with op.batch_alter_table("transfers") as batch:
        batch.drop_constraint(op.f("ck_transfers_provider"), type_="check")
        for column, values in checks.items():
            listed = ", ".join(map(repr, values))
            batch.create_check_constraint(op.f(f"ck_transfers_{column}"), sa.text(f"{column} IN ({listed})"))
        if is_sqlite:
            batch.create_check_constraint(op.f("ck_transfers_amount"), sa.text("amount >= 0"))
    for name, column, sqlite, postgresql in PARTIAL:
        where: dict[str, Any] = {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}
        op.create_index(name, "transfers", [column], **where)
