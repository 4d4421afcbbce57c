"""When a notice may come, and the hours that people type."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import VIETNAM
from domain.errors import DomainError
from domain.messaging.notices import (
    ALWAYS,
    CHOOSABLE,
    DIGEST_HOUR,
    QuietHours,
    Topic,
    next_digest,
    parse_quiet_hours,
)
from domain.messaging.preferences import Preferences

HOURS = st.integers(0, 23)
QUIET = st.builds(QuietHours, HOURS, HOURS).filter(lambda quiet: quiet.start != quiet.end)
MOMENTS = st.integers(0, 2 * 365 * 24 * 3600 * 1000).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=passed)
)


@given(QUIET, MOMENTS)
def test_the_wait_ends_when_the_quiet_hours_do(quiet: QuietHours, now: datetime) -> None:
    wait = quiet.wait(now)
    assert (wait > timedelta()) is quiet.holds(now)
    assert wait <= timedelta(days=1)
    end = now + wait
    assert not quiet.holds(end)
    if wait:
        assert (end.astimezone(VIETNAM).hour, end.minute, end.microsecond) == (quiet.end, 0, 0)
        assert quiet.holds(end - timedelta(microseconds=1))


@given(QUIET)
def test_a_day_has_the_quiet_hours_that_were_said(quiet: QuietHours) -> None:
    day = [datetime(2026, 6, 15, hour, tzinfo=VIETNAM) for hour in range(24)]
    assert sum(quiet.holds(moment) for moment in day) == (quiet.end - quiet.start) % 24


@given(MOMENTS)
def test_the_next_digest_is_strictly_later_within_a_day(now: datetime) -> None:
    digest = next_digest(now)
    assert timedelta() < digest - now <= timedelta(days=1)
    assert (digest.astimezone(VIETNAM).hour, digest.minute, digest.microsecond) == (DIGEST_HOUR, 0, 0)


@given(QUIET, MOMENTS, st.sampled_from(sorted(ALWAYS)))
def test_money_and_activation_are_never_held(quiet: QuietHours, now: datetime, topic: Topic) -> None:
    assert Preferences(frozenset(Topic), quiet).held_until(topic, now) is None


def test_nobody_is_offered_what_always_comes() -> None:
    assert not {topic for topics in CHOOSABLE.values() for topic in topics} & ALWAYS


@pytest.mark.parametrize(
    "typed, start, end",
    [
        ("22-7", 22, 7),
        ("22h đến 7h", 22, 7),
        ("từ 22 giờ đến 7 giờ", 22, 7),
        ("22:00 - 07:00", 22, 7),
        ("22h00–7h00", 22, 7),
        ("  22  7 ", 22, 7),
        ("24-6", 0, 6),
        ("12-14", 12, 14),
        ("13-0", 13, 0),
    ],
)
def test_hours_as_they_are_typed(typed: str, start: int, end: int) -> None:
    assert parse_quiet_hours(typed) == QuietHours(start, end)


@pytest.mark.parametrize(
    "typed",
    ["", "22", "tối", "7-7", "0-24", "25-7", "22h30-7h", "22-7-9", "100-7", "-", "22-7" * 900, "1" * 4000],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="quiet_hours_format"):
        parse_quiet_hours(typed)
