"""Which releases ran on this database, and how its backups were tried."""

import sqlalchemy as sa
from alembic import op

revision = "0025_backups"
down_revision = "0024_alarms"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    op.create_table(
        "backup_proofs",
        sa.Column("id", ID, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("lost_seconds", sa.Integer(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_proofs")),
    )
    op.create_index(op.f("ix_backup_proofs_began_at"), "backup_proofs", ["began_at"])


def downgrade() -> None:
    op.drop_table("backup_proofs")
    op.drop_table("releases")
