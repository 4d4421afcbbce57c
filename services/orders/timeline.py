"""Who did what to an order."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.events import Event
from domain.orders import Order
from domain.people import Actor, Right
from services.messaging.contents.reading import customers_of
from services.operation import Operation
from services.orders.orders import own_order
from services.paging import PAGE_SIZE
from services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An event. `by` is the name of the person who did it, empty for the program itself; `customer` that of
    the line it is about, if any."""

    event: Event
    by: str
    customer: str = ""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    order: Order
    entries: tuple[TimelineEntry, ...]
    total: int


class ViewTimeline(Operation):
    """One page of what happened to an order, newest first."""

    async def __call__(self, actor: Actor, order_id: int, page: int = 0) -> TimelinePage:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            events, total = await uow.events.of_order(order_id, page * PAGE_SIZE, PAGE_SIZE)
            return TimelinePage(order, await read_entries(uow, events), total)


async def read_entries(uow: UnitOfWork, events: Sequence[Event]) -> tuple[TimelineEntry, ...]:
    """Each event with the names of the person who did it and of the customer it is about."""
    names = await uow.people.names({event.accountant_id for event in events if event.accountant_id})
    customers = await customers_of(uow, events)
    return tuple(
        TimelineEntry(event, names[event.accountant_id] if event.accountant_id else "", customer)
        for event, customer in zip(events, customers, strict=True)
    )
