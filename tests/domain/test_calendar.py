from datetime import UTC, datetime, timedelta

import pytest

from domain.calendar import VIETNAM, SendingHours


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
