"""When a consent was taken back, and which chat a file belongs to.

Files that went out before have no chat; their links end within a day.
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime

revision = "0023_rights"
down_revision = "0022_files_beside"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consents", sa.Column("withdrawn_at", UtcDateTime(), nullable=True))
    op.add_column("shared_files", sa.Column("chat_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_shared_files_chat_id", "shared_files", ["chat_id"])


def downgrade() -> None:
    op.drop_index("ix_shared_files_chat_id", "shared_files")
    op.drop_column("shared_files", "chat_id")
    op.drop_column("consents", "withdrawn_at")
