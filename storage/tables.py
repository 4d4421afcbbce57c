"""The tables, from people to pushes. Those of jobs and dialogs stand by themselves."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from domain.customers import CustomerKind
from domain.orders import OrderState, Step
from domain.payments import PaymentState
from domain.people import Role
from domain.pushes import Channel, PushState
from domain.recipients import RecipientMode
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
    Index(None, "accountant_id", "channel"),
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
    # No foreign keys: these two tables point here already, and SQLite cannot add a constraint afterwards.
    Column("other_id", Id),
    Column("order_id", Id),
    *accounting_columns(nullable=True),
    Column("confirmed", Boolean, nullable=False),
    Column("keep_declared", Boolean, nullable=False),
    moment_column("updated_at"),
    Index("uq_drafts_accountant_id_open", "accountant_id", unique=True, **where("order_id IS NULL")),
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
    CheckConstraint("amount >= 0", name="amount"),
)

pushes = Table(
    "pushes",
    metadata,
    id_column(),
    text_column("key"),
    Column("channel", one_of(Channel, "channel"), nullable=False),
    text_column("kind"),
    text_column("about"),
    reference("accountants", index=True),
    text_column("address"),
    Column("state", one_of(PushState, "state"), nullable=False),
    Column("attempted", Boolean, nullable=False),
    text_column("error"),
    moment_column("created_at"),
    moment_column("settled_at", nullable=True),
    UniqueConstraint("key"),
    Index(None, "about"),
)
