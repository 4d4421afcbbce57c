"""One inbox for both apps, kept numbers, a lane for lists and transfers, and indexes for what large databases
read slowly.

Events of Zalo keep their numbers, by which the lists that people sent are known. Updates of Telegram that
were handled are noted, so that one that comes again is not handled again.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002_inbox_and_numbers"
down_revision = "0001_everything"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANNELS = ("chat", "telegram", "zalo", "email", "sms")
KINDS = ("enterprise", "household")

ON_TRIAL = (
    "activated_at IS NOT NULL AND paid = 0 AND cancelled = 0",
    "activated_at IS NOT NULL AND NOT paid AND NOT cancelled",
)
INDEXES = (
    (
        "ix_licences_to_activate",
        "licences",
        ["order_id"],
        (
            "step IN ('waiting', 'failed') AND cancelled = 0",
            "step IN ('waiting', 'failed') AND NOT cancelled",
        ),
    ),
    ("ix_customers_uncatalogued", "customers", ["updated_at"], ("in_catalogue = 0", "NOT in_catalogue")),
    ("ix_registry_answers_asked_at", "registry_answers", ["asked_at"], ()),
    ("ix_orders_placed_at", "orders", ["placed_at"], ()),
    ("ix_licences_activated_at", "licences", ["activated_at"], ("activated_at IS NOT NULL",)),
    ("ix_zalo_menus_pushed", "zalo_menus", ["shown_at"], ("letter != ''",)),
)
"""Name, table, columns and condition of each new index."""

LANES = ("main", "vendor", "chat", "mailing")
AWAITED = ("read_intake", "match_transfer")
"""The jobs that get a lane of their own."""


def moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def where(condition: str = "", postgresql: str = "") -> dict[str, Any]:
    """The condition of a partial index; `postgresql` where SQLite, which has no booleans, differs."""
    if not condition:
        return {}
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(postgresql or condition)}


def one_of(name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    _make_numbers()
    for name, table, columns, condition in INDEXES:
        op.create_index(name, table, columns, **where(*condition))
    _change_list("search")
    _change_requests("notice_email", "notice_phone")
    _make_searches()
    _make_codes()
    _make_reservations()
    op.drop_index("ix_licences_on_trial", "licences")
    columns = ["order_id", "position", "activated_at", "paid", "cancelled"]
    op.create_index("ix_licences_on_trial", "licences", columns, **where(*ON_TRIAL))
    op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        one_of("channel", *CHANNELS),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        moment("received_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        moment("settled_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "external_id"),
        sqlite_autoincrement=True,
    )
    _move_updates()
    waits, settled = where("settled_at IS NULL"), where("settled_at IS NOT NULL")
    op.create_index("ix_inbox_waiting", "inbox", ["channel", "id"], **waits)
    op.create_index("ix_inbox_chat_id", "inbox", ["chat_id", "sequence", "id"], **waits)
    op.create_index("ix_inbox_settled_at", "inbox", ["channel", "settled_at"], **settled)
    op.drop_table("zalo_events")
    op.drop_table("handled_updates")
    _change_lanes(*LANES, "awaited")
    _move_jobs("main", "awaited")
    _make_shared_states()


def _change_list(*further: str) -> None:
    """Let the index of the list of customers end with these columns."""
    op.drop_index("ix_customers_list", "customers")
    columns = ["firm_id", "archived", "sort_key", "id", "in_catalogue", "kind"]
    op.create_index("ix_customers_list", "customers", [*columns, *further])


def _change_requests(*further: str) -> None:
    """Let the index of an order's requests end with these columns."""
    op.drop_index("ix_payment_requests_order_id", "payment_requests")
    op.create_index("ix_payment_requests_order_id", "payment_requests", ["order_id", *further])


def _make_searches() -> None:
    op.create_table(
        "order_searches",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("order_id"),
    )
    gathered = "group_concat" if op.get_bind().dialect.name == "sqlite" else "string_agg"
    together = f"SELECT order_id, {gathered}(search, '\n') FROM order_lines GROUP BY order_id"
    op.execute(f"INSERT INTO order_searches {together}")


