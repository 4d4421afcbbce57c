"""Columns and rows of licences with the lines of orders that they are for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, literal_column

from domain.customers import CustomerField
from domain.licences import STEPS_TO_ACTIVATE, ActivationFailure, FailureReason, Licence
from domain.orders import OrderLine
from storage.order_lines import LINE, order_line
from storage.tables.activation import licences
from storage.tables.orders import order_lines

FAILURE = ("failure_reason", "failure_field", "failure_note")
FACTS = ("step", "paid", "cancelled", "suspended")
KEPT = (*FACTS, "by_hand", "vendor_id", "login", "activated_at", "trial_from", "suspended_at")
LICENCE = [licences.c[name] for name in ("id", "order_id", "position", *KEPT, *FAILURE, "generation")]
_END_OF_LICENCE = len(LICENCE)
LICENCE_LINE = [*LICENCE, *LINE]
JOINED = licences.join(
    order_lines,
    (order_lines.c.order_id == licences.c.order_id) & (order_lines.c.position == licences.c.position),
)
# Conditions spelled as in partial indexes: SQLite uses an index for no other spelling.
_STEPS: ColumnElement[bool] = literal_column(f"licences.step IN {tuple(map(str, STEPS_TO_ACTIVATE))}")
MAY_ACTIVATE = ~licences.c.cancelled & _STEPS
"""`Licence.may_activate` as a condition of SQL."""


def licence_and_line(row: Sequence[Any]) -> tuple[Licence, OrderLine]:
    """The licence and the line in a row of `LICENCE_LINE`."""
    return licence_of(row[:_END_OF_LICENCE]), order_line(row[_END_OF_LICENCE:])


def licence_of(row: Sequence[Any]) -> Licence:
    """The licence in a row of `LICENCE`."""
    *facts, reason, field, note, generation = row
    parts = (*facts, failure_of(reason, field, note), generation)
    return Licence(*parts)


def failure_values(failure: ActivationFailure | None) -> dict[str, Any]:
    """The column values of `failure`; for None, those of no failure."""
    if failure is None:
        return dict(zip(FAILURE, (None, None, ""), strict=True))
    return dict(zip(FAILURE, (failure.reason, failure.field, failure.note), strict=True))


def failure_of(
    reason: FailureReason | None, field: CustomerField | None, note: str
) -> ActivationFailure | None:
    return ActivationFailure(reason, field, note) if reason else None
