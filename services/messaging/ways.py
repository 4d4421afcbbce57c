"""Which ways a push may take now, what each would cost, and what it did cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.calendar import SendingHours, day_of, month_of
from domain.chats import Channel
from domain.messaging.budgets import Bound, next_morning
from domain.messaging.contents import PushContent
from domain.messaging.limit_pushes import BudgetReached
from domain.messaging.pushes import Push
from domain.messaging.quota import MonthlyQuota
from domain.messaging.spending import Spending, Spent, Tariff, is_hasty, tallies_of_spending
from domain.messaging.templates import RECEIVED_WITHIN, template_of
from services.messaging.push_queue import send_at, tell_back_office_once
from services.messaging.routes import Route
from services.operation import Operation
from services.ports import NewJob, PricedSender, PushSender, RetryLater, UnitOfWork

RECEIPT_TRIES, RECEIPT_SECONDS = 4, 10.0
RECEIPT_JOB, UNRECEIVED_JOB = "template_receipt", "template_unreceived"


@dataclass(frozen=True, slots=True)
class Ways:
    """Asks of each route of a push whether it may go there, and what that costs.

    `quota` is how many messages Zalo carries in a month, `tariff` what messages cost, `spending` how much
    they may cost; with `templates`, template messages of Zalo reach phones, within `hours`.
    """

    quota: MonthlyQuota
    tariff: Tariff
    spending: Spending
    templates: bool
    hours: SendingHours

    async def open(
        self, uow: UnitOfWork, push: Push, routes: Sequence[Route], now: datetime
    ) -> Sequence[Route] | None:
        """The routes that may be taken, the cheapest that comes in time first; `None` where each would cost
        more than may be spent today.

        Where no route is open, the first stays: its sender knows better.
        """
        offered = [*await self._by_template(uow, push, now), *routes]
        asked = [(route, await self._cost(uow, push, route, bool(offered[1:]), now)) for route in offered]
        lawful = [replace(route, cost=cost) for route, cost in asked if cost is not None]
        if not lawful:
            return routes
        spent = await spent_by(uow, now) if any(route.cost for route in lawful) else Spent(0, 0)
        open_now = [
            route for route in lawful if not route.cost or self.spending.allows(push, route.cost, spent)
        ]
        if not open_now:
            return None
        mail_first = bool(routes) and routes[0].channel is Channel.EMAIL
        late = Channel.EMAIL if is_hasty(push) and not mail_first else None
        return sorted(open_now, key=lambda route: (route.channel is late, route.cost))

    async def _by_template(self, uow: UnitOfWork, push: Push, now: datetime) -> Sequence[Route]:
        """The template message that says the push, unless it left so before and never came."""
        name = template_of(push.subject)
        if not self.templates or name is None or push.template or self.hours.wait(now):
            return ()
        if push.channel not in (Channel.CHAT, Channel.SMS):
            return ()
        known = await uow.zalo_templates.usable(name, now)
        if known is None:
            return ()
        phone = push.address or (await uow.people.accountant(push.accountant_id)).phone
        return [Route(Channel.ZALO, phone, known.template_id, known.price)] if phone else ()

    async def _cost(
        self, uow: UnitOfWork, push: Push, route: Route, has_others: bool, now: datetime
    ) -> int | None:
        """What a message by this route costs; `None` where none may go."""
        if route.template_id:
            return route.cost
        if route.channel is Channel.SMS:
            return self.tariff.sms
        if route.channel is not Channel.ZALO:
            return 0
        if self.tariff.oa is not None:
            cost = (await uow.sent_messages.chat(route.address)).cost_of_next(now, self.tariff.oa)
            return None if cost and await uow.sent_messages.is_closed(now) else cost
        if not has_others:
            return 0
        sent = await uow.sent_messages.in_month(month_of(now))
        closed = await uow.sent_messages.is_closed(now) or not self.quota.carries(push, sent)
        return None if closed else 0


async def wait_for_money(uow: UnitOfWork, push: Push, now: datetime) -> None:
    """Have a push that may cost nothing more today leave the next morning."""
    await send_at(uow, push, next_morning(now), now)


async def spent_by(uow: UnitOfWork, now: datetime) -> Spent:
    day, month = tallies_of_spending(now)
    spent = await uow.tallies.of([day, month])
    return Spent(spent[day], spent[month])


async def note_cost(
    uow: UnitOfWork, push: Push, route: Route, sender: PushSender | None, content: PushContent, now: datetime
) -> None:
    """Note what a push has cost that has just left; a chat's own sender has noted it already."""
    cost = route.cost if route.template_id else 0
    if not cost and isinstance(sender, PricedSender):
        cost = sender.price(content)
    await _add(uow, push.key, cost, now)
    if route.template_id:
        job = NewJob(UNRECEIVED_JOB, f"unreceived:{push.key}", {"push_key": push.key}, now + RECEIVED_WITHIN)
        await uow.jobs.enqueue([job], now)


async def _add(uow: UnitOfWork, push_key: str, cost: int, now: datetime) -> None:
    if cost:
        await uow.pushes.add_cost(push_key, cost)
        await spend(uow, cost, now)


async def spend(uow: UnitOfWork, cost: int, now: datetime) -> None:
    """Count VND that a message costs, push or not."""
    for tally in tallies_of_spending(now):
        await uow.tallies.add(tally, now, cost)


class TakeReceipt(Operation):
    """A phone has a template message. Raises `RetryLater` where it is not known yet that Zalo took it."""

    async def __call__(self, message_ref: str, attempts: int) -> None:
        async with self.units.write() as uow:
            known = await uow.pushes.mark_received(message_ref, self.clock.now())
        if not known and attempts < RECEIPT_TRIES:
            raise RetryLater(RECEIPT_SECONDS, "a receipt that comes early")


class TakeBackUnreceived(Operation):
    """Send a push by its next way whose template message no phone has. What is not received costs nothing."""

    async def __call__(self, push_key: str) -> None:
        async with self.units.write() as uow:
            now = self.clock.now()
            push = await uow.pushes.take_back(push_key)
            if push is None:
                return
            known = {one.name: one for one in await uow.zalo_templates.all()}
            name = template_of(push.subject)
            cost = known[name].price if name in known else 0
            await _add(uow, push_key, -cost, now)
            await send_at(uow, push, now, now)


@dataclass(frozen=True, slots=True)
class WarnOfSpending(Operation):
    """Tell back office of the highest mark of `MARKS` that the money of the day and of the month have
    reached, each once. The program itself calls this."""

    spending: Spending

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.units.read() as uow:
            spent = await spent_by(uow, now)
        marks: Mapping[str, int] = {
            month_of(now): max(MonthlyQuota(self.spending.month).marks_passed(spent.this_month), default=0),
            day_of(now).isoformat(): max(
                MonthlyQuota(self.spending.day).marks_passed(spent.today), default=0
            ),
        }
        for period, mark in marks.items():
            subject = BudgetReached(f"{Bound.MONEY}:{Channel.CHAT}:{period}:{mark}")
            if mark:
                await tell_back_office_once(self.units, f"budget_reached:{subject.what}", subject, now)
