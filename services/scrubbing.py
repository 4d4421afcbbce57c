"""Leaving nothing of what was erased in the database's log and free pages: no transaction can do that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.ports import NewJob, UnitOfWork, Units
from services.ports.pushes import RetryLater


class Scrubbed(Protocol):
    async def scrub(self) -> bool:
        """Leave nothing of what was erased in the database's log and free pages, as far as it can; returns
        whether it could be done now. Never inside a transaction."""


class ScrubbedUnits(Units, Scrubbed, Protocol):
    """A database that can be scrubbed."""


SCRUB_JOB = "scrub"
SCRUB_AFTER = timedelta(minutes=1)
"""After an erasure: by then the window that asked for it is forgotten, too."""

_BUSY_SECONDS = 30.0


async def ask_to_scrub(uow: UnitOfWork, now: datetime) -> None:
    """Queue a scrub; the erasures of one minute share one."""
    at = now.replace(second=0, microsecond=0) + SCRUB_AFTER + timedelta(minutes=1)
    await uow.jobs.enqueue([NewJob(SCRUB_JOB, f"{SCRUB_JOB}:{at.isoformat()}", {}, run_at=at)], now)


@dataclass(frozen=True, slots=True)
class Scrub:
    """Scrub, or try again soon where somebody was still reading."""

    units: Scrubbed

    async def __call__(self) -> None:
        if not await self.units.scrub():
            raise RetryLater(_BUSY_SECONDS, "somebody reads what is to be scrubbed", counts=False)
