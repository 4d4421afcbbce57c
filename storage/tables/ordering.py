"""Packages and drafts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    false,
    text,
    true,
)

from domain.customers import CustomerKind
from domain.invoices import BuyerKind
from domain.orders import Step
from domain.recipients import RecipientMode
from storage.columns import (
    Id,
    accounting_columns,
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
    where,
)
from storage.tables.base import metadata

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
    Column("has_stock", Boolean, nullable=False, server_default=true()),
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
    # Who gets the invoice, where that is chosen apart from who gets the notice.
    Column("invoice", one_of(RecipientMode, "invoice")),
    # No foreign keys: `draft_others` and `orders` point here already, which would make a circle of tables.
    Column("other_id", Id),
    Column("order_id", Id),
    *accounting_columns(nullable=True),
    Column("confirmed", Boolean, nullable=False),
    Column("keep_declared", Boolean, nullable=False),
    # With other recipients: whether a customer for whom none is declared receives it personally.
    Column("rest_to_customers", Boolean, nullable=False, server_default=false()),
    # Whether the accounting data are proposed and nobody has answered them yet.
    Column("accounting_guessed", Boolean, nullable=False, server_default=false()),
    # The steps, parted by spaces, whose answers were taken from the last order, or are the usual ones.
    Column("as_last", Text, nullable=False, server_default=text("''")),
    Column("guessed", Text, nullable=False, server_default=text("''")),
    # The draft that must be placed or dropped before this one opens. Not a foreign key.
    Column("follows_id", Id),
    moment_column("updated_at"),
    Index(
        "uq_drafts_accountant_id_open",
        "accountant_id",
        unique=True,
        **where("order_id IS NULL AND follows_id IS NULL"),
    ),
    Index("uq_drafts_follows_id", "follows_id", unique=True, **where("follows_id IS NOT NULL")),
    # Ids are never reused: a button of a discarded draft must not act on a new one.
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
    # Without a unit: where the invoices in the customers' own names go; NULL means to the notice's address.
    Column("invoice_email", Text),
    # NULL until somebody has said what the number is, where its length leaves a choice.
    Column("invoice_kind", one_of(BuyerKind, "invoice_kind")),
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

picked_customers = Table(
    "picked_customers",
    metadata,
    reference("drafts", primary_key=True, ondelete="CASCADE"),
    Column("kind", one_of(CustomerKind, "kind"), primary_key=True),
    # Declared in an order and listed there, without being in the catalogue.
    Column("declared", Boolean, primary_key=True),
    Column("number", Integer, nullable=False),
    sqlite_with_rowid=False,
)
