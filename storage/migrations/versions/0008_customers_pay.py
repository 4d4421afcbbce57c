"""A claim may be of all that an accountant pays for an order: its code is then the order's."""

import sqlalchemy as sa
from alembic import op

revision = "0008_customers_pay"
down_revision = "0007_money_that_came"
branch_labels = None
depends_on = None

CODE = "fk_transfer_claims_payment_code_payment_requests"
OPEN = sa.text("state = 'open'")

TO_FIRST_REQUEST = """
UPDATE transfer_claims SET payment_code = (
    SELECT min(payment_requests.code) FROM payment_requests
    JOIN orders ON orders.id = payment_requests.order_id WHERE orders.code = transfer_claims.payment_code
) WHERE payment_code NOT IN (SELECT code FROM payment_requests)
"""


def upgrade() -> None:
    _change(referring=False)


def downgrade() -> None:
    op.execute(TO_FIRST_REQUEST)
    _change(referring=True)


def _change(referring: bool) -> None:
    # SQLite makes the table anew, and Alembic forgets the check and the condition of the index.
    op.drop_index("ix_transfer_claims_open", "transfer_claims")
    with op.batch_alter_table("transfer_claims") as batch:
        if referring:
            batch.create_foreign_key(op.f(CODE), "payment_requests", ["payment_code"], ["code"])
        else:
            batch.drop_constraint(op.f(CODE), type_="foreignkey")
        if op.get_bind().dialect.name == "sqlite":
            states = sa.text("state IN ('open', 'accepted', 'refused')")
            batch.create_check_constraint(op.f("ck_transfer_claims_state"), states)
    op.create_index(
        "ix_transfer_claims_open", "transfer_claims", ["id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
