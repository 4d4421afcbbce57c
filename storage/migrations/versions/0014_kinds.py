"""Customers keep start and costing of their books, and a draft knows whether its accounting data are guessed.

Customers whose name tells another kind than they are kept under are marked: no order takes them.
"""

import sqlalchemy as sa
from alembic import op

from domain.customers import CustomerKind, told_otherwise

revision = "0014_kinds"
down_revision = "0012_statements"
branch_labels = None
depends_on = None

CUSTOMERS = sa.table("customers", *map(sa.column, ("id", "kind", "name", "tax_code", "missing")))


def upgrade() -> None:
    op.add_column("customers", sa.Column("data_start", sa.Date()))
    op.add_column("customers", sa.Column("costing", sa.Text()))
    guessed: sa.Column[bool] = sa.Column(
        "accounting_guessed", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("drafts", guessed)
    connection = op.get_bind()
    kept = sa.select(*CUSTOMERS.c)
    marked = [
        {"of": row.id, "lacks": f"kind {row.missing}".strip()}
        for row in connection.execute(kept).all()
        if told_otherwise(CustomerKind(row.kind), row.name, row.tax_code)
    ]
    if marked:
        mark = sa.update(CUSTOMERS).where(CUSTOMERS.c.id == sa.bindparam("of"))
        connection.execute(mark.values(missing=sa.bindparam("lacks")), marked)


def downgrade() -> None:
    op.drop_column("drafts", "accounting_guessed")
    for name in ("costing", "data_start"):
        op.drop_column("customers", name)
    mark = sa.update(CUSTOMERS).where(CUSTOMERS.c.missing.startswith("kind"))
    op.execute(mark.values(missing=sa.func.ltrim(sa.func.substr(CUSTOMERS.c.missing, 5))))
