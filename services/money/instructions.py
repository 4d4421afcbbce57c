"""Payment instructions on request: sent to the payer again, or as a card for the accountant to forward."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.chats import Channel
from domain.events import Verb
from domain.messaging.pushes import PaymentCard, PaymentInstruction, Push
from domain.payments import PaymentRequest
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from services.audit import record
from services.messaging.push_queue import queue_answer, queue_pushes
from services.money.payments import check_unpaid, own_payment
from services.operation import Operation
from services.ports import Turn


class AskPaymentCard(Operation):
    """Send the actor the card of an unpaid request. Raises `DomainError`: see `check_unpaid`."""

    async def __call__(self, actor: Actor, code: str) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            payment, _ = await own_payment(uow, actor, code)
            check_unpaid(payment)
            key = f"payment_card:{code}"
            await queue_answer(uow, key, PaymentCard(code), actor.accountant_id, self.clock.now())


@dataclass(frozen=True, slots=True)
class ResendInstruction(Operation):
    """Send a payer the instruction again, by the same channels as before, at most once a minute.

    Returns the channels by which it goes out, or went out in this minute. Raises `DomainError`: see
    `check_unpaid`.
    """

    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""

    async def __call__(self, actor: Actor, code: str) -> tuple[Channel, ...]:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            payment, order = await own_payment(uow, actor, code)
            check_unpaid(payment)
            key = f"payment:{code}:{now:%Y%m%d%H%M}"
            pushes = list(self._pushes(key, payment, order.accountant_id))
            if pushes and await uow.pushes.get(pushes[0].key) is None:
                await queue_pushes(uow, pushes, now)
                await record(uow, Verb.INSTRUCTION_RESENT, now, by=actor, order=order, code=code)
            return tuple(push.channel for push in pushes)

    def _pushes(self, key: str, payment: PaymentRequest, accountant_id: int) -> Iterator[Push]:
        subject = PaymentInstruction(payment.code)
        if payment.recipient is RecipientMode.ACCOUNTANT:
            yield Push(f"{key}:chat", Channel.CHAT, subject, accountant_id)
            return
        addresses = {Channel.EMAIL: payment.notice.email, Channel.SMS: payment.notice.phone}
        for channel in self.channels:
            if addresses[channel]:
                yield Push(f"{key}:{channel}", channel, subject, accountant_id, addresses[channel])
