"""Days, months and hours in Vietnam."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from domain.errors import DomainError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_TOGETHER = re.compile(r"(?<!\d)(\d\d)(\d\d)(20\d\d)(?!\d)")
_YEARS = range(2000, 2100)


def parse_days(text: str) -> tuple[date, date]:
    """The first and the last of the days somebody typed: `01/06/2026 - 30/06/2026`, or one day alone, also
    as `01062026`.

    Raises `DomainError("days_format")` for anything else.
    """
    plain = _TOGETHER.sub(r"\1/\2/\3", text)
    try:
        days = [date(int(year), int(month), int(day)) for day, month, year in _DAY.findall(plain)]
    except ValueError:
        days = []
    if len(days) not in (1, 2) or any(day.year not in _YEARS for day in days):
        raise DomainError("days_format", value=text)
    return days[0], days[-1]


def month_of(moment: datetime) -> str:
    """The month in Vietnam, such as `2026-11`; `moment` is aware."""
    return f"{moment.astimezone(VIETNAM):%Y-%m}"


def day_of(moment: datetime) -> date:
    """The day in Vietnam; `moment` is aware."""
    return moment.astimezone(VIETNAM).date()


def start_of(day: date) -> datetime:
    """The midnight in Vietnam with which a day begins."""
    return datetime.combine(day, time(), VIETNAM)


def last_of_month(day: date) -> date:
    """The last day of the month of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def turned(first: date, last: date, by: int) -> tuple[date, date]:
    """The days beside these, before (-1) or behind (1): as many, or the month beside a whole month."""
    if first.day == 1 and last == last_of_month(first):
        beside = (first - timedelta(days=1) if by < 0 else last + timedelta(days=1)).replace(day=1)
        return beside, last_of_month(beside)
    days = ((last - first).days + 1) * by
    return first + timedelta(days=days), last + timedelta(days=days)


def is_working(day: date) -> bool:
    """Whether offices work: neither Saturday, Sunday nor a public holiday of `data/holidays.json`. Where the
    year is not listed there, only the days that are the same in each year are known."""
    holidays = _holidays()
    fixed = () if str(day.year) in holidays else ("01-01", "04-30", "05-01", "09-02")
    free = holidays.get(str(day.year), ())
    return day.weekday() < 5 and day.isoformat() not in free and f"{day:%m-%d}" not in fixed


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working(day):
        day += timedelta(days=1)
    return day


@cache
def _holidays() -> dict[str, frozenset[str]]:
    content = json.loads(files("domain.data").joinpath("holidays.json").read_text("utf-8"))
    return {year: frozenset(days) for year, days in content["years"].items()}


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
