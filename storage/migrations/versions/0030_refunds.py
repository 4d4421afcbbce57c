"""Money that is booked may be given back; a transfer may have several cases."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030_refunds"
down_revision = "0029_zalo_buttons"
branch_labels = None
depends_on = None

PROVIDERS = ("sepay", "payos", "casso", "gpmpay", "manual", "statement")
STATES = ("received", "matched", "unmatched", "outgoing", "repeated", "returned", "ignored", "choosing")
ATTENTION = (
    *("no_code", "unknown_code", "cancelled_order", "too_much", "paid_twice", "not_matched"),
    *("other_account", "other_currency", "other_content", "perhaps_repeated"),
)
KINDS = ("charged", "cancelled", "moved", "repeated", "booked", "taken_off", "returned", "ignored")
REASONS = ("surplus", "cancelled_order", "wrong_transfer")

PARTIAL = (
    ("ix_transfers_listed", "amount", "listed = 1", "listed"),
    ("ix_transfers_open", "id", "attention IS NOT NULL", "attention IS NOT NULL"),
    ("ix_transfers_choosing", "order_id", "state = 'choosing'", "state = 'choosing'"),
    ("ix_transfers_outgoing", "id", "outgoing = 1", "outgoing"),
)
"""Indexes of transfers: name, column, and condition on SQLite and on PostgreSQL."""


def upgrade() -> None:
    _let_be(
        "return_cases",
        {"reason": (*REASONS, "refund")},
        add=sa.Column("why", sa.Text(), nullable=False, server_default=sa.text("''")),
        drop="uq_return_cases_transfer_id",
    )
    op.create_index(op.f("ix_return_cases_transfer_id"), "return_cases", ["transfer_id"])
    standing = sa.text("returned_at IS NULL")
    where: dict[str, Any] = {"sqlite_where": standing, "postgresql_where": standing}
    op.create_index("ix_return_cases_standing", "return_cases", ["transfer_id"], unique=True, **where)
    _let_be("journal_entries", {"kind": (*KINDS, "set_aside")})
    _let_transfers_be(*ATTENTION, "refund")


def downgrade() -> None:
    # A refund that was not made is taken for a surplus, and the newest case stands for those before.
    op.execute("UPDATE transfers SET attention = 'too_much' WHERE attention = 'refund'")
    _let_transfers_be(*ATTENTION)
    op.execute("UPDATE journal_entries SET kind = 'booked' WHERE kind = 'set_aside'")
    _let_be("journal_entries", {"kind": KINDS})
    op.execute("UPDATE return_cases SET reason = 'surplus' WHERE reason = 'refund'")
    op.execute(
        "DELETE FROM return_cases WHERE id NOT IN (SELECT max(id) FROM return_cases GROUP BY transfer_id)"
    )
    op.drop_index("ix_return_cases_standing", "return_cases")
    op.drop_index(op.f("ix_return_cases_transfer_id"), "return_cases")
    with op.batch_alter_table("return_cases") as batch:
        batch.create_unique_constraint(op.f("uq_return_cases_transfer_id"), ["transfer_id"])
        batch.drop_column("why")
        _check(batch, "return_cases", "reason", REASONS)


def _let_transfers_be(*attention: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, *_ in PARTIAL:
        op.drop_index(name, "transfers")
    more = {"provider": PROVIDERS, "state": STATES} if is_sqlite else {}
    _let_be("transfers", {"attention": attention}, more, amount=is_sqlite)
    for name, column, sqlite, postgresql in PARTIAL:
        where: dict[str, Any] = {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}
        op.create_index(name, "transfers", [column], **where)


def _let_be(
    table: str,
    changed: dict[str, tuple[str, ...]],
    more: dict[str, tuple[str, ...]] | None = None,
    add: sa.Column[Any] | None = None,
    drop: str = "",
    amount: bool = False,
) -> None:
    """Change what columns may be. SQLite makes the table anew and forgets its checks: it gets `more` of them
    again, and that of an `amount`."""
    with op.batch_alter_table(table) as batch:
        if drop:
            batch.drop_constraint(op.f(drop), type_="unique")
        if add is not None:
            batch.add_column(add)
        for column, values in changed.items():
            _check(batch, table, column, values)
        for column, values in (more or {}).items():
            batch.create_check_constraint(op.f(f"ck_{table}_{column}"), _among(column, values))
        if amount:
            batch.create_check_constraint(op.f(f"ck_{table}_amount"), sa.text("amount >= 0"))


def _check(batch: Any, table: str, column: str, values: tuple[str, ...]) -> None:
    batch.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
    batch.create_check_constraint(op.f(f"ck_{table}_{column}"), _among(column, values))


def _among(column: str, values: tuple[str, ...]) -> sa.TextClause:
    return sa.text(f"{column} IN ({', '.join(map(repr, values))})")
