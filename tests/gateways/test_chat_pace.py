"""The budget of messages, with a clock that the test moves."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, pairwise
from random import Random
from typing import Any, cast

import pytest

from gateways.budget import EDITS_LIMITED, Budget, Rates
from gateways.chat_pace import (
    MOST_WAITING,
    SEEN_SECONDS,
    SHARED_SECOND,
    TELEGRAM,
    ZALO,
    ChatPace,
    SharedKeeper,
)
from gateways.chat_pace import WorkerTurns as SharedTurns
from sandbox.telegram.faults import Limits
from services.ports import RetryLater
from tests.gateways.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Travelling:
    """A budget that is stored after each use, and restored for the next, as several processes have it."""

    def __init__(self, rates: Rates, clock: Clock) -> None:
        self._rates, self._clock = rates, clock
        self.state = Budget(rates, clock).stored()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def use(*given: Any) -> Any:
            budget = Budget.restored(self._rates, self.state, self._clock())
            try:
                return getattr(budget, name)(*given)
            finally:
                # What used nothing is not stored.
                if budget.spent:
                    self.state = budget.stored()

        return use


MakeBudget = Callable[[Rates, Clock], Budget]


@pytest.fixture(params=[Budget, Travelling])
def make(request: pytest.FixtureRequest) -> MakeBudget:
    return cast(MakeBudget, request.param)


@pytest.fixture
def pace(make: MakeBudget, clock: Clock) -> Budget:
    return make(TELEGRAM, clock)


@dataclass
class WorkerTurns:
    """One worker's use of the budget."""

    pace: Budget
    mailing: bool = False

    def take(self, most: int) -> int:
        return self.pace.take_pushes(most, self.mailing)

    def give_back(self, unused: int) -> None:
        (self.pace.give_back if self.mailing else self.pace.give_back_kept)(unused)

    def wait(self) -> float:
        return self.pace.push_wait(self.mailing)


def pushed(turns: WorkerTurns, clock: Clock, seconds: float, step: float = 0.01) -> int:
    """How many messages leave in this time if more are always waiting."""
    count = 0
    for _ in range(round(seconds / step)):
        count += turns.take(20)
        clock.now += step
    return count


def test_pushes_use_nine_tenths_of_the_rate_allowed(pace: Budget, clock: Clock) -> None:
    assert 0.9 * Limits.OVERALL * 60 <= pushed(WorkerTurns(pace), clock, 60) <= Limits.OVERALL * 60


def test_late_moments_lose_no_turn_and_no_second_sees_more_than_telegram_takes(
    pace: Budget, clock: Clock
) -> None:
    turns, moments, dice = WorkerTurns(pace), [], Random(1)
    started = clock.now
    while clock.now < started + 60:
        moments += [clock.now] * turns.take(20)
        clock.now += dice.choice([0.01, 0.02, 0.03, 0.2])
    assert len(moments) >= 0.9 * Limits.OVERALL * 60
    for first, beyond in zip(moments, moments[Limits.OVERALL :], strict=False):
        assert beyond - first >= 1


def messages(pace: Budget, clock: Clock, asked: int, prompt: bool, mailing: bool) -> list[list[float]]:
    """The moments of the answers, the pushes and the mailings that leave in a minute, while the conversation
    asks for `asked` messages a second, and a push and a mailing wait at any time if `prompt` and `mailing`.
    No lane is looked at more often than a hundred times a second."""
    started, waiting, moments = clock.now, deque[float](), [list[float]() for _ in range(3)]
    lanes = (WorkerTurns(pace), prompt), (WorkerTurns(pace, mailing=True), mailing)
    answers = 0
    for step in range(6000):
        clock.now = started + step / 100
        while answers <= asked * step / 100:
            waiting.append(clock.now)
            answers += 1
        for kind, (turns, full) in enumerate(lanes, 1):
            moments[kind] += [clock.now] * (turns.take(20) if full else 0)
        while waiting and not pace.answer_wait():
            waiting.popleft()
            pace.count(str(len(moments[0])))
            moments[0].append(clock.now)
    together = sorted(chain(*moments))
    for first, beyond in zip(together, together[Limits.OVERALL :], strict=False):
        assert beyond - first >= 1 - 1e-6
    print([len(one) / 60 for one in moments], "of", asked)
    return moments


