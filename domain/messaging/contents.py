"""What each push says, read at the moment it leaves: `texts/pushes` words it."""

from dataclasses import dataclass
from datetime import datetime

from domain.activations import ActivationRun, RunCounts, RunItem
from domain.chats import Channel
from domain.licences import LicenceLine
from domain.messaging.pushes import Push
from domain.orders import Order, OrderLine
from domain.payments import PaymentRequest, TransferClaim
from domain.people import Accountant, Firm
from domain.reminders import Stage
from domain.transfers import Transfer


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
class PaymentCardContent:
    """An instruction for the accountant to forward: it speaks to the payer, not to the accountant."""

    instruction: PaymentContent


@dataclass(frozen=True, slots=True)
class PaymentWithdrawnContent:
    instruction: PaymentContent


@dataclass(frozen=True, slots=True)
class PaymentReceiptContent:
    """`amount` is what came in with this transfer; the request tells what is left."""

    instruction: PaymentContent
    amount: int


@dataclass(frozen=True, slots=True)
class OrderPlacedContent:
    order: Order
    message_count: int
    """Pushes to customers and other recipients that left with this order."""


@dataclass(frozen=True, slots=True)
class OrderCancelledContent:
    order: Order
    by: str
    """Name of who did it; empty for the program itself."""


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """`order` is `None` where the message was about something else."""

    push: Push
    order: Order | None
    recipient_name: str


@dataclass(frozen=True, slots=True)
class DeliveryFailedContent:
    """The first of the failed messages nobody was told of; `count` is that of all."""

    failed: tuple[FailedDelivery, ...]
    count: int


@dataclass(frozen=True, slots=True)
class StaffJoinedContent:
    accountant: Accountant


@dataclass(frozen=True, slots=True)
class ActivationProgressContent:
    order: Order
    run: ActivationRun
    counts: RunCounts


@dataclass(frozen=True, slots=True)
class ActivationResultContent:
    """`items` are all of the run, by position."""

    order: Order
    run: ActivationRun
    counts: RunCounts
    items: tuple[RunItem, ...]


@dataclass(frozen=True, slots=True)
class PaidPart:
    """What one transfer paid on one request; `line` is its first, `payment.line_count` counts all."""

    payment: PaymentRequest
    order: Order
    line: OrderLine
    amount: int


@dataclass(frozen=True, slots=True)
class TransferContent:
    """A transfer for the accountant whose customers it names. `parts` are the first of theirs alone; `count`
    and `amount` are of all of theirs."""

    transfer: Transfer
    parts: tuple[PaidPart, ...]
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class TransferOpenContent:
    """A transfer that back office has to settle, and the first requests that it paid already."""

    transfer: Transfer
    parts: tuple[PaidPart, ...]


@dataclass(frozen=True, slots=True)
class RollCallEntry:
    payment: PaymentRequest
    name: str
    """The customer's, or of several the notice recipient's."""


@dataclass(frozen=True, slots=True)
class RollCallContent:
    """`entries` are the first, the unpaid before the paid; the counts are of all."""

    order: Order
    entries: tuple[RollCallEntry, ...]
    count: int
    paid: int
    received: int


@dataclass(frozen=True, slots=True)
class ReminderGroup:
    """Unpaid licences of one stage: the first of them, how many, and what they cost in VND."""

    stage: Stage
    licences: tuple[LicenceLine, ...]
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class TrialReminderContent:
    """`name` is the person's; `groups` are not empty, the most urgent first. `payments` are the requests
    that have to be paid, the first of them. `order_id` is set where all are of one order."""

    name: str
    firm: Firm
    accountant: Accountant
    groups: tuple[ReminderGroup, ...]
    payments: tuple[PaymentRequest, ...]
    order_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class ClaimContent:
    """A transfer somebody says was made: to back office for checking, to the accountant when settled.

    `name` is the one under which people know the request, as in the roll call."""

    claim: TransferClaim
    payment: PaymentRequest
    order: Order
    accountant: Accountant
    firm: Firm
    name: str


@dataclass(frozen=True, slots=True)
class ClaimMadeContent:
    about: ClaimContent


@dataclass(frozen=True, slots=True)
class ClaimSettledContent:
    about: ClaimContent


@dataclass(frozen=True, slots=True)
class FirmDecidedContent:
    firm: Firm


@dataclass(frozen=True, slots=True)
class FirmWaitingContent:
    firm: Firm
    owner: Accountant


@dataclass(frozen=True, slots=True)
class RunNeedsHelpContent:
    """`by_hand` licences wait for back office to activate them."""

    order: Order
    firm: Firm
    counts: RunCounts
    by_hand: int


@dataclass(frozen=True, slots=True)
class AccessByHandContent:
    """How many licences of an order wait for back office to suspend and to restore them."""

    order: Order
    firm: Firm
    suspend: int
    restore: int


@dataclass(frozen=True, slots=True)
class ChatLinkedContent:
    channel: Channel


@dataclass(frozen=True, slots=True)
class DailyDigestContent:
    """What was held back: the first of them, worded as in the list of notices, and how many."""

    held: "tuple[PushContent, ...]"
    count: int


PushContent = (
    PaymentContent
    | PaymentCardContent
    | PaymentWithdrawnContent
    | PaymentReceiptContent
    | OrderPlacedContent
    | OrderCancelledContent
    | DeliveryFailedContent
    | StaffJoinedContent
    | ActivationProgressContent
    | ActivationResultContent
    | TransferContent
    | TransferOpenContent
    | RollCallContent
    | TrialReminderContent
    | ClaimMadeContent
    | ClaimSettledContent
    | FirmDecidedContent
    | FirmWaitingContent
    | RunNeedsHelpContent
    | AccessByHandContent
    | ChatLinkedContent
    | DailyDigestContent
)
