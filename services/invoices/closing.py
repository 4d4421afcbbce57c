"""Closing a day: what it made due becomes documents, one for each buyer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.calendar import day_of, last_of_month, start_of
from domain.invoices import InvoiceKind, InvoiceLine, InvoiceMoment, InvoiceState
from domain.invoicing import Due, Invoiced, buyer_of, group_of, payer_of, rate_on, vat_in, vat_of_part
from domain.messaging.invoice_pushes import ClosingFailed
from domain.people import Firm
from services.invoices.late import late_job
from services.invoices.releasing import release
from services.messaging.push_queue import tell_back_office
from services.operation import Operation
from services.patience import A_DAY
from services.ports import BillableLine, NewInvoice, NewJob, RetryLater, Turn, UnitOfWork

CLOSE_JOB = "close_invoices"

CLOSES_AFTER = timedelta(minutes=10)
"""How long after its end a day is closed: transactions that began on it have ended by then."""

LOOK_BACK = timedelta(days=1)
"""How long before a day it is looked for money that its own closing did not see."""

_TOLD_LATER = 600.0
"""Seconds until it is tried again to close a day and, if that fails, to say so."""

REQUESTS_AT_ONCE = 100
LINES_AT_ONCE = 200
"""How many order lines, or documents, one transaction handles at most."""


async def queue_closing(uow: UnitOfWork, now: datetime) -> None:
    """Have the day of `now` closed when it has ended. Called by all that makes invoices due, or takes the
    reason for them away."""
    await _queue_day(uow, day_of(now), now)


async def _queue_day(uow: UnitOfWork, day: date, now: datetime) -> None:
    key, at = f"{CLOSE_JOB}:{day.isoformat()}", start_of(day + timedelta(days=1)) + CLOSES_AFTER
    payload = {"day": day.isoformat()}
    closing = NewJob(CLOSE_JOB, key, payload, run_at=at, order_key=CLOSE_JOB)
    await uow.jobs.enqueue([closing, late_job(day)], now)


@dataclass(frozen=True, slots=True)
class InvoiceRules:
    """`moment` is what makes an invoice due. `by_hand` says that no provider issues: back office does."""

    moment: InvoiceMoment = InvoiceMoment.PAID
    by_hand: bool = True


@dataclass(frozen=True, slots=True)
class CloseInvoices(Operation):
    """Make the documents of a day that has ended. The program itself calls this.

    Only what is due and on no invoice yet becomes lines, so a repeat makes nothing twice. Days are closed one
    at a time, in short transactions; the documents are released when the whole day is made. What belongs on a
    document that was released already goes on one of today.

    `attempts` counts this try. After the last one for an error, back office is told, and the next closing is
    also for all days `since` the one that failed.
    """

    rules: InvoiceRules

    async def __call__(self, day: date, since: date | None = None, attempts: int = 1) -> None:
        since = since or day
        try:
            await self._close(day, since)
        except Exception as error:
            if attempts >= A_DAY.attempts:
                await self._give_up(since, error)
            raise

    async def _give_up(self, since: date, error: Exception) -> None:
        now, today = self.clock.now(), self.clock.today()
        # A period is made out for its last day, whenever that is closed.
        day = since if self.rules.moment is InvoiceMoment.PERIOD else today
        payload = {"day": day.isoformat(), "since": since.isoformat()}
        at = start_of(today + timedelta(days=1)) + CLOSES_AFTER
        key = f"{CLOSE_JOB}:{today.isoformat()}:since:{since.isoformat()}"
        again = NewJob(CLOSE_JOB, key, payload, run_at=at, order_key=CLOSE_JOB)
        failed = ClosingFailed(since.isoformat())
        try:
            async with self.units.write(Turn.invoices()) as uow:
                await uow.jobs.enqueue([again, late_job(day)], now)
                await tell_back_office(uow, f"closing_failed:{since.isoformat()}", failed, now)
        except Exception:
            raise RetryLater(_TOLD_LATER, "a day is not closed, and nobody is told", counts=False) from error

    async def _close(self, day: date, since: date) -> None:
        first = since
        if self.rules.moment is InvoiceMoment.PERIOD:
            last = last_of_month(day)
            if day != last:
                async with self.units.write(Turn.invoices()) as uow:
                    await _queue_day(uow, last, self.clock.now())
                return
            first = day.replace(day=1)
        span = (start_of(first) - LOOK_BACK, start_of(day + timedelta(days=1)))
        async with self.units.read() as uow:
            codes = await uow.invoices.changed(self.rules.moment, *span)
        for start in range(0, len(codes), REQUESTS_AT_ONCE):
            await self._make(day, span, codes[start : start + REQUESTS_AT_ONCE])
        for past in range((day - since).days + 1):
            await self._release(since + timedelta(days=past))

    async def _make(self, day: date, span: tuple[datetime, datetime], codes: Sequence[str]) -> None:
        due: dict[str, Due] = {}
        firms: dict[int, Firm] = {}
        after: tuple[str, int] | None = None
        while True:
            async with self.units.write(Turn.invoices()) as uow:
                lines = await uow.invoices.billable(codes, after, LINES_AT_ONCE)
                new = {one.line.payment_code for one in lines} - due.keys()
                for code, standing in (await uow.invoices.standings(new, *span)).items():
                    due[code] = Due(self.rules.moment, standing)
                parts = []
                for found in lines:
                    amount = due[found.line.payment_code].of(found.standing)
                    if amount > 0:
                        number = found.order.firm_id
                        firm = firms[number] = firms.get(number) or await uow.people.firm(number)
                        parts.append(_part(day, found, amount, firm))
                    elif amount < 0:
                        parts += await _cuts(uow, day, found, -amount)
                # Codes are drawn by lot, and people expect numbers in the order of lines.
                parts.sort(key=lambda part: (part.line.order_id, part.line.position))
                await self._put(uow, parts)
            if len(lines) < LINES_AT_ONCE:
                return
            after = (lines[-1].line.payment_code, lines[-1].line.position)

    async def _put(self, uow: UnitOfWork, parts: Sequence["_Part"]) -> None:
        documents = await uow.invoices.gather([part.document for part in parts])
        ready, late = [], []
        for part, document in zip(parts, documents, strict=True):
            if document.state is InvoiceState.WAITING:
                ready.append((document.id, part.line))
            else:
                late.append(part)
        await uow.invoices.add_lines(ready)
        if late:
            today = self.clock.today()
            await self._put(uow, [part.on(today) for part in late])
            await _queue_day(uow, today, self.clock.now())

    async def _release(self, day: date) -> None:
        while True:
            async with self.units.write(Turn.invoices()) as uow:
                made = await uow.invoices.waiting(day, LINES_AT_ONCE)
                for invoice in made:
                    await release(uow, invoice, self.rules.by_hand, self.clock.now())
            if len(made) < LINES_AT_ONCE:
                return


@dataclass(frozen=True, slots=True)
class _Part:
    """A line with the document that it belongs on."""

    document: NewInvoice
    line: InvoiceLine

    def on(self, day: date) -> "_Part":
        return replace(self, document=replace(self.document, day=day))


def _part(day: date, found: BillableLine, amount: int, firm: Firm) -> _Part:
    buyer, email = buyer_of(found.line), found.line.invoice.email
    document = NewInvoice(
        str(uuid.uuid4()),
        found.order.firm_id,
        found.order.accountant_id,
        InvoiceKind.ORIGINAL,
        day,
        buyer,
        email,
        group_of(buyer, email),
    )
    rate = rate_on(found.line.vat_rate, day)
    before = found.standing.invoiced.get(rate, Invoiced())
    payer = payer_of(found.order.recipient, found.line, firm)
    return _Part(document, _line(found, amount, vat_of_part(before, amount, rate), rate, payer))


async def _cuts(uow: UnitOfWork, day: date, found: BillableLine, cut: int) -> list[_Part]:
    """Adjustments by `cut` VND in all, those of the newest documents first."""
    bearing = await uow.invoices.bearing(found.order.id, found.line.position)
    parts = []
    for invoice, borne in bearing:
        amount = min(cut, borne.amount)
        if amount <= 0:
            continue
        cut -= amount
        # What is left on the document bears its VAT: none where nothing is left.
        rate = borne.vat_rate
        vat = vat_in(borne.amount - amount, rate) - borne.vat
        document = NewInvoice(
            str(uuid.uuid4()),
            invoice.firm_id,
            invoice.accountant_id,
            InvoiceKind.ADJUSTMENT,
            day,
            invoice.buyer,
            invoice.email,
            f"adjusts {invoice.id}",
            invoice.id,
        )
        parts.append(_Part(document, _line(found, -amount, vat, rate, borne.payer)))
    return parts


def _line(found: BillableLine, amount: int, vat: int, rate: int | None, payer: str) -> InvoiceLine:
    order, line = found.order, found.line
    return InvoiceLine(
        order_id=order.id,
        order_code=order.code,
        position=line.position,
        package_code=order.package_code,
        package_name=order.package_name,
        fiscal_year=order.fiscal_year,
        customer_name=line.name,
        customer_tax_code=line.tax_code,
        amount=amount,
        vat=vat,
        vat_rate=rate,
        partly=amount != line.amount,
        payer=payer,
    )
