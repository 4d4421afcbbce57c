"""What happens after the order: licences, runs of activation, transfers, events, preferences, lanes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MODES = ("customer", "accountant", "other")
REASONS = (
    "invalid",
    "login_taken",
    "tax_code_refused",
    "already_licensed",
    "package_unknown",
    "unavailable",
    "other",
)
FIELDS = ("kind", "tax_code", "name", "address", "representative", "email", "phone", "own_code")
PROVIDERS = ("sepay", "payos", "casso", "gpmpay", "manual")
TRANSFER_STATES = ("received", "matched", "unmatched", "outgoing", "repeated", "returned", "ignored")
ATTENTIONS = ("no_code", "unknown_code", "cancelled_order", "too_much", "paid_twice", "not_matched")


def text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def flag(name: str, nullable: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=nullable)


def money(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, ID, nullable=nullable)


def one_of(name: str, *values: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)
    return sa.Column(name, kind, nullable=nullable)


def unchecked(name: str) -> sa.Column[str]:
    """A column of `one_of` before its check is made."""
    return sa.Column(name, sa.String(30))


def key(*columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns)


def to(column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], ondelete=ondelete)


def where(condition: str, postgresql: str = "") -> dict[str, Any]:
    """A partial index; SQLite has no booleans."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(postgresql or condition)}


def is_one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def add(table: str, *columns: sa.Column[Any]) -> None:
    """Columns that are NULL everywhere until they are filled."""
    with op.batch_alter_table(table) as batch:
        for column in columns:
            batch.add_column(column)


def require(batch: BatchOperations, *columns: str) -> None:
    for column in columns:
        batch.alter_column(column, nullable=False)


def check(batch: BatchOperations, table: str, column: str, *values: str, instead: bool = False) -> None:
    """Let `column` hold only `values`, `instead` of what it could hold before."""
    name = op.f(f"ck_{table}_{column}")
    if instead:
        batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, is_one_of(column, *values))


def upgrade() -> None:
    change_people()
    change_orders()
    change_pushes_and_jobs()
    make_licences()
    make_transfers()
    make_events()


def change_people() -> None:
    add("firms", unchecked("state"), text("note", nullable=True))
    op.execute("UPDATE firms SET state = 'approved', note = ''")
    with op.batch_alter_table("firms") as batch:
        require(batch, "state", "note")
        check(batch, "firms", "state", "waiting", "approved", "refused", "vendor")
    add("accountants", flag("active", nullable=True))
    op.execute("UPDATE accountants SET active = TRUE")
    with op.batch_alter_table("accountants") as batch:
        require(batch, "active")
        check(batch, "accountants", "role", "owner", "staff", "back_office", instead=True)


def change_orders() -> None:
    # In plain SQL: a checked column that may be NULL needs no new table, which alembic would make on SQLite.
    op.execute(
        "ALTER TABLE drafts ADD COLUMN invoice VARCHAR(30)"
        f" CONSTRAINT ck_drafts_invoice CHECK ({is_one_of('invoice', *MODES)})"
    )
    add("order_lines", text("search", nullable=True))
    # As a new line takes it: by what its customer is searched. One that was renamed since is found by the
    # new name.
    op.execute(
        "UPDATE order_lines SET search ="
        " (SELECT customers.search FROM customers WHERE customers.id = order_lines.customer_id)"
    )
    with op.batch_alter_table("order_lines", table_kwargs={"sqlite_with_rowid": False}) as batch:
        require(batch, "search")
    add("payment_requests", money("received", nullable=True), moment("paid_at", nullable=True))
    op.execute("UPDATE payment_requests SET received = 0")
    with op.batch_alter_table("payment_requests") as batch:
        require(batch, "received")


