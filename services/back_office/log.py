"""The audit log: everything that was done, and by whom."""

from collections.abc import Sequence
from datetime import date, timedelta

from domain.errors import DomainError
from domain.events import Verb
from domain.people import Actor, Right
from services.audit import record
from services.back_office.totals import start_of
from services.operation import Operation
from services.ports import LoggedEvent

LONGEST = 366
"""The most days that one export may cover."""


class ExportLog(Operation):
    """All events from `first` to `last`, days in Vietnam, both included. The log notes who took them.

    Raises `DomainError`: `days_reversed`, `days_too_many` (limit).
    """

    async def __call__(self, actor: Actor, first: date, last: date) -> Sequence[LoggedEvent]:
        actor.require(Right.RUN_BACK_OFFICE)
        if last < first:
            raise DomainError("days_reversed")
        if (last - first).days >= LONGEST:
            raise DomainError("days_too_many", limit=LONGEST)
        async with self.units.read() as uow:
            pages = uow.events.between(start_of(first), start_of(last + timedelta(days=1)))
            found = [event async for page in pages for event in page]
        async with self.units.write() as uow:
            now = self.clock.now()
            await record(
                uow, Verb.LOG_EXPORTED, now, by=actor, first=first.isoformat(), last=last.isoformat()
            )
        return found
