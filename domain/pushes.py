"""Messages that the product sends by itself. A push names what it is about; it is rendered when sent."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from domain.orders import Order, OrderLine
from domain.payments import PaymentRequest
from domain.people import Accountant, Firm


class Channel(StrEnum):
    TELEGRAM = "telegram"
    EMAIL = "email"
    SMS = "sms"


class PushState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"


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
    """The accountant is told that a message to a customer or other recipient could not be delivered."""

    push_key: str
    kind: Literal["delivery_failed"] = "delivery_failed"


@dataclass(frozen=True, slots=True)
class StaffJoined:
    """The inviting owner is told that the invitation was taken up."""

    accountant_id: int
    kind: Literal["staff_joined"] = "staff_joined"


PushSubject = OrderPlacedNotice | PaymentInstruction | DeliveryFailed | StaffJoined


@dataclass(frozen=True, slots=True)
class Push:
    """One message to one address. `key` is its business key: there is never a second push of that key.

    `address` is an e-mail address or E.164 phone; for chat channels it is empty and `accountant_id` says
    who is meant, so that the chat is looked up when the message leaves.
    """

    key: str
    channel: Channel
    subject: PushSubject
    accountant_id: int
    address: str = ""
    state: PushState = PushState.QUEUED
    attempted: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class PaymentContent:
    """What a payment instruction says."""

    payment: PaymentRequest
    order: Order
    firm: Firm
    accountant: Accountant
    lines: tuple[OrderLine, ...]
    """The first lines that this request pays for, enough to show; `payment.line_count` counts all."""


@dataclass(frozen=True, slots=True)
class OrderPlacedContent:
    order: Order
    message_count: int
    """Pushes to customers and other recipients that left with this order."""


@dataclass(frozen=True, slots=True)
class DeliveryFailedContent:
    push: Push
    order: Order | None
    recipient_name: str


@dataclass(frozen=True, slots=True)
class StaffJoinedContent:
    accountant: Accountant


PushContent = PaymentContent | OrderPlacedContent | DeliveryFailedContent | StaffJoinedContent
