"""Placed orders, as their accountants see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.chats import Channel
from domain.errors import DomainError
from domain.licences import MAY_ACTIVATE, LicenceState
from domain.orders import Order, OrderState
from domain.payments import PaymentRequest
from domain.people import Actor, Right, Role
from domain.recipients import Receivers, receivers
from domain.text import search_terms
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import OrderFilter, PaymentSums, UnitOfWork


@dataclass(frozen=True, slots=True)
class OrderPage:
    items: tuple[Order, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order at a glance. `payment` is set if one transfer may pay for all. `time_left` is what is left of
    the seven days of the unpaid licence that ends first, at `deadline`; `None` if no licence is on trial."""

    order: Order
    accountant: str
    payment: PaymentRequest | None
    sums: PaymentSums
    licences: Mapping[LicenceState, int]
    time_left: timedelta | None
    deadline: datetime | None
    waits: bool
    """Whether money came in that waits for the accountant to say who has paid."""
    invoiced: bool
    """Whether it has tax invoices, if only such as are not issued yet."""
    receivers: Receivers
    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""
    held: int
    """How many payers are not told yet, since the firm has neither paid nor been approved."""

    @property
    def may_activate(self) -> bool:
        return any(self.licences.get(state) for state in MAY_ACTIVATE)

    @property
    def may_have_invoices(self) -> bool:
        return self.invoiced or self.order.state is not OrderState.CANCELLED

    @property
    def cancellable(self) -> bool:
        return self.order.state is OrderState.PLACED and not self.sums.received and not self.waits


async def own_order(uow: UnitOfWork, actor: Actor, order_id: int) -> Order:
    """The order, if the actor may see it: an owner sees all orders of the firm, staff their own. Any other
    looks as if it did not exist."""
    order = await uow.orders.get(order_id) if order_id <= LARGEST_ID else None
    if order is None or not may_see(actor, order.firm_id, order.accountant_id):
        raise DomainError("order_unknown")
    return order


def may_see(actor: Actor, firm_id: int, accountant_id: int) -> bool:
    """Whether the actor may see an order of this accountant."""
    return actor.firm_id == firm_id and (actor.role is Role.OWNER or actor.accountant_id == accountant_id)


class ListOrders(Operation):
    """Orders the actor may see, newest first, that match a typed search and are in one of `states` (in any if
    it is empty)."""

    async def __call__(
        self, actor: Actor, page: int = 0, query: str = "", states: tuple[OrderState, ...] = ()
    ) -> OrderPage:
        actor.require(Right.PLACE_ORDERS)
        only = None if actor.role is Role.OWNER else actor.accountant_id
        where = OrderFilter(actor.firm_id, only, tuple(search_terms(query)), states)
        async with self.units.read() as uow:
            items, total = await uow.orders.find(where, page * PAGE_SIZE, PAGE_SIZE)
            return OrderPage(tuple(items), total)


@dataclass(frozen=True, slots=True)
class ViewOrder(Operation):
    """One order at a glance."""

    channels: tuple[Channel, ...]

    async def __call__(self, actor: Actor, order_id: int) -> OrderView:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            sums = await uow.payments.sums(order_id)
            payment = await uow.payments.bundle(order.code)
            if payment is None and sums.requests == 1:
                (payment,) = await uow.payments.of_order(order_id, 0, 1)
            urgent = await uow.licences.most_urgent(order_id)
            return OrderView(
                order,
                (await uow.people.names([order.accountant_id]))[order.accountant_id],
                payment,
                sums,
                await uow.licences.counts(order_id),
                urgent.time_left(self.clock.now()) if urgent else None,
                urgent.deadline if urgent else None,
                bool(await uow.transfers.choosing(order_id)),
                bool(await uow.invoices.states(order_id)),
                receivers(await uow.orders.receiver_groups(order_id)),
                self.channels,
                0 if sums.received else await uow.held.count_of(order_id),
            )