@pytest.mark.parametrize("asked", [20, 28, 31, 40])
def test_a_busy_conversation_leaves_turns_to_what_somebody_waits_for(
    pace: Budget, clock: Clock, asked: int
) -> None:
    answers, pushes, mailings = (len(one) / 60 for one in messages(pace, clock, asked, True, True))
    assert min(asked, 20) <= answers <= 21
    assert pushes >= 8
    assert mailings <= 0.2


@pytest.mark.parametrize(("asked", "pushes"), [(5, 23.5), (20, 8.5), (28, 8), (40, 8)])
def test_kept_turns_are_there_in_each_ten_seconds(
    pace: Budget, clock: Clock, asked: int, pushes: float
) -> None:
    _, moments, _ = messages(pace, clock, asked, True, False)
    for begin in range(0, 60, 10):
        assert sum(begin <= moment - 1000 < begin + 10 for moment in moments) >= 10 * pushes - 1


@pytest.mark.parametrize(("asked", "answered"), [(20, 20), (28, 28), (40, 29)])
def test_a_conversation_has_the_whole_budget_while_no_push_waits(
    pace: Budget, clock: Clock, asked: int, answered: int
) -> None:
    answers, _, _ = messages(pace, clock, asked, False, False)
    assert 60 * answered <= len(answers) <= 60 * answered + TELEGRAM.burst


@pytest.mark.parametrize("asked", [5, 15])
def test_mailings_fill_what_is_left_and_hardly_delay_an_answer(
    pace: Budget, clock: Clock, asked: int
) -> None:
    answers, _, mailings = messages(pace, clock, asked, False, True)
    assert len(answers) == pytest.approx(60 * asked, abs=1)
    assert len(mailings) >= 0.95 * 60 * (TELEGRAM.a_second - asked)
    for number, moment in enumerate(answers):
        assert moment - 1000 <= number / asked + (0.2 if moment <= 1001 else 0.1)


