"""A clock that stands still until a test moves it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

NOON_OF_JUNE_15 = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
"""Noon in Việt Nam, far from any change of year or day."""


class FixedClock:
    """`services.ports.Clock`, settable."""

    def __init__(self, moment: datetime = NOON_OF_JUNE_15) -> None:
        self.set(moment)

    def now(self) -> datetime:
        return self._moment

    def today(self) -> date:
        return self._moment.astimezone(VIETNAM).date()

    def set(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        self._moment = moment.astimezone(UTC)

    def forward(self, **by: float) -> None:
        """Move on by `days`, `hours`, `seconds` and so on, the arguments of `timedelta`."""
        self._moment += timedelta(**by)
