"""What is told of an order: as it is placed, and read once somebody looks at it."""

from domain.chats import Channel
from domain.messaging.contents import OrderPlacedContent
from domain.messaging.pushes import OrderPlacedNotice, Push, TrialReminder
from domain.people import Actor, Right
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from services.operation import Operation
from services.orders.orders import own_order
from services.ports import Turn


class ViewPlaced(Operation):
    """What the notice of a placed order says. Raises `DomainError("order_unknown")`."""

    async def __call__(self, actor: Actor, order_id: int) -> OrderPlacedContent:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            notice = Push("", Channel.CHAT, OrderPlacedNotice(order.id), order.accountant_id)
            content = await read_content(uow, notice, Reading(self.clock.now()))
        assert isinstance(content, OrderPlacedContent)
        return content


class ReadOrder(Operation):
    """Mark as read what the actor was told of an order, since they look at it; `reminders`: and the reminders
    of who has not paid. Raises `DomainError("order_unknown")`."""

    async def __call__(self, actor: Actor, order_id: int, reminders: bool = False) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            await own_order(uow, actor, order_id)
            ids = list(await uow.pushes.unread_of_order(actor.accountant_id, order_id))
            if reminders:
                ids += await uow.pushes.unread_of_kind(actor.accountant_id, TrialReminder)
        if ids:
            async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
                await uow.pushes.mark_these_read(actor.accountant_id, ids, self.clock.now())
