"""Transfers that a bank reports, and how their money is shared out among payment requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

VND = "VND"


class Provider(StrEnum):
    """Who reported a transfer; `MANUAL` is back office's own entry, with a reference, `STATEMENT` a row of
    the bank's statement that nobody else had told."""

    SEPAY = "sepay"
    PAYOS = "payos"
    CASSO = "casso"
    GPMPAY = "gpmpay"
    MANUAL = "manual"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class ReportedTransfer:
    """One movement on the vendor's account as a webhook tells it, whatever the provider; `listed` as long as
    only a list tells it: the provider's own, or the bank's statement.

    `event_id` is unique for the provider; `reference` is the bank's own and may be empty. `amount` is whole,
    in `currency`, positive both ways. Where `account` is a virtual one, `main_account` is the one behind it.
    `occurred_at` is aware.
    """

    provider: Provider
    event_id: str
    reference: str
    amount: int
    outgoing: bool
    content: str
    account: str
    occurred_at: datetime
    main_account: str = ""
    currency: str = VND
    listed: bool = False


class TransferState(StrEnum):
    """`RECEIVED` is not looked at yet; `OUTGOING` and `REPEATED` (told by two providers) carry no payment.
    `CHOOSING` waits until an accountant says who has paid."""

    RECEIVED = "received"
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    OUTGOING = "outgoing"
    REPEATED = "repeated"
    RETURNED = "returned"
    IGNORED = "ignored"
    CHOOSING = "choosing"


class Attention(StrEnum):
    """Why a person of back office has to look at a transfer."""

    NO_CODE = "no_code"
    UNKNOWN_CODE = "unknown_code"
    CANCELLED_ORDER = "cancelled_order"
    TOO_MUCH = "too_much"
    PAID_TWICE = "paid_twice"
    NOT_MATCHED = "not_matched"
    """The program failed at it, again and again."""
    OTHER_ACCOUNT = "other_account"
    OTHER_CURRENCY = "other_currency"
    OTHER_CONTENT = "other_content"
    """Its id was told before, of another movement."""
    PERHAPS_REPEATED = "perhaps_repeated"
    """Another service may have told of it."""
    REFUND = "refund"
    """A person of back office wants money given back that is booked."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A reported transfer and what became of it.

    `attention` stands as long as back office has something to settle; `surplus` is what no request asked
    for, part of the transfer's amount. `note` is the reason back office gave, `other_id` the transfer that
    the attention compares this one with, `order_id` the order whose accountant chooses who has paid.
    """

    id: int
    reported: ReportedTransfer
    state: TransferState
    attention: Attention | None = None
    surplus: int = 0
    note: str = ""
    other_id: int | None = None
    order_id: int | None = None

    @property
    def refundable(self) -> bool:
        """Whether its money is booked, and nothing of it waits."""
        return self.state is TransferState.MATCHED and self.attention is None


@dataclass(frozen=True, slots=True)
class Owed:
    """A payment request that a transfer names, and what is still missing on it (0 when paid)."""

    code: str
    left: int


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a transfer goes to one request; negative if it is taken back."""

    code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Shared:
    """`surplus` is held by the last share: that request is overpaid until back office returns it."""

    shares: tuple[Share, ...]
    surplus: int
    attention: Attention | None


def share_out(amount: int, owed: Sequence[Owed]) -> Shared:
    """Fill the requests one after the other. `owed` is not empty and names each request once.

    A surplus goes to the last request that was filled (`TOO_MUCH`), or to the first one where all were paid
    before (`PAID_TWICE`). Where the amount is too small, the later requests get nothing.
    """
    shares: dict[str, int] = {}
    left = amount
    for request in owed:
        if left and request.left:
            shares[request.code] = min(left, request.left)
            left -= shares[request.code]
    if not left:
        return Shared(tuple(Share(code, part) for code, part in shares.items()), 0, None)
    attention = Attention.TOO_MUCH if shares else Attention.PAID_TWICE
    last = list(shares)[-1] if shares else owed[0].code
    shares[last] = shares.get(last, 0) + left
    return Shared(tuple(Share(code, part) for code, part in shares.items()), left, attention)
