"""Pushes, and what people want of them."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
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
    # Topics, separated by spaces.
    text_column("in_digest"),
    Column("quiet_start", SmallInteger),
    Column("quiet_end", SmallInteger),
    # The app whose chat the person chose for pushes.
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
    # The channel it was sent by. For a push to a person's chat it is chosen at the moment of sending.
    Column("sent_on", one_of(Channel, "sent_on")),
    # A digest of what the message shows now, so that an edit that changes nothing is not sent.
    text_column("shown"),
    # Whether the accountant was told that it could not be delivered.
    Column("failure_told", Boolean, nullable=False),
    # The bound for which it waits while it is queued (`domain.messaging.budgets`).
    Column("waits", Text, nullable=False, server_default=text("''")),
    # What the link in a mail to somebody without an account ends with.
    Column("link", Text, nullable=False, server_default=text("''")),
    # What all tries together cost, in VND before VAT.
    Column("cost", Integer, nullable=False, server_default=text("0")),
    # The template message of Zalo that it left as last, and when Zalo said that the phone has it.
    Column("template", Text, nullable=False, server_default=text("''")),
    moment_column("received_at", nullable=True),
    moment_column("created_at"),
    moment_column("settled_at", nullable=True),
    moment_column("read_at", nullable=True),
    UniqueConstraint("key"),
    Index(None, "about"),
    # A person's notices, newest first. With the columns after the id, counting reads the index alone.
    Index(
        "ix_pushes_notices",
        *("accountant_id", "address", "id", "kind", "state", "read_at"),
        **where("address = ''"),
    ),
    # What a person was sent on Zalo, where the messages of a month are counted.
    Index("ix_pushes_on_zalo", "accountant_id", "settled_at", **where("sent_on = 'zalo'")),
    Index("ix_pushes_waiting", "accountant_id", "id", **where("waits != '' AND state = 'queued'")),
    Index("ix_pushes_withdrawn", "accountant_id", "created_at", **where("kind = 'payment_withdrawn'")),
    # By `message_ref` Zalo tells of a template message.
    Index("ix_pushes_template", "message_ref", **where("template != ''")),
    # What the messages of a month cost, read from the index alone.
    Index(
        "ix_pushes_sent",
        *("settled_at", "kind", "sent_on", "template", "cost"),
        **where("state = 'sent'"),
    ),
    Index("ix_pushes_link", "link", unique=True, **where("link != ''")),
    Index(
        "ix_pushes_failures_untold",
        *("accountant_id", "id"),
        **where(
            "state = 'undeliverable' AND address != '' AND failure_told = 0",
            "state = 'undeliverable' AND address != '' AND NOT failure_told",
        ),
    ),
)

# Who wants no more mails that a firm causes; `address` is a digest. `all` means each mail that asks for
# something, else reminders and statements alone.
mail_stops = Table(
    "mail_stops",
    metadata,
    reference("firms", primary_key=True),
    Column("address", Text, primary_key=True),
    Column("all", Boolean, nullable=False),
    moment_column("stopped_at"),
    sqlite_with_rowid=False,
)
