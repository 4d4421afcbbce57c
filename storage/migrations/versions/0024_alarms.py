"""What back office was alarmed about."""

import sqlalchemy as sa
from alembic import op

revision = "0024_alarms"
down_revision = "0023_rights"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("lane", "part", "disk", "month", "canary")


def upgrade() -> None:
    kinds = sa.Enum(*KINDS, native_enum=False, create_constraint=True, length=30, name="kind")
    op.create_table(
        "alarms",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("over_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    still = sa.text("over_at IS NULL")
    op.create_index(
        "ix_alarms_open", "alarms", ["kind", "about"], unique=True, sqlite_where=still, postgresql_where=still
    )


def downgrade() -> None:
    op.drop_table("alarms")
