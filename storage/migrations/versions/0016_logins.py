"""Which doubts about a customer's login were answered: about a customer kept before, none."""

import sqlalchemy as sa
from alembic import op

revision = "0016_logins"
down_revision = "0015_bank_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("sure_of", sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column("customers", "sure_of")
