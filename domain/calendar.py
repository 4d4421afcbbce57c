"""The country's time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class SendingHours:
    """The hours of the day, in Vietnam, in which SMS may be sent: from `opens` until before `closes`.

    Text messages to people keep to 7h–22h by law; an order notice can wait for the morning.
    """

    opens: int = 7
    closes: int = 22

    def wait(self, now: datetime) -> timedelta:
        """How long to wait from `now` (aware) until sending is allowed; zero within the hours."""
        local = now.astimezone(VIETNAM)
        if self.opens <= local.hour < self.closes:
            return timedelta()
        opening = local.replace(hour=self.opens, minute=0, second=0, microsecond=0)
        if local >= opening:
            opening += timedelta(days=1)
        return opening - local
