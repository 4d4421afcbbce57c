"""Customers of a cancelled order that are ordered again: the days of the trial that they used count.

What was suspended before has no moment of it, so that all its days count as used.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004_ordered_again"
down_revision = "0003_jobs_of_an_engine"
branch_labels = None
depends_on = None

BEFORE = ("invalid", "login_taken", "tax_code_refused", "already_licensed")
NEW = ("not_reactivated", "trial_used")
BEHIND = ("package_unknown", "unavailable", "other")
FIELDS = ("kind", "tax_code", "name", "address", "representative", "email", "phone", "own_code")
CHECKED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "licences": {"step": ("waiting", "under_way", "failed", "done"), "failure_field": FIELDS},
    "activation_items": {"outcome": ("done", "failed", "skipped"), "failure_field": FIELDS},
}
"""What else is checked: SQLite makes the tables anew, and Alembic forgets their checks."""

MOMENTS = ("trial_from", "suspended_at")
ON_TRIAL = (
    "activated_at IS NOT NULL AND paid = 0 AND cancelled = 0",
    "activated_at IS NOT NULL AND NOT paid AND NOT cancelled",
)


def upgrade() -> None:
    op.drop_index("ix_licences_on_trial", "licences")
    for name in MOMENTS:
        op.add_column("licences", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _let_reasons_be(*BEFORE, *NEW, *BEHIND)
    _index_trials("activated_at", "trial_from")
    op.create_index("ix_order_lines_order_id_tax_code", "order_lines", ["order_id", "tax_code"])


def downgrade() -> None:
    op.drop_index("ix_order_lines_order_id_tax_code", "order_lines")
    op.drop_index("ix_licences_on_trial", "licences")
    for table in CHECKED:
        op.execute(f"UPDATE {table} SET failure_reason = 'already_licensed' WHERE failure_reason IN {NEW}")
    _let_reasons_be(*BEFORE, *BEHIND)
    for name in MOMENTS:
        op.drop_column("licences", name)
    _index_trials("activated_at")


def _index_trials(*moments: str) -> None:
    condition: dict[str, Any] = {
        "sqlite_where": sa.text(ON_TRIAL[0]),
        "postgresql_where": sa.text(ON_TRIAL[1]),
    }
    columns = ["order_id", "position", *moments, "paid", "cancelled"]
    op.create_index("ix_licences_on_trial", "licences", columns, **condition)


def _let_reasons_be(*reasons: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, others in CHECKED.items():
        options: dict[str, Any] = {"sqlite_with_rowid": table != "activation_items"}
        checks = {"failure_reason": reasons, **(others if is_sqlite else {})}
        with op.batch_alter_table(table, table_kwargs=options) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_failure_reason"), type_="check")
            for column, values in checks.items():
                listed = ", ".join(map(repr, values))
                name = op.f(f"ck_{table}_{column}")
                batch.create_check_constraint(name, sa.text(f"{column} IN ({listed})"))
