"""Pushes about a changed order."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("payment_changed", Topic.MONEY, answer=True)
@dataclass(frozen=True, slots=True)
class PaymentChanged(PushSubject):
    """The payer is told how to pay a sum that has changed, instead of what they were told before."""

    payment_code: str


@PushKind("order_changed", Topic.ORDERS, Place.ORDER)
@dataclass(frozen=True, slots=True)
class OrderChangedNotice(PushSubject):
    """The accountant is told that somebody else changed the order."""

    order_id: int
