"""Payment requests, transfers, and claims that money was sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.orders import Order
from domain.payments import ClaimState, PaymentRequest, TransferClaim
from domain.transfers import Provider, ReportedTransfer, Share, Transfer


@dataclass(frozen=True, slots=True)
class PaymentSums:
    """An order's payment requests: how many, how many of them are paid in full, the VND received; `paid_at`
    is when the last one was paid in full."""

    requests: int
    paid: int
    received: int
    paid_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NamedRequest:
    """A request that a written code names: `code` is the request's own, or that of its order, which may stand
    behind a code for several."""

    written: str
    code: str
    firm_id: int
    request: PaymentRequest


class Payments(Protocol):
    async def taken(self, codes: Sequence[str]) -> set[str]:
        """The ones among `codes` that an order, a payment request or several orders already have."""

    async def add_many(self, requests: Sequence[PaymentRequest]) -> None: ...
    async def get(self, code: str) -> PaymentRequest | None: ...
    async def get_many(self, codes: Sequence[str]) -> dict[str, PaymentRequest]:
        """The requests with these codes, by code, in the order of `codes`."""

    async def named(self, codes: Sequence[str]) -> Sequence[NamedRequest]:
        """The requests with these codes, and those of the orders that the codes name, by order and line.
        Withdrawn ones are named by their own code only."""

    async def bundle(self, code: str) -> PaymentRequest | None:
        """All requests of an order that its accountant pays, as one under the order's code. What was
        received counts money that waits for a choice, and no surplus while something is left to pay. `None`
        for any other code."""

    async def open_orders(self, firm_id: int, accountant_id: int, limit: int) -> Sequence[int]:
        """The first orders, by id, that this accountant placed and pays, and of which something is open."""

    async def join_orders(self, code: str, order_ids: Sequence[int], now: datetime) -> None:
        """Let a new code name all that is open of these orders."""

    async def joined(self, code: str) -> Sequence[int]:
        """The orders that a code for several names, by id; none for any other code."""

    async def joint_code(self, order_ids: Sequence[int]) -> str | None:
        """The code that names exactly these orders."""

    async def ask_numbers(self, codes: Sequence[str], now: datetime) -> None:
        """Note that account numbers of their own are asked for."""

    async def give_number(self, code: str, number: str) -> None:
        """Let a request without a number have this one, or none if it is empty; it waits no more."""

    async def waits_for_number(self, code: str, since: datetime) -> bool:
        """Whether a number was asked for after this moment and has not come."""

    async def of_number(self, number: str) -> PaymentRequest | None:
        """The request whose own account number this is."""

    async def accounts_of(self, code: str) -> set[str]:
        """The accounts under which a request may have been told: the vendor's, and its own number; empty for
        an order's code."""

    async def save(self, requests: Sequence[PaymentRequest]) -> None:
        """Store state, money received and time of payment; the rest never changes."""

    async def of_order(
        self, order_id: int, offset: int = 0, limit: int | None = None, owed_first: bool = False
    ) -> Sequence[PaymentRequest]:
        """The requests of an order, in the order of the lines they pay for; with `owed_first`, unpaid ones
        come first."""

    async def sums(self, order_id: int) -> PaymentSums: ...
    async def of_orders(self, order_ids: Sequence[int]) -> Sequence[tuple[Order, PaymentSums]]:
        """These orders, by id, with the sums of their requests."""

    async def open_codes(
        self, firm_id: int, accountant_id: int | None, offset: int, limit: int
    ) -> tuple[Sequence[str], int]:
        """Under which codes something is still to pay to orders of a firm, or of one of its accountants,
        those of the newest order first, and how many there are. An order that its accountant pays has one."""

    async def open_accounts(self) -> set[str]:
        """The accounts that unpaid requests name as payee. Looks at all requests."""

    async def cancel(self, order_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class TransferShare:
    """A stored share."""

    id: int
    transfer_id: int
    share: Share
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What happened in a span of time: counts, and VND.

    `booked`, `waiting`, `returned` and `ignored` say what has become of the money received in it, and are all
    of it together. A surplus that was ignored stays booked, on the request that holds it.
    """

    orders: int
    ordered: int
    cancelled: int
    transfers: int
    received: int
    booked: int
    waiting: int
    returned: int
    ignored: int
    open_transfers: int
    activated: int
    suspended: int

    @property
    def net(self) -> int:
        """What of the money received was not sent back."""
        return self.received - self.returned


class Transfers(Protocol):
    async def add(self, reported: ReportedTransfer, now: datetime) -> int | None:
        """Store a transfer. Returns its id, or `None` if this event of this provider is known already."""

    async def reported_by(self, provider: Provider, since: datetime, until: datetime) -> Sequence[Transfer]:
        """What a provider reported of this time, both ends included."""

    async def listed_alike(self, told: ReportedTransfer) -> Sequence[Transfer]:
        """Transfers of the same provider, amount and about the same time that only its list has told."""

    async def tell(self, transfer_id: int, event_id: str) -> bool:
        """Note that a webhook has told of a listed transfer under this id; false if it is listed no more."""

    async def get(self, transfer_id: int) -> Transfer | None: ...
    async def get_many(self, transfer_ids: Sequence[int]) -> dict[int, Transfer]:
        """A page of transfers, by id."""

    async def of_event(self, provider: Provider, event_id: str) -> Transfer | None: ...
    async def save(self, transfer: Transfer) -> None:
        """Store what became of it; what was reported never changes."""

    async def twin(self, transfer: Transfer) -> int | None:
        """The id of a transfer that another provider reported, with the same reference (not empty), amount
        and direction: an earlier one, or a later one of which it is settled already what becomes of it."""

    async def booked_alike(self, transfer: Transfer, codes: Sequence[str]) -> Sequence[Transfer]:
        """Booked transfers of the same amount and about the same time that other providers reported, and that
        pay requests which `codes` name, or whose orders they name, or that wait for a choice there."""

    async def choosing(self, order_id: int) -> Sequence[Transfer]:
        """Transfers that wait until the accountant of this order chooses, oldest first."""

    async def told_by(self, provider: Provider, movement: ReportedTransfer) -> bool:
        """Whether this provider reported a transfer with this reference (not empty), amount and direction."""

    async def open(self, offset: int, limit: int) -> tuple[Sequence[Transfer], int]:
        """Transfers with `attention`, oldest first, and how many there are."""

    async def outgoing(self, offset: int, limit: int) -> tuple[Sequence[Transfer], int]:
        """Outgoing transfers, newest first, and how many there are."""

    async def add_shares(self, transfer_id: int, shares: Sequence[Share], now: datetime) -> Sequence[int]:
        """Store shares, at most one of each code; returns their ids."""

    async def shares(self, transfer_id: int) -> Sequence[TransferShare]: ...
    async def share(self, share_id: int) -> TransferShare | None: ...
    async def totals(self, since: datetime, until: datetime) -> DayTotals: ...


class Claims(Protocol):
    async def add(self, payment_code: str, accountant_id: int, picture: str, now: datetime) -> TransferClaim:
        """Store a claim. It replaces an open one of the same request."""

    async def get(self, claim_id: int) -> TransferClaim | None: ...
    async def settle(self, claim_id: int, state: ClaimState, note: str) -> None: ...
    async def open(self, offset: int, limit: int) -> tuple[Sequence[TransferClaim], int]:
        """Open claims, oldest first, and how many there are."""

    async def open_of(self, payment_code: str) -> TransferClaim | None: ...
    async def open_of_any(self, payment_codes: Sequence[str]) -> Sequence[TransferClaim]: ...
