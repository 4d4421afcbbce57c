"""Cancelling an order that nothing was paid on."""

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.pushes import OrderCancelledNotice, Push
from domain.orders import Order, OrderState
from domain.people import Actor, Right
from services.activation.access import queue_access
from services.activation.activating import skip_by_hand
from services.audit import record
from services.invoices.closing import queue_closing
from services.messaging.push_queue import queue_pushes
from services.money.posting import Cause, post_cancelled
from services.money.roll_call import refresh_roll_calls
from services.money.telling import withdrawals
from services.operation import Operation
from services.orders.orders import own_order
from services.ports import Turn, UnitOfWork


class CancelOrder(Operation):
    """Cancel an order with its payment requests and licences. A repeat changes nothing.

    The vendor suspends what was activated, and everybody who was asked to pay is told not to. Raises
    `DomainError("order_not_cancellable")` when money has come in.
    """

    async def __call__(self, actor: Actor, order_id: int) -> Order:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order = await own_order(uow, actor, order_id)
            if order.state is OrderState.CANCELLED:
                return order
            came = (await uow.payments.sums(order_id)).received or await uow.transfers.choosing(order_id)
            if order.state is not OrderState.PLACED or came:
                raise DomainError("order_not_cancellable")
            await uow.orders.set_state(order_id, OrderState.CANCELLED)
            await uow.payments.cancel(order_id)
            requests = await uow.payments.of_order(order_id)
            await uow.held.forget([one.code for one in requests])
            await post_cancelled(uow, order, requests, Cause(actor), now)
            await queue_access(uow, await uow.licences.cancel(order_id), "cancelled", now)
            licences = [one.licence for one in await uow.licences.of_order(order_id)]
            await skip_by_hand(uow, licences, now)
            await record(uow, Verb.ORDER_CANCELLED, now, by=actor, order=order)
            await queue_closing(uow, now)
            await queue_pushes(uow, await _pushes(uow, actor, order), now)
            await refresh_roll_calls(uow, order, "cancelled", now)
            return await own_order(uow, actor, order_id)


async def _pushes(uow: UnitOfWork, actor: Actor, order: Order) -> list[Push]:
    """What is told to each address that was asked to pay, and to the order's accountant unless they are the
    actor."""
    pushes = withdrawals(await uow.pushes.instructions_out(order.id))
    if actor.accountant_id != order.accountant_id:
        notice = OrderCancelledNotice(order.id)
        key = f"order_cancelled:{order.id}"
        pushes.append(Push(key, Channel.CHAT, notice, order.accountant_id))
    return pushes
