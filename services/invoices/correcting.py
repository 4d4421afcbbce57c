"""Putting right what is wrong on an issued document: by a notice, or by a document that replaces it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import DomainError
from domain.events import Verb
from domain.identifiers import parse_budget_or_personal_id
from domain.invoice_corrections import (
    Agreement,
    Correction,
    CorrectionKind,
    check_replaceable,
    is_correctable,
    kind_fits,
)
from domain.invoices import Buyer, BuyerKind, Invoice, InvoiceKind, InvoiceLine
from domain.invoicing import vat_in
from domain.people import Actor, Right
from domain.text import clean_line
from services.audit import record
from services.invoices.closing import InvoiceRules
from services.invoices.mending import ADDRESS_LIMIT, NAME_LIMIT, mend_orders
from services.invoices.releasing import release
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import NewCorrection, NewInvoice, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class NewRate:
    """Another VAT rate for all lines, in per cent; `None` is not subject to VAT."""

    rate: int | None


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a document says, and what the one that replaces it would say. The sum, in VND, stays."""

    before: Invoice
    buyer: Buyer
    lines: tuple[InvoiceLine, ...]
    lines_before: tuple[InvoiceLine, ...]

    @property
    def vat(self) -> int:
        return sum(line.vat for line in self.lines)


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Notices that back office has to send, each with its document; `total` counts all."""

    items: tuple[tuple[Correction, Invoice], ...]
    total: int


class MakeNotice(Operation):
    """Note that only the name or address of the buyer are wrong on a document. They are changed, and the
    notice (form 04/SS-HĐĐT) waits to be sent by hand. A repeat changes nothing.

    Raises `DomainError`: `invoice_unknown`, `invoice_not_correctable`, `invoice_replaced_already`,
    `invoice_same`, those of the texts.
    """

    async def __call__(self, actor: Actor, invoice_id: int, name: str, address: str) -> Correction:
        actor.require(Right.RUN_BACK_OFFICE)
        name, address = clean_line(name, NAME_LIMIT), clean_line(address, ADDRESS_LIMIT)
        now = self.clock.now()
        async with self.units.read() as uow:
            firm_id = (await any_invoice(uow, invoice_id)).firm_id
        async with self.units.write(Turn.of_firm(firm_id), Turn.invoices()) as uow:
            invoice = await any_invoice(uow, invoice_id)
            after = replace(invoice.buyer, name=name, address=address)
            made = await uow.invoice_corrections.of_invoice(invoice_id)
            if after == invoice.buyer:
                if made and made[-1].after == after and made[-1].kind is CorrectionKind.NOTICE:
                    return made[-1]
                raise DomainError("invoice_same")
            if not is_correctable(invoice):
                raise DomainError("invoice_not_correctable")
            await check_not_replaced(uow, invoice_id)
            mended = replace(invoice, buyer=after)
            await uow.invoices.save(mended)
            await mend_orders(uow, mended)
            new = NewCorrection(invoice_id, CorrectionKind.NOTICE, invoice.buyer, after)
            number = await uow.invoice_corrections.add(new, actor.accountant_id, now)
            await record(uow, Verb.INVOICE_NOTICE_MADE, now, by=actor, firm_id=firm_id, invoice=invoice_id)
            return await _correction(uow, number)


class ListNotices(Operation):
    """A page of the notices that wait to be sent, oldest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> NoticePage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            found, total = await uow.invoice_corrections.notices_to_do(page * PAGE_SIZE, PAGE_SIZE)
            return NoticePage(tuple([(one, await any_invoice(uow, one.invoice_id)) for one in found]), total)


class ViewCorrection(Operation):
    """A correction with its document. Raises `DomainError("correction_unknown")`."""

    async def __call__(self, actor: Actor, correction_id: int) -> tuple[Correction, Invoice]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            found = await _correction(uow, correction_id)
            return found, await any_invoice(uow, found.invoice_id)


