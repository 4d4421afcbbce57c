"""Tax invoices as back office sees them: what waits, lists, and one document with everything about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import day_of, start_of
from domain.errors import DomainError
from domain.events import Verb
from domain.invoice_corrections import Correction
from domain.invoice_search import read_search
from domain.invoices import Invoice, InvoiceLine
from domain.invoicing import last_late_day
from domain.messaging.pushes import PushState
from domain.people import Accountant, Actor, Firm, Right
from services.audit import record
from services.invoices.closing import InvoiceRules
from services.invoices.correcting import any_invoice
from services.invoices.handing_over import mail_key, resend
from services.money.naming import order_named
from services.operation import Operation
from services.paging import PAGE_SIZE
from services.ports import InvoiceDay, InvoiceFiles, InvoiceGroup, KeptFiles, Sheet, Turn, WorkbookReader


@dataclass(frozen=True, slots=True)
class InvoiceBoard:
    """How many documents are in each group, how many back office has to issue, and how many notices it has to
    send. `by_hand` is the mode: no provider issues. `stopped` is the document that keeps the provider's queue
    standing; its `refusal` says why."""

    counts: Mapping[InvoiceGroup, int]
    to_take: int
    notices: int
    by_hand: bool
    stopped: Invoice | None


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """A page of a list; `total` counts all of it."""

    items: tuple[Invoice, ...]
    total: int


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """A document with whose it is, its first lines, what it corrects and what corrects it."""

    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    firm: Firm
    accountant: Accountant
    original: Invoice | None
    corrected_by: tuple[Invoice, ...]
    corrections: tuple[Correction, ...]
    kept: KeptFiles
    mail: PushState | None
    """What became of the first mail to the recipient."""


@dataclass(frozen=True, slots=True)
class ShowInvoices(Operation):
    """What there is to do about invoices."""

    rules: InvoiceRules

    async def __call__(self, actor: Actor) -> InvoiceBoard:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return InvoiceBoard(
                await uow.invoice_desk.counts(_day(self.clock.now())),
                await uow.invoice_desk.by_hand(),
                (await uow.invoice_corrections.notices_to_do(0, 0))[1],
                self.rules.by_hand,
                await uow.invoice_desk.stopped(),
            )


class ListInvoiceGroup(Operation):
    """A page of the documents of a group, oldest first."""

    async def __call__(self, actor: Actor, group: InvoiceGroup, page: int = 0) -> InvoicePage:
        actor.require(Right.RUN_BACK_OFFICE)
        day = _day(self.clock.now())
        async with self.units.read() as uow:
            items, total = await uow.invoice_desk.group(group, day, page * PAGE_SIZE, PAGE_SIZE)
        return InvoicePage(tuple(items), total)


class FindInvoices(Operation):
    """A page of the documents that a typed text means, newest first: see `read_search`."""

    async def __call__(self, actor: Actor, text: str, page: int = 0) -> InvoicePage:
        actor.require(Right.RUN_BACK_OFFICE)
        search = read_search(text)
        async with self.units.read() as uow:
            order = await order_named(uow, search.code) if search.code else None
            offset, number = page * PAGE_SIZE, order.id if order else None
            items, total = await uow.invoice_desk.find(search, number, offset, PAGE_SIZE)
        return InvoicePage(tuple(items), total)


class OpenInvoice(Operation):
    """Note in the audit log that somebody looks at a document of any firm: it shows personal data. Raises
    `DomainError("invoice_unknown")`."""

    async def __call__(self, actor: Actor, invoice_id: int) -> None:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            invoice = await any_invoice(uow, invoice_id)
            firm = invoice.firm_id
            await record(uow, Verb.INVOICE_LOOKED_UP, now, by=actor, firm_id=firm, invoice=invoice.id)


class ViewInvoice(Operation):
    """One document of any firm. Raises `DomainError("invoice_unknown")`."""

    async def __call__(self, actor: Actor, invoice_id: int) -> InvoiceView:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            invoice = await any_invoice(uow, invoice_id)
            of = invoice.original_id
            mail = await uow.pushes.get(mail_key(invoice.id))
            return InvoiceView(
                invoice,
                tuple((await uow.invoices.lines([invoice.id]))[invoice.id]),
                await uow.people.firm(invoice.firm_id),
                await uow.people.accountant(invoice.accountant_id),
                await uow.invoices.get(of) if of is not None else None,
                tuple(await uow.invoice_desk.corrected_by(invoice.id)),
                tuple(await uow.invoice_corrections.of_invoice(invoice.id)),
                await uow.invoices.kept_files(invoice.id),
                mail.state if mail else None,
            )


class ResendAnyInvoice(Operation):
    """Mail an issued invoice of any firm to its recipient again; as `ResendInvoice`."""

    async def __call__(self, actor: Actor, invoice_id: int, email: str = "") -> str:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            firm_id = (await any_invoice(uow, invoice_id)).firm_id
        async with self.units.write(Turn.of_firm(firm_id), Turn.invoices()) as uow:
            return await resend(uow, actor, await any_invoice(uow, invoice_id), email, self.clock.now())


class TakeAnyInvoiceFiles(Operation):
    """The files of a document of any firm, with it. Raises `DomainError`: `invoice_unknown`,
    `invoice_no_files`."""

    async def __call__(self, actor: Actor, invoice_id: int) -> tuple[Invoice, InvoiceFiles]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            invoice, files = await any_invoice(uow, invoice_id), await uow.invoices.files(invoice_id)
            if files is None or invoice.number is None:
                raise DomainError("invoice_no_files")
            return invoice, files


@dataclass(frozen=True, slots=True)
class ReadInvoiceNumbers(Operation):
    """Read the workbook of documents that were issued by hand. Raises `DomainError` (`workbook_*`,
    `invoice_numbers_headings`)."""

    workbooks: WorkbookReader

    async def __call__(self, actor: Actor, content: bytes) -> Sheet:
        actor.require(Right.RUN_BACK_OFFICE)
        return await self.workbooks.read_invoice_numbers(content)


def _day(now: datetime) -> InvoiceDay:
    return InvoiceDay(last_late_day(now), start_of(day_of(now)))
