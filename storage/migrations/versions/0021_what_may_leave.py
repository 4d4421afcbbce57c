"""Messages that wait for another day, the links of mails, and who wants no more mails."""

import sqlalchemy as sa
from alembic import op

revision = "0021_what_may_leave"
down_revision = "0020_who_they_are"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    nothing = sa.text("''")
    for name in ("waits", "link"):
        op.add_column("pushes", sa.Column(name, sa.Text(), nullable=False, server_default=nothing))
    _index("ix_pushes_waiting", ["accountant_id", "id"], "waits != '' AND state = 'queued'")
    _index("ix_pushes_withdrawn", ["accountant_id", "created_at"], "kind = 'payment_withdrawn'")
    _index("ix_pushes_link", ["link"], "link != ''", unique=True)
    op.create_table(
        "mail_stops",
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("all", sa.Boolean(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_mail_stops_firm_id_firms")),
        sa.PrimaryKeyConstraint("firm_id", "address", name=op.f("pk_mail_stops")),
        sqlite_with_rowid=False,
    )


def _index(name: str, columns: list[str], which: str, unique: bool = False) -> None:
    where = sa.text(which)
    op.create_index(name, "pushes", columns, unique=unique, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("mail_stops")
    for name in ("link", "withdrawn", "waiting"):
        op.drop_index(f"ix_pushes_{name}", "pushes")
    for name in ("link", "waits"):
        op.drop_column("pushes", name)
