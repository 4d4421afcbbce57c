"""Delivery of queued pushes. The program itself delivers them, so there is no actor."""

import logging
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from domain.calendar import SendingHours, month_of
from domain.chats import CHATS, NUMBERED, Channel
from domain.messaging.budgets import NO_BUDGETS, Budgets
from domain.messaging.contents import DailyDigestContent, DeliveryFailedContent, PushContent
from domain.messaging.preferences import Preferences
from domain.messaging.pushes import DailyDigest, DeliveryFailed, Push, PushState
from domain.messaging.quota import NO_QUOTA, MonthlyQuota
from domain.messaging.rules import GATHERED, gathered_until
from domain.names import without_links
from services.messaging.budgets import count_off, may_leave
from services.messaging.bundles import waiting_with, way_together
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from services.messaging.digests import hold_for_digest
from services.messaging.following import Followed, followed_by
from services.messaging.live_messages import queue_retiring
from services.messaging.mail_stops import is_unwanted
from services.messaging.push_queue import queue_pushes
from services.messaging.routes import Route, in_turn, next_channel, routes_of, waits_for_number
from services.operation import Operation
from services.patience import A_DAY
from services.ports import (
    AddressMoved,
    LinkingSender,
    LiveSender,
    PushSender,
    RetryLater,
    Turn,
    Undeliverable,
    UnitOfWork,
)

SMS_HOURS = SendingHours()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Part:
    """A push and what it says now."""

    push: Push
    content: PushContent


@dataclass(frozen=True, slots=True)
class _Ready:
    """A push that is about to leave by a route; `along` are later ones that may join it in one message."""

    first: _Part
    along: tuple[_Part, ...]
    route: Route
    is_last: bool
    """Whether no other route is left."""
    silent: bool
    failures: Sequence[int]
    held: Sequence[int]
    """The failures and the held pushes that it tells of."""
    follows: Followed | None
    at: datetime
    """When it was counted."""


