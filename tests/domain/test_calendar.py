from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import (
    VIETNAM,
    SendingHours,
    day_of,
    is_working,
    last_of_month,
    month_of,
    next_working_day,
    parse_days,
    start_of,
    turned,
)
from domain.errors import DomainError


@pytest.mark.parametrize(
    ("clock", "wait"),
    [
        ("07:00", timedelta()),
        ("21:59", timedelta()),
        ("22:00", timedelta(hours=9)),
        ("23:30", timedelta(hours=7, minutes=30)),
        ("00:00", timedelta(hours=7)),
        ("06:59", timedelta(minutes=1)),
    ],
)
def test_sms_wait_for_the_morning_in_vietnam(clock: str, wait: timedelta) -> None:
    local = datetime.strptime(f"2026-11-23 {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)
    assert SendingHours().wait(local.astimezone(UTC)) == wait


def test_all_day_never_waits() -> None:
    for hour in range(24):
        assert SendingHours(0, 24).wait(datetime(2026, 11, 23, hour, tzinfo=UTC)) == timedelta()


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("01/06/2026 - 30/06/2026", date(2026, 6, 1), date(2026, 6, 30)),
        ("từ 1-6-2026 đến 5.6.2026", date(2026, 6, 1), date(2026, 6, 5)),
        ("01062026-30062026", date(2026, 6, 1), date(2026, 6, 30)),
        ("29/2/2028", date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_days_as_people_type_them(text: str, first: date, last: date) -> None:
    assert parse_days(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "hôm nay", "1062026", "31/6/2026", "1/6", "1/1/0026", "1/1/2026 2/1/2026 3/1/2026"]
)
def test_what_are_no_days(text: str) -> None:
    with pytest.raises(DomainError, match="days_format"):
        parse_days(text)


def test_a_month_is_that_of_vietnam() -> None:
    assert month_of(datetime(2026, 10, 31, 16, 59, tzinfo=UTC)) == "2026-10"
    assert month_of(datetime(2026, 10, 31, 17, 0, tzinfo=UTC)) == "2026-11"


def test_a_day_begins_at_midnight_in_vietnam() -> None:
    midnight = datetime(2026, 6, 14, 17, tzinfo=UTC)
    assert start_of(date(2026, 6, 15)) == midnight
    assert day_of(midnight) == date(2026, 6, 15)
    assert day_of(midnight - timedelta(seconds=1)) == date(2026, 6, 14)


def test_a_month_ends_with_its_last_day() -> None:
    for last in (date(2026, 12, 31), date(2026, 6, 30), date(2027, 2, 28), date(2028, 2, 29)):
        for day in (last, last.replace(day=1)):
            assert last_of_month(day) == last


@pytest.mark.parametrize(
    "day, following",
    [
        ("2026-06-15", "2026-06-16"),
        ("2026-06-19", "2026-06-22"),  # over a weekend
        ("2026-02-13", "2026-02-23"),  # over Tết and the weekends around it
        ("2026-04-24", "2026-04-28"),  # Hùng Kings fell on a Sunday
        ("2026-04-29", "2026-05-04"),
        ("2026-08-31", "2026-09-03"),
        ("2026-12-31", "2027-01-04"),
        ("2027-02-04", "2027-02-12"),
        ("2029-12-31", "2030-01-02"),  # of a year that is not listed
    ],
)
def test_offices_work_again_after_weekends_and_holidays(day: str, following: str) -> None:
    assert next_working_day(date.fromisoformat(day)) == date.fromisoformat(following)
    assert is_working(date.fromisoformat(following))


@pytest.mark.parametrize(
    ("first", "last", "by", "turned_to"),
    [
        (date(2026, 6, 15), date(2026, 6, 15), -1, (date(2026, 6, 14), date(2026, 6, 14))),
        (date(2026, 6, 15), date(2026, 6, 17), 1, (date(2026, 6, 18), date(2026, 6, 20))),
        (date(2026, 3, 1), date(2026, 3, 31), -1, (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 12, 1), date(2026, 12, 31), 1, (date(2027, 1, 1), date(2027, 1, 31))),
    ],
)
def test_days_turn_by_as_many_and_months_by_months(
    first: date, last: date, by: int, turned_to: tuple[date, date]
) -> None:
    assert turned(first, last, by) == turned_to
