"""The totals of a day, or of several."""

from datetime import date, datetime, time, timedelta

from domain.calendar import VIETNAM
from domain.errors import DomainError
from domain.events import Verb
from domain.people import Actor, Right
from services.audit import record
from services.operation import Operation
from services.ports import DayTotals

LONGEST = 366
"""The most days that one report may cover."""


class ShowTotals(Operation):
    """The totals of the days from `first` to `last` in Vietnam, by default of one. The audit log notes who
    looked. Raises `DomainError`: see `span_of`."""

    async def __call__(self, actor: Actor, first: date, last: date | None = None) -> DayTotals:
        actor.require(Right.RUN_BACK_OFFICE)
        last = last or first
        since, until = span_of(first, last)
        now, days = self.clock.now(), (first.isoformat(), last.isoformat())
        async with self.units.read() as uow:
            totals = await uow.transfers.totals(since, until)
        async with self.units.write() as uow:
            if first == last:
                await record(uow, Verb.TOTALS_SHOWN, now, by=actor, day=days[0])
            else:
                await record(uow, Verb.TOTALS_SHOWN, now, by=actor, first=days[0], last=days[1])
        return totals


def span_of(first: date, last: date) -> tuple[datetime, datetime]:
    """The moment with which days in Vietnam begin, and the one at which they have ended.

    Raises `DomainError`: `days_reversed`, `days_too_many` (limit).
    """
    if last < first:
        raise DomainError("days_reversed")
    if (last - first).days >= LONGEST:
        raise DomainError("days_too_many", limit=LONGEST)
    return start_of(first), start_of(last + timedelta(days=1))


def start_of(day: date) -> datetime:
    """Midnight in Vietnam, which has no daylight saving time."""
    return datetime.combine(day, time(), VIETNAM)
