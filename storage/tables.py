"""The tables, from people to pushes. Those of jobs and dialogs stand by themselves."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from domain.activations import Outcome, RunState
from domain.customers import CustomerField, CustomerKind
from domain.entries import IntakeState, Known, Standing
from domain.licences import ActivationStep, FailureReason
from domain.orders import OrderState, Step
from domain.payments import ClaimState, PaymentState
from domain.people import FirmState, Role
from domain.pushes import Channel, PushState
from domain.recipients import RecipientMode
from domain.transfers import Attention, Provider, TransferState
from storage.columns import (
    Id,
    SortText,
    accounting_columns,
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
    where,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

firms = Table(
    "firms",
    metadata,
    id_column(),
    text_column("name"),
    text_column("tax_code"),
    Column("state", one_of(FirmState, "state"), nullable=False),
    # Why back office refused it.
    text_column("note"),
    moment_column("created_at"),
    UniqueConstraint("tax_code"),
)

accountants = Table(
    "accountants",
    metadata,
    id_column(),
    reference("firms", index=True),
    Column("role", one_of(Role, "role"), nullable=False),
    text_column("name"),
    text_column("phone"),
    text_column("email"),
    # Staff that was removed keep their name on what they did.
    Column("active", Boolean, nullable=False),
    moment_column("created_at"),
)

consents = Table(
    "consents",
    metadata,
    reference("accountants", primary_key=True),
    Column("text_version", Text, primary_key=True),
    Column("channel", one_of(Channel, "channel"), primary_key=True),
    moment_column("given_at"),
)

invitations = Table(
    "invitations",
    metadata,
    id_column(),
    reference("firms", index=True),
    reference("accountants", "invited_by"),
    text_column("token_hash"),
    moment_column("expires_at"),
    reference("accountants", "used_by", nullable=True),
    UniqueConstraint("token_hash"),
)

chats = Table(
    "chats",
    metadata,
    Column("channel", one_of(Channel, "channel"), primary_key=True),
    Column("external_id", Text, primary_key=True),
    reference("accountants"),
    moment_column("linked_at"),
    # When its person went over to it from another of their chats.
    moment_column("used_at"),
    Index(None, "accountant_id", "channel"),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("code_hash", Text, primary_key=True),
    reference("accountants", index=True),
    moment_column("expires_at"),
    moment_column("used_at", nullable=True),
)

customers = Table(
    "customers",
    metadata,
    id_column(),
    reference("firms"),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    text_column("tax_code"),
    text_column("name"),
    text_column("address"),
    text_column("representative"),
    text_column("email"),
    text_column("phone"),
    text_column("own_code"),
    Column("regime", Text),
    Column("vat_method", Text),
    Column("first_month", SmallInteger),
    Column("in_catalogue", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    reference("accountants", "assignee_id", nullable=True),
    # No foreign key: SQLite cannot add one to a table that is there.
    Column("merged_into", Id),
    Column("erased", Boolean, nullable=False),
    # Kept beside the data, so that counting and searching 10,000 rows needs no Python.
    text_column("missing"),
    text_column("search"),
    Column("sort_key", SortText, nullable=False),
    moment_column("created_at"),
    moment_column("updated_at"),
    Index(
        "uq_customers_tax_code_in_catalogue",
        "firm_id",
        "tax_code",
        unique=True,
        **where("in_catalogue = 1", "in_catalogue"),
    ),
    # The order of the list; the columns behind the id let counting and skipping stay inside the index.
    Index("ix_customers_list", "firm_id", "archived", "sort_key", "id", "in_catalogue", "kind"),
    Index(None, "firm_id", "phone"),
    Index(None, "firm_id", "email"),
    Index("ix_customers_merged_into", "firm_id", "merged_into", **where("merged_into IS NOT NULL")),
    Index("ix_customers_declared", "firm_id", "tax_code", **where("in_catalogue = 0", "NOT in_catalogue")),
)

labels = Table(
    "labels",
    metadata,
    id_column(),
    reference("firms"),
    text_column("name"),
    # Of the name: one label whatever its case and diacritics.
    text_column("folded"),
    UniqueConstraint("firm_id", "folded"),
)

customer_labels = Table(
    "customer_labels",
    metadata,
    reference("customers", primary_key=True, ondelete="CASCADE"),
    reference("labels", primary_key=True, index=True, ondelete="CASCADE"),
    sqlite_with_rowid=False,
)

registry_answers = Table(
    "registry_answers",
    metadata,
    Column("tax_code", Text, primary_key=True),
    # Empty where the registry has none.
    text_column("name"),
    text_column("address"),
    moment_column("asked_at"),
)

intakes = Table(
    "intakes",
    metadata,
    id_column(),
    reference("firms"),
    reference("accountants", index=True),
    Column("state", one_of(IntakeState, "state"), nullable=False),
    Column("in_order", Boolean, nullable=False),
    Column("package_code", Text),
    Column("fiscal_year", SmallInteger),
    # JSON: the file's reference, the window that shows it, sheets with their columns, why it was refused.
    Column("file", Text),
    text_column("screen"),
    text_column("message"),
    text_column("sheets"),
    text_column("skipped_sheets"),
    Column("error", Text),
    Column("read", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("looked_up", Integer, nullable=False),
    moment_column("updated_at"),
    Index(None, "updated_at"),
    sqlite_autoincrement=True,
)

intake_entries = Table(
    "intake_entries",
    metadata,
    reference("intakes", primary_key=True, ondelete="CASCADE"),
    Column("position", Integer, primary_key=True),
    Column("standing", one_of(Standing, "standing"), nullable=False),
    Column("known", one_of(Known, "known"), nullable=False),
    Column("kind", one_of(CustomerKind, "kind")),
    Column("tax_code", Text),
    # JSON: all else of the entry, and of what stood here before.
    text_column("body"),
    Column("before", Text),
    Index(None, "intake_id", "standing", "position"),
    Index(None, "tax_code", "intake_id"),
    sqlite_with_rowid=False,
)

packages = Table(
    "packages",
    metadata,
    id_column(),
    Column("version", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    text_column("code"),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    text_column("name"),
    text_column("summary"),
    Column("price", BigInteger, nullable=False),
    Column("vat_rate", SmallInteger),
    Column("sample", Boolean, nullable=False),
    Column("on_sale", Boolean, nullable=False),
    moment_column("created_at"),
    CheckConstraint("price >= 0", name="price"),
    Index("uq_packages_code_on_sale", "code", unique=True, **where("on_sale = 1", "on_sale")),
)

drafts = Table(
    "drafts",
    metadata,
    id_column(),
    reference("accountants"),
    reference("firms"),
    Column("step", one_of(Step, "step"), nullable=False),
    reference("packages", nullable=True),
    Column("fiscal_year", SmallInteger),
    Column("recipient", one_of(RecipientMode, "recipient")),
    # Whose name stands on the invoice, where that is chosen apart.
    Column("invoice", one_of(RecipientMode, "invoice")),
    # No foreign keys: these two tables point here already, and SQLite cannot add a constraint afterwards.
    Column("other_id", Id),
    Column("order_id", Id),
    *accounting_columns(nullable=True),
    Column("confirmed", Boolean, nullable=False),
    Column("keep_declared", Boolean, nullable=False),
    # Where others are to receive: whether customers without one receive themselves.
    Column("rest_to_customers", Boolean, nullable=False, server_default=false()),
    # The draft that is placed or dropped first; no foreign key, as above.
    Column("follows_id", Id),
    moment_column("updated_at"),
    Index(
        "uq_drafts_accountant_id_open",
        "accountant_id",
        unique=True,
        **where("order_id IS NULL AND follows_id IS NULL"),
    ),
    Index("uq_drafts_follows_id", "follows_id", unique=True, **where("follows_id IS NOT NULL")),
    # A button of a discarded draft must never meet a new one under the same number.
    sqlite_autoincrement=True,
)

draft_others = Table(
    "draft_others",
    metadata,
    id_column(),
    reference("drafts", index=True, ondelete="CASCADE"),
    text_column("notice_name"),
    text_column("notice_email"),
    text_column("notice_phone"),
    Column("invoice_unit_name", Text),
    Column("invoice_tax_id", Text),
    Column("invoice_address", Text),
    Column("invoice_email", Text),
    sqlite_autoincrement=True,
)

draft_lines = Table(
    "draft_lines",
    metadata,
    reference("drafts", primary_key=True, ondelete="CASCADE"),
    reference("customers", primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    *accounting_columns(nullable=True),
    reference("draft_others", "other_id", nullable=True),
    Index(None, "draft_id", "position"),
    sqlite_with_rowid=False,
)

orders = Table(
    "orders",
    metadata,
    id_column(),
    text_column("code"),
    reference("firms"),
    reference("accountants"),
    reference("drafts"),
    reference("packages"),
    text_column("package_code"),
    text_column("package_name"),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    Column("fiscal_year", SmallInteger, nullable=False),
    Column("recipient", one_of(RecipientMode, "recipient"), nullable=False),
    *accounting_columns(nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("state", one_of(OrderState, "state"), nullable=False),
    moment_column("placed_at"),
    UniqueConstraint("code"),
    UniqueConstraint("draft_id"),
    Index(None, "firm_id", "id"),
    Index(None, "accountant_id", "id"),
)

order_lines = Table(
    "order_lines",
    metadata,
    reference("orders", primary_key=True),
    Column("position", Integer, primary_key=True),
    reference("customers", index=True),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    text_column("tax_code"),
    text_column("name"),
    text_column("address"),
    text_column("representative"),
    text_column("email"),
    text_column("phone"),
    *accounting_columns(nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("vat_rate", SmallInteger),
    Column("amount", BigInteger, nullable=False),
    text_column("notice_name"),
    text_column("notice_email"),
    text_column("notice_phone"),
    text_column("invoice_unit_name"),
    text_column("invoice_tax_id"),
    text_column("invoice_address"),
    text_column("invoice_email"),
    Column("payment_code", ForeignKey("payment_requests.code"), nullable=False),
    # Folded name and codes: the list of orders is searched by customer.
    text_column("search"),
    Index(None, "payment_code", "position"),
    sqlite_with_rowid=False,
)

payment_requests = Table(
    "payment_requests",
    metadata,
    Column("code", Text, primary_key=True),
    reference("orders", index=True),
    Column("amount", BigInteger, nullable=False),
    Column("state", one_of(PaymentState, "state"), nullable=False),
    Column("recipient", one_of(RecipientMode, "recipient"), nullable=False),
    text_column("notice_name"),
    text_column("notice_email"),
    text_column("notice_phone"),
    text_column("bank_bin"),
    text_column("account"),
    text_column("holder"),
    Column("line_count", Integer, nullable=False),
    moment_column("due_at"),
    # Kept beside the shares it sums up.
    Column("received", BigInteger, nullable=False),
    moment_column("paid_at", nullable=True),
    CheckConstraint("amount >= 0", name="amount"),
)

licences = Table(
    "licences",
    metadata,
    id_column(),
    reference("orders"),
    Column("position", Integer, nullable=False),
    Column("step", one_of(ActivationStep, "step"), nullable=False),
    Column("paid", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    text_column("vendor_id"),
    text_column("login"),
    moment_column("activated_at", nullable=True),
    Column("failure_reason", one_of(FailureReason, "failure_reason")),
    Column("failure_field", one_of(CustomerField, "failure_field")),
    text_column("failure_note"),
    Column("generation", Integer, nullable=False),
    UniqueConstraint("order_id", "position"),
    # Those whose seven days run or have run out.
    Index(
        "ix_licences_on_trial",
        "order_id",
        "position",
        **where(
            "activated_at IS NOT NULL AND paid = 0 AND cancelled = 0",
            "activated_at IS NOT NULL AND NOT paid AND NOT cancelled",
        ),
    ),
    Index("ix_licences_by_hand", "id", **where("by_hand = 1", "by_hand")),
    Index("ix_licences_failed", "id", **where("step = 'failed'")),
)

activation_runs = Table(
    "activation_runs",
    metadata,
    id_column(),
    reference("orders", index=True),
    reference("accountants"),
    Column("state", one_of(RunState, "state"), nullable=False),
    Column("stopped", Boolean, nullable=False),
    moment_column("started_at", nullable=True),
    moment_column("finished_at", nullable=True),
    Index(
        "uq_activation_runs_picking",
        "order_id",
        "accountant_id",
        unique=True,
        **where("state = 'picking'"),
    ),
    sqlite_autoincrement=True,
)

activation_items = Table(
    "activation_items",
    metadata,
    reference("activation_runs", "run_id", primary_key=True, ondelete="CASCADE"),
    reference("licences", primary_key=True, index=True),
    Column("outcome", one_of(Outcome, "outcome")),
    Column("failure_reason", one_of(FailureReason, "failure_reason")),
    Column("failure_field", one_of(CustomerField, "failure_field")),
    text_column("failure_note"),
    Index(None, "run_id", "outcome", "licence_id"),
    sqlite_with_rowid=False,
)

transfers = Table(
    "transfers",
    metadata,
    id_column(),
    Column("provider", one_of(Provider, "provider"), nullable=False),
    text_column("event_id"),
    text_column("reference"),
    Column("amount", BigInteger, nullable=False),
    Column("outgoing", Boolean, nullable=False),
    text_column("content"),
    text_column("account"),
    moment_column("occurred_at"),
    moment_column("received_at"),
    Column("state", one_of(TransferState, "state"), nullable=False),
    Column("attention", one_of(Attention, "attention")),
    Column("surplus", BigInteger, nullable=False),
    text_column("note"),
    UniqueConstraint("provider", "event_id"),
    Index(None, "reference", "amount"),
    Index(None, "received_at"),
    Index("ix_transfers_open", "id", **where("attention IS NOT NULL")),
    Index("ix_transfers_outgoing", "id", **where("outgoing = 1", "outgoing")),
    CheckConstraint("amount >= 0", name="amount"),
)

shares = Table(
    "shares",
    metadata,
    id_column(),
    reference("transfers", index=True),
    Column("payment_code", ForeignKey("payment_requests.code"), nullable=False, index=True),
    # Negative where it was returned.
    Column("amount", BigInteger, nullable=False),
    moment_column("created_at"),
)

transfer_claims = Table(
    "transfer_claims",
    metadata,
    id_column(),
    Column("payment_code", ForeignKey("payment_requests.code"), nullable=False, index=True),
    reference("accountants"),
    text_column("picture"),
    Column("state", one_of(ClaimState, "state"), nullable=False),
    moment_column("made_at"),
    text_column("note"),
    Index("ix_transfer_claims_open", "id", **where("state = 'open'")),
)

events = Table(
    "events",
    metadata,
    id_column(),
    # Verbs are not checked by the database: each new one would rebuild the table.
    text_column("verb"),
    moment_column("at"),
    reference("accountants", nullable=True),
    reference("firms", nullable=True),
    reference("orders", nullable=True),
    text_column("params"),
    Index("ix_events_order_id", "order_id", "id"),
    Index(None, "at"),
)

preferences = Table(
    "preferences",
    metadata,
    reference("accountants", primary_key=True),
    # Topics parted by spaces.
    text_column("in_digest"),
    Column("quiet_start", SmallInteger),
    Column("quiet_end", SmallInteger),
    # The chat that was chosen for pushes.
    Column("channel", one_of(Channel, "channel")),
)

pushes = Table(
    "pushes",
    metadata,
    id_column(),
    text_column("key"),
    Column("channel", one_of(Channel, "channel"), nullable=False),
    text_column("kind"),
    text_column("about"),
    reference("accountants"),
    text_column("address"),
    Column("state", one_of(PushState, "state"), nullable=False),
    Column("attempted", Boolean, nullable=False),
    text_column("error"),
    text_column("message_ref"),
    # The way it went; of a message to a person's chat it is chosen when that leaves.
    Column("sent_on", one_of(Channel, "sent_on")),
    # What the message shows now, as a digest: an edit that changes nothing is not sent.
    text_column("shown"),
    # Whether the accountant was told that it could not be delivered.
    Column("failure_told", Boolean, nullable=False),
    moment_column("created_at"),
    moment_column("settled_at", nullable=True),
    moment_column("read_at", nullable=True),
    UniqueConstraint("key"),
    Index(None, "about"),
    # A person's notices, newest first; the columns behind the id let counting stay inside the index.
    Index(
        "ix_pushes_notices",
        *("accountant_id", "address", "id", "kind", "state", "read_at"),
        **where("address = ''"),
    ),
    # What a person was sent where the messages of a month are counted.
    Index("ix_pushes_on_zalo", "accountant_id", "settled_at", **where("sent_on = 'zalo'")),
    Index(
        "ix_pushes_failures_untold",
        *("accountant_id", "id"),
        **where(
            "state = 'undeliverable' AND address != '' AND failure_told = 0",
            "state = 'undeliverable' AND address != '' AND NOT failure_told",
        ),
    ),
)

shared_files = Table(
    "shared_files",
    metadata,
    Column("token_hash", Text, primary_key=True),
    text_column("name"),
    text_column("mime"),
    Column("content", LargeBinary, nullable=False),
    moment_column("expires_at"),
    Index(None, "expires_at"),
)

upload_tickets = Table(
    "upload_tickets",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    moment_column("expires_at"),
    moment_column("used_at", nullable=True),
    Index(None, "expires_at"),
)

zalo_chats = Table(
    "zalo_chats",
    metadata,
    # Made of Zalo's own id, see `domain.chats`.
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    text_column("external_id"),
    # How many messages with codes were pushed there.
    Column("pushed", Integer, nullable=False),
    UniqueConstraint("external_id"),
)

zalo_events = Table(
    "zalo_events",
    metadata,
    id_column(),
    text_column("external_id"),
    Column("chat_id", BigInteger, nullable=False),
    # JSON: what came.
    text_column("body"),
    moment_column("sent_at"),
    moment_column("received_at"),
    # When it may be tried, and how often that failed.
    moment_column("due_at"),
    Column("attempts", Integer, nullable=False),
    moment_column("settled_at", nullable=True),
    UniqueConstraint("external_id"),
    Index("ix_zalo_events_waiting", "chat_id", "sent_at", "id", **where("settled_at IS NULL")),
    Index("ix_zalo_events_due_at", "due_at", "id", **where("settled_at IS NULL")),
    Index("ix_zalo_events_settled_at", "settled_at", **where("settled_at IS NOT NULL")),
    sqlite_autoincrement=True,
)

zalo_menus = Table(
    "zalo_menus",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    # Of a pushed message the letter that its codes begin with; empty for the window.
    Column("letter", Text, primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    # JSON: what each answer does.
    text_column("body"),
    moment_column("shown_at"),
    sqlite_with_rowid=False,
)

zalo_counts = Table(
    "zalo_counts",
    metadata,
    # Such as 2026-11, in Vietnam.
    Column("month", Text, primary_key=True),
    Column("sent", Integer, nullable=False),
    sqlite_with_rowid=False,
)
