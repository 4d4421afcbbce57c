"""Two chats a person: pushes choose theirs when they leave, chats are linked, and Zalo's events and menus."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD = ("telegram", "email", "sms")
NEW = ("chat", "telegram", "zalo", "email", "sms")
CHANNELS = (("consents", "channel"), ("chats", "channel"), ("pushes", "channel"))
TO_CHAT = "UPDATE pushes SET sent_on = channel, channel = 'chat' WHERE channel = 'telegram'"
FROM_CHAT = "UPDATE pushes SET channel = 'telegram' WHERE channel = 'chat'"


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def is_one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def allow(values: tuple[str, ...]) -> None:
    """Have the columns that name a channel take these and no others."""
    for table, column in CHANNELS:
        with op.batch_alter_table(table) as batch:
            name = op.f(f"ck_{table}_{column}")
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, is_one_of(column, values))


def upgrade() -> None:
    allow(NEW)
    for table, column in (("pushes", "sent_on"), ("preferences", "channel")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.String(30)))
            batch.create_check_constraint(op.f(f"ck_{table}_{column}"), is_one_of(column, NEW))
    op.execute(TO_CHAT)
    on_zalo = where("sent_on = 'zalo'")
    op.create_index("ix_pushes_on_zalo", "pushes", ["accountant_id", "settled_at"], **on_zalo)
    op.add_column("chats", moment("used_at", nullable=True))
    op.execute("UPDATE chats SET used_at = linked_at")
    with op.batch_alter_table("chats") as batch:
        batch.alter_column("used_at", nullable=False)
    make_links()
    make_zalo()


def make_links() -> None:
    op.create_table(
        "link_codes",
        text("code_hash"),
        sa.Column("accountant_id", ID, nullable=False),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(["accountant_id"], ["accountants.id"]),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index("ix_link_codes_accountant_id", "link_codes", ["accountant_id"])
    op.create_table(
        "shared_files",
        text("token_hash"),
        text("name"),
        text("mime"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "upload_tickets",
        text("token_hash"),
        big("chat_id"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    for table in ("shared_files", "upload_tickets"):
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])


def make_zalo() -> None:
    op.create_table(
        "zalo_chats",
        big("chat_id"),
        text("external_id"),
        count("pushed"),
        sa.PrimaryKeyConstraint("chat_id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_table(
        "zalo_events",
        sa.Column("id", ID, nullable=False),
        text("external_id"),
        big("chat_id"),
        text("body"),
        moment("sent_at"),
        moment("received_at"),
        moment("due_at"),
        count("attempts"),
        moment("settled_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
        sqlite_autoincrement=True,
    )
    waiting = where("settled_at IS NULL")
    op.create_index("ix_zalo_events_waiting", "zalo_events", ["chat_id", "sent_at", "id"], **waiting)
    op.create_index("ix_zalo_events_due_at", "zalo_events", ["due_at", "id"], **waiting)
    settled = where("settled_at IS NOT NULL")
    op.create_index("ix_zalo_events_settled_at", "zalo_events", ["settled_at"], **settled)
    op.create_table(
        "zalo_menus",
        big("chat_id"),
        text("letter"),
        big("message_id"),
        text("body"),
        moment("shown_at"),
        sa.PrimaryKeyConstraint("chat_id", "letter"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "zalo_counts",
        text("month"),
        count("sent"),
        sa.PrimaryKeyConstraint("month"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("zalo_counts", "zalo_menus", "zalo_events", "zalo_chats"):
        op.drop_table(table)
    for table in ("upload_tickets", "shared_files", "link_codes"):
        op.drop_table(table)
    op.execute("DELETE FROM chats WHERE channel = 'zalo'")
    op.execute("DELETE FROM consents WHERE channel = 'zalo'")
    op.execute(FROM_CHAT)
    op.drop_column("chats", "used_at")
    op.drop_index("ix_pushes_on_zalo", "pushes")
    for table, column in (("pushes", "sent_on"), ("preferences", "channel")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
            batch.drop_column(column)
    allow(OLD)
