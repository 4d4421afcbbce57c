"""Balances of days from banks' statements, account numbers of requests, and statements of account by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0015_bank_days"
down_revision = "0014_limits"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


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
    requests, of_its_own = "payment_requests", sa.text("own_account != ''")
    own = sa.Column("own_account", sa.Text(), nullable=False, server_default=sa.text("''"))
    op.add_column(requests, own)
    op.add_column(requests, sa.Column("number_asked_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_payment_requests_own_account",
        requests,
        ["own_account"],
        unique=True,
        sqlite_where=of_its_own,
        postgresql_where=of_its_own,
    )
    table = "monthly_statements"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("accountant_id", ID, nullable=False),
        sa.Column("customer_id", ID),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{one}s.id"], name=op.f(f"fk_{table}_{one}_id_{one}s"))
            for one in ("accountant", "customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for name in ("accountant_id", "customer_id"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def downgrade() -> None:
    op.drop_index("ix_payment_requests_own_account", "payment_requests")
    for name in ("number_asked_at", "own_account"):
        op.drop_column("payment_requests", name)
    op.drop_table("monthly_statements")
    op.drop_table("bank_days")
