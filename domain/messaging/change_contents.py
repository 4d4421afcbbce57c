"""What pushes about a changed or cancelled order say."""

from dataclasses import dataclass

from domain.events import Event
from domain.messaging.contents import PaymentContent, PushContent
from domain.orders import Order


@dataclass(frozen=True, slots=True)
class PaymentChangedContent(PushContent):
    """The instruction that takes the place of an earlier one for the same code."""

    instruction: PaymentContent


@dataclass(frozen=True, slots=True)
class OrderChangedContent(PushContent):
    """What was changed last of an order. `customer` is the name of the one that it is about, if any."""

    order: Order
    by: str
    event: Event
    customer: str


@dataclass(frozen=True, slots=True)
class OrderCancelledContent(PushContent):
    order: Order
    by: str  # The name of who cancelled it; empty for the program itself.
