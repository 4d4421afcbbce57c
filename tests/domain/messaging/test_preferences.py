"""When a person's preferences let a notice be told."""

from datetime import datetime, timedelta

import pytest

from domain.calendar import VIETNAM
from domain.messaging.notices import QuietHours, Topic
from domain.messaging.preferences import Preferences

NIGHT = QuietHours(22, 7)


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("now", [at(3), at(12)])
def test_without_wishes_all_comes_at_once_and_aloud(topic: Topic, now: datetime) -> None:
    assert Preferences().held_until(topic, now) is None
    assert not Preferences().silent(now)


def test_a_topic_of_the_digest_waits_for_the_next_one() -> None:
    wishes = Preferences(frozenset({Topic.ORDERS}))
    assert wishes.held_until(Topic.ORDERS, at(7, 59)) == at(8)
    assert wishes.held_until(Topic.ORDERS, at(8)) == at(8, day=16)
    assert wishes.held_until(Topic.STAFF, at(7, 59)) is None


@pytest.mark.parametrize(
    "now, until",
    [
        (at(21, 59), None),
        (at(22), at(7, day=16)),
        (at(23, 30), at(7, day=16)),
        (at(0), at(7)),
        (at(6, 59), at(7)),
        (at(7), None),
        (at(12), None),
    ],
)
def test_in_quiet_hours_it_waits_for_their_end(now: datetime, until: datetime | None) -> None:
    wishes = Preferences(quiet=NIGHT)
    assert wishes.held_until(Topic.ORDERS, now) == until
    assert wishes.silent(now) is (until is not None)


def test_quiet_hours_of_one_day_end_on_it() -> None:
    wishes = Preferences(quiet=QuietHours(12, 14))
    assert wishes.held_until(Topic.STAFF, at(12, 15)) == at(14)
    assert not wishes.silent(at(14))
    assert not wishes.silent(at(11, 59))


def test_the_digest_may_come_later_than_the_quiet_hours_end() -> None:
    wishes = Preferences(frozenset({Topic.ORDERS}), NIGHT)
    assert wishes.held_until(Topic.ORDERS, at(3)) == at(8)
    assert wishes.held_until(Topic.STAFF, at(3)) == at(7)


@pytest.mark.parametrize("topic", [Topic.MONEY, Topic.ACTIVATION])
def test_money_and_activation_come_in_quiet_hours_without_a_sound(topic: Topic) -> None:
    wishes = Preferences(quiet=NIGHT)
    assert wishes.held_until(topic, at(3)) is None
    assert wishes.silent(at(3))
    assert not wishes.silent(at(3) + timedelta(hours=4))
