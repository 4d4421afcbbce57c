"""Messages to people without an account stay within the budgets, to the message, and nothing is lost."""

from collections import Counter
from datetime import datetime, timedelta

from domain.calendar import VIETNAM
from domain.chats import Channel
from domain.messaging.budgets import FIRST_DAY, Bound, Budget, Budgets, FirstBudget
from domain.messaging.limit_contents import BudgetReachedContent, MessagesWaitContent
from domain.people import Actor
from services.messaging.budgets import GATHERED
from services.operations import Operations
from services.ports import RetryLater
from storage.database import Database
from tests.services.support import refusal
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.senders import ScriptedSender
from tests.support.working import Working

MORNING = datetime(2026, 6, 16, 7, tzinfo=VIETNAM)
"""The day after the one on which the clock of tests begins."""


def _mail(database: Database, clock: FixedClock, budgets: Budgets, **more: ScriptedSender) -> Working:
    return Working(
        database, clock, senders={Channel(name): one for name, one in more.items()}, budgets=budgets
    )


def _only(channel: Channel, *limits: int) -> Budgets:
    return Budgets({channel: Budget(*limits)})


async def test_what_a_firm_may_not_send_today_leaves_in_the_morning(
    operations: Operations, owner: Actor, back_office: Actor, database: Database, clock: FixedClock
) -> None:
    world = _mail(database, clock, _only(Channel.SMS, 0, 3))
    await placed_order(operations, owner, await add_customers(operations, owner, 5))
    await world.work()
    assert (len(world.to(Channel.SMS)), len(world.to(Channel.EMAIL))) == (3, 5)
    await world.work_until(clock.now() + GATHERED)
    told = [one for one in world.to(Channel.TELEGRAM) if isinstance(one, MessagesWaitContent)]
    assert told == [MessagesWaitContent(Bound.FIRM, Channel.SMS, 2)]
    heard = [one for one in world.to(Channel.TELEGRAM) if isinstance(one, BudgetReachedContent)]
    assert [(one.bound, one.channel, one.firm and one.firm.id) for one in heard] == [
        (Bound.FIRM, Channel.SMS, owner.firm_id)
    ]
    [held] = (await operations.desk.list_held(back_office)).items
    assert (held.firm.id, held.count, held.waiting) == (owner.firm_id, 0, 2)
    await world.work_until(MORNING)
    assert len(world.to(Channel.SMS)) == 5
    assert (await operations.desk.list_held(back_office)).total == 0
    # Nobody got one twice.
    to = [row["address"] for row in await rows_of(database, "pushes") if row["channel"] == "sms"]
    assert Counter(to) == Counter(set(to))


async def test_back_office_lets_what_waits_leave_today(
    operations: Operations, owner: Actor, back_office: Actor, database: Database, clock: FixedClock
) -> None:
    world = _mail(database, clock, _only(Channel.SMS, 0, 3))
    await placed_order(operations, owner, await add_customers(operations, owner, 5))
    await world.work()
    assert await operations.desk.release_waiting(back_office, owner.firm_id) == 2
    await world.work()
    assert len(world.to(Channel.SMS)) == 5
    with refusal("nothing_held"):
        await operations.desk.release_waiting(back_office, owner.firm_id)
    # The day has begun anew, and is no day without end.
    await placed_order(operations, owner, await add_customers(operations, owner, 5, first=50))
    await world.work()
    assert len(world.to(Channel.SMS)) == 6
    await world.work_until(MORNING)
    assert len(world.to(Channel.SMS)) == 9
    await world.work_until(MORNING + timedelta(days=1))
    assert len(world.to(Channel.SMS)) == 10


async def test_an_address_is_written_to_so_often_in_a_day_whoever_causes_it(
    operations: Operations, owner: Actor, stranger: Actor, database: Database, clock: FixedClock
) -> None:
    world = _mail(database, clock, _only(Channel.EMAIL, 2, 0))
    for number, firm in enumerate((owner, stranger, owner)):
        customers = await add_customers(operations, firm, 1, first=7)
        await placed_order(operations, firm, customers, fiscal_year=2026 + number)
    await world.work()
    assert len(world.to(Channel.EMAIL)) == 2
    await world.work_until(MORNING)
    assert len(world.to(Channel.EMAIL)) == 3


async def test_who_was_told_to_pay_is_always_told_not_to(
    operations: Operations, owner: Actor, back_office: Actor, database: Database, clock: FixedClock
) -> None:
    world = _mail(database, clock, _only(Channel.EMAIL, 0, 2))
    order = await placed_order(operations, owner, await add_customers(operations, owner, 4))
    await world.work()
    assert [one.waiting for one in (await operations.desk.list_held(back_office)).items] == [2]
    await operations.cancel_order(owner, order.id)
    # What nobody is to pay any more does not count as waiting, neither here nor in the word about it.
    assert (await operations.desk.list_held(back_office)).total == 0
    async with database.read() as uow:
        assert await uow.held.count_waiting(owner.accountant_id, Channel.EMAIL, Bound.FIRM) == 0
    await world.work()
    # Two were told, both are told not to pay, and the two that waited never hear of the order.
    assert len(world.to(Channel.EMAIL)) == 4
    await world.work_until(MORNING)
    assert len(world.to(Channel.EMAIL)) == 4
    assert len({push.address for push in world.sent if push.channel is Channel.EMAIL}) == 2


async def test_the_month_warns_at_its_marks_and_ends(
    operations: Operations, owner: Actor, back_office: Actor, database: Database, clock: FixedClock
) -> None:
    world = _mail(database, clock, _only(Channel.SMS, 0, 0, 20))
    await placed_order(operations, owner, await add_customers(operations, owner, 22))
    await world.work()
    heard = [one for one in world.to(Channel.TELEGRAM) if isinstance(one, BudgetReachedContent)]
    assert sorted(one.mark for one in heard) == [70, 85, 95, 100]
    assert {one.month for one in heard} == {"2026-06"}
    assert len(world.to(Channel.SMS)) == 20
    await world.work_until(MORNING)
    assert len(world.to(Channel.SMS)) == 20
    await world.work_until(datetime(2026, 7, 1, 8, tzinfo=VIETNAM))
    # Instructions of licences that nobody has activated stay due.
    assert len(world.to(Channel.SMS)) == 22


async def test_a_try_that_did_not_arrive_costs_nothing(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    sms = ScriptedSender()
    sms.outcomes = [RetryLater(1, "busy"), RetryLater(1, "busy")]
    world = _mail(database, clock, _only(Channel.SMS, 0, 3), sms=sms)
    await placed_order(operations, owner, await add_customers(operations, owner, 3))
    await world.work_until(clock.now().replace(hour=clock.now().hour + 1))
    assert len(sms.delivered) == 3


async def test_a_firm_that_has_not_paid_sends_little_in_a_day(
    operations: Operations, owner: Actor, back_office: Actor, database: Database, clock: FixedClock
) -> None:
    few = FirstBudget(1)
    world = _mail(database, clock, Budgets({Channel.EMAIL: Budget(0, 1_000)}, few))
    await placed_order(operations, owner, await add_customers(operations, owner, 9))
    await world.work()
    assert len(world.to(Channel.EMAIL)) == FIRST_DAY
    async with database.write() as uow:
        await uow.held.clear(owner.firm_id)
    await placed_order(operations, owner, await add_customers(operations, owner, 9, first=50))
    await world.work()
    assert len(world.to(Channel.EMAIL)) == FIRST_DAY + 9
