"""400 days of a firm with 50 orders: reminders, suspensions and restorations against a separate table.

The table is computed from what was done and when, without the program's rules.
"""

import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from domain.chats import Channel
from domain.events import Verb
from domain.messaging.contents import PaymentReceiptContent, TransferContent, TrialReminderContent
from domain.orders import Order, OrderState
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.reminders import slots
from domain.transfers import Provider, ReportedTransfer
from services.activation.reminders import Remind
from services.money.transfers import TakeTransfers
from services.operations import Operations
from storage.database import Database
from tests.support.builders import add_customers, place, placed_order, ready_draft
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = 400
ORDERS = 50
START = datetime(2026, 6, 15, 12, 0, tzinfo=VIETNAM)


@dataclass
class Plan:
    """The events planned for one order, and the order and lines that they make."""

    placed: datetime
    recipient: RecipientMode
    customers: int
    activate: datetime | None
    pay: list[tuple[datetime, float]]
    """Moments, each with the part of each request's amount."""
    cancel: datetime | None
    order: Order | None = None
    lines: "list[Line]" = field(default_factory=list)


@dataclass
class Line:
    name: str
    payer: tuple[str, str]
    """The payer's e-mail and phone; empty if the accountant pays."""
    activated: datetime | None = None
    paid: datetime | None = None
    cancelled: datetime | None = None


class Told(NamedTuple):
    at: datetime
    channel: Channel
    address: str
    stages: tuple[tuple[str, tuple[str, ...]], ...]


class Changed(NamedTuple):
    at: datetime
    name: str
    suspended: bool


def _told_at(moment: datetime) -> datetime:
    """The next full hour from 7h to 21h."""
    local = moment.astimezone(VIETNAM)
    hour = local.replace(minute=0, second=0, microsecond=0)
    while hour < local or not 7 <= hour.hour <= 21:
        hour += timedelta(hours=1)
    return hour


