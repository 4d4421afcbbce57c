"""Any order of any firm, by its code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.codes import find_codes
from domain.errors import DomainError
from domain.events import Event, Verb
from domain.invoice_search import InvoiceSearch
from domain.invoices import Invoice
from domain.orders import Order
from domain.people import Accountant, Actor, Firm, Right
from services.audit import record
from services.money.naming import order_named
from services.operation import Operation
from services.orders.order_lines import OrderLines, read_lines
from services.orders.timeline import TimelineEntry, TimelinePage, read_entries
from services.paging import PAGE_SIZE
from services.ports import PaymentSums, Turn

ONE_LOOK = timedelta(minutes=10)
"""Within this time, looking at more pages of the same order is not noted again."""

SHOWN_EVENTS = 8
SHOWN_INVOICES = 3


@dataclass(frozen=True, slots=True)
class OrderLook:
    """An order with everything about it: a page of its customers, and what happened last."""

    order: Order
    firm: Firm
    accountant: Accountant
    sums: PaymentSums
    lines: OrderLines
    timeline: tuple[TimelineEntry, ...]
    invoices: tuple[Invoice, ...]
    """The newest ones; `invoice_count` counts all."""
    invoice_count: int

    @property
    def total(self) -> int:
        """How many customers there are."""
        return self.order.line_count


class LookUpOrder(Operation):
    """The order with a typed code, which is its own or that of one of its payment requests.

    It shows personal data of customers, so the audit log notes it. Raises `DomainError`: `code_missing`,
    `code_unknown`.
    """

    async def __call__(self, actor: Actor, text: str, page: int = 0) -> OrderLook:
        actor.require(Right.RUN_BACK_OFFICE)
        codes, now = find_codes(text), self.clock.now()
        if len(codes) != 1:
            raise DomainError("code_missing")
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            order = await order_named(uow, codes[0])
            if order is None:
                raise DomainError("code_unknown", value=codes[0])
            events, _ = await uow.events.of_order(order.id, 0, SHOWN_EVENTS)
            if not any(_is_this_look(event, actor, now) for event in events):
                await record(uow, Verb.ORDER_LOOKED_UP, now, by=actor, order=order)
            search = InvoiceSearch(code=order.code)
            invoices, count = await uow.invoice_desk.find(search, order.id, 0, SHOWN_INVOICES)
            return OrderLook(
                order,
                await uow.people.firm(order.firm_id),
                await uow.people.accountant(order.accountant_id),
                await uow.payments.sums(order.id),
                await read_lines(uow, order, page * PAGE_SIZE, PAGE_SIZE, now),
                await read_entries(uow, events),
                tuple(invoices),
                count,
            )


class ViewOrderLog(Operation):
    """One page of what happened to an order, newest first. Raises `DomainError("code_unknown")`."""

    async def __call__(self, actor: Actor, code: str, page: int = 0) -> TimelinePage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            order = await uow.orders.by_code(code)
            if order is None:
                raise DomainError("code_unknown", value=code)
            events, total = await uow.events.of_order(order.id, page * PAGE_SIZE, PAGE_SIZE)
            return TimelinePage(order, await read_entries(uow, events), total)


def _is_this_look(event: Event, actor: Actor, now: datetime) -> bool:
    mine = event.verb is Verb.ORDER_LOOKED_UP and event.accountant_id == actor.accountant_id
    return mine and now - event.at < ONE_LOOK