class Sleeper:
    """Sleeps by moving the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, seconds: float) -> None:
        self._clock.now += seconds + 1e-6
        await asyncio.sleep(0)


async def test_answers_leave_in_the_order_in_which_they_came(clock: Clock) -> None:
    pace, left = ChatPace(TELEGRAM, clock, Sleeper(clock)), list[int]()

    async def answer(number: int) -> None:
        await pace.answer(str(number))
        left.append(number)

    await asyncio.gather(*map(answer, range(200)))
    assert left == list(range(200))
    # The first ones leave at once, the others at the rate.
    assert clock.now - 1000 == pytest.approx((200 - TELEGRAM.burst) / TELEGRAM.a_second, abs=1)


async def test_a_full_line_takes_no_more_and_who_leaves_it_makes_room(clock: Clock) -> None:
    go_on = asyncio.Event()

    async def sleep(_: float) -> None:
        await go_on.wait()
        clock.now += 1

    pace = ChatPace(TELEGRAM, clock, sleep)
    free = int(TELEGRAM.burst) - TELEGRAM.pushes_saved
    waiting = [asyncio.create_task(pace.answer(str(number))) for number in range(free + MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(RetryLater) as later:
        await pace.answer("one too many")
    assert not later.value.counts
    assert later.value.seconds == pytest.approx(MOST_WAITING / TELEGRAM.a_second)

    waiting.pop().cancel()
    await asyncio.sleep(0)
    waiting.append(asyncio.create_task(pace.answer("instead of it")))
    go_on.set()
    assert not any(isinstance(one, Exception) for one in await asyncio.gather(*waiting))


def test_a_crowd_of_chats_stops_the_pushes_for_no_more_than_a_second(pace: Budget, clock: Clock) -> None:
    turns = WorkerTurns(pace)
    for number in range(1000):
        pace.count(str(number))
    assert turns.take(1) == 0
    assert turns.wait() == pytest.approx(1 + 1 / TELEGRAM.a_second)

    clock.now += turns.wait()
    assert turns.take(20) == 1


def test_a_mailing_leaves_a_turn_for_what_somebody_waits_for(pace: Budget, clock: Clock) -> None:
    mailing, prompt = WorkerTurns(pace, mailing=True), WorkerTurns(pace)
    for _ in range(500):
        mailing.take(20)
        assert prompt.wait() == 0
        clock.now += 0.01
    assert prompt.take(20) == 1


def test_what_was_not_used_is_given_back(pace: Budget) -> None:
    turns = WorkerTurns(pace)
    taken = turns.take(20)
    assert (taken, turns.take(1)) == (TELEGRAM.burst - TELEGRAM.answers_saved, 0)
    turns.give_back(taken)
    assert turns.take(20) == taken


@pytest.mark.parametrize(("chat", "seconds"), [("1", 1.0), ("-1", 3.0)])
def test_a_chat_gets_two_messages_at_once_and_then_keeps_its_pace(
    pace: Budget, clock: Clock, chat: str, seconds: float
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
    make: MakeBudget, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a tap a second and pushes as often as allowed, the server refuses nothing."""
    monkeypatch.setattr("time.monotonic", clock)
    pace, limits, pushes = make(TELEGRAM, clock), Limits(), 0
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
    pace: Budget, clock: Clock
) -> None:
    for _ in range(50):
        pace.count("1")
    with pytest.raises(RetryLater) as later:
        pace.take("1")
    assert later.value.seconds == 2.0


