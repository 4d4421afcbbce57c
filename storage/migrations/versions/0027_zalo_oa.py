"""Zalo's Official Account: its grant, and when people wrote last."""

import sqlalchemy as sa
from alembic import op

revision = "0027_zalo_oa"
down_revision = "0025_backups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("zalo_chats", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "zalo_chats", sa.Column("answered", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_table(
        "zalo_grants",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("access_token", sa.Text(), nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zalo_grants")),
    )


def downgrade() -> None:
    op.drop_table("zalo_grants")
    op.drop_column("zalo_chats", "answered")
    op.drop_column("zalo_chats", "heard_at")
