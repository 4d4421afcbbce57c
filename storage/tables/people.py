"""Firms, accountants and their chats."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from domain.chats import Channel
from domain.people import Approver, FirmState, Role
from domain.proofs import ProofKind
from storage.columns import (
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
)
from storage.tables.base import metadata

firms = Table(
    "firms",
    metadata,
    id_column(),
    text_column("name"),
    text_column("tax_code"),
    # Folded name and tax code, by which back office searches.
    Column("search", Text, nullable=False, server_default=text("''")),
    Column("state", one_of(FirmState, "state"), nullable=False),
    # Why back office refused it.
    text_column("note"),
    # Where its invoices are made out to; empty until the firm says it.
    Column("address", Text, nullable=False, server_default=text("''")),
    # Whether back office lets it write to anybody, and to how many it has written.
    Column("cleared", Boolean, nullable=False, server_default=false()),
    Column("told", Integer, nullable=False, server_default=text("0")),
    moment_column("created_at"),
    # Several may claim the same one.
    Index(None, "tax_code"),
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
    # The folded name, by which back office searches.
    Column("search", Text, nullable=False, server_default=text("''")),
    # False for staff that were removed. The row stays, since it names who did what.
    Column("active", Boolean, nullable=False),
    moment_column("created_at"),
    # Whether a person of back office may be the second person for large sums.
    Column("approver", one_of(Approver, "approver"), nullable=False, server_default=text("'no'")),
    # When they showed that it is theirs, if ever.
    moment_column("phone_proved_at", nullable=True),
    moment_column("email_proved_at", nullable=True),
    Index(None, "phone"),
)

proofs = Table(
    "proofs",
    metadata,
    # A chat that is not registered yet, or wants its account back.
    Column("channel", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("kind", one_of(ProofKind, "kind"), primary_key=True),
    text_column("address"),
    # Empty once it is used up.
    text_column("code"),
    moment_column("asked_at"),
    Column("wrong", Integer, nullable=False),
    moment_column("proved_at", nullable=True),
    sqlite_with_rowid=False,
)

consents = Table(
    "consents",
    metadata,
    reference("accountants", primary_key=True),
    Column("text_version", Text, primary_key=True),
    Column("channel", one_of(Channel, "channel"), primary_key=True),
    moment_column("given_at"),
    # When the person took it back, by closing their account.
    moment_column("withdrawn_at", nullable=True),
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
    # When the person last came over to this chat from another of theirs.
    moment_column("used_at"),
    # The id of the last push, where messages have numbers that count up.
    Column("pushed", BigInteger, nullable=False, server_default=text("0")),
    Index(None, "accountant_id", "channel"),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("code_hash", Text, primary_key=True),
    reference("accountants", index=True),
    moment_column("expires_at"),
    moment_column("used_at", nullable=True),
    # Whether the chat that sends it may replace the person's only one.
    Column("replaces", Boolean, nullable=False, server_default=false()),
)
