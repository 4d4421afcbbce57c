"""The alarm on age: a document must have its number by the working day after its own."""

from datetime import date, datetime

from domain.calendar import day_of
from domain.invoicing import last_late_day, late_at
from domain.messaging.invoice_pushes import InvoicesLate
from services.messaging.push_queue import tell_back_office
from services.operation import Operation
from services.ports import NewJob

LATE_JOB = "late_invoices"


def late_job(day: date) -> NewJob:
    """Looks at documents when those of `day` must have their numbers."""
    return _job_at(late_at(day))


def _job_at(at: datetime) -> NewJob:
    return NewJob(LATE_JOB, f"{LATE_JOB}:{day_of(at).isoformat()}", {}, run_at=at)


class CheckLate(Operation):
    """Tell back office if documents are late, and look again on the next working day. The program itself
    calls this."""

    async def __call__(self) -> None:
        now = self.clock.now()
        # Only adds rows whose keys are unique, so it waits for nobody who issues.
        async with self.units.write() as uow:
            if await uow.invoices.late(last_late_day(now)):
                today = day_of(now)
                subject = InvoicesLate(today.isoformat())
                await tell_back_office(uow, f"invoices_late:{today.isoformat()}", subject, now)
                await uow.jobs.enqueue([late_job(today)], now)
