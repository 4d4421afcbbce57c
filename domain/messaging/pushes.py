"""Messages that the product sends by itself. A push names what it is about; it is rendered when sent."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from domain.chats import Channel
from domain.messaging.notices import Topic


class PushState(StrEnum):
    """`HELD` waits for the daily digest; `DROPPED` had nothing left to say when its turn came."""

    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class OrderPlacedNotice:
    """The accountant is told that the order stands."""

    order_id: int
    kind: Literal["order_placed"] = "order_placed"


@dataclass(frozen=True, slots=True)
class PaymentInstruction:
    """Whoever pays is told how."""

    payment_code: str
    kind: Literal["payment_instruction"] = "payment_instruction"


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """The accountant is told that messages to customers or other recipients could not be delivered."""

    push_key: str
    kind: Literal["delivery_failed"] = "delivery_failed"


@dataclass(frozen=True, slots=True)
class StaffJoined:
    """The inviting owner is told that the invitation was taken up."""

    accountant_id: int
    kind: Literal["staff_joined"] = "staff_joined"


@dataclass(frozen=True, slots=True)
class ActivationProgress:
    """How far a run has come: one message, edited in place."""

    run_id: int
    kind: Literal["activation_progress"] = "activation_progress"


@dataclass(frozen=True, slots=True)
class ActivationResult:
    """How a run ended for each licence."""

    run_id: int
    kind: Literal["activation_result"] = "activation_result"


@dataclass(frozen=True, slots=True)
class TransferReceived:
    """The accountant is told of a transfer that paid for their customers."""

    transfer_id: int
    kind: Literal["transfer_received"] = "transfer_received"


@dataclass(frozen=True, slots=True)
class PaymentReceipt:
    """The payer is told what came in; about one share of a transfer (`share_id`)."""

    share_id: int
    kind: Literal["payment_receipt"] = "payment_receipt"


@dataclass(frozen=True, slots=True)
class RollCall:
    """Who has paid: one message, edited in place."""

    order_id: int
    kind: Literal["roll_call"] = "roll_call"


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """A customer's payment instruction for the accountant to forward."""

    payment_code: str
    kind: Literal["payment_card"] = "payment_card"


@dataclass(frozen=True, slots=True)
class TrialReminder:
    """Unpaid licences of one person whose stage is told of in this slot (ISO 8601, UTC)."""

    slot: str
    kind: Literal["trial_reminder"] = "trial_reminder"


@dataclass(frozen=True, slots=True)
class OrderCancelledNotice:
    """The accountant is told that somebody else cancelled the order."""

    order_id: int
    kind: Literal["order_cancelled"] = "order_cancelled"


@dataclass(frozen=True, slots=True)
class PaymentWithdrawn:
    """The payer is told not to pay any more."""

    payment_code: str
    kind: Literal["payment_withdrawn"] = "payment_withdrawn"


@dataclass(frozen=True, slots=True)
class ClaimSettled:
    """The accountant is told what back office found."""

    claim_id: int
    kind: Literal["claim_settled"] = "claim_settled"


@dataclass(frozen=True, slots=True)
class DailyDigest:
    """What was held back until this moment (ISO 8601)."""

    until: str
    kind: Literal["daily_digest"] = "daily_digest"


@dataclass(frozen=True, slots=True)
class FirmDecided:
    """The owner is told that the firm was approved or refused."""

    firm_id: int
    kind: Literal["firm_decided"] = "firm_decided"


@dataclass(frozen=True, slots=True)
class FirmWaiting:
    """Back office is told of a firm to approve."""

    firm_id: int
    kind: Literal["firm_waiting"] = "firm_waiting"


@dataclass(frozen=True, slots=True)
class TransferOpen:
    """Back office is told of a transfer that needs a person."""

    transfer_id: int
    kind: Literal["transfer_open"] = "transfer_open"


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """Back office is told of a transfer to check by its picture."""

    claim_id: int
    kind: Literal["claim_made"] = "claim_made"


@dataclass(frozen=True, slots=True)
class RunNeedsHelp:
    """Back office is told of a run with failures, or with licences to activate by hand."""

    run_id: int
    kind: Literal["run_needs_help"] = "run_needs_help"


@dataclass(frozen=True, slots=True)
class AccessByHand:
    """Back office is told of licences of an order to suspend or restore by hand."""

    order_id: int
    kind: Literal["access_by_hand"] = "access_by_hand"


@dataclass(frozen=True, slots=True)
class ChatLinked:
    """A person is told, in their other chat, that one in this app belongs to them now."""

    channel: Channel
    kind: Literal["chat_linked"] = "chat_linked"


PushSubject = (
    OrderPlacedNotice
    | PaymentInstruction
    | DeliveryFailed
    | StaffJoined
    | ActivationProgress
    | ActivationResult
    | TransferReceived
    | PaymentReceipt
    | RollCall
    | PaymentCard
    | TrialReminder
    | OrderCancelledNotice
    | PaymentWithdrawn
    | ClaimSettled
    | DailyDigest
    | FirmDecided
    | FirmWaiting
    | TransferOpen
    | ClaimMade
    | RunNeedsHelp
    | AccessByHand
    | ChatLinked
)

TOPICS: dict[type[PushSubject], Topic] = {
    OrderPlacedNotice: Topic.ORDERS,
    PaymentInstruction: Topic.MONEY,
    DeliveryFailed: Topic.DELIVERY,
    StaffJoined: Topic.STAFF,
    ActivationProgress: Topic.ACTIVATION,
    ActivationResult: Topic.ACTIVATION,
    TransferReceived: Topic.MONEY,
    PaymentReceipt: Topic.MONEY,
    RollCall: Topic.MONEY,
    PaymentCard: Topic.MONEY,
    TrialReminder: Topic.REMINDERS,
    OrderCancelledNotice: Topic.ORDERS,
    PaymentWithdrawn: Topic.MONEY,
    ClaimSettled: Topic.MONEY,
    DailyDigest: Topic.ORDERS,
    FirmDecided: Topic.STAFF,
    FirmWaiting: Topic.BACK_OFFICE,
    TransferOpen: Topic.BACK_OFFICE,
    ClaimMade: Topic.BACK_OFFICE,
    RunNeedsHelp: Topic.BACK_OFFICE,
    AccessByHand: Topic.BACK_OFFICE,
    ChatLinked: Topic.STAFF,
}

NOT_NOTICES: frozenset[type[PushSubject]] = frozenset(
    {ActivationProgress, RollCall, PaymentCard, DailyDigest}
)
"""Left out of the list of notices: each repeats what another push tells, or answers a tap."""


@dataclass(frozen=True, slots=True)
class Push:
    """One message to one address. `key` is its business key: there is never a second push of that key.

    `address` is an e-mail address or E.164 phone; for `Channel.CHAT` it is empty and `accountant_id` says
    who is meant, so that the chat is chosen when the message leaves. `sent_on` is the channel that it went
    by, `message_ref` that channel's own name of the message, by which it can be edited.
    """

    key: str
    channel: Channel
    subject: PushSubject
    accountant_id: int
    address: str = ""
    state: PushState = PushState.QUEUED
    attempted: bool = False
    error: str = ""
    message_ref: str = ""
    sent_on: Channel | None = None
