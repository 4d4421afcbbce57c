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


BEFORE_DEADLINE = {
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
    for stage, before in BEFORE_DEADLINE.items():
        yield stage, slot_of(deadline - before)


def deadlines(stage: Stage, slot: datetime, now: datetime) -> tuple[datetime, datetime]:
    """The licences of which `stage` is the latest stage, told in `slot`: those whose deadline is after the
    first moment and at the second or before. There are none where the first is not before the second."""
    before = BEFORE_DEADLINE[stage]
    after, until = _latest_slot(slot - timedelta(microseconds=1)) + before, slot + before
    for later in list(Stage)[list(Stage).index(stage) + 1 :]:
        after = max(after, _latest_slot(now) + BEFORE_DEADLINE[later])
    return after, until if slot <= now else after


def _latest_slot(moment: datetime) -> datetime:
    """The last full hour at or before `moment` in which reminders go out."""
    local = moment.astimezone(VIETNAM)
    hour = local.replace(minute=0, second=0, microsecond=0)
    if local.hour < HOURS.opens:
        hour = hour.replace(hour=HOURS.closes - 1) - timedelta(days=1)
    elif local.hour >= HOURS.closes:
        hour = hour.replace(hour=HOURS.closes - 1)
    return hour.astimezone(moment.tzinfo)
