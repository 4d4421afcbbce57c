"""Looks after the program itself: alarms back office, and has the canary walk, in one process at a time."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.canary import canary_walks
from bot.wiring import Program
from domain.alarms import AlarmKind, Sign
from services.causes import caused_by, new_cause
from services.messaging.ways import WarnOfSpending
from services.presence import Presence
from services.watching import ReadFigures, WatchOver
from storage.files_on_disk import free_bytes

LOOK_SECONDS = 30.0
"""How often it is looked whether something is bad."""

ROOM_AGAIN = 1.1
"""How much more than the least must be free again until the disk counts as good."""

log = logging.getLogger(__name__)


class Tried:
    """What has become known of the parts of the outside since the last look.

    Only a call that fails says that a part is down, and only one that is answered that it is not: of a part
    that nobody called, nothing new is known.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, int]] = {}

    def sign(self, part: str, presences: Iterable[Presence]) -> Sign:
        failed = answered = lost = False
        for one in presences:
            failures, answers = self._seen.get(id(one), (0, 0))
            failed |= one.is_lost and one.failures > failures
            answered |= not one.is_lost and one.answers > answers
            lost |= one.is_lost
            self._seen[id(one)] = (one.failures, one.answers)
        return Sign(AlarmKind.PART, part, True if failed else False if answered and not lost else None)


class Lookout:
    """One look after the other at everything that may be bad."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._figures = ReadFigures(program.database, program.clock)
        self._watch = WatchOver(program.database, program.clock)
        self._warn = WarnOfSpending(program.database, program.clock, program.settings.spending)
        self._tried = Tried()
        self._walked_at: datetime | None = None

    async def look(self) -> None:
        await self._warn()
        figures = await self._figures()
        parts = [self._tried.sign(part, them) for part, them in parts_of(self._program).items()]
        await self._watch([*figures.signs(), *parts, self._disk(), *await self._canary()])

    def _disk(self) -> Sign:
        settings = self._program.settings
        free, least = free_bytes(settings.database_url), settings.min_free_mb * 2**20
        bad = None if free is None else free < least
        if bad is False and free is not None and free < least * ROOM_AGAIN:
            bad = None
        return Sign(AlarmKind.DISK, "", bad)

    async def _canary(self) -> Sequence[Sign]:
        every, now = self._program.settings.canary_minutes, self._program.clock.now()
        if not every:
            return ()
        if self._walked_at is not None and now - self._walked_at < timedelta(minutes=every):
            return (Sign(AlarmKind.CANARY, "", None),)
        self._walked_at = now
        return (Sign(AlarmKind.CANARY, "", not await canary_walks(self._program)),)


def parts_of(program: Program) -> Mapping[str, Sequence[Presence]]:
    """What speaks to each part of the outside, by the names that `/readyz` has for them."""
    parts: dict[str, list[Presence]] = {name: [one] for name, one in program.presences.items()}
    for app in program.apps.values():
        parts.setdefault(app.channel, []).extend((app.reader.presence, app.listening))
    return parts


async def keep_watch(program: Program) -> None:
    """Look until cancelled."""
    lookout = Lookout(program)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            with caused_by(new_cause("watch")):
                await lookout.look()
        except Exception:
            log.exception("it cannot be seen whether something is bad")
