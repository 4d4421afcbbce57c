"""Create everything. Databases of 0.1, whose revisions were 0001 to 0004, are not upgraded."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001_everything"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHOLE = (
    "(regime IS NULL) = (vat_method IS NULL) AND (regime IS NULL) = (first_month IS NULL)"
    " AND (regime IS NULL) = (currency IS NULL) AND (regime IS NULL) = (costing IS NULL)"
    " AND (regime IS NOT NULL OR data_start IS NULL)"
)
CHANNELS = ("chat", "telegram", "zalo", "email", "sms")
KINDS = ("enterprise", "household")
RECIPIENTS = ("customer", "accountant", "other")
FAILURES = (
    "invalid",
    "login_taken",
    "tax_code_refused",
    "already_licensed",
    "package_unknown",
    "unavailable",
    "other",
)
FIELDS = ("kind", "tax_code", "name", "address", "representative", "email", "phone", "own_code")


def text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def number(name: str, nullable: bool = False) -> sa.Column[int]:
    """An id."""
    return sa.Column(name, ID, nullable=nullable)


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def small(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), nullable=nullable)


def big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False, autoincrement=False)


def date(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date())


def moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def one_of(name: str, *values: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)
    return sa.Column(name, kind, nullable=nullable)


def key(*columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns)


def to(column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], ondelete=ondelete)


def where(condition: str, postgresql: str = "") -> dict[str, Any]:
    """The condition of a partial index; `postgresql` where SQLite, which has no booleans, differs."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(postgresql or condition)}


def upgrade() -> None:
    make_people()
    make_catalogue()
    make_drafts()
    make_orders()
    make_money()
    make_licences()
    make_messages()
    make_intakes()
    make_files()
    make_zalo()
    make_dialogs()
    make_jobs()


