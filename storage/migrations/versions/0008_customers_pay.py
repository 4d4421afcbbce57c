"""Customers of an order that its accountant pays have requests of their own.

A claim may be of all of them: its code is then the order's. A part payment for all waits until the accountant
says who has paid.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008_customers_pay"
down_revision = "0007_money_that_came"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = "fk_transfer_claims_payment_code_payment_requests"
ORDER = "fk_transfers_order_id_orders"
STATES = ("received", "matched", "unmatched", "outgoing", "repeated", "returned", "ignored")
CHECKED = {
    "provider": ("sepay", "payos", "casso", "gpmpay", "manual"),
    "attention": (
        *("no_code", "unknown_code", "cancelled_order", "too_much", "paid_twice", "not_matched"),
        *("other_account", "other_currency", "other_content", "perhaps_repeated"),
    ),
}
"""What else is checked of transfers: SQLite makes the table anew, and Alembic forgets its checks."""

PARTIAL = (
    ("ix_transfers_listed", "amount", "listed = 1", "listed"),
    ("ix_transfers_open", "id", "attention IS NOT NULL", "attention IS NOT NULL"),
    ("ix_transfers_outgoing", "id", "outgoing = 1", "outgoing"),
)
"""Indexes: name, column, and condition on SQLite and on PostgreSQL."""

TO_FIRST_REQUEST = """
UPDATE transfer_claims SET payment_code = (
    SELECT min(payment_requests.code) FROM payment_requests
    JOIN orders ON orders.id = payment_requests.order_id WHERE orders.code = transfer_claims.payment_code
) WHERE payment_code NOT IN (SELECT code FROM payment_requests)
"""


def upgrade() -> None:
    _let_claims_be(of_orders=True)
    op.add_column("transfers", sa.Column("order_id", ID))
    _let_states_be(*STATES, "choosing")
    with op.batch_alter_table("transfers") as batch:
        batch.create_foreign_key(op.f(ORDER), "orders", ["order_id"], ["id"])
    choosing = sa.text("state = 'choosing'")
    where: dict[str, Any] = {"sqlite_where": choosing, "postgresql_where": choosing}
    op.create_index("ix_transfers_choosing", "transfers", ["order_id"], **where)


def downgrade() -> None:
    op.drop_index("ix_transfers_choosing", "transfers")
    op.execute("UPDATE transfers SET state = 'unmatched', attention = 'not_matched' WHERE state = 'choosing'")
    _let_states_be(*STATES)
    with op.batch_alter_table("transfers") as batch:
        batch.drop_constraint(op.f(ORDER), type_="foreignkey")
    op.drop_column("transfers", "order_id")
    op.execute(TO_FIRST_REQUEST)
    _let_claims_be(of_orders=False)


def _let_claims_be(of_orders: bool) -> None:
    is_open = sa.text("state = 'open'")
    op.drop_index("ix_transfer_claims_open", "transfer_claims")
    with op.batch_alter_table("transfer_claims") as batch:
        if of_orders:
            batch.drop_constraint(op.f(CODE), type_="foreignkey")
        else:
            batch.create_foreign_key(op.f(CODE), "payment_requests", ["payment_code"], ["code"])
        if op.get_bind().dialect.name == "sqlite":
            states = sa.text("state IN ('open', 'accepted', 'refused')")
            batch.create_check_constraint(op.f("ck_transfer_claims_state"), states)
    where: dict[str, Any] = {"sqlite_where": is_open, "postgresql_where": is_open}
    op.create_index("ix_transfer_claims_open", "transfer_claims", ["id"], **where)


def _let_states_be(*states: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, *_ in PARTIAL:
        op.drop_index(name, "transfers")
    checks = {"state": states, **(CHECKED if is_sqlite else {})}
    with op.batch_alter_table("transfers") as batch:
        batch.drop_constraint(op.f("ck_transfers_state"), type_="check")
        for column, values in checks.items():
            listed = ", ".join(map(repr, values))
            batch.create_check_constraint(op.f(f"ck_transfers_{column}"), sa.text(f"{column} IN ({listed})"))
        if is_sqlite:
            batch.create_check_constraint(op.f("ck_transfers_amount"), sa.text("amount >= 0"))
    for name, column, sqlite, postgresql in PARTIAL:
        where: dict[str, Any] = {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}
        op.create_index(name, "transfers", [column], **where)
