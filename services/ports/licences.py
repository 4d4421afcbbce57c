"""Licences and the runs that activate them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.activations import ActivationRun, Outcome, RunCounts, RunItem
from domain.licences import ActivationFailure, Licence, LicenceLine, LicenceState
from domain.orders import Order


class Licences(Protocol):
    async def add_for(self, order_id: int, line_count: int) -> None:
        """One licence for each line, positions 1 to `line_count`."""

    async def get(self, licence_id: int) -> LicenceLine | None: ...
    async def save(self, licence: Licence) -> None: ...
    async def counts(self, order_id: int) -> Mapping[LicenceState, int]:
        """How many of the order's licences are in each state; states without any are left out."""

    async def of_order(
        self, order_id: int, offset: int = 0, limit: int | None = None, may_activate: bool = False
    ) -> Sequence[LicenceLine]:
        """By position; with `may_activate` only those (`Licence.may_activate`)."""

    async def set_paid(self, payment_codes: Sequence[str], paid: bool) -> Sequence[int]:
        """Of the lines that these requests pay for; returns the ids of those that changed and are
        activated: access to them may be due."""

    async def cancel(self, order_id: int) -> Sequence[int]:
        """All of an order; returns the ids of those that the vendor has created, or may have."""

    async def most_urgent(self, order_id: int) -> Licence | None:
        """Of an order's activated, unpaid licences not suspended yet, that whose seven days end first."""

    async def on_trial(self, accountant_id: int | None, address: str = "") -> Sequence[LicenceLine]:
        """Activated, unpaid, not cancelled licences: of an accountant's orders, and with `address` only
        those whose notice recipient has this e-mail or phone."""

    async def by_hand(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        """Those that wait for back office, oldest first, and how many."""

    async def failed(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        """Failed ones of orders not cancelled, newest first, and how many."""


@dataclass(frozen=True, slots=True)
class LicenceUnderWay:
    """A licence that has no outcome yet in `run`."""

    run: ActivationRun
    order: Order
    found: LicenceLine


class Activations(Protocol):
    async def picking(self, order_id: int, accountant_id: int, now: datetime) -> ActivationRun:
        """The run that this accountant is picking for; made where there is none."""

    async def get(self, run_id: int) -> ActivationRun | None: ...
    async def save(self, run: ActivationRun) -> None: ...
    async def pick(self, run_id: int, licence_id: int, picked: bool) -> None: ...
    async def pick_all(self, run_id: int, picked: bool) -> None:
        """All of the order's that may be activated, or none."""

    async def picked(self, run_id: int, licence_ids: Sequence[int]) -> frozenset[int]: ...
    async def begin(self, run_id: int) -> Sequence[int]:
        """Mark the picked licences that may be activated as under way and the others as skipped; returns
        the ids of the former."""

    async def settle(
        self, run_id: int, licence_id: int, outcome: Outcome, failure: ActivationFailure | None = None
    ) -> None:
        """Write how it ended; once written it stays."""

    async def running_of(self, licence_id: int) -> ActivationRun | None:
        """The run in which this licence has no outcome yet."""

    async def under_way(self, licence_id: int) -> LicenceUnderWay | None:
        """The same with all that is needed to go on."""

    async def is_over(self, run_id: int) -> bool:
        """Whether each licence has its outcome."""

    async def counts(self, run_id: int) -> RunCounts: ...
    async def items(
        self, run_id: int, outcome: Outcome | None = None, offset: int = 0, limit: int | None = None
    ) -> Sequence[RunItem]:
        """By position, all or those that ended so."""
