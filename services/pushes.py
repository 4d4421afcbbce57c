"""Delivery of queued pushes. These run for the program itself, not for an actor."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import SendingHours
from domain.push_contents import DailyDigestContent, DeliveryFailedContent, PushContent
from domain.pushes import (
    ANSWERS,
    TOPICS,
    Channel,
    DailyDigest,
    DeliveryFailed,
    PaymentReceipt,
    Push,
    PushState,
)
from services.operation import Operation
from services.ports import AddressMoved, NewJob, PushSender, RetryLater, Undeliverable, UnitOfWork
from services.push_contents import read_content
from services.push_contents.reading import Reading, owner_of
from services.push_queue import DIGEST_JOB, queue_pushes

MAX_ATTEMPTS = 19
"""Tries of one push, spread by backoff over about a day, before the accountant is told."""

SMS_HOURS = SendingHours()

log = logging.getLogger(__name__)


def backoff(attempts: int) -> timedelta:
    """How long to wait after the given number of tries: 5 s doubling up to 3 h."""
    return timedelta(seconds=min(5 * 2 ** (attempts - 1), 3 * 3600))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A push about to leave."""

    push: Push
    address: str
    content: PushContent
    silent: bool
    read_at: datetime


@dataclass(frozen=True, slots=True)
class DeliverPush(Operation):
    """Send one push and settle it.

    Returns when it is settled: sent, held for the digest, dropped since nothing is left to say, or given up
    and the accountant told. Raises `RetryLater` when it must be tried again. A push is marked before it
    leaves, so that a repeat after a lost outcome can say so.
    """

    senders: Mapping[Channel, PushSender]
    sms_hours: SendingHours = SMS_HOURS

    async def __call__(self, push_key: str, attempts: int) -> None:
        ready = await self._prepare(push_key)
        if ready is None:
            return
        push = ready.push
        try:
            message_ref = await self._send(ready)
        except AddressMoved as moved:
            async with self.units.write() as uow:
                await uow.chats.move(push.channel, ready.address, moved.new_address)
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
        now = self.clock.now()
        async with self.units.write() as uow:
            await uow.pushes.mark_sent(push_key, message_ref, now)
            if _tells_of_failures(ready.content):
                await uow.pushes.mark_failures_told(push.accountant_id, ready.read_at)
            if isinstance(push.subject, DailyDigest):
                await uow.pushes.release_held(push.accountant_id, ready.read_at, now)

    async def _prepare(self, push_key: str) -> _Ready | None:
        """Read what it says and mark it as attempted; `None` when it is settled or was just now."""
        async with self.units.write() as uow:
            # Read inside, so that what failed before this moment is what this transaction sees.
            now = self.clock.now()
            push = await uow.pushes.get(push_key)
            if push is None or push.state is not PushState.QUEUED:
                return None
            if push.channel is Channel.SMS and (wait := self.sms_hours.wait(now)):
                raise RetryLater(wait.total_seconds(), "outside the hours for SMS", counts=False)
            silent = False
            if not push.address:
                preferences = await uow.preferences.get(push.accountant_id)
                silent = preferences.silent(now)
                until = preferences.held_until(TOPICS[type(push.subject)], now)
                if until is not None and type(push.subject) not in ANSWERS:
                    await _hold(uow, push, until, now)
                    return None
            content = await read_content(uow, push, Reading(now))
            if content is None:
                await uow.pushes.mark_dropped(push_key, now)
                if isinstance(push.subject, DailyDigest):
                    await uow.pushes.release_held(push.accountant_id, now, now)
                return None
            address = push.address or await _chat_of(uow, push)
            await uow.pushes.mark_attempted(push_key)
            return _Ready(push, address, content, silent, now)

    async def _send(self, ready: _Ready) -> str:
        push = ready.push
        sender = self.senders.get(push.channel)
        if sender is None:
            raise Undeliverable("channel_off")
        if not ready.address:
            raise Undeliverable("no_address")
        return await sender.send(
            ready.address, ready.content, push.key, maybe_repeated=push.attempted, silent=ready.silent
        )

    async def _give_up(self, push: Push, error: str) -> None:
        """To the next channel, where the message has one; else the accountant is told."""
        async with self.units.write() as uow:
            now = self.clock.now()
            await uow.pushes.mark_undeliverable(push.key, error, now)
            if push.address:
                instead = await _next_channel(uow, push, self.senders)
                told = Push(
                    f"failed:{push.key}", Channel.TELEGRAM, DeliveryFailed(push.key), push.accountant_id
                )
                await queue_pushes(uow, [instead or told], now)


async def _chat_of(uow: UnitOfWork, push: Push) -> str:
    """Where this person is written to, empty for nowhere. What staff that was removed would be told of their
    orders is told to the owner."""
    address = await uow.chats.address_of(push.channel, push.accountant_id)
    if address is None and not (person := await uow.people.accountant(push.accountant_id)).active:
        owner = await owner_of(uow, person.firm_id)
        address = await uow.chats.address_of(push.channel, owner.id)
    return address or ""


def _tells_of_failures(content: PushContent) -> bool:
    told = content.held if isinstance(content, DailyDigestContent) else (content,)
    return any(isinstance(one, DeliveryFailedContent) for one in told)


async def _hold(uow: UnitOfWork, push: Push, until: datetime, now: datetime) -> None:
    """Keep it for the digest of that moment; all that is held for one moment is one message."""
    await uow.pushes.mark_held(push.key, now)
    payload = {"accountant_id": push.accountant_id, "until": until.isoformat()}
    key = f"digest:{push.accountant_id}:{until.isoformat()}"
    await uow.jobs.enqueue([NewJob(DIGEST_JOB, key, payload, run_at=until)], now)


async def _next_channel(uow: UnitOfWork, push: Push, senders: Mapping[Channel, PushSender]) -> Push | None:
    """A receipt is mailed; where that fails, it is sent by SMS."""
    if not isinstance(push.subject, PaymentReceipt) or push.channel is not Channel.EMAIL:
        return None
    share = await uow.transfers.share(push.subject.share_id)
    payment = await uow.payments.get(share.share.code) if share else None
    if payment is None or not payment.notice.phone or Channel.SMS not in senders:
        return None
    key = push.key.removesuffix(Channel.EMAIL) + Channel.SMS
    return Push(key, Channel.SMS, push.subject, push.accountant_id, payment.notice.phone)


async def _take_back_mark(uow: UnitOfWork, push: Push) -> None:
    """Nothing arrived this time; the doubt that an earlier try left behind stays."""
    if not push.attempted:
        await uow.pushes.mark_not_delivered(push.key)