def test_a_refusal_stops_its_chat_as_long_as_told_and_the_others_for_a_second(
    pace: Budget, clock: Clock
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


def test_chats_that_are_free_are_forgotten(clock: Clock) -> None:
    own, shared = Budget(TELEGRAM, clock), Travelling(TELEGRAM, clock)
    for chat in range(5000):
        clock.now += 1
        own.take(str(chat))
        shared.take(str(chat))
    assert len(own._chats) <= 1024
    assert len(shared.state) <= 200


def test_zalo_has_a_slower_pace_of_its_own(make: MakeBudget, clock: Clock) -> None:
    zalo = make(ZALO, clock)
    count = pushed(WorkerTurns(zalo), clock, 60)
    assert 0.9 * ZALO.a_second * 60 <= count <= ZALO.a_second * 60 + ZALO.burst
    assert count < pushed(WorkerTurns(make(TELEGRAM, clock)), clock, 60) / 2


def test_pushes_whose_workers_took_no_turn_keep_the_pace_of_all_chats(make: MakeBudget, clock: Clock) -> None:
    pace = make(ZALO, clock)
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


def test_a_push_that_has_to_wait_for_its_chat_uses_no_turn_of_the_others(
    make: MakeBudget, clock: Clock
) -> None:
    pace = make(ZALO, clock)
    for _ in range(2):
        pace.take_both("1")
    for _ in range(100):
        with pytest.raises(RetryLater):
            pace.take_both("1")
    pace.take_both("2")


def test_a_common_clock_that_goes_back_delays_nothing_for_long(clock: Clock) -> None:
    budget = Travelling(TELEGRAM, clock)
    taken = budget.take_pushes(20, False)
    budget.take("1")
    budget.take("1")
    clock.now -= 3600
    assert taken
    assert budget.push_wait(False) < 1
    with pytest.raises(RetryLater) as later:
        budget.take("1")
    assert later.value.seconds <= 2
    clock.now += 1.1
    assert budget.take_pushes(20, False)


def test_without_a_state_no_turns_are_saved(clock: Clock) -> None:
    """What was sent a moment ago is not known, as after a crash of the database."""
    budget, moments = Travelling(TELEGRAM, clock), list[float]()
    budget.state = ""
    for _ in range(300):
        moments += [clock.now] * budget.take_pushes(20, False)
        clock.now += 0.01
    assert 2.5 * TELEGRAM.a_second <= len(moments) <= 3 * TELEGRAM.a_second
    for first, beyond in pairwise(moments):
        assert beyond - first >= 0.02


class States:
    """`SharedStates` of one test; `asked` says how often."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._texts: dict[str, str] = {}
        self.asked = 0

    async def change(self, name: str, act: Callable[[str, float], tuple[str | None, Any]]) -> Any:
        await asyncio.sleep(0)
        self.asked += 1
        made, result = act(self._texts.get(name, ""), self._clock())
        if made is not None:
            self._texts[name] = made
        return result


@pytest.fixture
def paces(clock: Clock) -> tuple[States, ChatPace, ChatPace]:
    """The pace of two processes."""
    states = States(clock)
    first, second = (
        ChatPace(
            TELEGRAM, sleep=Sleeper(clock), keeper=SharedKeeper(TELEGRAM, states, "telegram", steady=clock)
        )
        for _ in range(2)
    )
    return states, first, second


async def test_two_processes_share_one_budget(paces: tuple[States, ChatPace, ChatPace], clock: Clock) -> None:
    _, *both = paces
    moments: list[float] = []

    async def answer(pace: ChatPace, number: int) -> None:
        await pace.answer(str(number))
        moments.append(clock.now)

    await asyncio.gather(*(answer(both[number % 2], number) for number in range(200)))
    for first, beyond in zip(moments, moments[TELEGRAM.most_in_a_second :], strict=False):
        assert beyond - first >= SHARED_SECOND - 1e-6
    for pace in both:
        await pace.take("one more")
    with pytest.raises(RetryLater, match="pace of the chat"):
        await both[0].take("one more")


async def test_edits_that_one_process_was_refused_take_turns_in_all(
    paces: tuple[States, ChatPace, ChatPace], clock: Clock
) -> None:
    states, mine, other = paces
    for _ in range(50):
        await other.edit("1")
    # An edit that is free asks nobody, but now and then.
    assert states.asked == 1
    await mine.edit_refused()
    clock.now += SEEN_SECONDS
    asked = states.asked
    await other.edit("1")
    assert states.asked >= asked + 2
    await mine.take("1")
    with pytest.raises(RetryLater, match="pace of the chat"):
        await mine.take("1")
    clock.now += EDITS_LIMITED
    await other.edit("1")
    asked = states.asked
    await other.edit("1")
    assert states.asked == asked


async def test_workers_of_two_processes_wait_for_one_turn_after_the_other(
    paces: tuple[States, ChatPace, ChatPace], clock: Clock
) -> None:
    states, *both = paces
    turns = [SharedTurns(pace) for pace in both]
    started = clock.now
    await asyncio.gather(*(turns[number % 2].turn() for number in range(100)))
    assert clock.now - started >= 100 / TELEGRAM.a_second - 1
    # One of each line asks, and knows how long to wait.
    assert states.asked <= 400
    assert await turns[0].take(20) <= 1


async def test_what_has_happened_already_fails_nobody_while_the_budget_is_away() -> None:
    """Else the rest of a push in several messages would not leave, and it would be sent again."""

    class Away:
        async def change(self, name: str, act: Callable[[str, float], tuple[str | None, Any]]) -> Any:
            raise OSError

    pace = ChatPace(TELEGRAM, keeper=SharedKeeper(TELEGRAM, Away(), "telegram"))
    await pace.count("1")
    await pace.refused("1", 5)
    await pace.edit_refused()
    with pytest.raises(OSError):
        await pace.take("1")
