"""The last push in each chat whose messages can be edited: a window above it is drawn anew below.

What was pushed before counts for nothing: a window is edited where it stands, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_pushed"
down_revision = "0017_proposed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    zero = sa.text("0")
    op.add_column("chats", sa.Column("pushed", sa.BigInteger(), nullable=False, server_default=zero))


def downgrade() -> None:
    op.drop_column("chats", "pushed")