def change_pushes_and_jobs() -> None:
    op.drop_index("ix_pushes_accountant_id", "pushes")
    add("pushes", text("message_ref", nullable=True), text("shown", nullable=True))
    add("pushes", flag("failure_told", nullable=True), moment("read_at", nullable=True))
    # Of what could not be delivered the accountant was told at once, and there was no list to read.
    op.execute(
        "UPDATE pushes SET message_ref = '', shown = '', failure_told = (state = 'undeliverable'),"
        " read_at = created_at"
    )
    with op.batch_alter_table("pushes") as batch:
        require(batch, "message_ref", "shown", "failure_told")
        states = ("queued", "held", "sent", "undeliverable", "dropped")
        check(batch, "pushes", "state", *states, instead=True)
    notices = ["accountant_id", "address", "id", "kind", "state", "read_at"]
    op.create_index("ix_pushes_notices", "pushes", notices, **where("address = ''"))
    op.create_index(
        "ix_pushes_failures_untold",
        "pushes",
        ["accountant_id", "id"],
        **where(
            "state = 'undeliverable' AND address != '' AND failure_told = 0",
            "state = 'undeliverable' AND address != '' AND NOT failure_told",
        ),
    )
    op.drop_index("ix_jobs_due", "jobs")
    add("jobs", unchecked("lane"))
    op.execute("UPDATE jobs SET lane = 'main'")
    with op.batch_alter_table("jobs") as batch:
        require(batch, "lane")
        check(batch, "jobs", "lane", "main", "vendor", "chat", "mailing")
    op.create_index("ix_jobs_due", "jobs", ["lane", "due_at", "id"], **where("settled_at IS NULL"))


