"""Payment requests and the transfers that pay them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from domain.payments import ClaimState, PaymentState
from domain.recipients import RecipientMode
from domain.transfers import Attention, Provider, TransferState
from storage.columns import (
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
    where,
)
from storage.tables.base import metadata

payment_requests = Table(
    "payment_requests",
    metadata,
    Column("code", Text, primary_key=True),
    reference("orders"),
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
    # The sum of the request's shares, kept here so that lists need not add them up.
    Column("received", BigInteger, nullable=False),
    moment_column("paid_at", nullable=True),
    # VND that came in before the program made tax invoices: the vendor invoiced them itself.
    Column("invoiced_before", BigInteger, nullable=False, server_default=text("0")),
    # An account number of this request's own, at the same bank, and when it was asked for.
    Column("own_account", Text, nullable=False, server_default=text("''")),
    moment_column("number_asked_at", nullable=True),
    CheckConstraint("amount >= 0", name="amount"),
    Index("ix_payment_requests_own_account", "own_account", unique=True, **where("own_account != ''")),
    # With the addresses, finding those of a payer reads the index alone.
    Index("ix_payment_requests_order_id", "order_id", "notice_email", "notice_phone"),
    # The open requests of an amount.
    Index(None, "state", "amount", "received"),
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
    Column("main_account", Text, nullable=False, server_default=text("''")),
    Column("currency", Text, nullable=False, server_default=text("'VND'")),
    Column("listed", Boolean, nullable=False, server_default=false()),
    moment_column("received_at"),
    Column("state", one_of(TransferState, "state"), nullable=False),
    Column("attention", one_of(Attention, "attention")),
    Column("surplus", BigInteger, nullable=False),
    text_column("note"),
    reference("transfers", "other_id", nullable=True),
    # Whose accountant chooses what it pays for.
    reference("orders", nullable=True),
    UniqueConstraint("provider", "event_id"),
    Index(None, "reference", "amount"),
    Index(None, "received_at"),
    Index(None, "amount"),
    # What a service told about a time, beside its list.
    Index(None, "provider", "occurred_at"),
    Index("ix_transfers_listed", "amount", **where("listed = 1", "listed")),
    Index("ix_transfers_open", "id", **where("attention IS NOT NULL")),
    Index("ix_transfers_choosing", "order_id", **where("state = 'choosing'")),
    Index("ix_transfers_outgoing", "id", **where("outgoing = 1", "outgoing")),
    CheckConstraint("amount >= 0", name="amount"),
)

# What a bank's statement says of a day that has ended; its `rows` of money that came in are JSON.
bank_days = Table(
    "bank_days",
    metadata,
    Column("account", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("opening", BigInteger, nullable=False),
    Column("closing", BigInteger, nullable=False),
    Column("outgoing", BigInteger, nullable=False),
    text_column("rows"),
    moment_column("told_at"),
    Index(None, "day"),
    sqlite_with_rowid=False,
)

# Where accountants have statements of account mailed to: the firm's, or a customer's.
monthly_statements = Table(
    "monthly_statements",
    metadata,
    id_column(),
    reference("accountants", index=True),
    reference("customers", nullable=True, index=True),
    text_column("address"),
    moment_column("made_at"),
)

# How far the list of each service has been read.
bank_feeds = Table(
    "bank_feeds",
    metadata,
    Column("provider", Text, primary_key=True),
    moment_column("read_until", nullable=True),
    text_column("refused"),
    sqlite_with_rowid=False,
)

shares = Table(
    "shares",
    metadata,
    id_column(),
    reference("transfers", index=True),
    Column("payment_code", ForeignKey("payment_requests.code"), nullable=False, index=True),
    # Negative for money that was taken back.
    Column("amount", BigInteger, nullable=False),
    moment_column("created_at"),
    # The requests whose money changed on a day.
    Index(None, "created_at", "payment_code"),
)

transfer_claims = Table(
    "transfer_claims",
    metadata,
    id_column(),
    # A request's, or that of an order that its accountant pays.
    Column("payment_code", Text, nullable=False, index=True),
    reference("accountants"),
    text_column("picture"),
    Column("state", one_of(ClaimState, "state"), nullable=False),
    moment_column("made_at"),
    text_column("note"),
    Index("ix_transfer_claims_open", "id", **where("state = 'open'")),
)

# One code for several orders that their accountant pays: it names all that is open of them.
payment_bundles = Table(
    "payment_bundles",
    metadata,
    Column("code", Text, primary_key=True),
    Column("order_id", ForeignKey("orders.id"), primary_key=True, index=True),
    moment_column("made_at"),
    sqlite_with_rowid=False,
)

# Codes that an order may use which is being placed (`storage.codes`).
reserved_codes = Table(
    "reserved_codes",
    metadata,
    Column("code", Text, primary_key=True),
    moment_column("reserved_at"),
    Index(None, "reserved_at"),
    sqlite_with_rowid=False,
)