def make_people() -> None:
    op.create_table(
        "firms",
        number("id"),
        text("name"),
        text("tax_code"),
        one_of("state", "waiting", "approved", "refused", "vendor"),
        text("note"),
        moment("created_at"),
        key("id"),
        sa.UniqueConstraint("tax_code"),
    )
    op.create_table(
        "accountants",
        number("id"),
        number("firm_id"),
        one_of("role", "owner", "staff", "back_office"),
        text("name"),
        text("phone"),
        text("email"),
        flag("active"),
        moment("created_at"),
        to("firm_id", "firms.id"),
        key("id"),
    )
    op.create_index("ix_accountants_firm_id", "accountants", ["firm_id"])
    op.create_table(
        "consents",
        number("accountant_id"),
        text("text_version"),
        one_of("channel", *CHANNELS),
        moment("given_at"),
        to("accountant_id", "accountants.id"),
        key("accountant_id", "text_version", "channel"),
    )
    op.create_table(
        "invitations",
        number("id"),
        number("firm_id"),
        number("invited_by"),
        text("token_hash"),
        moment("expires_at"),
        number("used_by", nullable=True),
        to("firm_id", "firms.id"),
        to("invited_by", "accountants.id"),
        to("used_by", "accountants.id"),
        key("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_invitations_firm_id", "invitations", ["firm_id"])
    op.create_table(
        "chats",
        one_of("channel", *CHANNELS),
        text("external_id"),
        number("accountant_id"),
        moment("linked_at"),
        moment("used_at"),
        to("accountant_id", "accountants.id"),
        key("channel", "external_id"),
    )
    op.create_index("ix_chats_accountant_id_channel", "chats", ["accountant_id", "channel"])
    op.create_table(
        "link_codes",
        text("code_hash"),
        number("accountant_id"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        to("accountant_id", "accountants.id"),
        key("code_hash"),
    )
    op.create_index("ix_link_codes_accountant_id", "link_codes", ["accountant_id"])


def make_catalogue() -> None:
    op.create_table(
        "customers",
        number("id"),
        number("firm_id"),
        one_of("kind", *KINDS),
        text("tax_code"),
        text("name"),
        text("address"),
        text("representative"),
        text("email"),
        text("phone"),
        text("own_code"),
        text("regime", nullable=True),
        text("vat_method", nullable=True),
        small("first_month", nullable=True),
        flag("in_catalogue"),
        flag("archived"),
        number("assignee_id", nullable=True),
        number("merged_into", nullable=True),
        flag("erased"),
        text("missing"),
        text("search"),
        sa.Column("sort_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        moment("created_at"),
        moment("updated_at"),
        to("firm_id", "firms.id"),
        to("assignee_id", "accountants.id"),
        key("id"),
    )
    op.create_index("ix_customers_firm_id_email", "customers", ["firm_id", "email"])
    op.create_index("ix_customers_firm_id_phone", "customers", ["firm_id", "phone"])
    op.create_index(
        "ix_customers_list", "customers", ["firm_id", "archived", "sort_key", "id", "in_catalogue", "kind"]
    )
    op.create_index(
        "uq_customers_tax_code_in_catalogue",
        "customers",
        ["firm_id", "tax_code"],
        unique=True,
        **where("in_catalogue = 1", "in_catalogue"),
    )
    op.create_index(
        "ix_customers_merged_into",
        "customers",
        ["firm_id", "merged_into"],
        **where("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_customers_declared",
        "customers",
        ["firm_id", "tax_code"],
        **where("in_catalogue = 0", "NOT in_catalogue"),
    )
    op.create_table(
        "listed_customers",
        number("firm_id"),
        flag("archived"),
        one_of("kind", *KINDS),
        count("number"),
        to("firm_id", "firms.id"),
        key("firm_id", "archived", "kind"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "labels",
        number("id"),
        number("firm_id"),
        text("name"),
        text("folded"),
        to("firm_id", "firms.id"),
        key("id"),
        sa.UniqueConstraint("firm_id", "folded"),
    )
    op.create_table(
        "customer_labels",
        number("customer_id"),
        number("label_id"),
        to("customer_id", "customers.id", ondelete="CASCADE"),
        to("label_id", "labels.id", ondelete="CASCADE"),
        key("customer_id", "label_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_labels_label_id", "customer_labels", ["label_id"])
    op.create_table(
        "registry_answers",
        text("tax_code"),
        text("name"),
        text("address"),
        moment("asked_at"),
        key("tax_code"),
    )


def make_drafts() -> None:
    op.create_table(
        "packages",
        number("id"),
        count("version"),
        count("position"),
        text("code"),
        one_of("kind", *KINDS),
        text("name"),
        text("summary"),
        big("price"),
        small("vat_rate", nullable=True),
        flag("sample"),
        flag("on_sale"),
        moment("created_at"),
        sa.CheckConstraint("price >= 0", name="price"),
        key("id"),
    )
    op.create_index(
        "uq_packages_code_on_sale", "packages", ["code"], unique=True, **where("on_sale = 1", "on_sale")
    )
    op.create_table(
        "drafts",
        number("id"),
        number("accountant_id"),
        number("firm_id"),
        one_of("step", "package", "fiscal_year", "recipient", "customers", "accounting", "review"),
        number("package_id", nullable=True),
        small("fiscal_year", nullable=True),
        one_of("recipient", *RECIPIENTS, nullable=True),
        one_of("invoice", *RECIPIENTS, nullable=True),
        number("other_id", nullable=True),
        number("order_id", nullable=True),
        text("regime", nullable=True),
        text("vat_method", nullable=True),
        small("first_month", nullable=True),
        date("data_start"),
        text("currency", nullable=True),
        text("costing", nullable=True),
        flag("confirmed"),
        flag("keep_declared"),
        sa.Column("rest_to_customers", sa.Boolean(), nullable=False, server_default=sa.false()),
        number("follows_id", nullable=True),
        moment("updated_at"),
        sa.CheckConstraint(WHOLE, name="accounting_whole"),
        to("accountant_id", "accountants.id"),
        to("firm_id", "firms.id"),
        to("package_id", "packages.id"),
        key("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_drafts_accountant_id_open",
        "drafts",
        ["accountant_id"],
        unique=True,
        **where("order_id IS NULL AND follows_id IS NULL"),
    )
    op.create_index(
        "uq_drafts_follows_id", "drafts", ["follows_id"], unique=True, **where("follows_id IS NOT NULL")
    )
    op.create_table(
        "draft_others",
        number("id"),
        number("draft_id"),
        text("notice_name"),
        text("notice_email"),
        text("notice_phone"),
        text("invoice_unit_name", nullable=True),
        text("invoice_tax_id", nullable=True),
        text("invoice_address", nullable=True),
        text("invoice_email", nullable=True),
        to("draft_id", "drafts.id", ondelete="CASCADE"),
        key("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_others_draft_id", "draft_others", ["draft_id"])
    op.create_table(
        "draft_lines",
        number("draft_id"),
        number("customer_id"),
        count("position"),
        text("regime", nullable=True),
        text("vat_method", nullable=True),
        small("first_month", nullable=True),
        date("data_start"),
        text("currency", nullable=True),
        text("costing", nullable=True),
        number("other_id", nullable=True),
        sa.CheckConstraint(WHOLE, name="accounting_whole"),
        to("draft_id", "drafts.id", ondelete="CASCADE"),
        to("customer_id", "customers.id"),
        to("other_id", "draft_others.id"),
        key("draft_id", "customer_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_draft_lines_customer_id", "draft_lines", ["customer_id"])
    op.create_index("ix_draft_lines_draft_id_position", "draft_lines", ["draft_id", "position"])
    op.create_table(
        "picked_customers",
        number("draft_id"),
        one_of("kind", *KINDS),
        flag("declared"),
        count("number"),
        to("draft_id", "drafts.id", ondelete="CASCADE"),
        key("draft_id", "kind", "declared"),
        sqlite_with_rowid=False,
    )


def make_orders() -> None:
    op.create_table(
        "orders",
        number("id"),
        text("code"),
        number("firm_id"),
        number("accountant_id"),
        number("draft_id"),
        number("package_id"),
        text("package_code"),
        text("package_name"),
        one_of("kind", *KINDS),
        small("fiscal_year"),
        one_of("recipient", *RECIPIENTS),
        text("regime"),
        text("vat_method"),
        small("first_month"),
        date("data_start"),
        text("currency"),
        text("costing"),
        count("line_count"),
        big("total"),
        one_of("state", "placed", "partly_paid", "paid", "cancelled"),
        moment("placed_at"),
        to("firm_id", "firms.id"),
        to("accountant_id", "accountants.id"),
        to("draft_id", "drafts.id"),
        to("package_id", "packages.id"),
        key("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_orders_accountant_id_id", "orders", ["accountant_id", "id"])
    op.create_index("ix_orders_firm_id_id", "orders", ["firm_id", "id"])
    op.create_table(
        "payment_requests",
        text("code"),
        number("order_id"),
        big("amount"),
        one_of("state", "awaiting", "partly_paid", "paid", "overpaid", "cancelled"),
        one_of("recipient", *RECIPIENTS),
        text("notice_name"),
        text("notice_email"),
        text("notice_phone"),
        text("bank_bin"),
        text("account"),
        text("holder"),
        count("line_count"),
        moment("due_at"),
        big("received"),
        moment("paid_at", nullable=True),
        sa.CheckConstraint("amount >= 0", name="amount"),
        to("order_id", "orders.id"),
        key("code"),
    )
    op.create_index("ix_payment_requests_order_id", "payment_requests", ["order_id"])
    op.create_table(
        "order_lines",
        number("order_id"),
        count("position"),
        number("customer_id"),
        one_of("kind", *KINDS),
        text("tax_code"),
        text("name"),
        text("address"),
        text("representative"),
        text("email"),
        text("phone"),
        text("regime"),
        text("vat_method"),
        small("first_month"),
        date("data_start"),
        text("currency"),
        text("costing"),
        big("price"),
        small("vat_rate", nullable=True),
        big("amount"),
        text("notice_name"),
        text("notice_email"),
        text("notice_phone"),
        text("invoice_unit_name"),
        text("invoice_tax_id"),
        text("invoice_address"),
        text("invoice_email"),
        text("payment_code"),
        text("search"),
        to("order_id", "orders.id"),
        to("customer_id", "customers.id"),
        to("payment_code", "payment_requests.code"),
        key("order_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_order_lines_customer_id", "order_lines", ["customer_id"])
    op.create_index("ix_order_lines_payment_code_position", "order_lines", ["payment_code", "position"])
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


def make_money() -> None:
    op.create_table(
        "transfers",
        number("id"),
        one_of("provider", "sepay", "payos", "casso", "gpmpay", "manual"),
        text("event_id"),
        text("reference"),
        big("amount"),
        flag("outgoing"),
        text("content"),
        text("account"),
        moment("occurred_at"),
        moment("received_at"),
        one_of("state", "received", "matched", "unmatched", "outgoing", "repeated", "returned", "ignored"),
        one_of(
            "attention",
            "no_code",
            "unknown_code",
            "cancelled_order",
            "too_much",
            "paid_twice",
            "not_matched",
            nullable=True,
        ),
        big("surplus"),
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
        big("amount"),
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


def make_licences() -> None:
    op.create_table(
        "licences",
        number("id"),
        number("order_id"),
        count("position"),
        one_of("step", "waiting", "under_way", "failed", "done"),
        flag("paid"),
        flag("cancelled"),
        flag("suspended"),
        flag("by_hand"),
        text("vendor_id"),
        text("login"),
        moment("activated_at", nullable=True),
        one_of("failure_reason", *FAILURES, nullable=True),
        one_of("failure_field", *FIELDS, nullable=True),
        text("failure_note"),
        count("generation"),
        to("order_id", "orders.id"),
        key("id"),
        sa.UniqueConstraint("order_id", "position"),
    )
    op.create_index(
        "ix_licences_on_trial",
        "licences",
        ["order_id", "position"],
        **where(
            "activated_at IS NOT NULL AND paid = 0 AND cancelled = 0",
            "activated_at IS NOT NULL AND NOT paid AND NOT cancelled",
        ),
    )
    op.create_index("ix_licences_by_hand", "licences", ["id"], **where("by_hand = 1", "by_hand"))
    op.create_index("ix_licences_failed", "licences", ["id"], **where("step = 'failed'"))
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
        one_of("failure_reason", *FAILURES, nullable=True),
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


def make_messages() -> None:
    op.create_table(
        "preferences",
        number("accountant_id"),
        text("in_digest"),
        small("quiet_start", nullable=True),
        small("quiet_end", nullable=True),
        one_of("channel", *CHANNELS, nullable=True),
        to("accountant_id", "accountants.id"),
        key("accountant_id"),
    )
    op.create_table(
        "pushes",
        number("id"),
        text("key"),
        one_of("channel", *CHANNELS),
        text("kind"),
        text("about"),
        number("accountant_id"),
        text("address"),
        one_of("state", "queued", "held", "sent", "undeliverable", "dropped"),
        flag("attempted"),
        text("error"),
        text("message_ref"),
        one_of("sent_on", *CHANNELS, nullable=True),
        text("shown"),
        flag("failure_told"),
        moment("created_at"),
        moment("settled_at", nullable=True),
        moment("read_at", nullable=True),
        to("accountant_id", "accountants.id"),
        key("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_pushes_about", "pushes", ["about"])
    op.create_index(
        "ix_pushes_notices",
        "pushes",
        ["accountant_id", "address", "id", "kind", "state", "read_at"],
        **where("address = ''"),
    )
    op.create_index(
        "ix_pushes_failures_untold",
        "pushes",
        ["accountant_id", "id"],
        **where(
            "state = 'undeliverable' AND address != '' AND failure_told = 0",
            "state = 'undeliverable' AND address != '' AND NOT failure_told",
        ),
    )
    op.create_index(
        "ix_pushes_on_zalo", "pushes", ["accountant_id", "settled_at"], **where("sent_on = 'zalo'")
    )


def make_intakes() -> None:
    op.create_table(
        "intakes",
        number("id"),
        number("firm_id"),
        number("accountant_id"),
        one_of("state", "reading", "checked", "stopped", "refused"),
        flag("in_order"),
        text("package_code", nullable=True),
        small("fiscal_year", nullable=True),
        text("file", nullable=True),
        text("screen"),
        text("message"),
        text("sheets"),
        text("skipped_sheets"),
        text("error", nullable=True),
        count("read"),
        count("total"),
        count("looked_up"),
        moment("updated_at"),
        to("firm_id", "firms.id"),
        to("accountant_id", "accountants.id"),
        key("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_intakes_accountant_id", "intakes", ["accountant_id"])
    op.create_index("ix_intakes_updated_at", "intakes", ["updated_at"])
    op.create_table(
        "intake_entries",
        number("intake_id"),
        count("position"),
        one_of("standing", "ready", "lacking", "wrong", "repeated", "skipped", "taken"),
        one_of("known", "new", "same", "changed"),
        one_of("kind", *KINDS, nullable=True),
        text("tax_code", nullable=True),
        text("body"),
        text("before", nullable=True),
        to("intake_id", "intakes.id", ondelete="CASCADE"),
        key("intake_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_intake_entries_intake_id_standing_position",
        "intake_entries",
        ["intake_id", "standing", "position"],
    )
    op.create_index("ix_intake_entries_tax_code_intake_id", "intake_entries", ["tax_code", "intake_id"])


def make_files() -> None:
    op.create_table(
        "shared_files",
        text("token_hash"),
        text("name"),
        text("mime"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        moment("expires_at"),
        key("token_hash"),
    )
    op.create_index("ix_shared_files_expires_at", "shared_files", ["expires_at"])
    op.create_table(
        "upload_tickets",
        text("token_hash"),
        big("chat_id"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        key("token_hash"),
    )
    op.create_index("ix_upload_tickets_expires_at", "upload_tickets", ["expires_at"])


def make_zalo() -> None:
    op.create_table(
        "zalo_chats",
        big("chat_id"),
        text("external_id"),
        count("pushed"),
        key("chat_id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_table(
        "zalo_events",
        number("id"),
        text("external_id"),
        big("chat_id"),
        text("body"),
        moment("sent_at"),
        moment("received_at"),
        moment("due_at"),
        count("attempts"),
        moment("settled_at", nullable=True),
        key("id"),
        sa.UniqueConstraint("external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_zalo_events_waiting", "zalo_events", ["chat_id", "sent_at", "id"], **where("settled_at IS NULL")
    )
    op.create_index("ix_zalo_events_due_at", "zalo_events", ["due_at", "id"], **where("settled_at IS NULL"))
    op.create_index(
        "ix_zalo_events_settled_at", "zalo_events", ["settled_at"], **where("settled_at IS NOT NULL")
    )
    op.create_table(
        "zalo_menus",
        big("chat_id"),
        text("letter"),
        big("message_id"),
        text("body"),
        moment("shown_at"),
        key("chat_id", "letter"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "zalo_counts",
        text("month"),
        count("sent"),
        key("month"),
        sqlite_with_rowid=False,
    )


def make_dialogs() -> None:
    op.create_table(
        "dialog_states",
        big("bot_id"),
        big("chat_id"),
        big("user_id"),
        big("thread_id"),
        text("business_connection_id"),
        text("destiny"),
        text("state", nullable=True),
        text("data"),
        moment("updated_at"),
        key("bot_id", "chat_id", "user_id", "thread_id", "business_connection_id", "destiny"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dialog_states_updated_at", "dialog_states", ["updated_at"])
    op.create_table(
        "handled_updates",
        big("bot_id"),
        big("update_id"),
        moment("handled_at"),
        key("bot_id", "update_id"),
        sqlite_with_rowid=False,
    )


def make_jobs() -> None:
    op.create_table(
        "jobs",
        number("id"),
        text("name"),
        text("key"),
        text("order_key", nullable=True),
        one_of("lane", "main", "vendor", "chat", "mailing"),
        text("payload"),
        moment("due_at"),
        text("leased_by", nullable=True),
        count("attempts"),
        text("error"),
        flag("given_up"),
        moment("created_at"),
        moment("settled_at", nullable=True),
        key("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_jobs_order_key", "jobs", ["order_key", "id"], **where("settled_at IS NULL"))
    op.create_index("ix_jobs_settled_at", "jobs", ["settled_at"], **where("settled_at IS NOT NULL"))
    op.create_index("ix_jobs_due", "jobs", ["lane", "due_at", "id"], **where("settled_at IS NULL"))


def downgrade() -> None:
    for table in (
        "jobs",
        "handled_updates",
        "dialog_states",
        "zalo_counts",
        "zalo_menus",
        "zalo_events",
        "zalo_chats",
        "upload_tickets",
        "shared_files",
        "intake_entries",
        "intakes",
        "pushes",
        "preferences",
        "activation_items",
        "activation_runs",
        "licences",
        "transfer_claims",
        "shares",
        "transfers",
        "events",
        "order_lines",
        "payment_requests",
        "orders",
        "picked_customers",
        "draft_lines",
        "draft_others",
        "drafts",
        "packages",
        "registry_answers",
        "customer_labels",
        "labels",
        "listed_customers",
        "customers",
        "link_codes",
        "chats",
        "invitations",
        "consents",
        "accountants",
        "firms",
    ):
        op.drop_table(table)
