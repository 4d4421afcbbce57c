"""Counts that keep abuse small, since when Zalo refuses messages for want of quota, and held instructions.

Firms that could order before may write to anybody, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_limits"
down_revision = "0013_kinds"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("counted", "key", "period", name=op.f("pk_tallies")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tallies_changed_at"), "tallies", ["changed_at"])
    for name in ("refused_since", "closed_until"):
        op.add_column("zalo_counts", sa.Column(name, sa.DateTime(timezone=True)))
    never = sa.false()
    op.add_column("firms", sa.Column("cleared", sa.Boolean(), nullable=False, server_default=never))
    op.add_column("firms", sa.Column("told", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE firms SET cleared = true WHERE state = 'approved'")
    op.create_table(
        "held_instructions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["code"], ["payment_requests.code"], name=op.f("fk_held_instructions_code_payment_requests")
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_held_instructions_firm_id_firms")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_held_instructions")),
    )
    op.create_index(op.f("ix_held_instructions_firm_id"), "held_instructions", ["firm_id"])


def downgrade() -> None:
    op.drop_table("held_instructions")
    for name in ("told", "cleared"):
        op.drop_column("firms", name)
    for name in ("closed_until", "refused_since"):
        op.drop_column("zalo_counts", name)
    op.drop_table("tallies")
