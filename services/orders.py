"""Placed orders, as their accountants see them."""

from dataclasses import dataclass

from domain.errors import DomainError
from domain.orders import Order, OrderLine
from domain.payments import PaymentRequest
from domain.people import Actor, Right, Role
from services.operation import LARGEST_ID, Operation
from services.ports import OrderFilter, UnitOfWork

PAGE_SIZE = 8


@dataclass(frozen=True, slots=True)
class OrderPage:
    items: tuple[Order, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """`lines` is one page; `order.line_count` counts all. `payment` is set when one transfer pays for all."""

    order: Order
    lines: tuple[OrderLine, ...]
    payment: PaymentRequest | None


async def own_order(uow: UnitOfWork, actor: Actor, order_id: int) -> Order:
    """An owner sees all the firm's orders, staff their own; anything else looks like none."""
    order = await uow.orders.get(order_id) if order_id <= LARGEST_ID else None
    if (
        order is None
        or order.firm_id != actor.firm_id
        or (actor.role is not Role.OWNER and order.accountant_id != actor.accountant_id)
    ):
        raise DomainError("order_unknown")
    return order


class ListOrders(Operation):
    """Orders the actor may see, newest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> OrderPage:
        actor.require(Right.PLACE_ORDERS)
        only = None if actor.role is Role.OWNER else actor.accountant_id
        where = OrderFilter(actor.firm_id, only)
        async with self.units.read() as uow:
            items, total = await uow.orders.find(where, page * PAGE_SIZE, PAGE_SIZE)
            return OrderPage(tuple(items), total)


class ViewOrder(Operation):
    """One order with a page of its lines."""

    async def __call__(self, actor: Actor, order_id: int, page: int = 0) -> OrderView:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            lines = await uow.orders.lines(order_id, page * PAGE_SIZE, PAGE_SIZE)
            payment = await uow.payments.get(lines[0].payment_code) if lines else None
            pays_for_all = payment is not None and payment.line_count == order.line_count
            return OrderView(order, tuple(lines), payment if pays_for_all else None)
