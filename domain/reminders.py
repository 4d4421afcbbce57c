"""When people are reminded of an unpaid licence: with three days left, with one, and at the end."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendar import VIETNAM, SendingHours

HOURS = SendingHours(7, 22)
"""Nobody is reminded at night, whatever the channel."""


class Stage(StrEnum):
    THREE_DAYS = "three_days"
    ONE_DAY = "one_day"
    ENDED = "ended"


_BEFORE_DEADLINE = {
    Stage.THREE_DAYS: timedelta(days=3),
    Stage.ONE_DAY: timedelta(days=1),
    Stage.ENDED: timedelta(),
}


def slot_of(moment: datetime) -> datetime:
    """When a reminder that falls due at `moment` goes out: the full hour at or after it, or 7h of the next
    day that has one. So everything due to one person within an hour becomes one message."""
    local = moment.astimezone(VIETNAM)
    hour = local.replace(minute=0, second=0, microsecond=0)
    if hour < local:
        hour += timedelta(hours=1)
    return (hour + HOURS.wait(hour)).astimezone(moment.tzinfo)


def slots(deadline: datetime) -> Iterator[tuple[Stage, datetime]]:
    """Each stage of a licence, and when it is told."""
    for stage, before in _BEFORE_DEADLINE.items():
        yield stage, slot_of(deadline - before)


def stage_at(deadline: datetime, now: datetime) -> tuple[Stage, datetime] | None:
    """The latest stage whose slot has come, with that slot; `None` before the first.

    A message that leaves late tells the present stage; messages for earlier stages have nothing to say.
    """
    reached = [(stage, slot) for stage, slot in slots(deadline) if slot <= now]
    return reached[-1] if reached else None
