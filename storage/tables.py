"""The tables, from people to pushes. Jobs and dialog states stand beside their code."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from domain.customers import CustomerKind
from domain.orders import OrderState, Step
from domain.payments import PaymentState
from domain.people import Role
from domain.pushes import Channel, PushState
from domain.recipients import RecipientMode
from storage.types import Id, SortText, UtcDateTime, one_of

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _moment(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _of(table: str, name: str = "", **options: Any) -> Column[int]:
    """A foreign key to `table`, called `name` or after the table."""
    target = ForeignKey(f"{table}.id", ondelete=options.pop("ondelete", None))
    options.setdefault("nullable", False)
    return Column(name or f"{table.removesuffix('s')}_id", Id, target, **options)


def _accounting(nullable: bool) -> tuple[Column[Any] | CheckConstraint, ...]:
    """`AccountingData`; without a regime there is none."""
    columns: tuple[Column[Any] | CheckConstraint, ...] = (
        Column("regime", Text, nullable=nullable),
        Column("vat_method", Text, nullable=nullable),
        Column("first_month", SmallInteger, nullable=nullable),
        Column("data_start", Date),
        Column("currency", Text, nullable=nullable),
        Column("costing", Text, nullable=nullable),
    )
    whole = CheckConstraint(
        "(regime IS NULL) = (vat_method IS NULL) AND (regime IS NULL) = (first_month IS NULL)"
        " AND (regime IS NULL) = (currency IS NULL) AND (regime IS NULL) = (costing IS NULL)"
        " AND (regime IS NOT NULL OR data_start IS NULL)",
        name="accounting_whole",
    )
    return (*columns, whole) if nullable else columns


firms = Table(
    "firms",
    metadata,
    _id(),
    _text("name"),
    _text("tax_code"),
    _moment("created_at"),
    UniqueConstraint("tax_code"),
)

accountants = Table(
    "accountants",
    metadata,
    _id(),
    _of("firms", index=True),
    Column("role", one_of(Role, "role"), nullable=False),
    _text("name"),
    _text("phone"),
    _text("email"),
    _moment("created_at"),
)

consents = Table(
    "consents",
    metadata,
    _of("accountants", primary_key=True),
    Column("text_version", Text, primary_key=True),
    Column("channel", one_of(Channel, "channel"), primary_key=True),
    _moment("given_at"),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    _of("firms", index=True),
    _of("accountants", "invited_by"),
    _text("token_hash"),
    _moment("expires_at"),
    _of("accountants", "used_by", nullable=True),
    UniqueConstraint("token_hash"),
)

chats = Table(
    "chats",
    metadata,
    Column("channel", one_of(Channel, "channel"), primary_key=True),
    Column("external_id", Text, primary_key=True),
    _of("accountants"),
    _moment("linked_at"),
    Index(None, "accountant_id", "channel"),
)

customers = Table(
    "customers",
    metadata,
    _id(),
    _of("firms"),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    _text("tax_code"),
    _text("name"),
    _text("address"),
    _text("representative"),
    _text("email"),
    _text("phone"),
    _text("own_code"),
    Column("regime", Text),
    Column("vat_method", Text),
    Column("first_month", SmallInteger),
    Column("in_catalogue", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    # Kept beside the data, so that counting and searching 10,000 rows needs no Python.
    _text("missing"),
    _text("search"),
    Column("sort_key", SortText, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    Index(
        "uq_customers_tax_code_in_catalogue",
        "firm_id",
        "tax_code",
        unique=True,
        sqlite_where=text("in_catalogue = 1"),
        postgresql_where=text("in_catalogue"),
    ),
    # The order of the list; the columns behind the id let counting and skipping stay inside the index.
    Index("ix_customers_list", "firm_id", "archived", "sort_key", "id", "in_catalogue", "kind"),
    Index(None, "firm_id", "phone"),
    Index(None, "firm_id", "email"),
)

packages = Table(
    "packages",
    metadata,
    _id(),
    Column("version", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    _text("code"),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    _text("name"),
    _text("summary"),
    Column("price", BigInteger, nullable=False),
    Column("vat_rate", SmallInteger),
    Column("sample", Boolean, nullable=False),
    Column("on_sale", Boolean, nullable=False),
    _moment("created_at"),
    CheckConstraint("price >= 0", name="price"),
    Index(
        "uq_packages_code_on_sale",
        "code",
        unique=True,
        sqlite_where=text("on_sale = 1"),
        postgresql_where=text("on_sale"),
    ),
)

drafts = Table(
    "drafts",
    metadata,
    _id(),
    _of("accountants"),
    _of("firms"),
    Column("step", one_of(Step, "step"), nullable=False),
    _of("packages", nullable=True),
    Column("fiscal_year", SmallInteger),
    Column("recipient", one_of(RecipientMode, "recipient")),
    # No foreign keys: these two tables point here already, and SQLite cannot add a constraint afterwards.
    Column("other_id", Id),
    Column("order_id", Id),
    *_accounting(nullable=True),
    Column("confirmed", Boolean, nullable=False),
    Column("keep_declared", Boolean, nullable=False),
    _moment("updated_at"),
    Index(
        "uq_drafts_accountant_id_open",
        "accountant_id",
        unique=True,
        sqlite_where=text("order_id IS NULL"),
        postgresql_where=text("order_id IS NULL"),
    ),
    # A button of a discarded draft must never meet a new one under the same number.
    sqlite_autoincrement=True,
)

draft_others = Table(
    "draft_others",
    metadata,
    _id(),
    _of("drafts", index=True, ondelete="CASCADE"),
    _text("notice_name"),
    _text("notice_email"),
    _text("notice_phone"),
    Column("invoice_unit_name", Text),
    Column("invoice_tax_id", Text),
    Column("invoice_address", Text),
    Column("invoice_email", Text),
    sqlite_autoincrement=True,
)

draft_lines = Table(
    "draft_lines",
    metadata,
    _of("drafts", primary_key=True, ondelete="CASCADE"),
    _of("customers", primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    *_accounting(nullable=True),
    _of("draft_others", "other_id", nullable=True),
    Index(None, "draft_id", "position"),
    sqlite_with_rowid=False,
)

orders = Table(
    "orders",
    metadata,
    _id(),
    _text("code"),
    _of("firms"),
    _of("accountants"),
    _of("drafts"),
    _of("packages"),
    _text("package_code"),
    _text("package_name"),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    Column("fiscal_year", SmallInteger, nullable=False),
    Column("recipient", one_of(RecipientMode, "recipient"), nullable=False),
    *_accounting(nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("state", one_of(OrderState, "state"), nullable=False),
    _moment("placed_at"),
    UniqueConstraint("code"),
    UniqueConstraint("draft_id"),
    Index(None, "firm_id", "id"),
    Index(None, "accountant_id", "id"),
)

order_lines = Table(
    "order_lines",
    metadata,
    _of("orders", primary_key=True),
    Column("position", Integer, primary_key=True),
    _of("customers", index=True),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    _text("tax_code"),
    _text("name"),
    _text("address"),
    _text("representative"),
    _text("email"),
    _text("phone"),
    *_accounting(nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("vat_rate", SmallInteger),
    Column("amount", BigInteger, nullable=False),
    _text("notice_name"),
    _text("notice_email"),
    _text("notice_phone"),
    _text("invoice_unit_name"),
    _text("invoice_tax_id"),
    _text("invoice_address"),
    _text("invoice_email"),
    Column("payment_code", ForeignKey("payment_requests.code"), nullable=False),
    Index(None, "payment_code", "position"),
    sqlite_with_rowid=False,
)

payment_requests = Table(
    "payment_requests",
    metadata,
    Column("code", Text, primary_key=True),
    _of("orders", index=True),
    Column("amount", BigInteger, nullable=False),
    Column("state", one_of(PaymentState, "state"), nullable=False),
    Column("recipient", one_of(RecipientMode, "recipient"), nullable=False),
    _text("notice_name"),
    _text("notice_email"),
    _text("notice_phone"),
    _text("bank_bin"),
    _text("account"),
    _text("holder"),
    Column("line_count", Integer, nullable=False),
    _moment("due_at"),
    CheckConstraint("amount >= 0", name="amount"),
)

pushes = Table(
    "pushes",
    metadata,
    _id(),
    _text("key"),
    Column("channel", one_of(Channel, "channel"), nullable=False),
    _text("kind"),
    _text("about"),
    _of("accountants", index=True),
    _text("address"),
    Column("state", one_of(PushState, "state"), nullable=False),
    Column("attempted", Boolean, nullable=False),
    _text("error"),
    _moment("created_at"),
    _moment("settled_at", nullable=True),
    UniqueConstraint("key"),
    Index(None, "about"),
)
