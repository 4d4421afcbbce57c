"""Payment instructions on request: sent to the payer again, or as a card for the accountant to forward."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.budgets import RESENDS_A_DAY, FirstBudget
from domain.messaging.pushes import PaymentCard, PaymentInstruction, Push, TrialReminder
from domain.orders import Order, OrderState
from domain.payments import PaymentRequest
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from domain.tallies import Counted, Tally
from services.audit import record
from services.messaging.contents.reading import payment_under
from services.messaging.push_queue import queue_answer, queue_pushes
from services.money.held import instructions, left_of, told_not_to_pay
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
            _, unpaid = await _unpaid(uow, actor, order_id)
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


async def _unpaid(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[Order, list[PaymentRequest]]:
    """An order of the actor's firm and its unpaid requests, at least one. Raises `DomainError`:
    `payment_cancelled`, `payment_settled`, and those of `own_order`."""
    order = await own_order(uow, actor, order_id)
    if order.state is OrderState.CANCELLED:
        raise DomainError("payment_cancelled")
    unpaid = [one for one in await uow.payments.of_order(order_id) if one.left]
    if not unpaid:
        raise DomainError("payment_settled")
    return order, unpaid


@dataclass(frozen=True, slots=True)
class ResendInstructions(Operation):
    """Send all payers of an order who owe the instruction again, each as `ResendInstruction`.

    Returns to how many it goes, how many of those who owe have no address, how many may not be told again
    now, and how many a reminder, which says how to pay, too, reached lately. Raises `DomainError`
    (`payment_cancelled`, `payment_settled`) where nothing is left to pay, or as
    `ResendInstruction` where nobody may be told.
    """

    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""
    budget: FirstBudget

    async def __call__(self, actor: Actor, order_id: int) -> tuple[int, int, int, int]:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order, unpaid = await _unpaid(uow, actor, order_id)
            if order.recipient is RecipientMode.ACCOUNTANT:
                bundle = await payment_under(uow, order.code)
                unpaid = [bundle] if bundle is not None and bundle.left else []
            if not unpaid:
                raise DomainError("payment_settled")
            sent, refused = 0, []
            pushes = [
                _again(one, order.accountant_id, self.channels, f"payment:{one.code}:{now:%Y%m%d%H%M}")
                for one in unpaid
            ]
            reached = [(one, some) for one, some in zip(unpaid, pushes, strict=True) if some]
            if not reached or await uow.pushes.get(reached[0][1][0].key) is not None:
                return len(reached), len(unpaid) - len(reached), 0, 0
            reminded = await uow.pushes.reminded(order.accountant_id, _lately(now))
            left = [(one, some) for one, some in reached if not {push.address for push in some} <= reminded]
            limits = _Limits(uow, order.firm_id, self.budget, now)
            for payment, some in left:
                try:
                    await limits.count(payment)
                except DomainError as error:
                    refused.append(error)
                else:
                    await queue_pushes(uow, some, now)
                    sent += 1
            if refused and not sent:
                raise refused[0]
            if sent:
                await record(uow, Verb.INSTRUCTION_RESENT, now, by=actor, order=order, customers=sent)
            return sent, len(unpaid) - len(reached), len(refused), len(reached) - len(left)


@dataclass(frozen=True, slots=True)
class ResendInstruction(Operation):
    """Send a payer the instruction again, by the same channels as before, at most once a minute.

    Returns the channels by which it goes out, or went out in this minute. Raises `DomainError`: see
    `check_unpaid`; `instruction_held`, `first_budget_used` for a firm that has not paid and was not approved;
    `resent_enough` after `RESENDS_A_DAY`, `told_lately` where the payer was told not to pay within a day.
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
            pushes = _again(payment, order.accountant_id, self.channels, key)
            if pushes and await uow.pushes.get(pushes[0].key) is None:
                await _Limits(uow, order.firm_id, self.budget, now).count(payment)
                await queue_pushes(uow, pushes, now)
                await record(uow, Verb.INSTRUCTION_RESENT, now, by=actor, order=order, code=code)
            return tuple(push.channel for push in pushes)


@dataclass(frozen=True, slots=True)
class _Limits:
    """Keeps how often payers of one firm are told within what it may."""

    uow: UnitOfWork
    firm_id: int
    budget: FirstBudget
    now: datetime

    async def count(self, payment: PaymentRequest) -> None:
        """Count that the payer is told again. Raises `DomainError` where that is one too many: see
        `ResendInstruction`."""
        (await self.uow.people.firm(self.firm_id)).check_open()
        if payment.recipient is RecipientMode.ACCOUNTANT:
            return
        if await self.uow.held.holds(payment.code):
            raise DomainError("instruction_held")
        if await left_of(self.uow, self.firm_id, self.budget) == 0:
            raise DomainError("first_budget_used")
        lately = await told_not_to_pay(self.uow, self.firm_id, self.now)
        if lately.keys() & {payment.notice.email, payment.notice.phone}:
            raise DomainError("told_lately")
        tally = Tally.of_day(Counted.RESENT, payment.code, self.now)
        if await self.uow.tallies.add(tally, self.now) > RESENDS_A_DAY:
            raise DomainError("resent_enough", most=RESENDS_A_DAY)
        await self.uow.held.count_told(self.firm_id, 1)


def _lately(now: datetime) -> tuple[TrialReminder, ...]:
    """The reminders of this hour and the one before."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return tuple(TrialReminder((hour - ago).isoformat()) for ago in (timedelta(), timedelta(hours=1)))


def _again(
    payment: PaymentRequest, accountant_id: int, channels: tuple[Channel, ...], key: str
) -> list[Push]:
    if payment.recipient is RecipientMode.ACCOUNTANT:
        return [Push(f"{key}:chat", Channel.CHAT, PaymentInstruction(payment.code), accountant_id)]
    return list(instructions(payment, accountant_id, channels, key))
