"""What is told of an order that was just placed."""

from domain.chats import Channel
from domain.messaging.contents import OrderPlacedContent
from domain.messaging.pushes import OrderPlacedNotice, Push
from domain.people import Actor, Right
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from services.operation import Operation
from services.orders.orders import own_order


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
