"""Reminders of unpaid licences in their seven days."""

from datetime import datetime

from domain.licences import TRIAL
from domain.messaging.contents import ReminderGroup, TrialReminderContent
from domain.messaging.pushes import Push, TrialReminder
from domain.messaging.reminder_contents import ReminderInBriefContent
from domain.messaging.targets import Target
from domain.reminders import BEFORE_DEADLINE, Stage, deadlines
from services.messaging.contents.reading import SHOWN_LINES, Readers, Reading, Targets, order_of, payments_of
from services.ports import OnTrial, UnitOfWork

_URGENCY = (Stage.ENDED, Stage.ONE_DAY, Stage.THREE_DAYS)


ORDERS_WITH_BUTTONS = 3
"""How many orders of a reminder have buttons of their own at most."""


async def _in_brief(uow: UnitOfWork, push: Push, slot: datetime) -> ReminderInBriefContent:
    """What the reminder told of at its slot, as far as that is unpaid."""
    customers, deadline = 0, slot + BEFORE_DEADLINE[_URGENCY[-1]]
    for stage in reversed(_URGENCY):
        after, until = deadlines(stage, slot, slot)
        told = await uow.licences.customers_on_trial(push.accountant_id, after - TRIAL, until - TRIAL)
        customers, deadline = customers + told, until if told else deadline
    return ReminderInBriefContent(customers, deadline)


async def _trial(
    uow: UnitOfWork, push: Push, reading: Reading
) -> TrialReminderContent | ReminderInBriefContent | None:
    """Tells of the person's unpaid licences whose latest stage belongs to this slot. Licences that a later
    slot tells of, or that are paid by now, are left out."""
    assert isinstance(push.subject, TrialReminder)
    slot = datetime.fromisoformat(push.subject.slot)
    if reading.brief:
        return await _in_brief(uow, push, slot)
    by_stage: dict[Stage, OnTrial] = {}
    for stage in _URGENCY:
        after, until = deadlines(stage, slot, reading.now)
        found = await uow.licences.on_trial(
            push.accountant_id, push.address, after - TRIAL, until - TRIAL, SHOWN_LINES
        )
        if found.count:
            by_stage[stage] = found
    if not by_stage:
        return None
    first = next(iter(by_stage.values())).first[0]
    codes = list(dict.fromkeys(code for found in by_stage.values() for code in found.codes))[:SHOWN_LINES]
    payments = [await uow.payments.get(code) for code in codes]
    ids = {one.licence.order_id for found in by_stage.values() for one in found.first}
    of_first = {order_id: await order_of(uow, order_id) for order_id in sorted(ids)}
    of_orders = {found.first[0].licence.order_id for found in by_stage.values()}
    is_one_order = len(of_orders) == 1 and all(found.orders == 1 for found in by_stage.values())
    # A payer's mail and SMS have no buttons.
    with_buttons = [] if push.address else list(of_first)[:ORDERS_WITH_BUTTONS]
    unpaid = {order_id: await _unpaid(uow, order_id) for order_id in with_buttons}
    accountant = await uow.people.accountant(push.accountant_id)
    return TrialReminderContent(
        name=first.line.notice.name if push.address else accountant.name,
        firm=await uow.people.firm(accountant.firm_id),
        accountant=accountant,
        groups=tuple(
            ReminderGroup(
                *(stage, tuple(found.first), found.count, found.amount, tuple(found.owed), found.customers),
                {one.licence.order_id: of_first[one.licence.order_id] for one in found.first},
            )
            for stage, found in by_stage.items()
        ),
        payments=tuple(payment for payment in payments if payment is not None),
        order_id=first.licence.order_id if is_one_order else None,
        now=reading.now,
        unpaid=unpaid,
    )


async def _unpaid(uow: UnitOfWork, order_id: int) -> int:
    sums = await uow.payments.sums(order_id)
    return sums.requests - sums.paid


async def _target(uow: UnitOfWork, push: Push) -> Target:
    return payments_of(await uow.licences.orders_on_trial(push.accountant_id, 2))


READERS: Readers = {TrialReminder: _trial}
TARGETS: Targets = {TrialReminder: _target}
