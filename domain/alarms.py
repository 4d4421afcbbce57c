"""What back office is alarmed about: once when it begins, and once when it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class AlarmKind(StrEnum):
    """A lane of jobs stands, a part of the outside is down, the disk or the month's messages run out, or the
    canary does not come through."""

    LANE = "lane"
    PART = "part"
    DISK = "disk"
    MONTH = "month"
    CANARY = "canary"


LANE_STANDS = timedelta(minutes=10)
"""For how long the first job of a lane waits that could begin."""

GRACE = {
    # Two looks: a job that was cut off by a kill looks old until it begins again.
    AlarmKind.LANE: timedelta(minutes=1),
    AlarmKind.PART: timedelta(minutes=10),
    AlarmKind.DISK: timedelta(),
    AlarmKind.MONTH: timedelta(),
    AlarmKind.CANARY: timedelta(),
}
"""How long it must be bad until somebody is alarmed."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What was seen of one thing just now: `bad`, good, or `None` where nothing new is known."""

    kind: AlarmKind
    about: str
    bad: bool | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something is bad `since` then. It was `told` once it had been bad for long enough."""

    id: int
    kind: AlarmKind
    about: str
    since: datetime
    told_at: datetime | None = None
    over_at: datetime | None = None

    def is_to_be_told(self, now: datetime) -> bool:
        return self.told_at is None and now - self.since >= GRACE[self.kind]
