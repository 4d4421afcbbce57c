"""Runs of bulk activation: what was picked for one, and how it ended for each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.licences import ActivationFailure, Licence
from domain.orders import OrderLine


class RunState(StrEnum):
    """`PICKING` is not begun; `FINISHED` has an outcome for each licence that was picked."""

    PICKING = "picking"
    RUNNING = "running"
    FINISHED = "finished"


class Outcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class RunCounts:
    """`picked` is the sum of the others."""

    picked: int
    done: int
    failed: int
    skipped: int

    @property
    def left(self) -> int:
        return self.picked - self.done - self.failed - self.skipped


@dataclass(frozen=True, slots=True)
class ActivationRun:
    """One bulk activation of one order. If it is `stopped`, what is under way ends and the rest is
    skipped."""

    id: int
    order_id: int
    accountant_id: int
    state: RunState
    stopped: bool
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunItem:
    """One licence of a run and its outcome there (`None` before it has one)."""

    licence: Licence
    line: OrderLine
    outcome: Outcome | None
    failure: ActivationFailure | None
