"""Sign-offs, cases of returns, and the page of the desk.

Transfers that wait with a surplus, or for a cancelled order, get their cases.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011_desk"
down_revision = "0010_postings"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

OPEN_CASES = """
INSERT INTO return_cases (transfer_id, reason, opened_at, returned, reference, order_id)
SELECT id, CASE attention WHEN 'cancelled_order' THEN attention ELSE 'surplus' END, received_at, 0, '',
    (SELECT payment_requests.order_id FROM shares
     JOIN payment_requests ON payment_requests.code = shares.payment_code
     WHERE shares.transfer_id = transfers.id ORDER BY shares.id DESC LIMIT 1)
FROM transfers WHERE attention IN ('too_much', 'paid_twice', 'cancelled_order') ORDER BY id
"""


def upgrade() -> None:
    kinds = "CONSTRAINT ck_accountants_approver CHECK (approver IN ('no', 'setting', 'chat'))"
    op.execute(f"ALTER TABLE accountants ADD COLUMN approver VARCHAR(30) DEFAULT 'no' NOT NULL {kinds}")
    op.create_table(
        "sign_offs",
        _id(),
        _one_of("act", "payment", "claim", "return"),
        _text("subject"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        _text("reference"),
        _text("currency"),
        _text("why"),
        _to("orders", "order_id"),
        _to("accountants", "asked_by", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        _one_of("state", "waiting", "approved", "refused", "withdrawn"),
        _to("accountants", "decided_by"),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        _text("note"),
        _text("key"),
    )
    waiting = sa.text("state = 'waiting'")
    where: dict[str, Any] = {"sqlite_where": waiting, "postgresql_where": waiting}
    op.create_index("ix_sign_offs_waiting", "sign_offs", ["key"], unique=True, **where)
    op.create_table(
        "return_cases",
        _id(),
        _to("transfers", "transfer_id", nullable=False),
        _one_of("reason", "surplus", "cancelled_order", "wrong_transfer"),
        _to("orders", "order_id"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        _to("accountants", "owner_id"),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        _text("reference"),
        _to("accountants", "returned_by"),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("transfer_id"),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("link_hash", sa.Text(), primary_key=True),
        _to("accountants", "accountant_id", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_hash", sa.Text()),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("session_hash"),
    )
    op.create_index(op.f("ix_desk_sessions_expires_at"), "desk_sessions", ["expires_at"])
    op.execute(OPEN_CASES)


def downgrade() -> None:
    for table in ("desk_sessions", "return_cases", "sign_offs"):
        op.drop_table(table)
    op.drop_column("accountants", "approver")


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _one_of(name: str, *values: str) -> sa.Column[str]:
    kinds = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)
    return sa.Column(name, kinds, nullable=False)


def _to(table: str, name: str, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey(f"{table}.id"), nullable=nullable)
