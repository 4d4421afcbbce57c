"""The system's clock."""

from datetime import UTC, date, datetime

from domain.calendar import VIETNAM


class SystemClock:
    """`services.ports.Clock` by the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return datetime.now(VIETNAM).date()
