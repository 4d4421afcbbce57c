"""One code for several orders that their accountant pays: one transfer and one QR for all that is open."""

from dataclasses import dataclass

from domain.codes import new_code
from domain.errors import DomainError
from domain.messaging.pushes import JointInstruction
from domain.people import Actor, Right
from services.messaging.contents.reading import payment_under
from services.messaging.push_queue import queue_answer
from services.operation import Operation
from services.ports import Turn, UnitOfWork

MOST_JOINED = 20
"""How many orders one code is for at most; the oldest come first."""


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """How many orders of the actor one transfer may pay."""

    count: int

    @property
    def may_join(self) -> bool:
        return self.count > 1


class CountOpenOrders(Operation):
    """How many orders the actor has placed, pays and owes something of, at most `MOST_JOINED`."""

    async def __call__(self, actor: Actor) -> OpenOrders:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            found = await uow.payments.open_orders(actor.firm_id, actor.accountant_id, MOST_JOINED)
            return OpenOrders(len(found))


class AskJointInstruction(Operation):
    """Send the actor one instruction for all their open orders. The same orders have the same code each time.

    Returns the code. Raises `DomainError("joint_too_few")` for fewer than two orders.
    """

    async def __call__(self, actor: Actor) -> str:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order_ids = await _open(uow, actor)
            if len(order_ids) < 2:
                raise DomainError("joint_too_few")
            code = await uow.payments.joint_code(order_ids)
            if code is None:
                code = await _fresh(uow)
                await uow.payments.join_orders(code, order_ids, now)
            await queue_answer(uow, f"joint:{code}", JointInstruction(code), actor.accountant_id, now)
            return code


async def _open(uow: UnitOfWork, actor: Actor) -> list[int]:
    """The orders of which something is open that does not wait for a choice already."""
    found = []
    for order_id in await uow.payments.open_orders(actor.firm_id, actor.accountant_id, MOST_JOINED):
        order = await uow.orders.get(order_id)
        payment = await payment_under(uow, order.code) if order is not None else None
        if payment is not None and payment.left:
            found.append(order_id)
    return found


async def _fresh(uow: UnitOfWork) -> str:
    code = new_code()
    while await uow.payments.taken([code]):
        code = new_code()
    return code
