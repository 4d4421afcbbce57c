"""What back office's people do together: sign-offs, and cases of returns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.orders import Order
from domain.people import Firm
from domain.return_cases import CaseReason, ReturnCase
from domain.sign_offs import AskedAct, SignOff, SignOffState
from domain.transfers import Transfer


class RowState(StrEnum):
    """Which rows a table of the desk shows: what waits (unpaid orders), what is done, or all."""

    OPEN = "open"
    DONE = "done"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class RowFilter:
    """`since` and `until` (before it) are of when a transfer came, a case was opened, an order was placed.
    `ids` are of transfers (of cases, too) or orders; `order_ids` are of cases, beside those. `None` for
    any."""

    state: RowState
    since: datetime | None
    until: datetime | None
    ids: Sequence[int] | None
    order_ids: Sequence[int] | None
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many firms, transfers, claims, cases of returns and sign-offs wait for back office, and licences:
    to be done by hand, and failed."""

    firms: int
    transfers: int
    claims: int
    cases: int
    sign_offs: int
    by_hand: int
    failed: int


class DeskTables(Protocol):
    """One page of rows, and how many there are: open ones oldest first, any others newest first; orders
    newest first."""

    async def counts(self) -> DeskCounts:
        """All in one statement, since the menu shows them."""

    async def transfers(self, wanted: RowFilter) -> tuple[Sequence[Transfer], int]: ...
    async def cases(self, wanted: RowFilter) -> tuple[Sequence[tuple[ReturnCase, Transfer]], int]: ...
    async def orders(self, wanted: RowFilter) -> tuple[Sequence[tuple[Order, Firm, int]], int]:
        """Orders with their firm, and the VND received."""

    async def placed(self, order_ids: Collection[int]) -> Mapping[int, tuple[Order, Firm]]:
        """Orders with their firms, by id."""


class SignOffs(Protocol):
    async def add(
        self, asked: AskedAct, currency: str, why: str, order_id: int | None, asked_by: int, now: datetime
    ) -> SignOff: ...
    async def get(self, sign_off_id: int) -> SignOff | None: ...
    async def waiting_about(self, keys: Collection[str]) -> Mapping[str, SignOff]:
        """The ones that wait about these `AskedAct.key`s, by key."""

    async def decide(
        self, sign_off_id: int, state: SignOffState, by: int, note: str, now: datetime
    ) -> None: ...
    async def waiting(self, offset: int, limit: int) -> tuple[Sequence[SignOff], int]:
        """What waits, oldest first, and how many there are."""


class ReturnCases(Protocol):
    async def open(self, transfer_id: int, reason: CaseReason, order_id: int | None, now: datetime) -> None:
        """Open a transfer's case, unless it has one that stands."""

    async def open_refund(
        self, transfer_id: int, order_id: int, why: str, owner_id: int, now: datetime
    ) -> None:
        """Open a case of a refund, or make the transfer's case one that was closed without a return."""

    async def get(self, case_id: int) -> ReturnCase | None: ...
    async def of_transfer(self, transfer_id: int) -> ReturnCase | None:
        """The newest one."""

    async def own(self, case_id: int, owner_id: int) -> None: ...
    async def returned(self, transfer_id: int, amount: int, reference: str, by: int, now: datetime) -> None:
        """Note on a transfer's case that stands that its money was given back."""
