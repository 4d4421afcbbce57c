"""The world's time: the machine's clock, ahead by what a small file holds. The bot reads the same file."""

import re
import time
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.errors import NotPossible

FARTHEST = timedelta(days=3650)
"""How far the world may be ahead of the machine."""

_DURATION = re.compile(r"(?=\d)(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?")


class WorldClock:
    """The world's clock. It only moves forward; the shift is kept in a file and survives a restart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ahead = int(path.read_text("ascii")) if path.exists() else 0  # Seconds.

    def now(self) -> int:
        """Seconds since 1970."""
        return int(time.time()) + self.ahead

    def milliseconds(self) -> int:
        """Milliseconds since 1970."""
        return int(time.time() * 1000) + self.ahead * 1000

    def advance(self, by: timedelta) -> None:
        """Move the clock forward. Raises NotPossible past `FARTHEST`."""
        ahead = self.ahead + int(by.total_seconds())
        if ahead > FARTHEST.total_seconds():
            raise NotPossible(f"the world can be at most {FARTHEST.days} days ahead")
        # Replaced whole, so that the bot never reads half a number.
        fresh = self.path.with_suffix(".new")
        fresh.write_text(str(ahead), "ascii")
        fresh.replace(self.path)
        self.ahead = ahead


def duration(text: str) -> timedelta:
    """Read a duration: `3d`, `2h`, `30m`, or several in this order, such as `1d12h`. Raises NotPossible."""
    match = _DURATION.fullmatch(text.strip())
    days, hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    by = timedelta(days=days, hours=hours, minutes=minutes)
    if not by:
        raise NotPossible(
            f"the clock goes only forward, by a time such as 3d, 2h, 30m or 1d12h, not {text!r}"
        )
    return by


def until(moment: datetime | None, now: int) -> timedelta:
    """The time from `now` (seconds since 1970) to `moment`. Raises NotPossible unless `moment` is later."""
    by = timedelta(seconds=int(moment.timestamp()) - now if moment else 0)
    if by <= timedelta():
        raise NotPossible("the clock goes only forward")
    return by
