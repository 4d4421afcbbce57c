"""Counts that keep abuse small, and since when Zalo refuses messages for want of quota."""

import sqlalchemy as sa
from alembic import op

revision = "0015_limits"
down_revision = "0009_desk_search"
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    for name in ("closed_until", "refused_since"):
        op.drop_column("zalo_counts", name)
    op.drop_table("tallies")
