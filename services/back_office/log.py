"""The audit log: everything that was done, and by whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from domain.events import Verb
from domain.people import Actor, Right
from services.audit import record
from services.back_office.totals import span_of
from services.messaging.contents.reading import customers_of
from services.operation import Operation
from services.ports import LoggedEvent


class ExportLog(Operation):
    """All events from `first` to `last`, days in Vietnam, both included. The log notes who took them.

    Raises `DomainError`: see `span_of`.
    """

    async def __call__(self, actor: Actor, first: date, last: date) -> Sequence[LoggedEvent]:
        actor.require(Right.RUN_BACK_OFFICE)
        since, until = span_of(first, last)
        async with self.units.read() as uow:
            pages = uow.events.between(since, until)
            found: list[LoggedEvent] = []
            async for page in pages:
                customers = await customers_of(uow, [one.event for one in page])
                found += [replace(one, customer=name) for one, name in zip(page, customers, strict=True)]
        async with self.units.write() as uow:
            now = self.clock.now()
            await record(
                uow, Verb.LOG_EXPORTED, now, by=actor, first=first.isoformat(), last=last.isoformat()
            )
        return found