def make_licences() -> None:
    op.create_table(
        "licences",
        number("id"),
        number("order_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        one_of("step", "waiting", "under_way", "failed", "done"),
        flag("paid"),
        flag("cancelled"),
        flag("suspended"),
        flag("by_hand"),
        text("vendor_id"),
        text("login"),
        moment("activated_at", nullable=True),
        one_of("failure_reason", *REASONS, nullable=True),
        one_of("failure_field", *FIELDS, nullable=True),
        text("failure_note"),
        sa.Column("generation", sa.Integer(), nullable=False),
        to("order_id", "orders.id"),
        key("id"),
        sa.UniqueConstraint("order_id", "position"),
    )
    on_trial = where(
        "activated_at IS NOT NULL AND paid = 0 AND cancelled = 0",
        "activated_at IS NOT NULL AND NOT paid AND NOT cancelled",
    )
    op.create_index("ix_licences_on_trial", "licences", ["order_id", "position"], **on_trial)
    op.create_index("ix_licences_by_hand", "licences", ["id"], **where("by_hand = 1", "by_hand"))
    op.create_index("ix_licences_failed", "licences", ["id"], **where("step = 'failed'"))
    # Nothing was paid or cancelled before.
    op.execute(
        "INSERT INTO licences (order_id, position, step, paid, cancelled, suspended, by_hand,"
        " vendor_id, login, failure_note, generation)"
        " SELECT order_id, position, 'waiting', FALSE, FALSE, FALSE, FALSE, '', '', '', 0"
        " FROM order_lines ORDER BY order_id, position"
    )
    op.create_table(
        "activation_runs",
        number("id"),
        number("order_id"),
        number("accountant_id"),
        one_of("state", "picking", "running", "finished"),
        flag("stopped"),
        moment("started_at", nullable=True),
        moment("finished_at", nullable=True),
        to("order_id", "orders.id"),
        to("accountant_id", "accountants.id"),
        key("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activation_runs_order_id", "activation_runs", ["order_id"])
    op.create_index(
        "uq_activation_runs_picking",
        "activation_runs",
        ["order_id", "accountant_id"],
        unique=True,
        **where("state = 'picking'"),
    )
    op.create_table(
        "activation_items",
        number("run_id"),
        number("licence_id"),
        one_of("outcome", "done", "failed", "skipped", nullable=True),
        one_of("failure_reason", *REASONS, nullable=True),
        one_of("failure_field", *FIELDS, nullable=True),
        text("failure_note"),
        to("run_id", "activation_runs.id", ondelete="CASCADE"),
        to("licence_id", "licences.id"),
        key("run_id", "licence_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_activation_items_licence_id", "activation_items", ["licence_id"])
    op.create_index(
        "ix_activation_items_run_id_outcome_licence_id",
        "activation_items",
        ["run_id", "outcome", "licence_id"],
    )


def make_transfers() -> None:
    op.create_table(
        "transfers",
        number("id"),
        one_of("provider", *PROVIDERS),
        text("event_id"),
        text("reference"),
        money("amount"),
        flag("outgoing"),
        text("content"),
        text("account"),
        moment("occurred_at"),
        moment("received_at"),
        one_of("state", *TRANSFER_STATES),
        one_of("attention", *ATTENTIONS, nullable=True),
        money("surplus"),
        text("note"),
        sa.CheckConstraint("amount >= 0", name="amount"),
        key("id"),
        sa.UniqueConstraint("provider", "event_id"),
    )
    op.create_index("ix_transfers_reference_amount", "transfers", ["reference", "amount"])
    op.create_index("ix_transfers_received_at", "transfers", ["received_at"])
    op.create_index("ix_transfers_open", "transfers", ["id"], **where("attention IS NOT NULL"))
    op.create_index("ix_transfers_outgoing", "transfers", ["id"], **where("outgoing = 1", "outgoing"))
    op.create_table(
        "shares",
        number("id"),
        number("transfer_id"),
        text("payment_code"),
        money("amount"),
        moment("created_at"),
        to("transfer_id", "transfers.id"),
        to("payment_code", "payment_requests.code"),
        key("id"),
    )
    op.create_index("ix_shares_transfer_id", "shares", ["transfer_id"])
    op.create_index("ix_shares_payment_code", "shares", ["payment_code"])
    op.create_table(
        "transfer_claims",
        number("id"),
        text("payment_code"),
        number("accountant_id"),
        text("picture"),
        one_of("state", "open", "accepted", "refused"),
        moment("made_at"),
        text("note"),
        to("payment_code", "payment_requests.code"),
        to("accountant_id", "accountants.id"),
        key("id"),
    )
    op.create_index("ix_transfer_claims_payment_code", "transfer_claims", ["payment_code"])
    op.create_index("ix_transfer_claims_open", "transfer_claims", ["id"], **where("state = 'open'"))


def make_events() -> None:
    op.create_table(
        "events",
        number("id"),
        text("verb"),
        moment("at"),
        number("accountant_id", nullable=True),
        number("firm_id", nullable=True),
        number("order_id", nullable=True),
        text("params"),
        to("accountant_id", "accountants.id"),
        to("firm_id", "firms.id"),
        to("order_id", "orders.id"),
        key("id"),
    )
    op.create_index("ix_events_order_id", "events", ["order_id", "id"])
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "preferences",
        number("accountant_id"),
        text("in_digest"),
        sa.Column("quiet_start", sa.SmallInteger()),
        sa.Column("quiet_end", sa.SmallInteger()),
        to("accountant_id", "accountants.id"),
        key("accountant_id"),
    )


def downgrade() -> None:
    for table in (
        "preferences",
        "events",
        "transfer_claims",
        "shares",
        "transfers",
        "activation_items",
        "activation_runs",
        "licences",
    ):
        op.drop_table(table)
    op.drop_index("ix_jobs_due", "jobs")
    with op.batch_alter_table("jobs") as batch:
        batch.drop_constraint(op.f("ck_jobs_lane"), type_="check")
        batch.drop_column("lane")
    op.create_index("ix_jobs_due", "jobs", ["due_at", "id"], **where("settled_at IS NULL"))
    op.drop_index("ix_pushes_notices", "pushes")
    op.drop_index("ix_pushes_failures_untold", "pushes")
    op.execute("UPDATE pushes SET state = 'queued' WHERE state = 'held'")
    op.execute("UPDATE pushes SET state = 'sent' WHERE state = 'dropped'")
    with op.batch_alter_table("pushes") as batch:
        for column in ("message_ref", "shown", "failure_told", "read_at"):
            batch.drop_column(column)
        check(batch, "pushes", "state", "queued", "sent", "undeliverable", instead=True)
    op.create_index("ix_pushes_accountant_id", "pushes", ["accountant_id"])
    with op.batch_alter_table("payment_requests") as batch:
        batch.drop_column("received")
        batch.drop_column("paid_at")
    with op.batch_alter_table("order_lines", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.drop_column("search")
    with op.batch_alter_table("drafts", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("ck_drafts_invoice"), type_="check")
        batch.drop_column("invoice")
    # Fails where there is a back office, which the older tables do not know.
    with op.batch_alter_table("accountants") as batch:
        batch.drop_column("active")
        check(batch, "accountants", "role", "owner", "staff", instead=True)
    with op.batch_alter_table("firms") as batch:
        batch.drop_constraint(op.f("ck_firms_state"), type_="check")
        batch.drop_column("state")
        batch.drop_column("note")
