"""The topics of notices, quiet hours and the daily digest: what a person may choose."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendar import VIETNAM
from domain.errors import DomainError
from domain.people import Role


class Topic(StrEnum):
    """What a notice is about, as people choose among notices."""

    ORDERS = "orders"
    MONEY = "money"
    ACTIVATION = "activation"
    REMINDERS = "reminders"
    DELIVERY = "delivery"
    STAFF = "staff"
    BACK_OFFICE = "back_office"


ALWAYS = frozenset({Topic.MONEY, Topic.ACTIVATION})
"""Topics that always come at once: nobody can have them held back for the digest."""

CHOOSABLE: dict[Role, tuple[Topic, ...]] = {
    Role.OWNER: (Topic.ORDERS, Topic.REMINDERS, Topic.DELIVERY, Topic.STAFF),
    Role.STAFF: (Topic.ORDERS, Topic.REMINDERS, Topic.DELIVERY),
    Role.BACK_OFFICE: (Topic.BACK_OFFICE,),
}
"""The other topics that each role is told of."""

DIGEST_HOUR = 8
"""The hour, in Vietnam, of the daily digest."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours in Vietnam from `start` o'clock to just before `end` o'clock; past midnight if `end` is
    earlier."""

    start: int
    end: int

    def holds(self, now: datetime) -> bool:
        """Whether `now` is within them."""
        hour = now.astimezone(VIETNAM).hour
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end

    def wait(self, now: datetime) -> timedelta:
        """How long until they end; zero outside them."""
        if not self.holds(now):
            return timedelta()
        local = now.astimezone(VIETNAM)
        end = local.replace(hour=self.end, minute=0, second=0, microsecond=0)
        if end <= local:
            end += timedelta(days=1)
        return end - local


_HOURS = re.compile(r"\D*(\d{1,2})(?:\D00)?\D+(\d{1,2})(?:\D00)?\D*")


def parse_quiet_hours(text: str) -> QuietHours:
    """Full hours as people type them: `22-7`, `22h đến 7h`, `22:00 - 07:00`; 24 is midnight.

    Raises `DomainError("quiet_hours_format")` for anything else, and for a span without an hour.
    """
    found = _HOURS.fullmatch(text)
    start, end = (int(hour) for hour in found.groups()) if found else (0, 0)
    if start > 24 or end > 24 or start % 24 == end % 24:
        raise DomainError("quiet_hours_format", value=text)
    return QuietHours(start % 24, end % 24)


def next_digest(now: datetime) -> datetime:
    """The next digest strictly after `now`."""
    local = now.astimezone(VIETNAM)
    digest = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if digest <= local:
        digest += timedelta(days=1)
    return digest.astimezone(now.tzinfo)
