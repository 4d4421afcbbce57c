"""What became of a document that was handed to its provider: looked for until it has its number and files."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.invoices import Invoice, InvoiceState
from services.invoices.handing_over import hand_over
from services.invoices.numbering import note_number
from services.invoices.releasing import queue_issuing, refuse, tell_stopped
from services.messaging.contents.invoices import ISSUED_BEFORE, WRONG_AMOUNT
from services.operation import Operation
from services.ports import (
    Found,
    InvoiceIssuer,
    IssuedInvoice,
    IssuerRefused,
    IssuerStopped,
    NewJob,
    RetryLater,
    Turn,
    UnitOfWork,
)

FOLLOW_JOB = "follow_invoice"

STANDS_SECONDS = 60.0
"""How long until a document is tried again at which the queue stands, or whose outcome is unclear."""

SEND_AGAIN = timedelta(minutes=2)
"""How long after it was handed over a document is handed over again, if nobody knows it by then: a provider
may still be about to issue it."""

LOOKS_AGAIN = timedelta(hours=2)
"""How long after it was handed over a document is still looked for that is said to have failed, its buyer
being right: it may be issued all the same. Days are closed at night, so it is over before the next day."""

SOON, SELDOM = 3.0, 600.0
"""Seconds between two questions what became of a document; they become rarer as it gets older."""

_ROUNDED = 2
"""VND by which an issuer's total may differ for each line with VAT: it reckons from whole net prices."""

NUMBER_USED = "number_used"
"""A cause of ours that stops a document."""

_FOLLOWED = (InvoiceState.SENT, InvoiceState.ISSUED)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FollowInvoice(Operation):
    """Ask what became of a document until it has its number, the authority's code and its files; then it is
    handed over. The program itself calls this. Raises `RetryLater` until then."""

    issuer: InvoiceIssuer | None

    async def __call__(self, invoice_id: int) -> None:
        async with self.units.read() as uow:
            invoice = await uow.invoices.get(invoice_id)
        if self.issuer is None or invoice is None or invoice.by_hand or invoice.sent_at is None:
            return
        age = self.clock.now() - invoice.sent_at
        wait = min(SELDOM, max(SOON, age.total_seconds() / 5))
        try:
            if invoice.state in _FOLLOWED:
                invoice = await self._look(self.issuer, invoice, age)
            if invoice.state is InvoiceState.CODED:
                await self._fetch(self.issuer, invoice)
        except (IssuerStopped, RetryLater) as later:
            asked = later.seconds if isinstance(later, RetryLater) else 0.0
            raise RetryLater(max(wait, asked), str(later), counts=False) from later
        if invoice.state in _FOLLOWED:
            raise RetryLater(wait, "it is not issued yet", counts=False)

    async def _look(self, issuer: InvoiceIssuer, invoice: Invoice, age: timedelta) -> Invoice:
        """The document as it is now."""
        now, refused, found = self.clock.now(), None, None
        try:
            found = await found_of(issuer, invoice)
        except IssuerRefused as error:
            if may_come(invoice, error, now):
                return invoice
            refused = error
        if found is Found.WORKING or (found is Found.MISSING and age < SEND_AGAIN):
            return invoice
        async with self.units.write(Turn.invoices()) as uow:
            if isinstance(found, IssuedInvoice):
                return await settle(uow, invoice, found, now)
            if invoice.number is None and await is_as(uow, invoice):
                if refused is not None:
                    await refuse(uow, invoice, refused.code, refused.field, now)
                else:
                    await uow.invoices.save(replace(invoice, state=InvoiceState.UNKNOWN))
                    await queue_issuing(uow, invoice, now)
            now_is = await uow.invoices.get(invoice.id)
        assert now_is is not None
        return now_is

    async def _fetch(self, issuer: InvoiceIssuer, invoice: Invoice) -> None:
        try:
            files = await issuer.files(invoice)
        except (IssuerStopped, RetryLater):
            raise
        except Exception as error:
            raise unclear(invoice, error) from error
        async with self.units.write(Turn.invoices()) as uow:
            await uow.invoices.put_files(invoice.id, files)
            now_is = await uow.invoices.get(invoice.id)
            if now_is is not None and now_is.state is InvoiceState.CODED:
                await hand_over(uow, now_is, self.clock.now())


def may_come(invoice: Invoice, failed: IssuerRefused, now: datetime) -> bool:
    """Whether a document that has failed, as its issuer says, may still turn out to be issued."""
    return not failed.field and invoice.sent_at is not None and now < invoice.sent_at + LOOKS_AGAIN


async def queue_follow(uow: UnitOfWork, invoice: Invoice, now: datetime, again: str = "") -> None:
    """Queue the job that asks what becomes of a document; `again` names one more, after one that ended."""
    assert invoice.sent_at is not None
    # One that was followed already may get its number another way.
    key = f"{FOLLOW_JOB}:{invoice.id}:{invoice.sent_at.isoformat()}:{invoice.state}{again}"
    await uow.jobs.enqueue([NewJob(FOLLOW_JOB, key, {"invoice_id": invoice.id})], now)


async def settle(uow: UnitOfWork, invoice: Invoice, found: IssuedInvoice, now: datetime) -> Invoice:
    """Note the number that an issuer gave; returns the document as it is now. Back office is told where the
    total is another than ours, where a buyer was mended although the document was issued, and where the
    number is that of another document, which then keeps it."""
    invoice = await uow.invoices.get(invoice.id) or invoice
    if invoice.by_hand or not (is_ours(invoice) or invoice.state is InvoiceState.ISSUED):
        return invoice
    number = replace(
        found.number,
        form=found.number.form or invoice.form,
        series=found.number.series or invoice.series,
    )
    if [one for one in await uow.invoices.numbered([number]) if one.id != invoice.id]:
        await tell_stopped(uow, invoice, NUMBER_USED, now)
        return invoice
    if abs(found.amount - invoice.amount) > (_ROUNDED * invoice.line_count if invoice.vat else 0):
        await tell_stopped(uow, invoice, WRONG_AMOUNT, now)
    if invoice.state is InvoiceState.QUEUED:
        await tell_stopped(uow, invoice, ISSUED_BEFORE, now)
    return await note_number(uow, invoice, number, now)


async def found_of(issuer: InvoiceIssuer, invoice: Invoice) -> IssuedInvoice | Found:
    """`InvoiceIssuer.find`, where an error that nobody foresaw is a reason to ask again."""
    try:
        return await issuer.find(invoice)
    except (IssuerRefused, IssuerStopped, RetryLater):
        raise
    except Exception as error:
        raise unclear(invoice, error) from error


def unclear(invoice: Invoice, error: Exception) -> RetryLater:
    log.warning("what became of invoice %s is unclear: %s", invoice.id, type(error).__name__)
    return RetryLater(STANDS_SECONDS, "the outcome is unclear", counts=False)


async def is_as(uow: UnitOfWork, invoice: Invoice) -> bool:
    """Whether the document is still as it was read: a job that seemed dead may go on beside another one."""
    return await uow.invoices.get(invoice.id) == invoice


def is_ours(invoice: Invoice) -> bool:
    """Whether the provider is to be asked to issue it."""
    waits = (InvoiceState.QUEUED, InvoiceState.SENT, InvoiceState.UNKNOWN)
    return invoice.state in waits and not invoice.by_hand and invoice.number is None
