"""When people are reminded of an unpaid licence."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import VIETNAM
from domain.reminders import Stage, deadlines, slot_of, slots


def told_stages(deadline: datetime, now: datetime) -> list[tuple[Stage, datetime]]:
    """The stages of a licence that its reminders tell now, each with its slot."""
    told = []
    for stage, slot in slots(deadline):
        after, until = deadlines(stage, slot, now)
        if after < deadline <= until:
            told.append((stage, slot))
    return told


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def local(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m %H:%M:%S").replace(year=2026, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("due", "slot"),
    [
        ("15/06 09:00:00", "15/06 09:00:00"),
        ("15/06 09:00:01", "15/06 10:00:00"),
        ("15/06 09:59:59", "15/06 10:00:00"),
        ("15/06 20:30:00", "15/06 21:00:00"),
        ("15/06 21:00:00", "15/06 21:00:00"),
        ("15/06 21:00:01", "16/06 07:00:00"),
        ("15/06 23:59:59", "16/06 07:00:00"),
        ("15/06 00:00:00", "15/06 07:00:00"),
        ("15/06 06:59:59", "15/06 07:00:00"),
        ("15/06 07:00:00", "15/06 07:00:00"),
        ("31/12 22:30:00", "01/01 07:00:00"),
    ],
)
def test_a_reminder_goes_out_on_the_full_hour_and_never_at_night(due: str, slot: str) -> None:
    expected = local(slot).replace(year=2027) if slot.startswith("01/01") else local(slot)
    assert slot_of(local(due).astimezone(UTC)) == expected


@given(moments)
@settings(deadline=None)
def test_a_slot_is_a_full_hour_of_the_day_within_ten_hours_of_its_moment(moment: datetime) -> None:
    slot = slot_of(moment)
    there = slot.astimezone(VIETNAM)
    assert slot.tzinfo is UTC
    assert (there.minute, there.second, there.microsecond) == (0, 0, 0)
    assert 7 <= there.hour < 22
    assert timedelta() <= slot - moment < timedelta(hours=10)
    assert slot_of(slot) == slot


@given(moments, moments)
@settings(deadline=None)
def test_what_falls_due_later_is_not_told_earlier(one: datetime, other: datetime) -> None:
    assert (slot_of(one) <= slot_of(other)) or one > other


def test_the_stages_are_three_days_and_one_day_before_the_deadline_and_the_deadline_itself() -> None:
    assert dict(slots(local("20/06 15:30:00"))) == {
        Stage.THREE_DAYS: local("17/06 16:00:00"),
        Stage.ONE_DAY: local("19/06 16:00:00"),
        Stage.ENDED: local("20/06 16:00:00"),
    }


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        ("17/06 15:59:59", None),
        ("17/06 16:00:00", Stage.THREE_DAYS),
        ("19/06 15:59:59", Stage.THREE_DAYS),
        ("19/06 16:00:00", Stage.ONE_DAY),
        ("20/06 15:59:59", Stage.ONE_DAY),
        ("20/06 16:00:00", Stage.ENDED),
        ("30/06 00:00:00", Stage.ENDED),
    ],
)
def test_a_message_that_leaves_late_tells_the_stage_of_now(now: str, stage: Stage | None) -> None:
    told = told_stages(local("20/06 15:30:00"), local(now))
    assert [one for one, _ in told] == ([stage] if stage else [])


@given(moments, st.timedeltas(timedelta(days=-10), timedelta(days=10)))
@settings(deadline=None)
def test_the_stage_of_a_moment_is_the_last_whose_slot_has_come(deadline: datetime, apart: timedelta) -> None:
    now = deadline + apart
    come = [(stage, slot) for stage, slot in slots(deadline) if slot <= now]
    assert told_stages(deadline, now) == come[-1:]
    assert [slot for _, slot in slots(deadline)] == sorted(slot for _, slot in slots(deadline))
