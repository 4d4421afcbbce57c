"""Payment requests: who pays how much, to which account, under which transfer content."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.recipients import NoticeRecipient, RecipientMode

PAYMENT_DAYS = 7
"""Days to pay, shown as the deadline of an instruction."""


class PaymentState(StrEnum):
    AWAITING = "awaiting"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PayeeAccount:
    """The vendor's bank account. `bank_bin` is the bank's six-digit NAPAS BIN."""

    bank_bin: str
    account: str
    holder: str


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """One transfer to make. `code` is the transfer content; `amount` is whole VND."""

    code: str
    order_id: int
    amount: int
    state: PaymentState
    recipient: RecipientMode
    notice: NoticeRecipient
    payee: PayeeAccount
    line_count: int
    due_at: datetime
