"""The totals of a day."""

from datetime import date, datetime, time, timedelta

from domain.calendar import VIETNAM
from domain.events import Verb
from domain.people import Actor, Right
from services.audit import record
from services.operation import Operation
from services.ports import DayTotals


class ShowTotals(Operation):
    """The totals of one day in Vietnam. The audit log notes who looked."""

    async def __call__(self, actor: Actor, day: date) -> DayTotals:
        actor.require(Right.RUN_BACK_OFFICE)
        since = start_of(day)
        async with self.units.read() as uow:
            totals = await uow.transfers.totals(since, since + timedelta(days=1))
        async with self.units.write() as uow:
            await record(uow, Verb.TOTALS_SHOWN, self.clock.now(), by=actor, day=day.isoformat())
        return totals


def start_of(day: date) -> datetime:
    """Midnight in Vietnam, which has no daylight saving time."""
    return datetime.combine(day, time(), VIETNAM)
