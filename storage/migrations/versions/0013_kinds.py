"""Customers keep more of their books; drafts know what is guessed, packages whether they have stock.

Customers whose name tells another kind than they are kept under are marked: no order takes them.
"""

import sqlalchemy as sa
from alembic import op

from domain.customers import CustomerKind, told_otherwise
from domain.packages import says_stock

revision = "0013_kinds"
down_revision = "0012_statements"
branch_labels = None
depends_on = None

CUSTOMERS = sa.table("customers", *map(sa.column, ("id", "kind", "name", "tax_code", "missing")))


WITH_INCOME_METHOD = ("customers", "drafts", "draft_lines", "orders", "order_lines")
PACKAGES = sa.table("packages", *map(sa.column, ("id", "name", "summary", "has_stock")))


def upgrade() -> None:
    op.add_column("customers", sa.Column("data_start", sa.Date()))
    op.add_column("customers", sa.Column("costing", sa.Text()))
    for table in WITH_INCOME_METHOD:
        op.add_column(table, sa.Column("income_method", sa.Text()))
    guessed: sa.Column[bool] = sa.Column(
        "accounting_guessed", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("drafts", guessed)
    stock: sa.Column[bool] = sa.Column("has_stock", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("packages", stock)
    connection = op.get_bind()
    sold = connection.execute(sa.select(*PACKAGES.c["id", "name", "summary"])).all()
    without = [key for key, name, summary in sold if not says_stock(name, summary)]
    connection.execute(sa.update(PACKAGES).where(PACKAGES.c.id.in_(without)).values(has_stock=False))
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
    op.drop_column("packages", "has_stock")
    op.drop_column("drafts", "accounting_guessed")
    for table in WITH_INCOME_METHOD:
        op.drop_column(table, "income_method")
    for name in ("costing", "data_start"):
        op.drop_column("customers", name)
    mark = sa.update(CUSTOMERS).where(CUSTOMERS.c.missing.startswith("kind"))
    op.execute(mark.values(missing=sa.func.ltrim(sa.func.substr(CUSTOMERS.c.missing, 5))))
