"""The tax invoices of an order, as its accountant sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import DomainError
from domain.events import Verb
from domain.invoices import HANDED_OVER, Invoice, InvoiceCounts, InvoiceLine, InvoiceMoment, counted
from domain.orders import Order, OrderState
from domain.people import Actor, Right
from services.audit import record
from services.invoices.closing import InvoiceRules
from services.operation import LARGEST_ID, Operation
from services.orders.orders import may_see, own_order
from services.paging import PAGE_SIZE
from services.ports import InvoiceFiles, KeptFiles, UnitOfWork


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Documents of an order: first those that were refused, then the newest. `moment` makes the next ones
    due, `None` where none will be; `has_files` says whether there is something to download."""

    order: Order
    items: tuple[Invoice, ...]
    counts: InvoiceCounts
    moment: InvoiceMoment | None
    has_files: bool


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """A document with all its lines. `order_id` is the first of its orders that the actor may see; `original`
    is what it adjusts or replaces."""

    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    order_id: int
    original: Invoice | None
    kept: KeptFiles

    @property
    def handed_over(self) -> bool:
        return self.invoice.state in HANDED_OVER


async def own_invoice(uow: UnitOfWork, actor: Actor, invoice_id: int) -> Invoice:
    """A document that the actor may see: an owner those of the firm, staff those with lines of their own
    orders. Raises `DomainError("invoice_unknown")`."""
    return (await _seen(uow, actor, invoice_id))[0]


async def _seen(uow: UnitOfWork, actor: Actor, invoice_id: int) -> tuple[Invoice, Sequence[InvoiceLine], int]:
    """The document, its lines, and the first of its orders that the actor may see."""
    invoice = await uow.invoices.get(invoice_id) if invoice_id <= LARGEST_ID else None
    if invoice is not None and invoice.firm_id == actor.firm_id:
        lines = (await uow.invoices.lines([invoice_id]))[invoice_id]
        for order_id in dict.fromkeys(line.order_id for line in lines):
            order = await uow.orders.get(order_id)
            if order is not None and may_see(actor, order.firm_id, order.accountant_id):
                return invoice, lines, order_id
    raise DomainError("invoice_unknown")


@dataclass(frozen=True, slots=True)
class ListInvoices(Operation):
    """One page of an order's documents."""

    rules: InvoiceRules

    async def __call__(self, actor: Actor, order_id: int, page: int = 0) -> InvoicePage:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            stands = order.state is not OrderState.CANCELLED
            return InvoicePage(
                order,
                tuple(await uow.invoices.of_order(order_id, page * PAGE_SIZE, PAGE_SIZE)),
                counted(await uow.invoices.states(order_id)),
                self.rules.moment if stands else None,
                bool(await uow.invoices.with_files(order_id, 1)),
            )


class ViewInvoice(Operation):
    """One document in full."""

    async def __call__(self, actor: Actor, invoice_id: int) -> InvoiceView:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            invoice, lines, order_id = await _seen(uow, actor, invoice_id)
            number = invoice.original_id
            original = await uow.invoices.get(number) if number is not None else None
            kept = await uow.invoices.kept_files(invoice_id)
            return InvoiceView(invoice, tuple(lines), order_id, original, kept)


class TakeInvoiceFiles(Operation):
    """The files of one document, with it. Raises `DomainError("invoice_no_files")`."""

    async def __call__(self, actor: Actor, invoice_id: int) -> tuple[Invoice, InvoiceFiles]:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            invoice = await own_invoice(uow, actor, invoice_id)
            files = await uow.invoices.files(invoice_id)
            if files is None or invoice.number is None:
                raise DomainError("invoice_no_files")
            return invoice, files


class ExportInvoices(Operation):
    """The documents of an order whose files `TakeInvoiceFiles` hands out, oldest first. The audit log notes
    who took them."""

    async def __call__(self, actor: Actor, order_id: int) -> tuple[Order, tuple[Invoice, ...]]:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write() as uow:
            order = await own_order(uow, actor, order_id)
            found = tuple(await uow.invoices.with_files(order_id))
            if not found:
                raise DomainError("invoice_no_files")
            now, count = self.clock.now(), len(found)
            await record(uow, Verb.INVOICES_EXPORTED, now, by=actor, order=order, invoices=count)
            return order, found
