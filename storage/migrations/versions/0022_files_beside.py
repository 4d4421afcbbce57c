"""Contents of files beside a SQLite database; those that are in it stay there until their time is over."""

import sqlalchemy as sa
from alembic import op

revision = "0022_files_beside"
down_revision = "0021_what_may_leave"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shared_files") as batch:
        batch.alter_column("content", existing_type=sa.LargeBinary(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM shared_files WHERE content IS NULL")
    with op.batch_alter_table("shared_files") as batch:
        batch.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)
