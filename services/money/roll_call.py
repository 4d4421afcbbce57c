"""The roll call of an order: one message that says who has paid and follows every payment."""

from datetime import datetime

from domain.messaging.pushes import RollCall
from domain.orders import Order
from domain.people import Actor, Right, Role
from services.messaging.live_messages import queue_refresh
from services.messaging.push_queue import queue_answer
from services.operation import Operation
from services.orders.orders import own_order
from services.ports import Turn, UnitOfWork


class AskRollCall(Operation):
    """Send the actor a roll call. From now on this one is kept up to date; earlier ones are not."""

    async def __call__(self, actor: Actor, order_id: int) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order = await own_order(uow, actor, order_id)
            key = f"roll_call:{order.id}"
            await queue_answer(uow, key, RollCall(order.id), actor.accountant_id, self.clock.now())


async def refresh_roll_calls(uow: UnitOfWork, order: Order, change: str, now: datetime) -> None:
    """Bring up to date the newest roll call of each person who may see the order. `change` names what
    happened, unique for the order."""
    shown = await uow.pushes.latest_of_each(RollCall(order.id))
    for person in await uow.people.staff_of(order.firm_id) if shown else ():
        if person.id in shown and (person.role is Role.OWNER or person.id == order.accountant_id):
            await queue_refresh(uow, shown[person.id].key, change, now)
