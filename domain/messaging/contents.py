"""What each push says, read at the moment it leaves; `texts/messaging/pushes/` words it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.activations import ActivationRun, RunCounts, RunItem
from domain.chats import Channel
from domain.events import Verb
from domain.invoices import IssuedNumber
from domain.licences import LicenceLine
from domain.messaging.pushes import Push
from domain.orders import Order, OrderLine
from domain.payments import PaymentRequest
from domain.people import Accountant, Firm
from domain.postings import Difference
from domain.reminders import Stage
from domain.transfers import Provider, Transfer


@dataclass(frozen=True, slots=True)
class PushContent:
    """What one push says."""

    @property
    def urgent(self) -> bool:
        """Whether it is never gathered with others."""
        return False


@dataclass(frozen=True, slots=True)
class PaymentContent(PushContent):
    """What a payment instruction says; `deadline` is when the first licence ends unpaid, once one runs."""

    payment: PaymentRequest
    order: Order
    firm: Firm
    accountant: Accountant
    lines: tuple[OrderLine, ...]
    """The first lines that this request pays for; `payment.line_count` is how many there are."""
    deadline: datetime | None = None
    instead_of: str = ""
    """A code that the payer was told not to pay lately; empty for none."""


@dataclass(frozen=True, slots=True)
class JointInstructionContent(PushContent):
    """One transfer for several orders, each with what is left: `payment` asks for all of it."""

    payment: PaymentRequest
    orders: tuple[tuple[Order, int], ...]


@dataclass(frozen=True, slots=True)
class PaymentCardContent(PushContent):
    """An instruction that the accountant forwards: it speaks to the payer."""

    instruction: PaymentContent


@dataclass(frozen=True, slots=True)
class PaymentWithdrawnContent(PushContent):
    """The payer shall not pay any more."""

    instruction: PaymentContent


@dataclass(frozen=True, slots=True)
class PaymentReceiptContent(PushContent):
    """`amount` VND came in by this transfer. `reopened`: its licences had ended, and may be used again."""

    instruction: PaymentContent
    amount: int
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class OrderPlacedContent(PushContent):
    """`held` is to how many payers the instruction waits."""

    order: Order
    message_count: int
    held: int = 0
    """How many payment instructions go to customers and other recipients."""


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """`order` is `None` where the message was about something else; `invoice` is set for an invoice."""

    push: Push
    order: Order | None
    recipient_name: str
    invoice: IssuedNumber | None = None


@dataclass(frozen=True, slots=True)
class DeliveryFailedContent(PushContent):
    """`failed` are the first failed messages that nobody was told of; `count` is how many there are."""

    failed: tuple[FailedDelivery, ...]
    count: int


@dataclass(frozen=True, slots=True)
class StaffActedContent(PushContent):
    """A colleague did something with data of `customers` customers, or closed their account."""

    accountant: Accountant
    verb: Verb
    customers: int


@dataclass(frozen=True, slots=True)
class StaffJoinedContent(PushContent):
    accountant: Accountant


@dataclass(frozen=True, slots=True)
class ActivationProgressContent(PushContent):
    order: Order
    run: ActivationRun
    counts: RunCounts


@dataclass(frozen=True, slots=True)
class ActivationResultContent(PushContent):
    """`items` are all items of the run, by position."""

    order: Order
    run: ActivationRun
    counts: RunCounts
    items: tuple[RunItem, ...]


@dataclass(frozen=True, slots=True)
class PaidPart:
    """What one transfer paid on one request: `amount` in VND. `line` is the first line of the request."""

    payment: PaymentRequest
    order: Order
    line: OrderLine
    amount: int


@dataclass(frozen=True, slots=True)
class TransferContent(PushContent):
    """A transfer, for the accountant whose customers it paid for. Parts of other accountants are left out:
    `parts` are the first of this accountant's, `count` is how many there are, `amount` their sum in VND.

    `rest` is still to be paid by the accountant; `bundle` is all of an order that they pay. Where it is one
    order, `paid` of its `requests` are paid. `completed`: this one completed an order. `reopened` are codes
    that it paid after their licences had ended; `waits`: one of these is still suspended."""

    transfer: Transfer
    parts: tuple[PaidPart, ...]
    count: int
    amount: int
    rest: PaymentRequest | None = None
    bundle: PaymentRequest | None = None
    paid: int = 0
    requests: int = 0
    completed: bool = False
    reopened: frozenset[str] = frozenset()
    waits: bool = False

    @property
    def urgent(self) -> bool:
        return self.completed or bool(self.reopened) or self.transfer.surplus > 0


@dataclass(frozen=True, slots=True)
class ChoosePayersContent(PushContent):
    """`waiting` VND came in for an order: enough for `enough` of the `count` customers who have not paid."""

    order: Order
    transfer_id: int
    waiting: int
    enough: int
    count: int


@dataclass(frozen=True, slots=True)
class TransferOpenContent(PushContent):
    """A transfer to settle, the first requests that it has paid already, and the one to compare it with."""

    transfer: Transfer
    parts: tuple[PaidPart, ...]
    other: Transfer | None = None


@dataclass(frozen=True, slots=True)
class BankListRefusedContent(PushContent):
    provider: Provider


@dataclass(frozen=True, slots=True)
class BooksDifferContent(PushContent):
    """How many figures differ from the books, and the first of them."""

    count: int
    first: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class RollCallEntry:
    payment: PaymentRequest
    name: str
    """The customer's name; the notice recipient's where the request pays for several customers."""


@dataclass(frozen=True, slots=True)
class RollCallContent(PushContent):
    """`entries` are the first requests, unpaid ones before paid ones. `count` is how many requests there are,
    `paid` how many of them are paid, `received` the sum received in VND."""

    order: Order
    entries: tuple[RollCallEntry, ...]
    count: int
    paid: int
    received: int


@dataclass(frozen=True, slots=True)
class ReminderGroup:
    """Unpaid licences of one stage: the first of them, how many there are, and what is still to pay, in VND,
    for all and for each of the first. `customers` have them, and `orders` are those of the first, by id."""

    stage: Stage
    licences: tuple[LicenceLine, ...]
    count: int
    amount: int
    owed: tuple[int, ...]
    customers: int
    orders: Mapping[int, Order]


@dataclass(frozen=True, slots=True)
class TrialReminderContent(PushContent):
    """`name` is the name of the person who is reminded. There is at least one group, the most urgent first.
    `payments` are the first requests to pay. `order_id` is set where all licences belong to one order."""

    name: str
    firm: Firm
    accountant: Accountant
    groups: tuple[ReminderGroup, ...]
    payments: tuple[PaymentRequest, ...]
    order_id: int | None
    now: datetime
    unpaid: Mapping[int, int]
    """How many requests of an order are unpaid, of the orders that a button may be about."""


@dataclass(frozen=True, slots=True)
class FirmDecidedContent(PushContent):
    firm: Firm


@dataclass(frozen=True, slots=True)
class FirmWaitingContent(PushContent):
    firm: Firm
    owner: Accountant


@dataclass(frozen=True, slots=True)
class RunNeedsHelpContent(PushContent):
    """`by_hand` is how many licences wait for back office to activate them."""

    order: Order
    firm: Firm
    counts: RunCounts
    by_hand: int


@dataclass(frozen=True, slots=True)
class AccessByHandContent(PushContent):
    """How many licences of an order wait for back office to suspend them, and to restore them."""

    order: Order
    firm: Firm
    suspend: int
    restore: int


@dataclass(frozen=True, slots=True)
class ChatLinkedContent(PushContent):
    channel: Channel


@dataclass(frozen=True, slots=True)
class DailyDigestContent(PushContent):
    """What was held back: the first contents, and how many there are."""

    held: tuple[PushContent, ...]
    count: int
