"""What pushes about reports say."""

from dataclasses import dataclass

from domain.genuine import ReportReason
from domain.messaging.contents import PushContent
from domain.messaging.mail_stops import MailWish
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Accountant, Firm


@dataclass(frozen=True, slots=True)
class InstructionReportedContent(PushContent):
    """`firm` has placed the order that the instruction is for."""

    reason: ReportReason
    payment: PaymentRequest
    order: Order
    firm: Firm


@dataclass(frozen=True, slots=True)
class MailReportedContent(PushContent):
    """A mail to `address` that `accountant` caused."""

    reason: ReportReason
    address: str
    firm: Firm
    accountant: Accountant


@dataclass(frozen=True, slots=True)
class MailStoppedContent(PushContent):
    """Whoever is reached by `address` wants no more reminders, or reports a mail."""

    wish: MailWish
    address: str
