"""Placed orders, and what was done to them by whom."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from domain.customers import CustomerKind
from domain.invoices import BuyerKind
from domain.orders import OrderState
from domain.recipients import RecipientMode
from storage.columns import (
    Id,
    accounting_columns,
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
)
from storage.tables.base import metadata

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
    Index(None, "placed_at"),
    Index(None, "total"),
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
    Column("invoice_kind", one_of(BuyerKind, "invoice_kind"), nullable=False, server_default="company"),
    Column("payment_code", ForeignKey("payment_requests.code"), nullable=False),
    # Folded name and codes of the customer.
    text_column("search"),
    Index(None, "payment_code", "position"),
    Index(None, "order_id", "tax_code"),
    sqlite_with_rowid=False,
)

# The `search` of all lines of an order, one each line of the text, by which the list of orders is searched:
# one row instead of thousands.
order_searches = Table(
    "order_searches",
    metadata,
    reference("orders", primary_key=True),
    text_column("text"),
)

# The tax codes of an order, by which customers that were ordered already are found. A cancelled order keeps
# its own.
ordered_codes = Table(
    "ordered_codes",
    metadata,
    Column("firm_id", Id, primary_key=True, autoincrement=False),
    Column("fiscal_year", SmallInteger, primary_key=True, autoincrement=False),
    Column("tax_code", Text, primary_key=True),
    reference("orders", primary_key=True),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    id_column(),
    # The database does not check verbs: on SQLite each new verb would mean a new table.
    text_column("verb"),
    moment_column("at"),
    reference("accountants", nullable=True),
    reference("firms", nullable=True),
    reference("orders", nullable=True),
    text_column("params"),
    Index("ix_events_order_id", "order_id", "id"),
    Index(None, "at"),
)
