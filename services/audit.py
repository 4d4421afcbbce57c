"""Records what was done and by whom, in the transaction that did it."""

from datetime import datetime

from domain.events import Event, Verb
from domain.orders import Order
from domain.people import Actor
from services.ports import UnitOfWork


async def record(
    uow: UnitOfWork,
    verb: Verb,
    now: datetime,
    *,
    by: Actor | None = None,
    order: Order | None = None,
    firm_id: int | None = None,
    **params: str | int,
) -> None:
    """Add one event. `by` is `None` for the program itself. With an `order`, the firm is the order's."""
    await uow.events.add(
        Event(
            verb,
            now,
            by.accountant_id if by else None,
            order.firm_id if order else firm_id,
            order.id if order else None,
            params,
        )
    )
