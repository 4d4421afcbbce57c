"""Pushes about tax invoices."""

from domain.invoices import InvoiceState
from domain.invoicing import last_late_day
from domain.messaging.contents import InvoiceRefusedContent, InvoicesLateContent, InvoiceStoppedContent
from domain.messaging.pushes import InvoiceRefused, InvoicesLate, InvoiceStopped, Push
from domain.messaging.targets import Place, Target
from services.messaging.contents.reading import Readers, Reading, Targets
from services.ports import UnitOfWork

WRONG_AMOUNT, ISSUED_BEFORE = "amount", "issued_before"
"""Causes that stand although the document has its number: its total is another than ours, or it was issued
before its buyer was mended."""


async def _refused(uow: UnitOfWork, push: Push, reading: Reading) -> InvoiceRefusedContent | None:
    assert isinstance(push.subject, InvoiceRefused)
    invoice = await uow.invoices.get(push.subject.invoice_id)
    if invoice is None or invoice.state is not InvoiceState.REFUSED:
        return None
    lines = (await uow.invoices.lines([invoice.id]))[invoice.id]
    return InvoiceRefusedContent(invoice, tuple(dict.fromkeys(line.order_code for line in lines)))


async def _late(uow: UnitOfWork, push: Push, reading: Reading) -> InvoicesLateContent | None:
    count = await uow.invoices.late(last_late_day(reading.now))
    return InvoicesLateContent(count) if count else None


async def _stopped(uow: UnitOfWork, push: Push, reading: Reading) -> InvoiceStoppedContent | None:
    assert isinstance(push.subject, InvoiceStopped)
    number, _, cause = push.subject.what.partition(":")
    invoice = await uow.invoices.get(int(number))
    if invoice is None or (invoice.number is not None and cause not in (WRONG_AMOUNT, ISSUED_BEFORE)):
        return None
    return InvoiceStoppedContent(invoice, cause)


async def _refused_target(uow: UnitOfWork, push: Push) -> Target:
    assert isinstance(push.subject, InvoiceRefused)
    lines = (await uow.invoices.lines([push.subject.invoice_id]))[push.subject.invoice_id]
    return Target(Place.ORDER, lines[0].order_id) if lines else Target(Place.ORDERS)


READERS: Readers = {InvoiceRefused: _refused, InvoicesLate: _late, InvoiceStopped: _stopped}
TARGETS: Targets = {InvoiceRefused: _refused_target}