class MarkNoticeSent(Operation):
    """Note that a notice was sent to the authority today. A repeat changes nothing. Raises
    `DomainError("correction_unknown")`."""

    async def __call__(self, actor: Actor, correction_id: int) -> Correction:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        async with self.units.write(Turn.invoices()) as uow:
            found = await _correction(uow, correction_id)
            if found.kind is CorrectionKind.NOTICE and found.done_on is None:
                await uow.invoice_corrections.mark_done(correction_id, self.clock.today())
                invoice = await any_invoice(uow, found.invoice_id)
                firm = invoice.firm_id
                await record(uow, Verb.INVOICE_NOTICE_SENT, now, by=actor, firm_id=firm, invoice=invoice.id)
            return await _correction(uow, correction_id)


class PreviewReplacement(Operation):
    """What `ReplaceInvoice` would make, without making it; raises the same."""

    async def __call__(
        self, actor: Actor, invoice_id: int, buyer: Buyer, rate: NewRate | None = None
    ) -> Replacement:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await _replacement(uow, await any_invoice(uow, invoice_id), buyer, rate)


@dataclass(frozen=True, slots=True)
class ReplaceInvoice(Operation):
    """Have a document replaced by one with another buyer or VAT rate, as its buyer has agreed in writing; the
    new one is issued like any other. The sum stays: it follows the money. A repeat changes nothing.

    Raises `DomainError`: `invoice_unknown`, `invoice_not_correctable`, `invoice_adjusted`,
    `invoice_replaced_already`, `invoice_same`, `buyer_kind`, `agreement_missing`, and those of the texts.
    """

    rules: InvoiceRules

    async def __call__(
        self,
        actor: Actor,
        invoice_id: int,
        buyer: Buyer,
        rate: NewRate | None,
        agreement: Agreement | None,
    ) -> Invoice:
        actor.require(Right.RUN_BACK_OFFICE)
        now, today = self.clock.now(), self.clock.today()
        async with self.units.read() as uow:
            firm_id = (await any_invoice(uow, invoice_id)).firm_id
        async with self.units.write(Turn.of_firm(firm_id), Turn.invoices()) as uow:
            invoice = await any_invoice(uow, invoice_id)
            right = _checked(buyer)
            for one in await uow.invoice_desk.corrected_by(invoice_id):
                if one.kind is InvoiceKind.REPLACEMENT and one.buyer == right:
                    return one
            said = await _replacement(uow, invoice, buyer, rate)
            # A person need only be told.
            if agreement is None and invoice.buyer.kind is not BuyerKind.PERSON:
                raise DomainError("agreement_missing")
            accountant = invoice.accountant_id
            key, kind, group = str(uuid.uuid4()), InvoiceKind.REPLACEMENT, f"replaces {invoice_id}"
            new = NewInvoice(key, firm_id, accountant, kind, today, right, invoice.email, group, invoice_id)
            (made,) = await uow.invoices.gather([new])
            await uow.invoices.add_lines([(made.id, line) for line in said.lines])
            made = await any_invoice(uow, made.id)
            await release(uow, made, self.rules.by_hand, now)
            await mend_orders(uow, made)
            if rate is not None:
                await uow.orders.mend_rate([(one.order_id, one.position) for one in said.lines], rate.rate)
            correction = NewCorrection(
                invoice_id, CorrectionKind.REPLACEMENT, invoice.buyer, right, agreement, made.id
            )
            await uow.invoice_corrections.add(correction, actor.accountant_id, now)
            await record(uow, Verb.INVOICE_REPLACED, now, by=actor, firm_id=firm_id, invoice=invoice_id)
            return await any_invoice(uow, made.id)


