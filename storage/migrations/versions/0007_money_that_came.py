"""What a transfer is compared with: the account behind a virtual one, the currency, another transfer; and
how far the services' lists are read.

What was told before is taken to be in VND.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007_money_that_came"
down_revision = "0006_buyer_kind"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = ("no_code", "unknown_code", "cancelled_order", "too_much", "paid_twice", "not_matched")
NEW = ("other_account", "other_currency", "other_content", "perhaps_repeated")
CHECKED = {
    "provider": ("sepay", "payos", "casso", "gpmpay", "manual"),
    "state": ("received", "matched", "unmatched", "outgoing", "repeated", "returned", "ignored"),
}
"""What else is checked: SQLite makes the table anew, and Alembic forgets its checks."""

PARTIAL = (
    ("ix_transfers_open", "attention IS NOT NULL", "attention IS NOT NULL"),
    ("ix_transfers_outgoing", "outgoing = 1", "outgoing"),
)
"""Indexes of ids: name, and condition on SQLite and on PostgreSQL."""


def upgrade() -> None:
    for name, default in (("main_account", "''"), ("currency", "'VND'")):
        column = sa.Column(name, sa.Text(), nullable=False, server_default=sa.text(default))
        op.add_column("transfers", column)
    op.add_column("transfers", sa.Column("other_id", ID))
    never = sa.false()
    op.add_column("transfers", sa.Column("listed", sa.Boolean(), nullable=False, server_default=never))
    _let_attentions_be(*BEFORE, *NEW)
    with op.batch_alter_table("transfers") as batch:
        batch.create_foreign_key(op.f("fk_transfers_other_id_transfers"), "transfers", ["other_id"], ["id"])
    op.create_index("ix_transfers_provider_occurred_at", "transfers", ["provider", "occurred_at"])
    where: dict[str, Any] = {"sqlite_where": sa.text("listed = 1"), "postgresql_where": sa.text("listed")}
    op.create_index("ix_transfers_listed", "transfers", ["amount"], **where)
    op.create_table(
        "bank_feeds",
        sa.Column("provider", sa.Text(), primary_key=True),
        sa.Column("read_until", sa.DateTime(timezone=True)),
        sa.Column("refused", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("bank_feeds")
    op.drop_index("ix_transfers_listed", "transfers")
    op.drop_index("ix_transfers_provider_occurred_at", "transfers")
    op.execute(f"UPDATE transfers SET attention = 'not_matched' WHERE attention IN {NEW}")
    _let_attentions_be(*BEFORE)
    with op.batch_alter_table("transfers") as batch:
        batch.drop_constraint(op.f("fk_transfers_other_id_transfers"), type_="foreignkey")
    for name in ("listed", "other_id", "currency", "main_account"):
        op.drop_column("transfers", name)


def _let_attentions_be(*attentions: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, *_ in PARTIAL:
        op.drop_index(name, "transfers")
    checks = {"attention": attentions, **(CHECKED if is_sqlite else {})}
    with op.batch_alter_table("transfers") as batch:
        batch.drop_constraint(op.f("ck_transfers_attention"), type_="check")
        for column, values in checks.items():
            listed = ", ".join(map(repr, values))
            batch.create_check_constraint(op.f(f"ck_transfers_{column}"), sa.text(f"{column} IN ({listed})"))
        if is_sqlite:
            batch.create_check_constraint(op.f("ck_transfers_amount"), sa.text("amount >= 0"))
    for name, sqlite, postgresql in PARTIAL:
        where: dict[str, Any] = {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}
        op.create_index(name, "transfers", ["id"], **where)
