"""Delivery of queued pushes. The program itself delivers them, so there is no actor."""

import hashlib
import logging
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from domain.calendar import SendingHours
from domain.chats import CHATS, NUMBERED, Channel
from domain.messaging.budgets import NO_BUDGETS, Budgets
from domain.messaging.pushes import DailyDigest, DeliveryFailed, Push, PushState
from domain.messaging.quota import NO_QUOTA, MonthlyQuota
from domain.messaging.spending import NO_TARIFF, UNLIMITED, Spending, Tariff
from domain.messaging.templates import CLOSED_FOR, template_of
from services.messaging.budgets import count_off, may_leave
from services.messaging.bundles import waiting_with, way_together
from services.messaging.digests import hold_for_digest
from services.messaging.following import followed_by
from services.messaging.leaving import Part, Ready, held_until, part_of, take_back_marks, tells_of_failures
from services.messaging.live_messages import queue_retiring
from services.messaging.mail_stops import is_unwanted
from services.messaging.push_queue import queue_pushes
from services.messaging.routes import Route, in_turn, next_channel, routes_of, waits_for_number
from services.messaging.ways import Ways, note_cost, wait_for_money
from services.operation import Operation
from services.patience import A_DAY
from services.ports import (
    AddressMoved,
    LinkingSender,
    LiveSender,
    PushSender,
    RetryLater,
    TemplateSender,
    Turn,
    Undeliverable,
    UnitOfWork,
    WayClosed,
)

SMS_HOURS = SendingHours()

log = logging.getLogger(__name__)


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
    tariff: Tariff = NO_TARIFF
    spending: Spending = UNLIMITED
    templates: TemplateSender | None = None

    async def __call__(self, push_key: str, attempts: int) -> None:
        refused: list[Route] = []
        while ready := await self._prepare(push_key, attempts, refused):
            try:
                message_ref, told = await self._send(ready)
            except WayClosed as closed:
                await self._take_back(ready)
                if ready.route.template_id:
                    await self._close_templates()
                elif ready.is_last:
                    await self._later(ready, attempts, A_DAY.later(closed, attempts))
                    return
                refused.append(ready.route)
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

    async def _later(self, ready: Ready, attempts: int, later: RetryLater) -> None:
        """Raise `later`, unless the push was tried often enough."""
        if attempts < A_DAY.attempts:
            raise later
        await self._give_up(ready.first.push, str(later))

    async def _prepare(self, push_key: str, attempts: int, refused: Container[Route]) -> Ready | None:
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
            open_now = await self._ways.open(uow, push, routes, now)
            if open_now is None:
                await wait_for_money(uow, push, now)
                return None
            left = [route for route in in_turn(open_now, attempts) if route not in refused]
            route = left[0] if left else Route(push.channel, "")
            silent = False
            if not push.address:
                preferences = await uow.preferences.get(push.accountant_id)
                silent = preferences.silent(now)
                until = await held_until(uow, push, preferences, route, now)
                if until is not None:
                    await hold_for_digest(uow, push, until, now)
                    return None
            if await is_unwanted(uow, push, now):
                return None
            first = await part_of(uow, push, now)
            held: Sequence[int] = ()
            if isinstance(push.subject, DailyDigest):
                held = await uow.pushes.ids_of_held(push.accountant_id)
            if first is None:
                await uow.pushes.release_held(held, None, now)
                return None
            if not await may_leave(uow, push, self.budgets, now):
                await uow.pushes.mark_not_delivered(push.key)
                return None
            tells_all = tells_of_failures(first.content)
            failures = await uow.pushes.ids_of_untold(push.accountant_id) if tells_all else ()
            along = await self._along(uow, push, route, now)
            follows = await followed_by(uow, push, route)
            return Ready(first, along, route, len(left) <= 1, silent, failures, held, follows, now)

    @property
    def _ways(self) -> Ways:
        by_template = self.templates is not None
        return Ways(self.quota, self.tariff, self.spending, by_template, self.sms_hours)

    async def _along(self, uow: UnitOfWork, push: Push, route: Route, now: datetime) -> tuple[Part, ...]:
        """What leaves with `push`, as it says now; a template says one thing."""
        if route.template_id:
            return ()
        waiting = await waiting_with(uow, push, self.senders.get(route.channel))
        parts = [await part_of(uow, one, now) for one in waiting]
        return tuple(part for part in parts if part is not None)

    async def _send(self, ready: Ready) -> tuple[str, Sequence[Part]]:
        """Returns the channel's reference of the message, and the parts that it told."""
        push, route = ready.first.push, ready.route
        if not route.address:
            raise Undeliverable("no_address")
        if route.template_id:
            return await self._send_template(ready), [ready.first]
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

    async def _send_template(self, ready: Ready) -> str:
        name, push = template_of(ready.first.push.subject), ready.first.push
        assert self.templates is not None
        assert name is not None
        message_ref = hashlib.sha256(push.key.encode()).hexdigest()[:32]
        content, to = ready.first.content, ready.route
        await self.templates.send_template(to.address, name, to.template_id, content, message_ref)
        return message_ref

    async def _close_templates(self) -> None:
        async with self.units.write() as uow:
            await uow.zalo_templates.close(self.clock.now() + CLOSED_FOR)

    async def _take_back(self, ready: Ready) -> None:
        """Take back all marks: nothing arrived this time."""
        async with self.units.write(Turn.of_person(ready.first.push.accountant_id)) as uow:
            await take_back_marks(uow, (ready.first, *ready.along))
            await count_off(uow, ready.first.push, self.budgets, ready.at, self.clock.now())

    async def _settle(self, ready: Ready, message_ref: str, told: Sequence[Part]) -> None:
        channel, now = ready.route.channel, self.clock.now()
        async with self.units.write(Turn.of_person(ready.first.push.accountant_id)) as uow:
            template = template_of(ready.first.push.subject) if ready.route.template_id else None
            for part in told:
                await uow.pushes.mark_sent(part.push.key, channel, message_ref, now, template or "")
            sender = self.senders.get(channel)
            await note_cost(uow, ready.first.push, ready.route, sender, ready.first.content, now)
            if channel in CHATS and channel not in NUMBERED and message_ref.isdecimal():
                await uow.chats.note_push(channel, ready.route.address, int(message_ref))
            if ready.follows and ready.follows.push.message_ref != message_ref:
                await queue_retiring(uow, ready.follows.push.key, now)
            await take_back_marks(uow, ready.along[len(told) - 1 :])
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
