"""The budget of messages, with a clock that the test moves."""

from random import Random

import pytest

from gateways.chat_pace import TELEGRAM, ZALO, ChatPace, WorkerTurns
from sandbox.telegram.faults import Limits
from services.ports import RetryLater
from tests.gateways.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> ChatPace:
    return ChatPace(TELEGRAM, clock)


def pushed(turns: WorkerTurns, clock: Clock, seconds: float, step: float = 0.01) -> int:
    """How many messages leave in this time if more are always waiting."""
    count = 0
    for _ in range(round(seconds / step)):
        count += turns.take(20)
        clock.now += step
    return count


def test_pushes_use_nine_tenths_of_the_rate_allowed(pace: ChatPace, clock: Clock) -> None:
    assert 0.9 * Limits.OVERALL * 60 <= pushed(WorkerTurns(pace), clock, 60) <= Limits.OVERALL * 60


def test_late_moments_lose_no_turn_and_no_second_sees_more_than_telegram_takes(
    pace: ChatPace, clock: Clock
) -> None:
    turns, moments, dice = WorkerTurns(pace), [], Random(1)
    started = clock.now
    while clock.now < started + 60:
        moments += [clock.now] * turns.take(20)
        clock.now += dice.choice([0.01, 0.02, 0.03, 0.2])
    assert len(moments) >= 0.9 * Limits.OVERALL * 60
    for first, beyond in zip(moments, moments[Limits.OVERALL :], strict=False):
        assert beyond - first >= 1


def test_the_conversation_never_waits_and_takes_from_what_the_pushes_have(
    pace: ChatPace, clock: Clock
) -> None:
    turns = WorkerTurns(pace)
    pushed(turns, clock, 1)
    count = 0
    for number in range(100):
        pace.count(str(number))
        count += pushed(turns, clock, 0.1)
    assert count == pytest.approx(10 * (TELEGRAM.a_second - 10), abs=10)


def test_a_crowd_of_chats_stops_the_pushes_for_no_more_than_a_second(pace: ChatPace, clock: Clock) -> None:
    turns = WorkerTurns(pace)
    for number in range(1000):
        pace.count(str(number))
    assert turns.take(1) == 0
    assert turns.wait() == pytest.approx(1 + 1 / TELEGRAM.a_second)

    clock.now += turns.wait()
    assert turns.take(20) == 1


def test_a_mailing_leaves_a_turn_for_what_somebody_waits_for(pace: ChatPace, clock: Clock) -> None:
    mailing, prompt = WorkerTurns(pace, leaving=1), WorkerTurns(pace)
    for _ in range(500):
        mailing.take(20)
        assert prompt.wait() == 0
        clock.now += 0.01
    assert prompt.take(20) == 1


def test_what_was_not_used_is_given_back(pace: ChatPace) -> None:
    turns = WorkerTurns(pace)
    taken = turns.take(20)
    assert (taken, turns.take(1)) == (10, 0)
    turns.give_back(taken)
    assert turns.take(20) == taken


@pytest.mark.parametrize(("chat", "seconds"), [("1", 1.0), ("-1", 3.0)])
def test_a_chat_gets_two_messages_at_once_and_then_keeps_its_pace(
    pace: ChatPace, clock: Clock, chat: str, seconds: float
) -> None:
    pace.take(chat)
    pace.take(chat)
    clock.now += seconds / 4
    with pytest.raises(RetryLater) as later:
        pace.take(chat)
    assert (later.value.seconds, later.value.counts) == (seconds * 3 / 4, False)

    clock.now += later.value.seconds
    pace.take(chat)


def test_a_push_into_a_chat_where_someone_taps_leaves_telegram_room_for_the_next_tap(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a tap a second and pushes as often as allowed, the server refuses nothing."""
    monkeypatch.setattr("time.monotonic", clock)
    pace, limits, pushes = ChatPace(TELEGRAM, clock), Limits(), 0
    limits.enforce = True
    for moment in range(400):
        if moment % 10 == 0:
            pace.count("1")
            limits.check(1)
        try:
            pace.take("1")
        except RetryLater:
            pass
        else:
            limits.check(1)
            pushes += 1
        clock.now += 0.11
    assert pushes


def test_the_pace_of_a_chat_forgets_a_flood_of_the_conversation_after_three_messages(
    pace: ChatPace, clock: Clock
) -> None:
    for _ in range(50):
        pace.count("1")
    with pytest.raises(RetryLater) as later:
        pace.take("1")
    assert later.value.seconds == 2.0


def test_a_refusal_stops_its_chat_as_long_as_told_and_the_others_for_a_second(
    pace: ChatPace, clock: Clock
) -> None:
    turns = WorkerTurns(pace)
    pace.refused("1", 17)
    assert turns.take(1) == 0
    clock.now += 1.1
    assert turns.take(1) == 1
    pace.take("2")
    pace.count("1")
    with pytest.raises(RetryLater) as later:
        pace.take("1")
    assert later.value.seconds == pytest.approx(15.9)


def test_chats_that_are_free_are_forgotten(pace: ChatPace, clock: Clock) -> None:
    for chat in range(5000):
        clock.now += 1
        pace.take(str(chat))
    assert len(pace._chats) <= 1024


def test_zalo_has_a_slower_pace_of_its_own(clock: Clock) -> None:
    zalo = ChatPace(ZALO, clock)
    count = pushed(WorkerTurns(zalo), clock, 60)
    assert 0.9 * ZALO.a_second * 60 <= count <= ZALO.a_second * 60 + ZALO.burst
    assert count < pushed(WorkerTurns(ChatPace(TELEGRAM, clock)), clock, 60) / 2


def test_pushes_whose_workers_took_no_turn_keep_the_pace_of_all_chats(clock: Clock) -> None:
    pace = ChatPace(ZALO, clock)
    moments: list[float] = []
    waits: list[RetryLater] = []
    while clock.now < 1060:
        try:
            pace.take_both(str(len(moments)))
        except RetryLater as later:
            waits.append(later)
            clock.now += later.seconds + 0.001
        else:
            moments.append(clock.now)
    assert not any(later.counts for later in waits)
    assert 0.9 * ZALO.a_second * 60 <= len(moments) <= ZALO.a_second * 60 + ZALO.burst
    for first, beyond in zip(moments, moments[ZALO.most_in_a_second :], strict=False):
        assert beyond - first >= 1


def test_a_push_that_has_to_wait_for_its_chat_uses_no_turn_of_the_others(clock: Clock) -> None:
    pace = ChatPace(ZALO, clock)
    for _ in range(2):
        pace.take_both("1")
    for _ in range(100):
        with pytest.raises(RetryLater):
            pace.take_both("1")
    pace.take_both("2")
