"""Licences and the runs that activate them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.activations import ActivationRun, Outcome, RunCounts, RunItem
from domain.licences import ActivationFailure, Licence, LicenceLine, LicenceState
from domain.orders import Order


@dataclass(frozen=True, slots=True)
class OnTrial:
    """Unpaid licences: the first of them, how many there are, what is still to pay for all, their first
    payment requests, how many orders they belong to, what is still to pay for each of the first, and how
    many customers have them, by tax code."""

    first: Sequence[LicenceLine]
    count: int
    amount: int
    codes: Sequence[str]
    orders: int
    owed: Sequence[int] = ()
    customers: int = 0


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
        """The licences of an order by position; with `may_activate` only those that may be activated."""

    async def search(
        self, order_id: int, terms: Sequence[str], offset: int, limit: int
    ) -> tuple[Sequence[LicenceLine], int]:
        """Licences of an order whose customer has all of these folded search terms, by position, and how many
        there are."""

    async def on_line(self, order_id: int, position: int) -> LicenceLine | None: ...
    async def set_paid(self, payment_codes: Sequence[str], paid: bool) -> Sequence[int]:
        """Mark the licences that these requests pay for. What failed because it was unpaid waits again, if it
        is paid now. Returns the ids of changed ones that are activated,
        because a change of their access may be due."""

    async def ended_of(self, payment_codes: Sequence[str], began: datetime) -> Mapping[str, bool]:
        """The ones among these requests that pay for a licence whose trial began at this moment or before;
        and whether one of each is still suspended."""

    async def cancel(self, order_id: int) -> Sequence[int]:
        """Cancel all licences of an order. Returns the ids of those that the vendor has created, or may
        have."""

    async def most_urgent(self, order_id: int) -> Licence | None:
        """The licence whose seven days end first, among the order's activated, unpaid ones that are not
        suspended."""

    async def first_deadline(self, order_id: int, payment_code: str | None = None) -> datetime | None:
        """When the unpaid use of the order's licences, or of those that one request pays for, begins to end;
        `None` while no clock runs."""

    async def on_trial(
        self, accountant_id: int, address: str, after: datetime, until: datetime, limit: int
    ) -> OnTrial:
        """Activated and unpaid licences that are not cancelled, of an accountant's orders, whose trial began
        after the one full hour and at the other or before. With an `address`, only those whose
        notice recipient has this e-mail or phone. The first `limit` lines and codes in the order of the
        orders."""

    async def customers_on_trial(self, accountant_id: int, after: datetime, until: datetime) -> int:
        """How many customers have what `on_trial` finds for the accountant."""

    async def orders_on_trial(self, accountant_id: int, limit: int) -> Sequence[int]:
        """The first orders of this accountant that have such licences, whenever they were activated."""

    async def by_hand(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        """Licences that wait for back office, oldest first, and how many there are."""

    async def failed(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        """Failed licences of orders that are not cancelled, newest first, and how many there are."""


@dataclass(frozen=True, slots=True)
class LicenceUnderWay:
    """A licence that has no outcome yet in `run`. `earlier` are those of its firm's cancelled orders
    before it, for the same tax code, package and fiscal year, oldest first."""

    run: ActivationRun
    order: Order
    found: LicenceLine
    earlier: Sequence[Licence]


class Activations(Protocol):
    async def picking(self, order_id: int, accountant_id: int, now: datetime) -> ActivationRun:
        """The run that this accountant is picking for. It is made if there is none."""

    async def get(self, run_id: int) -> ActivationRun | None: ...
    async def save(self, run: ActivationRun) -> None: ...
    async def pick(self, run_id: int, licence_id: int, picked: bool) -> None: ...
    async def pick_all(self, run_id: int, picked: bool) -> None:
        """Pick all licences of the order that may be activated, or none."""

    async def picked(self, run_id: int, licence_ids: Sequence[int]) -> frozenset[int]: ...
    async def any_used(self, run: ActivationRun, order: Order) -> bool:
        """Whether the firm's cancelled orders used days of the trial of a customer that is picked."""

    async def begin(self, run_id: int) -> Sequence[int]:
        """Mark the picked licences that may be activated as under way and the others as skipped; returns
        the ids of the former."""

    async def settle(
        self, run_id: int, licence_id: int, outcome: Outcome, failure: ActivationFailure | None = None
    ) -> None:
        """Write down how a licence ended. An outcome that is written stays."""

    async def running_of(self, licence_id: int) -> ActivationRun | None:
        """The run in which this licence has no outcome yet."""

    async def under_way(self, licence_id: int) -> LicenceUnderWay | None:
        """The licence with the run in which it has no outcome yet, and its order."""

    async def is_over(self, run_id: int) -> bool:
        """Whether each licence has its outcome."""

    async def counts(self, run_id: int) -> RunCounts: ...
    async def items(
        self, run_id: int, outcome: Outcome | None = None, offset: int = 0, limit: int | None = None
    ) -> Sequence[RunItem]:
        """The licences of a run by position, all or those with this outcome."""
