"""The former names of a customer: about one kept before, none is known."""

import sqlalchemy as sa
from alembic import op

revision = "0019_former_names"
down_revision = "0018_pushed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    nothing = sa.text("''")
    op.add_column("customers", sa.Column("former_names", sa.Text(), nullable=False, server_default=nothing))


def downgrade() -> None:
    op.drop_column("customers", "former_names")
