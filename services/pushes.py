"""Delivery of queued pushes. These run for the program itself, not for an actor."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.calendar import SendingHours
from domain.pushes import (
    Channel,
    DeliveryFailed,
    DeliveryFailedContent,
    OrderPlacedContent,
    OrderPlacedNotice,
    PaymentContent,
    PaymentInstruction,
    Push,
    PushContent,
    PushState,
    StaffJoined,
    StaffJoinedContent,
)
from services.operation import Operation
from services.ports import AddressMoved, PushSender, RetryLater, Undeliverable, UnitOfWork
from services.push_queue import queue_pushes

SHOWN_LINES = 10
"""How many of a payment's customers an instruction names."""

MAX_ATTEMPTS = 19
"""Tries of one push, spread by backoff over about a day, before the accountant is told."""

SMS_HOURS = SendingHours()

log = logging.getLogger(__name__)


def backoff(attempts: int) -> timedelta:
    """How long to wait after the given number of tries: 5 s doubling up to 3 h."""
    return timedelta(seconds=min(5 * 2 ** (attempts - 1), 3 * 3600))


@dataclass(frozen=True, slots=True)
class DeliverPush(Operation):
    """Send one push and settle it.

    Returns when it is settled (sent, or given up and the accountant told). Raises `RetryLater` when it
    must be tried again. A push is marked before it leaves, so that a repeat after a lost outcome can say so.
    """

    senders: Mapping[Channel, PushSender]
    sms_hours: SendingHours = SMS_HOURS

    async def __call__(self, push_key: str, attempts: int) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            push = await uow.pushes.get(push_key)
            if push is None or push.state is not PushState.QUEUED:
                return
            if push.channel is Channel.SMS and (wait := self.sms_hours.wait(now)):
                raise RetryLater(wait.total_seconds(), "outside the hours for SMS", counts=False)
            content = await _content(uow, push)
            address = push.address or await uow.chats.address_of(push.channel, push.accountant_id)
            await uow.pushes.mark_attempted(push_key)
        try:
            await self._send(push, address, content)
        except AddressMoved as moved:
            async with self.units.write() as uow:
                await uow.chats.move(push.channel, address or "", moved.new_address)
                await _take_back_mark(uow, push)
            if attempts >= MAX_ATTEMPTS:
                await self._give_up(push, str(moved))
                return
            raise RetryLater(0, str(moved)) from moved
        except Undeliverable as error:
            await self._give_up(push, str(error))
            return
        except RetryLater as later:
            async with self.units.write() as uow:
                await _take_back_mark(uow, push)
            if attempts >= MAX_ATTEMPTS and later.counts:
                await self._give_up(push, str(later))
                return
            if later.counts:
                patience = max(later.seconds, backoff(attempts).total_seconds())
                raise RetryLater(patience, str(later)) from later
            raise
        except Exception as error:
            if attempts >= MAX_ATTEMPTS:
                await self._give_up(push, type(error).__name__)
                return
            log.warning("push %s: outcome unknown (%s)", push.subject.kind, type(error).__name__)
            raise RetryLater(backoff(attempts).total_seconds(), type(error).__name__) from error
        async with self.units.write() as uow:
            await uow.pushes.mark_sent(push_key, now)

    async def _send(self, push: Push, address: str | None, content: PushContent) -> None:
        sender = self.senders.get(push.channel)
        if sender is None:
            raise Undeliverable("channel_off")
        if not address:
            raise Undeliverable("no_address")
        await sender.send(address, content, push.key, maybe_repeated=push.attempted)

    async def _give_up(self, push: Push, error: str) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            await uow.pushes.mark_undeliverable(push.key, error, now)
            if push.channel is not Channel.TELEGRAM:
                told = Push(
                    f"failed:{push.key}", Channel.TELEGRAM, DeliveryFailed(push.key), push.accountant_id
                )
                await queue_pushes(uow, [told], now)


async def _take_back_mark(uow: UnitOfWork, push: Push) -> None:
    """Nothing arrived this time; the doubt that an earlier try left behind stays."""
    if not push.attempted:
        await uow.pushes.mark_not_delivered(push.key)


async def _content(uow: UnitOfWork, push: Push) -> PushContent:
    """Everything the message says, read at the moment it leaves."""
    match push.subject:
        case OrderPlacedNotice(order_id):
            order = await uow.orders.get(order_id)
            assert order is not None
            return OrderPlacedContent(order, await uow.pushes.count_to_recipients(order_id))
        case PaymentInstruction(payment_code):
            return await _payment_content(uow, payment_code)
        case DeliveryFailed(push_key):
            failed = await uow.pushes.get(push_key)
            assert failed is not None
            if isinstance(failed.subject, PaymentInstruction):
                payment = await _payment_content(uow, failed.subject.payment_code)
                return DeliveryFailedContent(failed, payment.order, payment.payment.notice.name)
            return DeliveryFailedContent(failed, None, "")
        case StaffJoined(accountant_id):
            return StaffJoinedContent(await uow.people.accountant(accountant_id))


async def _payment_content(uow: UnitOfWork, payment_code: str) -> PaymentContent:
    payment = await uow.payments.get(payment_code)
    assert payment is not None
    order = await uow.orders.get(payment.order_id)
    assert order is not None
    return PaymentContent(
        payment,
        order,
        await uow.people.firm(order.firm_id),
        await uow.people.accountant(order.accountant_id),
        tuple(await uow.orders.lines_of_payment(payment_code, SHOWN_LINES)),
    )
