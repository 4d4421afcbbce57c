"""When an Official Account refused buttons."""

import sqlalchemy as sa
from alembic import op

revision = "0029_zalo_buttons"
down_revision = "0028_what_messages_cost"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("zalo_grants", sa.Column("plain_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("zalo_grants", "plain_since")
