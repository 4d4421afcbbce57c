"""What pushes about reports say."""

from dataclasses import dataclass

from domain.genuine import ReportReason
from domain.messaging.contents import PushContent
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Firm


@dataclass(frozen=True, slots=True)
class InstructionReportedContent(PushContent):
    """`firm` has placed the order that the instruction is for."""

    reason: ReportReason
    payment: PaymentRequest
    order: Order
    firm: Firm