class KeepAgreement(Operation):
    """Keep the written agreement on a document that adjusts another one. A repeat changes nothing. Raises
    `DomainError`: `invoice_unknown`, `invoice_no_adjustment`."""

    async def __call__(self, actor: Actor, invoice_id: int, agreement: Agreement) -> Correction:
        actor.require(Right.RUN_BACK_OFFICE)
        now, kind = self.clock.now(), CorrectionKind.ADJUSTMENT
        async with self.units.write(Turn.invoices()) as uow:
            invoice = await any_invoice(uow, invoice_id)
            if invoice.kind is not InvoiceKind.ADJUSTMENT:
                raise DomainError("invoice_no_adjustment")
            for one in await uow.invoice_corrections.of_invoice(invoice_id):
                if (one.agreed_by, one.agreed_on) == (agreement.by, agreement.day):
                    return one
            new = NewCorrection(invoice_id, kind, invoice.buyer, invoice.buyer, agreement)
            number = await uow.invoice_corrections.add(new, actor.accountant_id, now)
            firm = invoice.firm_id
            await record(uow, Verb.INVOICE_AGREED, now, by=actor, firm_id=firm, invoice=invoice_id)
            return await _correction(uow, number)


class TakeAgreement(Operation):
    """Name and content of the written agreement of a correction. Raises `DomainError`: `correction_unknown`,
    `agreement_missing`."""

    async def __call__(self, actor: Actor, correction_id: int) -> tuple[str, bytes]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            await _correction(uow, correction_id)
            found = await uow.invoice_corrections.agreement_file(correction_id)
        if found is None:
            raise DomainError("agreement_missing")
        return found


async def any_invoice(uow: UnitOfWork, invoice_id: int) -> Invoice:
    """A document of any firm. Raises `DomainError("invoice_unknown")`."""
    invoice = await uow.invoices.get(invoice_id) if 0 < invoice_id <= LARGEST_ID else None
    if invoice is None:
        raise DomainError("invoice_unknown")
    return invoice


async def _correction(uow: UnitOfWork, correction_id: int) -> Correction:
    found = await uow.invoice_corrections.get(correction_id) if 0 < correction_id <= LARGEST_ID else None
    if found is None:
        raise DomainError("correction_unknown")
    return found


async def _replacement(uow: UnitOfWork, invoice: Invoice, buyer: Buyer, rate: NewRate | None) -> Replacement:
    check_replaceable(invoice)
    if await check_not_replaced(uow, invoice.id):
        raise DomainError("invoice_adjusted")
    right = _checked(buyer)
    before = tuple((await uow.invoices.lines([invoice.id]))[invoice.id])
    lines = _at(before, rate) if rate is not None else before
    if (right, lines) == (invoice.buyer, before):
        raise DomainError("invoice_same")
    return Replacement(invoice, right, lines, before)


async def check_not_replaced(uow: UnitOfWork, invoice_id: int) -> Sequence[Invoice]:
    """The documents that adjust this one, whether or not they were issued yet. Raises
    `DomainError("invoice_replaced_already")`."""
    found = await uow.invoice_desk.corrected_by(invoice_id)
    if any(one.kind is InvoiceKind.REPLACEMENT for one in found):
        raise DomainError("invoice_replaced_already")
    return found


def _checked(buyer: Buyer) -> Buyer:
    tax_id = parse_budget_or_personal_id(buyer.tax_id)
    if not kind_fits(buyer.kind, tax_id):
        raise DomainError("buyer_kind", value=tax_id)
    return Buyer(
        buyer.kind, clean_line(buyer.name, NAME_LIMIT), tax_id, clean_line(buyer.address, ADDRESS_LIMIT)
    )


def _at(lines: Sequence[InvoiceLine], new: NewRate) -> tuple[InvoiceLine, ...]:
    """The lines at another rate; a line that has it already stays as it is, to the last đồng."""
    return tuple(
        line
        if line.vat_rate == new.rate
        else replace(line, vat_rate=new.rate, vat=vat_in(line.amount, new.rate))
        for line in lines
    )
