"""The customers of a placed order: what was ordered, what was paid, what can be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.errors import DomainError
from domain.events import Verb
from domain.invoices import Invoice
from domain.licences import Licence, LicenceLine
from domain.orders import Order, OrderLine
from domain.payments import PaymentRequest
from domain.people import Actor, Right
from domain.text import search_terms
from services.audit import record
from services.operation import LARGEST_ID, Operation
from services.orders.orders import own_order
from services.paging import PAGE_SIZE
from services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line with its licence and the payment request that pays for it (and perhaps for other lines)."""

    line: OrderLine
    licence: Licence
    payment: PaymentRequest


@dataclass(frozen=True, slots=True)
class OrderLines:
    """Some or all lines of an order, as of `now`; `order.line_count` counts all. `invoices` are the documents
    that bear them, by position; the pages of the list do without."""

    order: Order
    lines: tuple[OrderLineView, ...]
    now: datetime
    invoices: Mapping[int, Sequence[Invoice]] = field(default_factory=dict)


class ListOrderLines(Operation):
    """One page of an order's lines."""

    async def __call__(self, actor: Actor, order_id: int, page: int = 0) -> OrderLines:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            return await read_lines(uow, order, page * PAGE_SIZE, PAGE_SIZE, self.clock.now())


@dataclass(frozen=True, slots=True)
class FoundLines:
    """A page of the lines that were searched for, and how many there are."""

    order: Order
    lines: tuple[OrderLine, ...]
    total: int


class FindOrderLines(Operation):
    """One page of an order's lines whose customer matches a typed search, by name, tax code or own code."""

    async def __call__(self, actor: Actor, order_id: int, query: str = "", page: int = 0) -> FoundLines:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            terms = search_terms(query)
            found, total = await uow.licences.search(order_id, terms, page * PAGE_SIZE, PAGE_SIZE)
            return FoundLines(order, tuple(one.line for one in found), total)


class ViewOrderLine(Operation):
    """One customer of an order in full."""

    async def __call__(self, actor: Actor, order_id: int, position: int) -> OrderLines:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            found = await uow.licences.on_line(order_id, position) if position <= LARGEST_ID else None
            if found is None:
                raise DomainError("line_gone")
            invoices = await uow.invoices.on_lines(order_id, position, position)
            return OrderLines(order, await _views(uow, order, [found]), self.clock.now(), invoices)


class ExportOrder(Operation):
    """All lines of an order, for a workbook. The audit log notes who took them."""

    async def __call__(self, actor: Actor, order_id: int) -> OrderLines:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write() as uow:
            order = await own_order(uow, actor, order_id)
            await record(uow, Verb.ORDER_EXPORTED, now, by=actor, order=order)
            found = await read_lines(uow, order, 0, order.line_count, now)
            last = found.lines[-1].line.position
            return replace(found, invoices=await uow.invoices.on_lines(order_id, 1, last))


async def read_lines(uow: UnitOfWork, order: Order, offset: int, limit: int, now: datetime) -> OrderLines:
    """Up to `limit` lines of an order after the first `offset`."""
    found = await uow.licences.of_order(order.id, offset, limit)
    return OrderLines(order, await _views(uow, order, found), now)


async def _views(uow: UnitOfWork, order: Order, found: Sequence[LicenceLine]) -> tuple[OrderLineView, ...]:
    codes = list({one.line.payment_code for one in found})
    if len(codes) > PAGE_SIZE:
        requests = {request.code: request for request in await uow.payments.of_order(order.id)}
    else:
        requests = await uow.payments.get_many(codes)
    return tuple(OrderLineView(one.line, one.licence, requests[one.line.payment_code]) for one in found)
