"""Having a provider issue documents: each once, in the order of their dates."""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.invoices import Invoice, InvoiceKind, InvoiceState
from services.invoices.handing_over import hand_over
from services.invoices.numbering import note_number
from services.invoices.releasing import queue_issuing, refuse, tell_stopped
from services.messaging.contents.invoices import ISSUED_BEFORE, WRONG_AMOUNT
from services.operation import Operation
from services.ports import (
    Found,
    InvoiceDocument,
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

STANDS = 60.0
"""Seconds until a document is tried again at which the queue stands."""

SEND_AGAIN = timedelta(minutes=2)
"""How long after it was handed over a document is handed over again, if nobody knows it by then: a provider
may still be about to issue it."""

SOON, SELDOM = 3.0, 600.0
"""Seconds between two questions what became of a document; they become rarer as it gets older."""

NO_SERIES, NUMBER_USED = "no_series", "number_used"
"""Causes of ours that stop a document; the others are the issuer's."""

_ROUNDED = 2
"""VND by which an issuer's total may differ for each line with VAT: it reckons from whole net prices."""

_FOLLOWED = (InvoiceState.SENT, InvoiceState.ISSUED)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Series:
    """Under which form, and each year under which series, invoices are issued."""

    form: str = "1"
    by_year: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IssueInvoice(Operation):
    """Hand one document to the provider. The program itself calls this, for one document at a time.

    A document that may have been handed over before is looked for first, so a repeat after a lost answer or a
    crash issues nothing twice. Raises `RetryLater` as long as it keeps its place: the queue stands behind it.
    """

    issuer: InvoiceIssuer | None
    series: Series

    async def __call__(self, invoice_id: int) -> None:
        async with self.units.read() as uow:
            invoice = await uow.invoices.get(invoice_id)
        if self.issuer is None or invoice is None or not _is_ours(invoice):
            return
        try:
            if invoice.sent_at is not None and not await self._may_send(self.issuer, invoice):
                return
            await self._send(self.issuer, invoice)
        except IssuerStopped as stopped:
            await self._tell(invoice, stopped.code)
            raise _stands(f"the issuer has stopped: {stopped.code}") from None
        except RetryLater as later:
            raise _stands(str(later), later.seconds) from later

    async def _may_send(self, issuer: InvoiceIssuer, invoice: Invoice) -> bool:
        """Whether a document that was handed over before is to be handed over; settles it if not."""
        try:
            found = await _found(issuer, invoice)
        except IssuerRefused as refused:
            if invoice.state is InvoiceState.QUEUED:
                return True  # It was mended since.
            await self._refuse(invoice, refused)
            return False
        if found is Found.MISSING:
            assert invoice.sent_at is not None
            wait = (invoice.sent_at + SEND_AGAIN - self.clock.now()).total_seconds()
            if wait > 0:
                raise _stands("it may still be issued", wait)
            return True
        async with self.units.write(Turn.invoices()) as uow:
            if isinstance(found, IssuedInvoice):
                issued = await settle(uow, invoice, found, self.clock.now())
                await queue_follow(uow, issued, self.clock.now())
            elif await _is_as(uow, invoice):
                await self._accepted(uow, replace(invoice, state=InvoiceState.SENT))
        return False

    async def _send(self, issuer: InvoiceIssuer, invoice: Invoice) -> None:
        document, is_first = await self._document(invoice)
        if is_first:
            await issuer.ready(document.series)
        handed = document.invoice
        async with self.units.write(Turn.invoices()) as uow:
            if not await _is_as(uow, invoice):
                raise RetryLater(SOON, "it has changed meanwhile")
            await uow.invoices.save(handed)
        hand_over = issuer.replace if invoice.kind is InvoiceKind.REPLACEMENT else issuer.issue
        try:
            tracking = await hand_over(document)
        except IssuerRefused as refused:
            await self._refuse(handed, refused)
        except (IssuerStopped, RetryLater):
            async with self.units.write(Turn.invoices()) as uow:
                if await _is_as(uow, handed):
                    await uow.invoices.save(invoice)  # Nothing was done.
            raise
        except Exception as error:
            raise _unclear(handed, error) from error
        else:
            async with self.units.write(Turn.invoices()) as uow:
                if await _is_as(uow, handed):
                    # An issuer that has the document already may not tell its name of it.
                    known = tracking or invoice.tracking
                    await self._accepted(uow, replace(handed, state=InvoiceState.SENT, tracking=known))

    async def _document(self, invoice: Invoice) -> tuple[InvoiceDocument, bool]:
        """The document as it is to be handed over, and whether it is the first of its date. One that nobody
        knows is handed over as it was; a mended one gets a new key.

        Its date is its day, but never before the last of its series. Raises `RetryLater` while a document of
        an earlier date is unsettled.
        """
        form, series = self.series.form, self.series.by_year.get(invoice.day.year)
        if series is None:
            raise IssuerStopped(NO_SERIES)
        async with self.units.read() as uow:
            last = await uow.invoices.last_date(form, series)
            day = max(invoice.day, last) if last else invoice.day
            if await uow.invoices.unsettled_before(form, series, day):
                raise RetryLater(SOON, "a document of an earlier date is unsettled")
            lines = (await uow.invoices.lines([invoice.id]))[invoice.id]
            original = await uow.invoices.get(invoice.original_id) if invoice.original_id else None
        mended = invoice.state is InvoiceState.QUEUED and invoice.sent_at is not None
        handed = replace(
            invoice,
            key=str(uuid.uuid4()) if mended else invoice.key,
            state=InvoiceState.UNKNOWN,
            form=form,
            series=series,
            issued_on=day,
            tracking="",
            sent_at=self.clock.now(),
        )
        return InvoiceDocument(handed, lines, form, series, day, original), last is None or last < day

    async def _accepted(self, uow: UnitOfWork, invoice: Invoice) -> None:
        await uow.invoices.save(invoice)
        await queue_follow(uow, invoice, self.clock.now())

    async def _refuse(self, invoice: Invoice, refused: IssuerRefused) -> None:
        async with self.units.write(Turn.invoices()) as uow:
            if await _is_as(uow, invoice):
                await refuse(uow, invoice, refused.code, refused.field, self.clock.now())

    async def _tell(self, invoice: Invoice, cause: str) -> None:
        async with self.units.write() as uow:
            await tell_stopped(uow, invoice, cause, self.clock.now())


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
            found = await _found(issuer, invoice)
        except IssuerRefused as error:
            refused = error
        if found is Found.WORKING or (found is Found.MISSING and age < SEND_AGAIN):
            return invoice
        async with self.units.write(Turn.invoices()) as uow:
            if isinstance(found, IssuedInvoice):
                return await settle(uow, invoice, found, now)
            if invoice.number is None and await _is_as(uow, invoice):
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
            raise _unclear(invoice, error) from error
        async with self.units.write(Turn.invoices()) as uow:
            await uow.invoices.put_files(invoice.id, files)
            now_is = await uow.invoices.get(invoice.id)
            if now_is is not None and now_is.state is InvoiceState.CODED:
                await hand_over(uow, now_is, self.clock.now())


async def queue_follow(uow: UnitOfWork, invoice: Invoice, now: datetime) -> None:
    assert invoice.sent_at is not None
    # One that was followed already may get its number another way.
    key = f"{FOLLOW_JOB}:{invoice.id}:{invoice.sent_at.isoformat()}:{invoice.state}"
    await uow.jobs.enqueue([NewJob(FOLLOW_JOB, key, {"invoice_id": invoice.id})], now)


async def settle(uow: UnitOfWork, invoice: Invoice, found: IssuedInvoice, now: datetime) -> Invoice:
    """Note the number that an issuer gave; returns the document as it is now. Back office is told where the
    total is another than ours, where a buyer was mended although the document was issued, and where the
    number is that of another document, which then keeps it."""
    invoice = await uow.invoices.get(invoice.id) or invoice
    if invoice.by_hand or not (_is_ours(invoice) or invoice.state is InvoiceState.ISSUED):
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
    return await note_number(uow, invoice, number)


async def _found(issuer: InvoiceIssuer, invoice: Invoice) -> IssuedInvoice | Found:
    """`InvoiceIssuer.find`, where an error that nobody foresaw is a reason to ask again."""
    try:
        return await issuer.find(invoice)
    except (IssuerRefused, IssuerStopped, RetryLater):
        raise
    except Exception as error:
        raise _unclear(invoice, error) from error


def _unclear(invoice: Invoice, error: Exception) -> RetryLater:
    log.warning("what became of invoice %s is unclear: %s", invoice.id, type(error).__name__)
    return RetryLater(STANDS, "the outcome is unclear", counts=False)


async def _is_as(uow: UnitOfWork, invoice: Invoice) -> bool:
    """Whether the document is still as it was read: a job that seemed dead may go on beside another one."""
    return await uow.invoices.get(invoice.id) == invoice


def _is_ours(invoice: Invoice) -> bool:
    """Whether the provider is to be asked to issue it."""
    waits = (InvoiceState.QUEUED, InvoiceState.SENT, InvoiceState.UNKNOWN)
    return invoice.state in waits and not invoice.by_hand and invoice.number is None


def _stands(reason: str, seconds: float = STANDS) -> RetryLater:
    return RetryLater(max(seconds, SOON), reason, counts=False)
