"""Adjusting an issued document by a difference that back office types: of a sum, the VAT rate, or both."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.errors import DomainError
from domain.events import Verb
from domain.invoice_corrections import Agreement, CorrectionKind, is_correctable
from domain.invoices import BuyerKind, Invoice, InvoiceKind, InvoiceLine
from domain.invoicing import vat_in
from domain.people import Actor, Right
from services.audit import record
from services.invoices.closing import InvoiceRules
from services.invoices.correcting import NewRate, any_invoice, check_not_replaced
from services.invoices.releasing import release
from services.operation import Operation
from services.ports import NewCorrection, NewInvoice, Turn, UnitOfWork

MOST = 100_000_000_000
"""VND that one line of an invoice may be put to at most."""


@dataclass(frozen=True, slots=True)
class NewSum:
    """The right sum of one line, in VND with VAT."""

    order_id: int
    position: int
    amount: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a document says after all that adjusts it (`before`), what it should say (`after`), and the lines
    of the document that makes the difference: what is taken off is negative."""

    invoice: Invoice
    before: tuple[InvoiceLine, ...]
    after: tuple[InvoiceLine, ...]
    lines: tuple[InvoiceLine, ...]


class PreviewAdjustment(Operation):
    """What `AdjustInvoice` would make, without making it; raises the same. With neither a sum nor a rate it
    only says what stands there."""

    async def __call__(
        self, actor: Actor, invoice_id: int, new_sum: NewSum | None = None, rate: NewRate | None = None
    ) -> Adjustment:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            seen = await _adjustment(uow, await any_invoice(uow, invoice_id), new_sum, rate)
        if not seen.lines and (new_sum or rate):
            raise DomainError("invoice_same")
        return seen


@dataclass(frozen=True, slots=True)
class AdjustInvoice(Operation):
    """Have a document adjusted by the difference to a right sum or VAT rate, as its buyer has agreed in
    writing. Back office issues it by hand. A repeat changes nothing.

    The difference does not follow the money: days are closed as if it was not there. Raises `DomainError`:
    `invoice_unknown`, `invoice_not_correctable`, `invoice_replaced_already`, `invoice_same`,
    `invoice_sum_wrong`, `agreement_missing`.
    """

    rules: InvoiceRules

    async def __call__(
        self,
        actor: Actor,
        invoice_id: int,
        new_sum: NewSum | None,
        rate: NewRate | None,
        agreement: Agreement | None,
    ) -> Invoice:
        actor.require(Right.RUN_BACK_OFFICE)
        now, today = self.clock.now(), self.clock.today()
        async with self.units.read() as uow:
            firm_id = (await any_invoice(uow, invoice_id)).firm_id
        async with self.units.write(Turn.of_firm(firm_id), Turn.invoices()) as uow:
            invoice = await any_invoice(uow, invoice_id)
            seen = await _adjustment(uow, invoice, new_sum, rate)
            if not seen.lines:
                made = [one for one in await uow.invoice_desk.corrected_by(invoice_id) if one.typed]
                if made:
                    return made[-1]
                raise DomainError("invoice_same")
            # A person need only be told.
            if agreement is None and invoice.buyer.kind is not BuyerKind.PERSON:
                raise DomainError("agreement_missing")
            kind, key, buyer = InvoiceKind.ADJUSTMENT, str(uuid.uuid4()), invoice.buyer
            whose = (firm_id, invoice.accountant_id)
            new = NewInvoice(
                key, *whose, kind, today, buyer, invoice.email, f"typed {key}", invoice_id, typed=True
            )
            (document,) = await uow.invoices.gather([new])
            await uow.invoices.add_lines([(document.id, line) for line in seen.lines])
            document = await any_invoice(uow, document.id)
            await release(uow, document, self.rules.by_hand, now)
            if rate is not None:
                await uow.orders.mend_rate([(one.order_id, one.position) for one in seen.before], rate.rate)
            correction = NewCorrection(
                invoice_id, CorrectionKind.ADJUSTMENT, buyer, buyer, agreement, document.id
            )
            await uow.invoice_corrections.add(correction, actor.accountant_id, now)
            await record(uow, Verb.INVOICE_ADJUSTED, now, by=actor, firm_id=firm_id, invoice=invoice_id)
            return await any_invoice(uow, document.id)


async def _adjustment(
    uow: UnitOfWork, invoice: Invoice, new_sum: NewSum | None, rate: NewRate | None
) -> Adjustment:
    if not is_correctable(invoice):
        raise DomainError("invoice_not_correctable")
    await check_not_replaced(uow, invoice.id)
    stated = (await uow.invoices.lines([invoice.id]))[invoice.id]
    # A line that was taken off whole stays as one of nothing.
    borne = {(line.order_id, line.position): replace(line, amount=0, vat=0) for line in stated}
    for order_id in dict.fromkeys(line.order_id for line in stated):
        for of, line in await uow.invoices.bearing(order_id):
            if of.id == invoice.id:
                borne[order_id, line.position] = line
    before = [*borne.values()]
    after = [_right(line, new_sum, rate) for line in before]
    lines = [one for old, new in zip(before, after, strict=True) for one in _difference(old, new)]
    if new_sum and not (0 <= new_sum.amount <= MOST and (new_sum.order_id, new_sum.position) in borne):
        raise DomainError("invoice_sum_wrong")
    return Adjustment(invoice, tuple(before), tuple(after), tuple(lines))


def _right(line: InvoiceLine, new_sum: NewSum | None, rate: NewRate | None) -> InvoiceLine:
    amount, percent = line.amount, rate.rate if rate is not None else line.vat_rate
    if new_sum and (new_sum.order_id, new_sum.position) == (line.order_id, line.position):
        amount = new_sum.amount
    if (amount, percent) == (line.amount, line.vat_rate):
        return line
    return replace(line, amount=amount, vat_rate=percent, vat=vat_in(amount, percent))


def _difference(old: InvoiceLine, new: InvoiceLine) -> Iterator[InvoiceLine]:
    """At one rate the difference alone; at another one, all of the old off and all of the new on."""
    if old.vat_rate == new.vat_rate:
        if amount := new.amount - old.amount:
            yield replace(new, amount=amount, vat=new.vat - old.vat, partly=False)
        return
    if old.amount:
        yield replace(old, amount=-old.amount, vat=-old.vat)
    if new.amount:
        yield new
