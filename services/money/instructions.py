"""Payment instructions on request: sent to the payer again, or as a card for the accountant to forward."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.pushes import PaymentCard, PaymentInstruction, Push
from domain.orders import OrderState
from domain.payments import PaymentRequest
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from services.audit import record
from services.messaging.contents.reading import payment_under
from services.messaging.push_queue import queue_answer, queue_pushes
from services.money.payments import check_unpaid, own_payment
from services.operation import Operation
from services.orders.orders import own_order
from services.ports import Turn

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
class ResendInstructions(Operation):
    """Send all payers of an order who owe the instruction again, each as `ResendInstruction`.

    Returns to how many it goes, and how many of those who owe have no address. Raises `DomainError`
    (`payment_cancelled`, `payment_settled`) where nothing is left to pay.
    """

    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""

    async def __call__(self, actor: Actor, order_id: int) -> tuple[int, int]:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order = await own_order(uow, actor, order_id)
            if order.state is OrderState.CANCELLED:
                raise DomainError("payment_cancelled")
            unpaid = [one for one in await uow.payments.of_order(order_id) if one.left]
            if order.recipient is RecipientMode.ACCOUNTANT:
                bundle = await payment_under(uow, order.code)
                unpaid = [bundle] if bundle is not None and bundle.left else []
            if not unpaid:
                raise DomainError("payment_settled")
            pushes = [
                [*_again(one, order.accountant_id, self.channels, f"payment:{one.code}:{now:%Y%m%d%H%M}")]
                for one in unpaid
            ]
            sent = [some for some in pushes if some]
            if sent and await uow.pushes.get(sent[0][0].key) is None:
                await queue_pushes(uow, [push for some in sent for push in some], now)
                await record(uow, Verb.INSTRUCTION_RESENT, now, by=actor, order=order, customers=len(sent))
            return len(sent), len(pushes) - len(sent)


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
            pushes = list(_again(payment, order.accountant_id, self.channels, key))
            if pushes and await uow.pushes.get(pushes[0].key) is None:
                await queue_pushes(uow, pushes, now)
                await record(uow, Verb.INSTRUCTION_RESENT, now, by=actor, order=order, code=code)
            return tuple(push.channel for push in pushes)


def _again(
    payment: PaymentRequest, accountant_id: int, channels: tuple[Channel, ...], key: str
) -> Iterator[Push]:
    subject = PaymentInstruction(payment.code)
    if payment.recipient is RecipientMode.ACCOUNTANT:
        yield Push(f"{key}:chat", Channel.CHAT, subject, accountant_id)
        return
    addresses = {Channel.EMAIL: payment.notice.email, Channel.SMS: payment.notice.phone}
    for channel in channels:
        if addresses[channel]:
            yield Push(f"{key}:{channel}", channel, subject, accountant_id, addresses[channel])
