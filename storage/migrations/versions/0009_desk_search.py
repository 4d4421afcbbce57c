"""By what back office searches in all firms, and open requests by their amount."""

import sqlalchemy as sa
from alembic import op

from domain.text import fold, search_key

revision = "0009_desk_search"
down_revision = "0008_customers_pay"
branch_labels = None
depends_on = None

INDEXES = {
    "accountants": (("phone",),),
    "customers": (("tax_code",), ("sort_key",), ("phone",)),
    "orders": (("total",),),
    "payment_requests": (("state", "amount", "received"),),
    "transfers": (("amount",),),
}


def upgrade() -> None:
    for table in ("firms", "accountants"):
        empty = sa.text("''")
        op.add_column(table, sa.Column("search", sa.Text(), nullable=False, server_default=empty))
    connection = op.get_bind()
    firms = sa.table("firms", *map(sa.column, ("id", "name", "tax_code", "search")))
    for key, name, code in connection.execute(sa.select(firms.c.id, firms.c.name, firms.c.tax_code)).all():
        searched = sa.update(firms).where(firms.c.id == key)
        connection.execute(searched.values(search=search_key(name, code)))
    accountants = sa.table("accountants", *map(sa.column, ("id", "name", "search")))
    for key, name in connection.execute(sa.select(accountants.c.id, accountants.c.name)).all():
        searched = sa.update(accountants).where(accountants.c.id == key)
        connection.execute(searched.values(search=fold(name)))
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def downgrade() -> None:
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
    for table in ("firms", "accountants"):
        op.drop_column(table, "search")
