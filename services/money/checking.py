"""Every night all figures of money are compared with the books, and an alarm says what differs."""

import logging
from datetime import datetime, timedelta

from domain.calendar import day_of, start_of
from domain.messaging.pushes import BooksDiffer
from domain.postings import Difference
from services.messaging.push_queue import tell_back_office
from services.operation import Operation
from services.ports import NewJob, Units

CHECK_BOOKS_JOB = "check_books"

AT_NIGHT = timedelta(hours=2)
"""After midnight in Vietnam, when few people write."""

AT_ONCE = 1_000
"""How many rows one transaction compares at most."""

NAMED = 5
"""How many differences the alarm names."""

log = logging.getLogger(__name__)


def _job(after: datetime) -> NewJob:
    """The comparison of the next night, made once for each night."""
    night = start_of(day_of(after)) + AT_NIGHT
    if night <= after:
        night += timedelta(days=1)
    return NewJob(CHECK_BOOKS_JOB, f"{CHECK_BOOKS_JOB}:{night.isoformat()}", {}, run_at=night)


class StartCheckingBooks(Operation):
    """Have the books compared from the next night on, at the start of the program."""

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            await uow.jobs.enqueue([_job(now)], now)


class CheckBooks(Operation):
    """Compare all figures with the books and tell back office what differs. The program itself calls this."""

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            await uow.jobs.enqueue([_job(now)], now)
        found = await differences(self.units)
        if not found:
            return
        alarm = BooksDiffer.of(len(found), found[:NAMED])
        log.error("figures of money differ from the books: %s", alarm.found)
        async with self.units.write() as uow:
            await tell_back_office(uow, f"books_differ:{day_of(now).isoformat()}", alarm, now)


async def differences(units: Units) -> list[Difference]:
    """All that differs. Rows are compared some at a time, each with its postings of the same moment."""
    async with units.read() as uow:
        lasts = await uow.postings.last_ids()
    found: list[Difference] = []
    for part, last in lasts.items():
        for first in range(1, last + 1, AT_ONCE):
            async with units.read() as uow:
                found += await uow.postings.differences(part, first, first + AT_ONCE - 1)
    return found
