"""Tax invoices."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from domain.invoice_corrections import CorrectionKind
from domain.invoices import BuyerKind, InvoiceKind, InvoiceState
from storage.columns import id_column, moment_column, one_of, reference, text_column, where
from storage.tables.base import metadata

invoices = Table(
    "invoices",
    metadata,
    id_column(),
    text_column("key"),
    reference("firms"),
    reference("accountants"),
    Column("kind", one_of(InvoiceKind, "kind"), nullable=False),
    Column("state", one_of(InvoiceState, "state"), nullable=False),
    Column("day", Date, nullable=False),
    Column("buyer_kind", one_of(BuyerKind, "buyer_kind"), nullable=False),
    text_column("buyer_name"),
    text_column("buyer_tax_id"),
    text_column("buyer_address"),
    text_column("email"),
    # Sums over the lines, kept here so that lists need not add them up.
    Column("amount", BigInteger, nullable=False),
    Column("vat", BigInteger, nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    # Empty until it is handed to the issuer, who may issue it under others.
    text_column("form"),
    text_column("series"),
    Column("issued_on", Date),
    # Empty until it is issued.
    text_column("number"),
    text_column("authority_code"),
    text_column("lookup_code"),
    text_column("tracking"),
    text_column("refusal"),
    text_column("refused_field"),
    reference("invoices", "original_id", nullable=True, index=True),
    Column("typed", Boolean, nullable=False),
    moment_column("sent_at", nullable=True),
    moment_column("numbered_at", nullable=True),
    # A digest of what the lines of one document share (`domain.invoicing.group_of`). It stays as it was made,
    # also where the buyer is mended.
    text_column("group_key"),
    # The buyer's name and number, folded (`domain.text.search_key`).
    text_column("search"),
    UniqueConstraint("key"),
    UniqueConstraint("firm_id", "day", "group_key"),
    Index(
        "uq_invoices_number",
        *("form", "series", "number"),
        unique=True,
        **where("number != ''"),
    ),
    Index("uq_invoices_replacement", "original_id", unique=True, **where("kind = 'replacement'")),
    # The queue, and what is late.
    Index("ix_invoices_unnumbered", "day", "id", **where("number = ''")),
    # What was handed to the issuer last, and what of it has no number.
    Index("ix_invoices_series", "form", "series", "issued_on", "state"),
    Index("ix_invoices_refused", "accountant_id", "id", **where("state = 'refused'")),
    Index(None, "firm_id", "id"),
    # What back office looks up, and what was issued today.
    Index("ix_invoices_number", "number", **where("number != ''")),
    Index(None, "buyer_tax_id"),
    Index(None, "numbered_at"),
    sqlite_autoincrement=True,
)

invoice_lines = Table(
    "invoice_lines",
    metadata,
    reference("invoices", primary_key=True),
    reference("orders", primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    # What corrects a rate takes the line off at the old one and adds it at the right one.
    Column("adds", Boolean, primary_key=True),
    text_column("order_code"),
    text_column("package_code"),
    text_column("package_name"),
    Column("fiscal_year", SmallInteger, nullable=False),
    text_column("customer_name"),
    text_column("customer_tax_code"),
    Column("amount", BigInteger, nullable=False),
    Column("vat", BigInteger, nullable=False),
    Column("vat_rate", SmallInteger),
    Column("partly", Boolean, nullable=False),
    text_column("payer"),
    Index(None, "order_id", "position"),
    Index(None, "customer_tax_code"),
    sqlite_with_rowid=False,
)

invoice_files = Table(
    "invoice_files",
    metadata,
    reference("invoices", primary_key=True),
    Column("pdf", LargeBinary, nullable=False),
    Column("xml", LargeBinary, nullable=False),
)

invoice_corrections = Table(
    "invoice_corrections",
    metadata,
    id_column(),
    reference("invoices", index=True),
    Column("kind", one_of(CorrectionKind, "kind"), nullable=False),
    moment_column("made_at"),
    reference("accountants"),
    *(
        column
        for when in ("before", "after")
        for column in (
            Column(f"{when}_kind", one_of(BuyerKind, f"{when}_kind"), nullable=False),
            text_column(f"{when}_name"),
            text_column(f"{when}_tax_id"),
            text_column(f"{when}_address"),
        )
    ),
    # The written agreement with the buyer, where one is needed.
    text_column("agreed_by"),
    Column("agreed_on", Date),
    text_column("file_name"),
    Column("file", LargeBinary),
    reference("invoices", "document_id", nullable=True),
    Column("done_on", Date),
    Index("ix_invoice_corrections_to_do", "id", **where("kind = 'notice' AND done_on IS NULL")),
)
