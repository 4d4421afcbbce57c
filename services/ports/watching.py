"""What is watched: figures of the whole database, and the alarms that stand open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.alarms import Alarm, AlarmKind
from services.ports.jobs import Lane


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """How many jobs of a lane are due that could begin, and since when the one waits that begins next; `None`
    where none does."""

    due: int
    since: datetime | None


class Figures(Protocol):
    async def lane(self, lane: Lane, now: datetime) -> LaneFigures: ...
    async def database_bytes(self) -> int:
        """How large the database is."""

    async def month_is_closed(self, month: str) -> bool:
        """Whether Zalo has refused messages of this month for want of quota, and taken none since."""


class Alarms(Protocol):
    async def open(self) -> Sequence[Alarm]:
        """The alarms that are not over."""

    async def begin(self, kind: AlarmKind, about: str, now: datetime) -> Alarm: ...
    async def mark_told(self, alarm_id: int, now: datetime) -> None: ...
    async def end(self, alarm_id: int, now: datetime) -> None: ...
    async def get(self, alarm_id: int) -> Alarm | None: ...