def _expected_reminders(lines: list[Line], until: datetime) -> list[Told]:
    told: defaultdict[tuple[datetime, Channel, str], defaultdict[str, list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for line in lines:
        if line.activated is None:
            continue
        for stage, days in (("three_days", 4), ("one_day", 6), ("ended", 7)):
            at = _told_at(line.activated + timedelta(days=days))
            if at > until or any(done is not None and done < at for done in (line.paid, line.cancelled)):
                continue
            people = [(Channel.TELEGRAM, "chat")]
            if line.payer != ("", ""):
                people += [(Channel.EMAIL, line.payer[0]), (Channel.SMS, line.payer[1])]
            for channel, address in people:
                told[at, channel, address][stage].append(line.name)
    return sorted(
        Told(*key, tuple(sorted((stage, tuple(sorted(names))) for stage, names in stages.items())))
        for key, stages in told.items()
    )


def _expected_changes(lines: list[Line], until: datetime) -> list[Changed]:
    changes = []
    for line in lines:
        if line.activated is None:
            continue
        ends = line.activated + timedelta(days=7)
        if line.cancelled is not None and line.cancelled < ends:
            changes.append(Changed(line.cancelled, line.name, True))
        elif ends <= until and not (line.paid is not None and line.paid < ends):
            changes.append(Changed(ends, line.name, True))
            if line.paid is not None:
                changes.append(Changed(line.paid, line.name, False))
    return sorted(changes)


def _plans(rng: random.Random, on_the_hour: bool) -> list[Plan]:
    """Orders over the first 380 days. They are activated at once, later or never; paid before or after that,
    in parts, too late or never; cancelled or not."""

    def moment(day: float) -> datetime:
        whole = START + timedelta(days=int(day))
        return whole if on_the_hour else whole + timedelta(seconds=rng.randrange(86_400))

    plans = []
    for _ in range(ORDERS):
        placed = rng.randrange(DAYS - 20)
        activate = rng.choice([placed, placed, placed + 1, placed + rng.randrange(9), None])
        days = sorted(placed + 1 + rng.randrange(18) for _ in range(2))
        pay = rng.choice(
            [[], [(days[0], 1.0)], [(days[0], 1.0)], [(days[0], 0.4), (days[1], 0.6)], [(days[0], 0.5)]]
        )
        cancel = placed + 2 + rng.randrange(10) if not pay and rng.random() < 0.5 else None
        plans.append(
            Plan(
                moment(placed),
                rng.choice([RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT]),
                rng.randint(1, 3),
                moment(activate + 1) if activate is not None else None,
                [(moment(day + 2), part) for day, part in pay],
                moment(cancel + 2) if cancel is not None else None,
            )
        )
    return plans


class Firm:
    """Carries out plans, and notes the time of each act."""

    def __init__(self, operations: Operations, owner: Actor, working: Working, database: Database) -> None:
        self.operations = operations
        self.owner = owner
        self.working = working
        self.database = database
        self.take = TakeTransfers(database, working.clock)
        self.customers = 0
        self.transfers = 0

    async def place(self, plan: Plan) -> None:
        customers = await add_customers(self.operations, self.owner, plan.customers, first=self.customers + 1)
        self.customers += plan.customers
        year = self.working.clock.today().year
        view = await ready_draft(self.operations, self.owner, customers, plan.recipient, fiscal_year=year)
        plan.order = await place(self.operations, self.owner, view)
        own = plan.recipient is RecipientMode.CUSTOMER
        plan.lines = [
            Line(customer.name, (customer.email, customer.phone) if own else ("", ""))
            for customer in customers
        ]

    async def activate(self, plan: Plan) -> None:
        assert plan.order is not None
        run = await self.operations.open_activation(self.owner, plan.order.id)
        await self.operations.start_run(self.owner, run.id)
        for line in plan.lines:
            line.activated = self.working.clock.now()

    async def pay(self, plan: Plan, part: float) -> None:
        assert plan.order is not None
        async with self.database.read() as uow:
            requests = await uow.payments.of_order(plan.order.id)
        for request in requests:
            amount = min(request.left, -(-request.amount * part // 1)) if part < 0.6 else request.left
            await self.pay_amount(request.code, int(amount))
        if part >= 0.6:
            for line in plan.lines:
                line.paid = self.working.clock.now()

    async def pay_amount(self, code: str, amount: int) -> None:
        self.transfers += 1
        number, now = self.transfers, self.working.clock.now()
        content, account = f"MBVCB.123.{code}.CT tu 001", "0011001234567"
        told = ReportedTransfer(
            Provider.SEPAY, str(number), f"FT{number}", amount, False, content, account, now
        )
        await self.take([told])

    async def cancel(self, plan: Plan) -> None:
        assert plan.order is not None
        await self.operations.cancel_order(self.owner, plan.order.id)
        for line in plan.lines:
            line.cancelled = self.working.clock.now()


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("on_the_hour", [True, False], ids=["day by day", "to the second"])
async def test_400_days_agree_with_the_table(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock, on_the_hour: bool
) -> None:
    clock.set(START)
    working = Working(database, clock)
    firm = Firm(operations, owner, working, database)
    plans = _plans(random.Random(20261123), on_the_hour)
    agenda: list[tuple[datetime, int, int, Callable[..., Awaitable[None]], tuple[Any, ...]]] = [
        (plan.placed, number, 0, firm.place, (plan,)) for number, plan in enumerate(plans)
    ]
    for number, plan in enumerate(plans):
        if plan.activate is not None:
            agenda.append((plan.activate, number, 1, firm.activate, (plan,)))
        agenda += [(at, number, 2, firm.pay, (plan, part)) for at, part in plan.pay]
        if plan.cancel is not None:
            agenda.append((plan.cancel, number, 3, firm.cancel, (plan,)))
    agenda.sort(key=lambda entry: entry[:3])
    today = START
    for at, _, _, act, given in agenda:
        while today + timedelta(days=1) <= at:
            today += timedelta(days=1)
            await _forward(working, today, on_the_hour)
        await _forward(working, at, on_the_hour)
        await act(*given)
        await working.work()
    end = START + timedelta(days=DAYS)
    while today < end:
        today += timedelta(days=1)
        await _forward(working, today, on_the_hour)

    lines = [line for plan in plans for line in plan.lines]
    assert await _reminders(working) == _expected_reminders(lines, end)
    assert await _changes(database, plans) == _expected_changes(lines, end)
    async with database.read() as uow:
        orders = [await uow.orders.get(plan.order.id) for plan in plans if plan.order is not None]
    assert {order.state for order in orders if order is not None} == set(OrderState)
    usable = [line for line in lines if line.activated is not None and _usable(line, end)]
    assert len(working.vendor.created) - len(working.vendor.suspended) == len(usable)


async def _forward(working: Working, moment: datetime, at_a_leap: bool) -> None:
    if at_a_leap:
        working.clock.set(max(moment, working.clock.now().astimezone(VIETNAM)))
        await working.work()
    else:
        await working.work_until(moment)


def _usable(line: Line, now: datetime) -> bool:
    assert line.activated is not None
    return line.cancelled is None and (line.paid is not None or now < line.activated + timedelta(days=7))


async def _reminders(working: Working) -> list[Told]:
    return sorted(
        Told(
            sent.at.astimezone(VIETNAM),
            sent.channel,
            "chat" if sent.channel is Channel.TELEGRAM else sent.address,
            tuple(
                sorted(
                    (group.stage.value, tuple(sorted(one.line.name for one in group.licences)))
                    for group in sent.content.groups
                )
            ),
        )
        for sent in working.sent
        if isinstance(sent.content, TrialReminderContent)
    )


async def _changes(database: Database, plans: list[Plan]) -> list[Changed]:
    changes = []
    for plan in plans:
        assert plan.order is not None
        async with database.read() as uow:
            events, count = await uow.events.of_order(plan.order.id, 0, 1000)
        assert count == len(events)
        changes += [
            Changed(
                event.at,
                plan.lines[int(event.params["position"]) - 1].name,
                event.verb is Verb.LICENCE_SUSPENDED,
            )
            for event in events
            if event.verb in (Verb.LICENCE_SUSPENDED, Verb.LICENCE_RESTORED)
        ]
    return sorted(changes)


async def test_a_job_that_runs_again_reminds_nobody_twice(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    async with database.write() as uow:
        (one,) = await uow.licences.of_order(order.id)
        active = one.licence.begun().activated("v", "l", clock.now())
        await uow.licences.save(active)
    assert active.deadline is not None
    _, slot = next(slots(active.deadline))
    clock.set(slot)
    for _ in range(2):
        await Remind(database, clock)(Channel.CHAT, "", owner.accountant_id, slot)
    (told,) = [row for row in await rows_of(database, "pushes") if row["kind"] == "trial_reminder"]
    assert (told["channel"], told["address"]) == (Channel.CHAT, "")
    assert told["key"].startswith("reminder:chat:")


async def test_who_has_paid_a_part_is_reminded_of_the_rest(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    working = Working(database, clock)
    order = await placed_order(operations, owner, await add_customers(operations, owner, 2))
    run = await operations.open_activation(owner, order.id)
    await operations.start_run(owner, run.id)
    await working.work()
    firm = Firm(operations, owner, working, database)
    async with database.read() as uow:
        first, second = await uow.payments.of_order(order.id)
    await firm.pay_amount(first.code, 1_000_000)
    await working.work_until(clock.now() + timedelta(days=5))
    chats, mails = (
        [content for content in working.to(channel) if isinstance(content, TrialReminderContent)]
        for channel in (Channel.TELEGRAM, Channel.EMAIL)
    )
    (group,) = chats[0].groups
    assert (group.owed, group.amount) == (
        (first.amount - 1_000_000, second.amount),
        first.amount + second.amount - 1_000_000,
    )
    assert sorted(content.groups[0].amount for content in mails) == [first.amount - 1_000_000, second.amount]


@pytest.mark.parametrize("days", [6, 8])
async def test_money_says_whether_it_opens_the_licence_again(
    days: int, operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    working = Working(database, clock)
    order = await placed_order(operations, owner, await add_customers(operations, owner, 2))
    await operations.start_run(owner, (await operations.open_activation(owner, order.id)).id)
    await working.work()
    await working.work_until(clock.now() + timedelta(days=days))
    async with database.read() as uow:
        first, _ = await uow.payments.of_order(order.id)
    await Firm(operations, owner, working, database).pay_amount(first.code, first.amount)
    await working.work()
    (told,) = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, TransferContent)]
    assert told.reopened == ({first.code} if days > 7 else set())
    assert told.urgent is (days > 7)
    (receipt,) = [one for one in working.to(Channel.EMAIL) if isinstance(one, PaymentReceiptContent)]
    assert receipt.reopened is (days > 7)
