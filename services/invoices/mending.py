"""Mending the buyer of a document that was refused."""

from dataclasses import dataclass, replace

from domain.errors import DomainError
from domain.events import Verb
from domain.identifiers import parse_budget_or_personal_id, parse_email
from domain.invoices import Buyer, Invoice, InvoiceKind, InvoiceState
from domain.names import parse_legal_name
from domain.people import Actor, Right
from domain.text import clean_line
from services.audit import record
from services.invoices.closing import InvoiceRules
from services.invoices.releasing import release
from services.invoices.viewing import own_invoice
from services.operation import Operation
from services.ports import Turn, UnitOfWork

NAME_LIMIT = 300
ADDRESS_LIMIT = 300


@dataclass(frozen=True, slots=True)
class MendInvoice(Operation):
    """Give a refused document its right buyer and e-mail; then it is issued. What is still to be invoiced to
    the wrong buyer in the same orders is mended, too. A repeat changes nothing.

    Raises `DomainError`: `invoice_unknown`, `invoice_not_refused`, and those of the texts.
    """

    rules: InvoiceRules

    async def __call__(self, actor: Actor, invoice_id: int, buyer: Buyer, email: str) -> Invoice:
        actor.require(Right.PLACE_ORDERS)
        right = Buyer(
            buyer.kind,
            parse_legal_name(buyer.name, NAME_LIMIT),
            parse_budget_or_personal_id(buyer.tax_id),
            clean_line(buyer.address, ADDRESS_LIMIT),
        )
        email = parse_email(email).value
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id), Turn.invoices()) as uow:
            invoice = await own_invoice(uow, actor, invoice_id)
            mended = replace(invoice, buyer=right, email=email, refusal="", refused_field="")
            if invoice.state is not InvoiceState.REFUSED:
                if mended == invoice:
                    return invoice
                raise DomainError("invoice_not_refused")
            await mend_orders(uow, mended)
            await release(uow, mended, self.rules.by_hand, now)
            await record(uow, Verb.INVOICE_MENDED, now, by=actor, firm_id=invoice.firm_id, invoice=invoice.id)
            return await own_invoice(uow, actor, invoice_id)


async def mend_address(uow: UnitOfWork, invoice: Invoice, email: str) -> None:
    """Have what is still to be invoiced of the document's orders mailed to `email`, where it went to the same
    address, and what adjusts the document."""
    for one in await uow.invoice_desk.corrected_by(invoice.id):
        if one.number is None and one.email == invoice.email:
            await uow.invoices.save(replace(one, email=email))
    lines = (await uow.invoices.lines([invoice.id]))[invoice.id]
    first = await uow.orders.line(lines[0].order_id, lines[0].position) if lines else None
    if first is not None and first.invoice.email == invoice.email:
        orders = {line.order_id for line in lines}
        await uow.orders.mend_buyer(orders, first.invoice, replace(first.invoice, email=email))


async def mend_orders(uow: UnitOfWork, mended: Invoice) -> None:
    """Have what is still to be invoiced of the document's orders invoiced to its buyer, and what adjusts the
    document and has no number yet made out to the same."""
    for one in await uow.invoice_desk.corrected_by(mended.id):
        if one.kind is InvoiceKind.ADJUSTMENT and one.number is None:
            await uow.invoices.save(replace(one, buyer=mended.buyer, email=mended.email))
    lines = (await uow.invoices.lines([mended.id]))[mended.id]
    first = await uow.orders.line(lines[0].order_id, lines[0].position) if lines else None
    if first is not None:
        buyer = mended.buyer
        right = replace(
            first.invoice,
            unit_name=buyer.name,
            tax_id=buyer.tax_id,
            address=buyer.address,
            email=mended.email,
            kind=buyer.kind,
        )
        await uow.orders.mend_buyer({line.order_id for line in lines}, first.invoice, right)