@dataclass(frozen=True, slots=True)
class DeliverPush(Operation):
    """Send one push and settle it.

    Returns when the push is settled: sent, held for the digest, dropped because nothing is left to say, or
    given up and the accountant told. Raises `RetryLater` when it must be tried again. A push is marked before
    it leaves, so that a repeat after a lost outcome can say so. A push to a person's chat has several routes:
    a dead route is skipped at once; one that keeps failing gives way after a few tries.
    """

    senders: Mapping[Channel, PushSender]
    sms_hours: SendingHours = SMS_HOURS
    quota: MonthlyQuota = NO_QUOTA
    last_resort: PushSender | None = None
    """Sends a mail where no chat of the person takes the push."""
    budgets: Budgets = NO_BUDGETS

    async def __call__(self, push_key: str, attempts: int) -> None:
        refused: list[Route] = []
        while ready := await self._prepare(push_key, attempts, refused):
            try:
                message_ref, told = await self._send(ready)
            except Undeliverable as error:
                await self._take_back(ready)
                if ready.is_last:
                    await self._give_up(ready.first.push, str(error))
                    return
                refused.append(ready.route)
            except AddressMoved as moved:
                channel, old, new = ready.route.channel, ready.route.address, moved.new_address
                async with self.units.write(Turn.of_chat(channel, old), Turn.of_chat(channel, new)) as uow:
                    await uow.chats.move(channel, old, new)
                await self._take_back(ready)
                await self._later(ready, attempts, RetryLater(0, str(moved)))
                return
            except RetryLater as later:
                await self._take_back(ready)
                if not later.counts:
                    raise
                await self._later(ready, attempts, A_DAY.later(later, attempts))
                return
            except Exception as error:
                again = A_DAY.later(error, attempts)
                log.warning("push %s: outcome unknown (%s)", ready.first.push.subject.kind.name, again)
                await self._later(ready, attempts, again)
                return
            else:
                await self._settle(ready, message_ref, told)
                return

    async def _later(self, ready: _Ready, attempts: int, later: RetryLater) -> None:
        """Raise `later`, unless the push was tried often enough."""
        if attempts < A_DAY.attempts:
            raise later
        await self._give_up(ready.first.push, str(later))

    async def _prepare(self, push_key: str, attempts: int, refused: Container[Route]) -> _Ready | None:
        """Read what the push says and mark it as attempted; `None` when it is settled, before or by this."""
        async with self.units.write() as uow:
            now = self.clock.now()
            push = await uow.pushes.get(push_key)
            if push is not None and await uow.take(Turn.of_person(push.accountant_id)):
                push = await uow.pushes.get(push_key)
            if push is None or push.state is not PushState.QUEUED:
                return None
            if push.channel is Channel.SMS and (wait := self.sms_hours.wait(now)):
                raise RetryLater(wait.total_seconds(), "outside the hours for SMS", counts=False)
            if await waits_for_number(uow, push, now):
                raise RetryLater(2, "the account number has not come", counts=False)
            routes = await routes_of(uow, push, self.senders, by_mail=self.last_resort is not None)
            routes = await self._open_routes(uow, push, routes, now)
            left = [route for route in in_turn(routes, attempts) if route not in refused]
            route = left[0] if left else Route(push.channel, "")
            silent = False
            if not push.address:
                preferences = await uow.preferences.get(push.accountant_id)
                silent = preferences.silent(now)
                until = await _held_until(uow, push, preferences, route.channel, now)
                if until is not None:
                    await hold_for_digest(uow, push, until, now)
                    return None
            if await is_unwanted(uow, push, now):
                return None
            first = await _part(uow, push, now)
            held: Sequence[int] = ()
            if isinstance(push.subject, DailyDigest):
                held = await uow.pushes.ids_of_held(push.accountant_id)
            if first is None:
                await uow.pushes.release_held(held, None, now)
                return None
            if not await may_leave(uow, push, self.budgets, now):
                await uow.pushes.mark_not_delivered(push.key)
                return None
            tells_all = _tells_of_failures(first.content)
            failures = await uow.pushes.ids_of_untold(push.accountant_id) if tells_all else ()
            along = await self._along(uow, push, route, now)
            follows = await followed_by(uow, push, route)
            return _Ready(first, along, route, len(left) <= 1, silent, failures, held, follows, now)

    async def _open_routes(
        self, uow: UnitOfWork, push: Push, routes: Sequence[Route], now: datetime
    ) -> Sequence[Route]:
        """The routes without Zalo where its messages of the month are used up, or kept for what matters more;
        the only route of a push stays."""
        others = [route for route in routes if route.channel is not Channel.ZALO]
        if not others or len(others) == len(routes):
            return routes
        sent = await uow.sent_messages.in_month(month_of(now))
        closed = await uow.sent_messages.is_closed(now) or not self.quota.carries(push, sent)
        return others if closed else routes

    async def _along(self, uow: UnitOfWork, push: Push, route: Route, now: datetime) -> tuple[_Part, ...]:
        """What leaves with `push`, as it says now."""
        waiting = await waiting_with(uow, push, self.senders.get(route.channel))
        parts = [await _part(uow, one, now) for one in waiting]
        return tuple(part for part in parts if part is not None)

    async def _send(self, ready: _Ready) -> tuple[str, Sequence[_Part]]:
        """Returns the channel's reference of the message, and the parts that it told."""
        push, route = ready.first.push, ready.route
        if not route.address:
            raise Undeliverable("no_address")
        if not push.address and route.channel is Channel.EMAIL:
            sender, key = self.last_resort, f"instead_of_chat:{push.key}"
        else:
            sender, key = self.senders.get(route.channel), push.key
        if sender is None:
            raise Undeliverable("channel_off")
        if together := way_together(sender):
            # As many as fit into one message, and `first` in any case.
            for count in range(len(ready.along), 0, -1):
                parts = [ready.first, *ready.along[:count]]
                message_ref = await together(
                    route.address,
                    [part.content for part in parts],
                    key,
                    maybe_repeated=any(part.push.attempted for part in parts),
                    silent=ready.silent,
                )
                if message_ref is not None:
                    return message_ref, parts
        send = sender.send
        if push.link and isinstance(sender, LinkingSender):
            send = partial(sender.send_linked, push.link)
        if ready.follows and ready.follows.in_place and isinstance(sender, LiveSender):
            send = partial(sender.replace, ready.follows.push.message_ref)
        message_ref = await send(
            route.address, ready.first.content, key, maybe_repeated=push.attempted, silent=ready.silent
        )
        return message_ref, [ready.first]

    async def _take_back(self, ready: _Ready) -> None:
        """Take back all marks: nothing arrived this time."""
        async with self.units.write(Turn.of_person(ready.first.push.accountant_id)) as uow:
            await _take_back_marks(uow, (ready.first, *ready.along))
            await count_off(uow, ready.first.push, self.budgets, ready.at, self.clock.now())

    async def _settle(self, ready: _Ready, message_ref: str, told: Sequence[_Part]) -> None:
        channel, now = ready.route.channel, self.clock.now()
        async with self.units.write(Turn.of_person(ready.first.push.accountant_id)) as uow:
            for part in told:
                await uow.pushes.mark_sent(part.push.key, channel, message_ref, now)
            if channel in CHATS and channel not in NUMBERED and message_ref.isdecimal():
                await uow.chats.note_push(channel, ready.route.address, int(message_ref))
            if ready.follows and ready.follows.push.message_ref != message_ref:
                await queue_retiring(uow, ready.follows.push.key, now)
            await _take_back_marks(uow, ready.along[len(told) - 1 :])
            await uow.pushes.mark_failures_told(ready.failures)
            await uow.pushes.release_held(ready.held, channel, now)

    async def _give_up(self, push: Push, error: str) -> None:
        """Send the push by its next channel, if it has one; else tell the accountant."""
        async with self.units.write(Turn.of_person(push.accountant_id)) as uow:
            now = self.clock.now()
            # Where another process has sent it meanwhile, nobody needs to be told.
            if await uow.pushes.mark_undeliverable(push.key, error, now) and push.address:
                instead = await next_channel(uow, push, self.senders)
                told = Push(f"failed:{push.key}", Channel.CHAT, DeliveryFailed(push.key), push.accountant_id)
                await queue_pushes(uow, [instead or told], now)


