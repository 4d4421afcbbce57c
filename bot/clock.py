"""The system's clock, and one that trials can move ahead."""

import logging
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.calendar import VIETNAM

log = logging.getLogger(__name__)


class SystemClock:
    """`services.ports.Clock` by the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return self.now().astimezone(VIETNAM).date()


class ShiftedClock(SystemClock):
    """The machine's clock, ahead by the seconds that a file says; a change of the file takes effect at once.

    There is no shift without the file, or when it holds no whole number; a broken file is logged once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark: tuple[int, int, int] | None = None
        self._shift = timedelta()

    def now(self) -> datetime:
        return super().now() + self._read()

    def _read(self) -> timedelta:
        # The clock is asked all the time: this costs one `stat`, and the file is opened only when it has
        # changed.
        try:
            found = os.stat(self._path)
        except OSError:
            self._mark, self._shift = None, timedelta()
            return self._shift
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if mark != self._mark:
            self._mark = mark
            try:
                self._shift = timedelta(seconds=int(self._path.read_text("ascii")))
            except (OSError, ValueError, OverflowError) as error:
                self._shift = timedelta()
                log.warning("the clock is not moved: %s is broken (%s)", self._path, type(error).__name__)
        return self._shift
