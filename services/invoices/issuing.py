"""Having a provider issue documents: each once, in the order of their dates."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.invoices import Invoice, InvoiceKind, InvoiceState
from services.invoices.following import (
    SEND_AGAIN,
    SOON,
    STANDS_SECONDS,
    found_of,
    is_as,
    is_ours,
    may_come,
    queue_follow,
    settle,
    unclear,
)
from services.invoices.releasing import refuse, tell_stopped
from services.operation import Operation
from services.ports import (
    Found,
    InvoiceDocument,
    InvoiceIssuer,
    IssuedInvoice,
    IssuerRefused,
    IssuerStopped,
    RetryLater,
    Turn,
    UnitOfWork,
)

NO_SERIES = "no_series"
"""A cause of ours that stops a document; the others are the issuer's."""


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
        if self.issuer is None or invoice is None or not is_ours(invoice):
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
        found: IssuedInvoice | Found
        try:
            found = await found_of(issuer, invoice)
        except IssuerRefused as refused:
            if invoice.state is InvoiceState.QUEUED:
                return True  # It was mended since.
            if not may_come(invoice, refused, self.clock.now()):
                await self._refuse(invoice, refused)
                return False
            found = Found.WORKING
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
            elif await is_as(uow, invoice):
                now = self.clock.now()
                sent = replace(invoice, state=InvoiceState.SENT)
                await uow.invoices.save(sent)
                await queue_follow(uow, sent, now, f":{now.isoformat()}")
        return False

    async def _send(self, issuer: InvoiceIssuer, invoice: Invoice) -> None:
        document, is_first = await self._document(invoice)
        if is_first:
            await issuer.ready(document.series)
        handed = document.invoice
        async with self.units.write(Turn.invoices()) as uow:
            if not await is_as(uow, invoice):
                raise RetryLater(SOON, "it has changed meanwhile")
            await uow.invoices.save(handed)
        hand_over = issuer.replace if invoice.kind is InvoiceKind.REPLACEMENT else issuer.issue
        try:
            tracking = await hand_over(document)
        except IssuerRefused as refused:
            await self._refuse(handed, refused)
        except (IssuerStopped, RetryLater):
            async with self.units.write(Turn.invoices()) as uow:
                if await is_as(uow, handed):
                    await uow.invoices.save(invoice)  # Nothing was done.
            raise
        except Exception as error:
            raise unclear(handed, error) from error
        else:
            async with self.units.write(Turn.invoices()) as uow:
                if await is_as(uow, handed):
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
            refusal="",
            sent_at=self.clock.now(),
        )
        return InvoiceDocument(handed, lines, form, series, day, original), last is None or last < day

    async def _accepted(self, uow: UnitOfWork, invoice: Invoice) -> None:
        await uow.invoices.save(invoice)
        await queue_follow(uow, invoice, self.clock.now())

    async def _refuse(self, invoice: Invoice, refused: IssuerRefused) -> None:
        async with self.units.write(Turn.invoices()) as uow:
            if await is_as(uow, invoice):
                await refuse(uow, invoice, refused.code, refused.field, self.clock.now())

    async def _tell(self, invoice: Invoice, cause: str) -> None:
        async with self.units.write(Turn.invoices()) as uow:
            if cause != invoice.refusal and await is_as(uow, invoice):
                await uow.invoices.save(replace(invoice, refusal=cause))
            await tell_stopped(uow, invoice, cause, self.clock.now())


def _stands(reason: str, seconds: float = STANDS_SECONDS) -> RetryLater:
    return RetryLater(max(seconds, SOON), reason, counts=False)
