"""Whether a message to somebody without an account may leave now, counted to the message."""

from datetime import datetime, timedelta

from domain.calendar import day_of, month_of
from domain.chats import Channel
from domain.messaging.budgets import Bound, Budgets, always_leaves, next_morning
from domain.messaging.limit_pushes import BudgetReached, MessagesWait
from domain.messaging.pushes import Push
from domain.messaging.quota import ALL, MARKS, REFUSED, passed
from domain.tallies import Counted, Tally
from services.messaging.push_queue import queue_later, send_at, tell_back_office
from services.ports import UnitOfWork

GATHERED = timedelta(minutes=1)
"""How long the word to the accountant waits, which says how many messages wait."""


def for_firm(channel: Channel, firm_id: int, now: datetime) -> Tally:
    """The count of a firm's messages of the day."""
    return Tally.of_day(Counted.SENT_FOR, f"{channel}:{firm_id}", now)


def in_month(channel: Channel, now: datetime) -> Tally:
    return Tally.of_month(Counted.SENT_IN_ALL, channel, now)


def _counts(push: Push, firm_id: int, now: datetime) -> dict[Bound, Tally]:
    return {
        Bound.RECIPIENT: Tally.of_day(Counted.SENT_TO, f"{push.channel}:{push.address}", now),
        Bound.FIRM: for_firm(push.channel, firm_id, now),
        Bound.MONTH: in_month(push.channel, now),
    }


async def may_leave(uow: UnitOfWork, push: Push, budgets: Budgets, now: datetime) -> bool:
    """Whether the push may leave now, as far as it goes to somebody without an account: it is counted then.

    Else it waits until the next morning, its accountant and back office are told, and nothing waits behind
    it. One that was tried before is counted already.
    """
    if not push.address or push.attempted or push.channel not in budgets.of:
        return True
    firm_id = (await uow.people.accountant(push.accountant_id)).firm_id
    budget, counts = budgets.of[push.channel], _counts(push, firm_id, now)
    limits = {
        Bound.RECIPIENT: budget.recipient_day,
        Bound.FIRM: budgets.firm_day(push.channel, await uow.held.is_cleared(firm_id)),
        Bound.MONTH: budget.month,
    }
    used = {bound: await uow.tallies.add(tally, now) for bound, tally in counts.items()}
    reached = [bound for bound, limit in limits.items() if limit and used[bound] > limit]
    if reached and not always_leaves(push.subject):
        await _count_off(uow, counts, now)
        await wait(uow, push, firm_id, reached[0], now)
        return False
    about = f"{Bound.MONTH}:{push.channel}:{month_of(now)}"
    await _warn(uow, about, used[Bound.MONTH], budget.month, now)
    return True


async def count_off(
    uow: UnitOfWork, push: Push, budgets: Budgets, counted_at: datetime, now: datetime
) -> None:
    """Take back the count of a push that did not arrive."""
    if push.address and not push.attempted and push.channel in budgets.of:
        firm_id = (await uow.people.accountant(push.accountant_id)).firm_id
        await _count_off(uow, _counts(push, firm_id, counted_at), now)


async def _count_off(uow: UnitOfWork, counts: dict[Bound, Tally], now: datetime) -> None:
    for tally in counts.values():
        await uow.tallies.add(tally, now, -1)


async def wait(uow: UnitOfWork, push: Push, firm_id: int, bound: Bound, now: datetime) -> None:
    """Have a push that is stored leave the next morning, and tell its accountant and back office why."""
    await uow.held.mark_waiting(push.key, bound)
    await send_at(uow, push, next_morning(now), now)
    day, channel = day_of(now), push.channel
    told = MessagesWait(f"{bound}:{channel}:{day}")
    key = f"messages_wait:{push.accountant_id}:{told.what}"
    await queue_later(uow, Push(key, Channel.CHAT, told, push.accountant_id), now + GATHERED, now)
    about = f"{month_of(now)}:{REFUSED}" if bound is Bound.MONTH else f"{day}:{firm_id}"
    await _tell(uow, f"{bound}:{channel}:{about}", now)


async def warn_of_codes(uow: UnitOfWork, channel: Channel, limit: int, used: int, now: datetime) -> None:
    """Tell back office how many of the codes that may leave in a day have left, with the one that is counted
    now."""
    await _warn(uow, f"{Bound.CODES}:{channel}:{day_of(now)}", used, limit, now, (*MARKS, ALL))


async def _warn(
    uow: UnitOfWork, about: str, used: int, limit: int, now: datetime, marks: tuple[int, ...] = MARKS
) -> None:
    """Tell back office of the marks that the last one of `used` has reached."""
    for mark in set(passed(used, limit, marks)) - set(passed(used - 1, limit, marks)):
        await _tell(uow, f"{about}:{mark}", now)


async def _tell(uow: UnitOfWork, what: str, now: datetime) -> None:
    await tell_back_office(uow, f"budget_reached:{what}", BudgetReached(what), now)
