"""The books: entries, and the postings of each, which sum to zero."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table

from domain.postings import Account, JournalKind
from storage.columns import id_column, moment_column, one_of, reference, text_column
from storage.tables.base import metadata

journal_entries = Table(
    "journal_entries",
    metadata,
    id_column(),
    Column("kind", one_of(JournalKind, "kind"), nullable=False),
    moment_column("at"),
    reference("transfers", nullable=True, index=True),
    reference("orders", nullable=True, index=True),
    reference("accountants", nullable=True),
    text_column("reason"),
    Index(None, "at"),
)

postings = Table(
    "postings",
    metadata,
    id_column(),
    Column("entry_id", ForeignKey("journal_entries.id"), nullable=False, index=True),
    Column("account", one_of(Account, "account"), nullable=False),
    Column("payment_code", ForeignKey("payment_requests.code"), nullable=True, index=True),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount <> 0", name="amount"),
    CheckConstraint("(payment_code IS NULL) = (account NOT IN ('receivable', 'surplus'))", name="object"),
)
