"""Payment requests: who pays how much, to which account, under which transfer content."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.recipients import NoticeRecipient, RecipientMode

PAYMENT_DAYS = 7
"""Days to pay, shown as the deadline of an instruction."""


INSTANT_LIMIT = 499_999_999
"""VND that one instant transfer between banks carries at most, unless a setting says otherwise."""


class PaymentState(StrEnum):
    AWAITING = "awaiting"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    CANCELLED = "cancelled"


PAID_STATES = frozenset({PaymentState.PAID, PaymentState.OVERPAID})


@dataclass(frozen=True, slots=True)
class PayeeAccount:
    """The vendor's bank account. `bank_bin` is the bank's six-digit NAPAS BIN."""

    bank_bin: str
    account: str
    holder: str


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """One transfer to make. `code` is the transfer content; `amount` and `received` are whole VND.

    `paid_at` is since when it is paid in full.
    """

    code: str
    order_id: int
    amount: int
    state: PaymentState
    recipient: RecipientMode
    notice: NoticeRecipient
    payee: PayeeAccount
    line_count: int
    due_at: datetime
    received: int = 0
    paid_at: datetime | None = None

    @property
    def left(self) -> int:
        """What is still to pay, never below zero; nothing on a cancelled request."""
        return 0 if self.state is PaymentState.CANCELLED else max(0, self.amount - self.received)


def state_after(amount: int, received: int) -> PaymentState:
    """The state of a request that stands, from what was asked and what has come in."""
    if received <= 0 and amount > 0:
        return PaymentState.AWAITING
    if received < amount:
        return PaymentState.PARTLY_PAID
    return PaymentState.PAID if received == amount else PaymentState.OVERPAID


class ClaimState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TransferClaim:
    """An accountant's word, with a picture, that a request was paid; back office checks it.

    `picture` is a reference of the photo, see `domain.files`. `note` is back office's reason.
    """

    id: int
    payment_code: str
    accountant_id: int
    picture: str
    state: ClaimState
    made_at: datetime
    note: str = ""
