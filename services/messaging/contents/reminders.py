"""Reminders of unpaid licences in their seven days."""

from collections import defaultdict
from datetime import datetime

from domain.licences import LicenceLine
from domain.messaging.contents import ReminderGroup, TrialReminderContent
from domain.messaging.pushes import Push, TrialReminder
from domain.messaging.targets import Target
from domain.reminders import Stage, stage_at
from services.messaging.contents.reading import SHOWN_LINES, Readers, Reading, Targets, payments_of
from services.ports import UnitOfWork

_URGENCY = (Stage.ENDED, Stage.ONE_DAY, Stage.THREE_DAYS)


async def _trial(uow: UnitOfWork, push: Push, reading: Reading) -> TrialReminderContent | None:
    """Tells of the person's unpaid licences whose latest stage belongs to this slot. Licences that a later
    slot tells of, or that are paid by now, are left out."""
    assert isinstance(push.subject, TrialReminder)
    if reading.brief:
        return None
    slot = datetime.fromisoformat(push.subject.slot)
    by_stage: defaultdict[Stage, list[LicenceLine]] = defaultdict(list)
    for one in await uow.licences.on_trial(push.accountant_id, push.address):
        assert one.licence.deadline is not None
        reached = stage_at(one.licence.deadline, reading.now)
        if reached is not None and reached[1] == slot:
            by_stage[reached[0]].append(one)
    if not by_stage:
        return None
    found = [one for stage in _URGENCY for one in by_stage[stage]]
    codes = list(dict.fromkeys(one.line.payment_code for one in found))[:SHOWN_LINES]
    payments = [await uow.payments.get(code) for code in codes]
    accountant = await uow.people.accountant(push.accountant_id)
    return TrialReminderContent(
        name=found[0].line.notice.name if push.address else accountant.name,
        firm=await uow.people.firm(accountant.firm_id),
        accountant=accountant,
        groups=tuple(_group(stage, by_stage[stage]) for stage in _URGENCY if by_stage[stage]),
        payments=tuple(payment for payment in payments if payment is not None),
        order_id=found[0].licence.order_id if len({one.licence.order_id for one in found}) == 1 else None,
        now=reading.now,
    )


def _group(stage: Stage, found: list[LicenceLine]) -> ReminderGroup:
    amount = sum(one.line.amount for one in found)
    return ReminderGroup(stage, tuple(found[:SHOWN_LINES]), len(found), amount)


async def _target(uow: UnitOfWork, push: Push) -> Target:
    unpaid = await uow.licences.on_trial(push.accountant_id)
    return payments_of({one.licence.order_id for one in unpaid})


READERS: Readers = {TrialReminder: _trial}
TARGETS: Targets = {TrialReminder: _target}
