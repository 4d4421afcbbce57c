"""Pushes about what people without an account report."""

from domain.genuine import ReportReason
from domain.messaging.pushes import InstructionReported, Push
from domain.messaging.report_contents import InstructionReportedContent
from services.messaging.contents.reading import Readers, Reading, payment_under
from services.ports import UnitOfWork


async def _reported(uow: UnitOfWork, push: Push, reading: Reading) -> InstructionReportedContent:
    assert isinstance(push.subject, InstructionReported)
    code, _, reason = push.subject.what.partition(":")
    payment = await payment_under(uow, code)
    assert payment is not None
    order = await uow.orders.get(payment.order_id)
    assert order is not None
    firm = await uow.people.firm(order.firm_id)
    return InstructionReportedContent(ReportReason(reason), payment, order, firm)


READERS: Readers = {InstructionReported: _reported}
