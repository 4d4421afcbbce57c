"""What messages cost, by which template they left, and which templates Zalo has approved."""

import sqlalchemy as sa
from alembic import op

revision = "0028_what_messages_cost"
down_revision = "0027_zalo_oa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pushes", sa.Column("cost", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("pushes", sa.Column("template", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("pushes", sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
    _index("ix_pushes_template", ["message_ref"], "template != ''")
    _index("ix_pushes_sent", ["settled_at", "kind", "sent_on", "template", "cost"], "state = 'sent'")
    op.create_table(
        "zalo_templates",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_zalo_templates")),
        sqlite_with_rowid=False,
    )


def _index(name: str, columns: list[str], which: str) -> None:
    where = sa.text(which)
    op.create_index(name, "pushes", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("zalo_templates")
    for name in ("sent", "template"):
        op.drop_index(f"ix_pushes_{name}", "pushes")
    for name in ("received_at", "template", "cost"):
        op.drop_column("pushes", name)