def _make_codes() -> None:
    op.create_table(
        "ordered_codes",
        sa.Column("firm_id", ID, nullable=False, autoincrement=False),
        sa.Column("fiscal_year", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("tax_code", sa.Text(), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("firm_id", "fiscal_year", "tax_code", "order_id"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO ordered_codes SELECT DISTINCT firm_id, fiscal_year, tax_code, order_id"
        " FROM order_lines JOIN orders ON orders.id = order_id"
    )


def _make_reservations() -> None:
    op.create_table(
        "reserved_codes",
        sa.Column("code", sa.Text(), nullable=False),
        moment("reserved_at"),
        sa.PrimaryKeyConstraint("code"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reserved_codes_reserved_at", "reserved_codes", ["reserved_at"])


def _change_lanes(*lanes: str) -> None:
    """Let jobs be in these lanes only."""
    listed = ", ".join(map(repr, lanes))
    with op.batch_alter_table("jobs") as batch:
        batch.drop_constraint(op.f("ck_jobs_lane"), type_="check")
        batch.create_check_constraint(op.f("ck_jobs_lane"), sa.text(f"lane IN ({listed})"))


def _move_jobs(old: str, new: str) -> None:
    """Move them with their leases, which the new lane's worker frees at its start."""
    jobs = sa.table("jobs", *map(sa.column, ("lane", "name", "leased_by")))
    holder = sa.func.replace(jobs.c.leased_by, f"worker-{old}", f"worker-{new}")
    op.execute(jobs.update().where(jobs.c.name.in_(AWAITED)).values(lane=new, leased_by=holder))


def _make_numbers() -> None:
    """`storage/kept_numbers.py` fills them after the migrations."""
    op.create_table(
        "listed_customers",
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        one_of("kind", *KINDS),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"]),
        sa.PrimaryKeyConstraint("firm_id", "archived", "kind"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "picked_customers",
        sa.Column("draft_id", ID, nullable=False),
        one_of("kind", *KINDS),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "kind", "declared"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trial_hours",
        sa.Column("order_id", ID, nullable=False),
        moment("hour"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("order_id", "hour"),
        sqlite_with_rowid=False,
    )


def _make_shared_states() -> None:
    op.create_table(
        "shared_states",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE shared_states SET UNLOGGED")


def _move_updates() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    milliseconds = (
        "CAST(round((julianday(sent_at) - 2440587.5) * 86400000) AS INTEGER)"
        if sqlite
        else "CAST(round(extract(epoch FROM sent_at) * 1000) AS BIGINT)"
    )
    op.execute(
        "INSERT INTO inbox"
        " (id, channel, external_id, chat_id, sequence, body, received_at, attempts, settled_at)"
        f" SELECT id, 'zalo', external_id, chat_id, {milliseconds}, body, received_at, attempts, settled_at"
        " FROM zalo_events"
    )
    # The numbers of events that were forgotten are not given again either.
    if sqlite:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'inbox'")
        op.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'inbox', seq FROM sqlite_sequence"
            " WHERE name = 'zalo_events'"
        )
    else:
        op.execute("SELECT setval('inbox_id_seq', nextval('zalo_events_id_seq'))")
    op.execute(
        "INSERT INTO inbox (channel, external_id, chat_id, sequence, body, received_at, attempts, settled_at)"
        " SELECT 'telegram', bot_id || ':' || update_id, 0, update_id, '', handled_at, 0, handled_at"
        " FROM handled_updates ORDER BY update_id"
    )


def downgrade() -> None:
    """Forgets what waits in the inbox."""
    op.drop_table("shared_states")
    _move_jobs("awaited", "main")
    _change_lanes(*LANES)
    op.create_table(
        "handled_updates",
        sa.Column("bot_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False, autoincrement=False),
        moment("handled_at"),
        sa.PrimaryKeyConstraint("bot_id", "update_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "zalo_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("body", sa.Text(), nullable=False),
        moment("sent_at"),
        moment("received_at"),
        moment("due_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        moment("settled_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
        sqlite_autoincrement=True,
    )
    waits, settled = where("settled_at IS NULL"), where("settled_at IS NOT NULL")
    op.create_index("ix_zalo_events_waiting", "zalo_events", ["chat_id", "sent_at", "id"], **waits)
    op.create_index("ix_zalo_events_due_at", "zalo_events", ["due_at", "id"], **waits)
    op.create_index("ix_zalo_events_settled_at", "zalo_events", ["settled_at"], **settled)
    op.drop_table("inbox")
    op.drop_index("ix_licences_on_trial", "licences")
    op.create_index("ix_licences_on_trial", "licences", ["order_id", "position"], **where(*ON_TRIAL))
    _change_list()
    _change_requests()
    op.drop_table("reserved_codes")
    op.drop_table("ordered_codes")
    op.drop_table("order_searches")
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    op.drop_table("trial_hours")
    op.drop_table("picked_customers")
    op.drop_table("listed_customers")
