"""Payment requests, transfers, and claims that money was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.payments import ClaimState, PaymentRequest, TransferClaim
from domain.transfers import Provider, ReportedTransfer, Share, Transfer


@dataclass(frozen=True, slots=True)
class PaymentSums:
    """An order's payment requests: how many, how many of them paid in full, and VND that came in."""

    requests: int
    paid: int
    received: int


class Payments(Protocol):
    async def taken(self, codes: Sequence[str]) -> set[str]:
        """Those of `codes` that an order or a payment request already bears."""

    async def add_many(self, requests: Sequence[PaymentRequest]) -> None: ...
    async def get(self, code: str) -> PaymentRequest | None: ...
    async def save(self, request: PaymentRequest) -> None:
        """State, money received and when it was paid; the rest never changes."""

    async def of_order(
        self, order_id: int, offset: int = 0, limit: int | None = None, owed_first: bool = False
    ) -> Sequence[PaymentRequest]:
        """In the order of the lines they pay for; with `owed_first` those with something left come before
        the others."""

    async def sums(self, order_id: int) -> PaymentSums: ...
    async def cancel(self, order_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class TransferShare:
    """A share as stored."""

    id: int
    transfer_id: int
    share: Share
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What happened in a span of time: counts, and VND."""

    orders: int
    ordered: int
    cancelled: int
    transfers: int
    received: int
    open_transfers: int
    activated: int
    suspended: int


class Transfers(Protocol):
    async def add(self, reported: ReportedTransfer, now: datetime) -> int | None:
        """The id of the new row; `None` when this event of this provider is known already."""

    async def get(self, transfer_id: int) -> Transfer | None: ...
    async def of_event(self, provider: Provider, event_id: str) -> Transfer | None: ...
    async def save(self, transfer: Transfer) -> None:
        """State, attention, surplus and note; what was reported never changes."""

    async def twin(self, transfer: Transfer) -> int | None:
        """An earlier one told by another provider, with the same reference (not empty), amount and
        direction."""

    async def open(self, offset: int, limit: int) -> tuple[Sequence[Transfer], int]:
        """Those with `attention`, oldest first, and how many."""

    async def outgoing(self, offset: int, limit: int) -> tuple[Sequence[Transfer], int]:
        """Newest first, and how many."""

    async def add_shares(self, transfer_id: int, shares: Sequence[Share], now: datetime) -> Sequence[int]:
        """Their ids."""

    async def shares(self, transfer_id: int) -> Sequence[TransferShare]: ...
    async def share(self, share_id: int) -> TransferShare | None: ...
    async def totals(self, since: datetime, until: datetime) -> DayTotals: ...


class Claims(Protocol):
    async def add(self, payment_code: str, accountant_id: int, picture: str, now: datetime) -> TransferClaim:
        """A new one takes the place of an open one of the same request."""

    async def get(self, claim_id: int) -> TransferClaim | None: ...
    async def settle(self, claim_id: int, state: ClaimState, note: str) -> None: ...
    async def open(self, offset: int, limit: int) -> tuple[Sequence[TransferClaim], int]:
        """Oldest first, and how many."""

    async def open_of(self, payment_code: str) -> TransferClaim | None: ...