async def _part(uow: UnitOfWork, push: Push, now: datetime) -> _Part | None:
    """What `push` says, and mark it as attempted. Where nothing is left to say: drop it and return `None`."""
    content = await read_content(uow, push, Reading(now))
    if content is None:
        await uow.pushes.mark_dropped(push.key, now)
        return None
    await uow.pushes.mark_attempted(push.key)
    if push.address and (plain := without_links(content)) != content:
        # To strangers no link leaves in the name of a firm that has neither paid nor was approved.
        firm_id = (await uow.people.accountant(push.accountant_id)).firm_id
        content = content if await uow.held.is_cleared(firm_id) else plain
    return _Part(push, content)


async def _take_back_marks(uow: UnitOfWork, parts: Sequence[_Part]) -> None:
    """Take back the marks of parts that did not arrive. A part that was tried before keeps its mark: that try
    may have arrived."""
    for part in parts:
        if not part.push.attempted:
            await uow.pushes.mark_not_delivered(part.push.key)


def _tells_of_failures(content: PushContent) -> bool:
    told = content.held if isinstance(content, DailyDigestContent) else (content,)
    return any(isinstance(one, DeliveryFailedContent) for one in told)


async def _held_until(
    uow: UnitOfWork, push: Push, preferences: Preferences, channel: Channel, now: datetime
) -> datetime | None:
    """When the person may be told: as the preferences say, and not too often where messages are counted.
    `None` for at once, as for what is urgent."""
    if push.subject.kind.answer:
        return None
    until = preferences.held_until(push.subject.kind.topic, now)
    if until is not None or channel not in GATHERED:
        return until
    last = await uow.pushes.last_unasked(push.accountant_id, channel, now - GATHERED[channel])
    until = gathered_until(push.subject, channel, last, now)
    if until is None:
        return None
    content = await read_content(uow, push, Reading(now))
    return None if content is not None and content.urgent else until
