"""Pushes about what people without an account report."""

from domain.genuine import ReportReason
from domain.messaging.mail_stops import MailWish
from domain.messaging.pushes import InstructionReported, MailReported, MailStopped, Push
from domain.messaging.report_contents import (
    InstructionReportedContent,
    MailReportedContent,
    MailStoppedContent,
)
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


async def _mail_reported(uow: UnitOfWork, push: Push, reading: Reading) -> MailReportedContent | None:
    assert isinstance(push.subject, MailReported)
    link, _, reason = push.subject.what.partition(":")
    if (mail := await uow.mail_stops.linked(link)) is None:
        return None
    accountant = await uow.people.accountant(mail.accountant_id)
    firm = await uow.people.firm(accountant.firm_id)
    return MailReportedContent(ReportReason(reason), mail.address, firm, accountant)


async def _stopped(uow: UnitOfWork, push: Push, reading: Reading) -> MailStoppedContent | None:
    assert isinstance(push.subject, MailStopped)
    link, _, wish = push.subject.what.partition(":")
    mail = await uow.mail_stops.linked(link)
    return MailStoppedContent(MailWish(wish), mail.address) if mail else None


READERS: Readers = {InstructionReported: _reported, MailReported: _mail_reported, MailStopped: _stopped}
