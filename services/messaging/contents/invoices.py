"""Pushes about tax invoices."""

from datetime import date

from domain.invoices import HANDED_OVER, InvoiceState, counted
from domain.invoicing import last_late_day
from domain.messaging.invoice_contents import (
    ClosingFailedContent,
    InvoiceContent,
    InvoicesByHandContent,
    InvoicesIssuedContent,
    InvoicesLateContent,
    InvoicesRefusedContent,
    InvoiceStoppedContent,
)
from domain.messaging.invoice_pushes import (
    ClosingFailed,
    InvoiceIssued,
    InvoicesByHand,
    InvoicesIssued,
    InvoicesLate,
    InvoicesRefused,
    InvoiceStopped,
)
from domain.messaging.pushes import Push
from domain.messaging.targets import Place, Target
from services.messaging.contents.reading import READ_AHEAD, SHOWN_LINES, Readers, Reading, Targets, order_of
from services.ports import UnitOfWork

WRONG_AMOUNT, ISSUED_BEFORE = "amount", "issued_before"
"""Causes that stand although the document has its number: its total is another than ours, or it was issued
before its buyer was mended."""


async def _refused(uow: UnitOfWork, push: Push, reading: Reading) -> InvoicesRefusedContent | None:
    order_id, day = _order_and_day(push)
    count = (await uow.invoices.states(order_id, day)).get(InvoiceState.REFUSED, 0)
    if not count:
        return None
    first = tuple(await uow.invoices.of_order(order_id, 0, min(count, SHOWN_LINES), day))
    lines = (await uow.invoices.lines([first[0].id]))[first[0].id]
    orders = tuple(dict.fromkeys(line.order_code for line in lines))
    return InvoicesRefusedContent(await order_of(uow, order_id), first[::-1], count, orders)


async def _by_hand(uow: UnitOfWork, push: Push, reading: Reading) -> InvoicesByHandContent | None:
    first, count = await uow.invoice_desk.not_issued(SHOWN_LINES)
    return InvoicesByHandContent(tuple(first), count) if count else None


async def _late(uow: UnitOfWork, push: Push, reading: Reading) -> InvoicesLateContent | None:
    count = await uow.invoices.late(last_late_day(reading.now))
    return InvoicesLateContent(count) if count else None


async def _closing_failed(uow: UnitOfWork, push: Push, reading: Reading) -> ClosingFailedContent:
    assert isinstance(push.subject, ClosingFailed)
    return ClosingFailedContent(date.fromisoformat(push.subject.day))


async def _stopped(uow: UnitOfWork, push: Push, reading: Reading) -> InvoiceStoppedContent | None:
    assert isinstance(push.subject, InvoiceStopped)
    number, _, cause = push.subject.what.partition(":")
    invoice = await uow.invoices.get(int(number))
    if invoice is None or (invoice.number is not None and cause not in (WRONG_AMOUNT, ISSUED_BEFORE)):
        return None
    return InvoiceStoppedContent(invoice, cause)


async def _issued(uow: UnitOfWork, push: Push, reading: Reading) -> InvoiceContent | None:
    assert isinstance(push.subject, InvoiceIssued)
    invoice = await uow.invoices.get(push.subject.invoice_id)
    if invoice is None or invoice.number is None:
        return None
    lines = (await uow.invoices.lines([invoice.id]))[invoice.id]
    files = None if reading.brief else await uow.invoices.files(invoice.id)
    return InvoiceContent(
        invoice,
        tuple(lines[:SHOWN_LINES]),
        await uow.people.firm(invoice.firm_id),
        await uow.people.accountant(invoice.accountant_id),
        await uow.invoices.get(invoice.original_id) if invoice.original_id is not None else None,
        *((files.pdf, files.xml) if files else ()),
    )


async def _all_issued(uow: UnitOfWork, push: Push, reading: Reading) -> InvoicesIssuedContent | None:
    order_id, day = _order_and_day(push)
    counts = counted(await uow.invoices.states(order_id, day))
    if not counts.issued:
        return None
    of_day = await uow.invoices.of_order(order_id, 0, READ_AHEAD, day)
    issued = [invoice for invoice in of_day if invoice.state in HANDED_OVER]
    return InvoicesIssuedContent(
        await order_of(uow, order_id), day, counts, tuple(reversed(issued))[:SHOWN_LINES]
    )


async def _issued_target(uow: UnitOfWork, push: Push) -> Target:
    return Target(Place.INVOICES, _order_and_day(push)[0])


def _order_and_day(push: Push) -> tuple[int, date]:
    assert isinstance(push.subject, InvoicesIssued | InvoicesRefused)
    order_id, _, day = push.subject.what.partition(":")
    return int(order_id), date.fromisoformat(day)


READERS: Readers = {
    InvoicesRefused: _refused,
    InvoicesByHand: _by_hand,
    InvoiceIssued: _issued,
    InvoicesIssued: _all_issued,
    InvoicesLate: _late,
    ClosingFailed: _closing_failed,
    InvoiceStopped: _stopped,
}
TARGETS: Targets = {InvoicesIssued: _issued_target, InvoicesRefused: _issued_target}
