"""Drafts know which answers were taken from the last order, and which are the usual ones."""

import sqlalchemy as sa
from alembic import op

revision = "0017_proposed"
down_revision = "0016_logins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("as_last", "guessed"):
        op.add_column("drafts", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    for name in ("guessed", "as_last"):
        op.drop_column("drafts", name)
