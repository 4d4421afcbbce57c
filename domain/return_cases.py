"""Cases of returns: money of a transfer that is to be given back, and who works on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.transfers import Attention, Transfer, TransferState


class CaseReason(StrEnum):
    """Why money is to be given back."""

    SURPLUS = "surplus"
    CANCELLED_ORDER = "cancelled_order"
    WRONG_TRANSFER = "wrong_transfer"
    REFUND = "refund"
    """Money that paid for something: who paid does not want it any more."""


class CaseState(StrEnum):
    """`CLOSED` without a return: the money was booked or left where it is."""

    OPEN = "open"
    WAITING = "waiting"
    """For the second person."""
    RETURNED = "returned"
    CLOSED = "closed"


OPENED_BY_ITSELF = {
    Attention.TOO_MUCH: CaseReason.SURPLUS,
    Attention.PAID_TWICE: CaseReason.SURPLUS,
    Attention.CANCELLED_ORDER: CaseReason.CANCELLED_ORDER,
}
"""The transfers that open a case by themselves; any other gets one when a person says so."""


def reason_of(transfer: Transfer) -> CaseReason:
    """Why this transfer's money would be given back, unless a person says that it is refunded."""
    attention = transfer.attention
    return OPENED_BY_ITSELF.get(attention, CaseReason.WRONG_TRANSFER) if attention else CaseReason.SURPLUS


@dataclass(frozen=True, slots=True)
class ReturnCase:
    """One transfer has at most one case whose money was not given back. `returned` is how much was, in the
    transfer's currency, under the bank's `reference`; `why` is what who opened it said."""

    id: int
    transfer_id: int
    reason: CaseReason
    order_id: int | None
    opened_at: datetime
    owner_id: int | None = None
    returned: int = 0
    reference: str = ""
    returned_by: int | None = None
    returned_at: datetime | None = None
    why: str = ""

    def state(self, transfer: Transfer, waits: bool) -> CaseState:
        """`waits` says whether a sign-off of its return waits."""
        if self.returned_at is not None:
            return CaseState.RETURNED
        if transfer.attention is not None and transfer.state is not TransferState.CHOOSING:
            return CaseState.WAITING if waits else CaseState.OPEN
        return CaseState.CLOSED
