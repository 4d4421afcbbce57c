"""Pushes, and what people want of them."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from domain.chats import Channel
from domain.messaging.pushes import PushState
from storage.columns import (
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
    where,
)
from storage.tables.base import metadata

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
