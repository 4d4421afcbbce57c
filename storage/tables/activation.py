"""Licences and the runs that activate them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from domain.activations import Outcome, RunState
from domain.customers import CustomerField
from domain.licences import ActivationStep, FailureReason
from storage.columns import (
    UtcDateTime,
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
    where,
)
from storage.tables.base import metadata

licences = Table(
    "licences",
    metadata,
    id_column(),
    reference("orders"),
    Column("position", Integer, nullable=False),
    Column("step", one_of(ActivationStep, "step"), nullable=False),
    Column("paid", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    text_column("vendor_id"),
    text_column("login"),
    moment_column("activated_at", nullable=True),
    moment_column("trial_from", nullable=True),
    moment_column("suspended_at", nullable=True),
    Column("failure_reason", one_of(FailureReason, "failure_reason")),
    Column("failure_field", one_of(CustomerField, "failure_field")),
    text_column("failure_note"),
    Column("generation", Integer, nullable=False),
    UniqueConstraint("order_id", "position"),
    # Licences that are activated and unpaid: their seven days run, or have run out. With the columns after
    # the position, choosing among them reads the index alone.
    Index(
        "ix_licences_on_trial",
        "order_id",
        "position",
        *("activated_at", "trial_from", "paid", "cancelled"),
        **where(
            "activated_at IS NOT NULL AND paid = 0 AND cancelled = 0",
            "activated_at IS NOT NULL AND NOT paid AND NOT cancelled",
        ),
    ),
    Index(
        "ix_licences_to_activate",
        "order_id",
        **where(
            "step IN ('waiting', 'failed') AND cancelled = 0",
            "step IN ('waiting', 'failed') AND NOT cancelled",
        ),
    ),
    # The totals of a day.
    Index("ix_licences_activated_at", "activated_at", **where("activated_at IS NOT NULL")),
    Index("ix_licences_by_hand", "id", **where("by_hand = 1", "by_hand")),
    Index("ix_licences_failed", "id", **where("step = 'failed'")),
)

# How many licences of an order are on trial, and what they cost, by the full hour at or after the moment that
# their trial counts from. Kept by triggers (`storage.kept_numbers`).
trial_hours = Table(
    "trial_hours",
    metadata,
    reference("orders", primary_key=True),
    Column("hour", UtcDateTime, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

activation_runs = Table(
    "activation_runs",
    metadata,
    id_column(),
    reference("orders", index=True),
    reference("accountants"),
    Column("state", one_of(RunState, "state"), nullable=False),
    Column("stopped", Boolean, nullable=False),
    moment_column("started_at", nullable=True),
    moment_column("finished_at", nullable=True),
    Index(
        "uq_activation_runs_picking",
        "order_id",
        "accountant_id",
        unique=True,
        **where("state = 'picking'"),
    ),
    sqlite_autoincrement=True,
)

activation_items = Table(
    "activation_items",
    metadata,
    reference("activation_runs", "run_id", primary_key=True, ondelete="CASCADE"),
    reference("licences", primary_key=True, index=True),
    Column("outcome", one_of(Outcome, "outcome")),
    Column("failure_reason", one_of(FailureReason, "failure_reason")),
    Column("failure_field", one_of(CustomerField, "failure_field")),
    text_column("failure_note"),
    Index(None, "run_id", "outcome", "licence_id"),
    sqlite_with_rowid=False,
)
