"""Payment instructions on request: sent to the payer again, or as a card for the accountant to forward."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.budgets import RESENDS_A_DAY, FirstBudget
from domain.messaging.pushes import PaymentCard, PaymentInstruction, Push
from domain.orders import OrderState
from domain.payments import PaymentRequest
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from domain.tallies import Counted, Tally
from services.audit import record
from services.messaging.push_queue import queue_answer, queue_pushes
from services.money.held import left_of
from services.money.payments import check_unpaid, own_payment
from services.operation import Operation
from services.orders.orders import own_order
from services.ports import Turn, UnitOfWork

CARDS_AT_ONCE = 20
"""Each is a message with a picture of its own, to be forwarded: an app takes about one a second in a chat."""


class AskPaymentCard(Operation):
    """Send the actor the card of an unpaid request. Raises `DomainError`: see `check_unpaid`."""

    async def __call__(self, actor: Actor, code: str) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            payment, _ = await own_payment(uow, actor, code)
            check_unpaid(payment)
            key = f"payment_card:{code}"
            await queue_answer(uow, key, PaymentCard(code), actor.accountant_id, self.clock.now())


class AskPaymentCards(Operation):
    """Send the actor the cards of unpaid requests, at most `CARDS_AT_ONCE`: those whose card was not sent
    before come first, in the order of the lines. A repeat in the same minute sends no card twice.

    Returns how many were sent, and how many unpaid ones have had no card yet. Raises `DomainError`
    (`payment_cancelled`, `payment_settled`) where nothing is left to pay.
    """

    async def __call__(self, actor: Actor, order_id: int) -> tuple[int, int]:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order = await own_order(uow, actor, order_id)
            if order.state is OrderState.CANCELLED:
                raise DomainError("payment_cancelled")
            unpaid = [one for one in await uow.payments.of_order(order_id) if one.left]
            if not unpaid:
                raise DomainError("payment_settled")
            had = await uow.pushes.told_about([PaymentCard(one.code) for one in unpaid], actor.accountant_id)
            new = [one for one in unpaid if one.code not in had]
            some = (new or unpaid)[:CARDS_AT_ONCE]
            pushes = [
                Push(
                    f"payment_cards:{one.code}:{actor.accountant_id}:{now:%Y%m%d%H%M}",
                    Channel.CHAT,
                    PaymentCard(one.code),
                    actor.accountant_id,
                )
                for one in some
            ]
            await queue_pushes(uow, pushes, now)
            return len(some), max(0, len(new) - len(some))


@dataclass(frozen=True, slots=True)
class ResendInstruction(Operation):
    """Send a payer the instruction again, by the same channels as before, at most once a minute.

    Returns the channels by which it goes out, or went out in this minute. Raises `DomainError`: see
    `check_unpaid`; `instruction_held`, `first_budget_used` for a firm that has not paid and was not approved;
    `resent_enough` after `RESENDS_A_DAY`.
    """

    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""
    budget: FirstBudget

    async def __call__(self, actor: Actor, code: str) -> tuple[Channel, ...]:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            payment, order = await own_payment(uow, actor, code)
            check_unpaid(payment)
            key = f"payment:{code}:{now:%Y%m%d%H%M}"
            pushes = list(self._pushes(key, payment, order.accountant_id))
            if pushes and await uow.pushes.get(pushes[0].key) is None:
                if payment.recipient is not RecipientMode.ACCOUNTANT:
                    await self._count(uow, order.firm_id, code, now)
                await queue_pushes(uow, pushes, now)
                await record(uow, Verb.INSTRUCTION_RESENT, now, by=actor, order=order, code=code)
            return tuple(push.channel for push in pushes)

    async def _count(self, uow: UnitOfWork, firm_id: int, code: str, now: datetime) -> None:
        if await uow.held.holds(code):
            raise DomainError("instruction_held")
        if await left_of(uow, firm_id, self.budget) == 0:
            raise DomainError("first_budget_used")
        if await uow.tallies.add(Tally.of_day(Counted.RESENT, code, now), now) > RESENDS_A_DAY:
            raise DomainError("resent_enough", most=RESENDS_A_DAY)
        await uow.held.count_told(firm_id, 1)

    def _pushes(self, key: str, payment: PaymentRequest, accountant_id: int) -> Iterator[Push]:
        subject = PaymentInstruction(payment.code)
        if payment.recipient is RecipientMode.ACCOUNTANT:
            yield Push(f"{key}:chat", Channel.CHAT, subject, accountant_id)
            return
        addresses = {Channel.EMAIL: payment.notice.email, Channel.SMS: payment.notice.phone}
        for channel in self.channels:
            if addresses[channel]:
                yield Push(f"{key}:{channel}", channel, subject, accountant_id, addresses[channel])
