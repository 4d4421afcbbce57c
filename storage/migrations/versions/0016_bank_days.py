"""Balances of days from banks' statements, account numbers of requests, and statements of account by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0016_bank_days"
down_revision = "0014_limits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_days",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("opening", "closing", "outgoing")),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "day", name=op.f("pk_bank_days")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_bank_days_day"), "bank_days", ["day"])


def downgrade() -> None:
    op.drop_table("bank_days")
