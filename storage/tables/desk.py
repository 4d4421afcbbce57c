"""What back office's people do together: sign-offs, cases of returns, and the page of the desk."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint, text

from domain.return_cases import CaseReason
from domain.sign_offs import SignedAct, SignOffState
from storage.columns import id_column, moment_column, one_of, reference, text_column, where
from storage.tables.base import metadata

sign_offs = Table(
    "sign_offs",
    metadata,
    id_column(),
    Column("act", one_of(SignedAct, "act"), nullable=False),
    # A payment's code, or the id of a claim or transfer.
    text_column("subject"),
    Column("amount", BigInteger, nullable=False),
    text_column("reference"),
    text_column("currency"),
    text_column("why"),
    reference("orders", nullable=True),
    reference("accountants", "asked_by"),
    moment_column("asked_at"),
    Column("state", one_of(SignOffState, "state"), nullable=False),
    reference("accountants", "decided_by", nullable=True),
    moment_column("decided_at", nullable=True),
    text_column("note"),
    # What at most one may wait about.
    text_column("key"),
    Index("ix_sign_offs_waiting", "key", unique=True, **where("state = 'waiting'")),
)

return_cases = Table(
    "return_cases",
    metadata,
    id_column(),
    reference("transfers"),
    Column("reason", one_of(CaseReason, "reason"), nullable=False),
    reference("orders", nullable=True),
    moment_column("opened_at"),
    reference("accountants", "owner_id", nullable=True),
    Column("returned", BigInteger, nullable=False),
    text_column("reference"),
    reference("accountants", "returned_by", nullable=True),
    moment_column("returned_at", nullable=True),
    Column("why", Text, nullable=False, server_default=text("''")),
    Index(None, "transfer_id"),
    # Money that was given back is of a case that is done; the same transfer may get another one.
    Index("ix_return_cases_standing", "transfer_id", unique=True, **where("returned_at IS NULL")),
)

# A link from the chat; once opened, the session of the one browser that opened it.
desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("link_hash", Text, primary_key=True),
    reference("accountants"),
    # The end of the link as long as nobody opened it, then of the session.
    moment_column("expires_at"),
    Column("session_hash", Text),
    moment_column("seen_at", nullable=True),
    UniqueConstraint("session_hash"),
    Index(None, "expires_at"),
)
