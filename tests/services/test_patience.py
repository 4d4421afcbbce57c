"""How long the program waits between tries, and when it gives up."""

import pytest

from services.activation import activating
from services.patience import A_DAY, Breaker, Patience, Seldom
from services.ports import RetryLater


def _waits(patience: Patience) -> list[float]:
    return [patience.wait(failed) for failed in range(1, patience.attempts)]


def test_the_tries_are_spread_over_about_a_day() -> None:
    waits = _waits(A_DAY)
    assert waits[:3] == [5, 10, 20]
    assert waits == sorted(waits)
    assert waits[-1] <= 3 * 3600
    assert 20 * 3600 < sum(waits) < 28 * 3600


def test_an_activation_that_somebody_watches_is_tried_for_minutes() -> None:
    waits = _waits(activating.PATIENCE)
    assert waits[:3] == [0.5, 1, 2]
    assert 8 * 60 < sum(waits) < 9 * 60


@pytest.mark.parametrize("failed", [12, 13, 1_000, 10**9])
def test_no_wait_is_longer_than_the_longest(failed: int) -> None:
    assert Patience(attempts=2, longest=10_000).wait(failed) == 10_000


def test_a_wait_is_never_shorter_than_what_was_asked_for() -> None:
    assert [A_DAY.wait(1, asked) for asked in (0, 4.9, 5.1, 100_000)] == [5, 5, 5.1, 100_000]


class TestLater:
    def test_an_error_is_named_by_its_kind_alone(self) -> None:
        later = A_DAY.later(OSError("secret"), 2)
        assert (later.seconds, str(later), later.counts) == (10, "OSError", True)

    def test_a_service_that_asks_for_longer_gets_longer(self) -> None:
        later = A_DAY.later(RetryLater(60, "busy"), 2)
        assert (later.seconds, str(later), later.counts) == (60, "busy", True)
        assert A_DAY.later(RetryLater(1, "busy"), 2).seconds == 10

    def test_a_wait_that_is_no_failure_stays_as_it_is(self) -> None:
        asked = RetryLater(1, "pace", counts=False)
        assert A_DAY.later(asked, 9) is asked


class TestBreaker:
    @pytest.fixture
    def clock(self) -> list[float]:
        return [0.0]

    @pytest.fixture
    def breaker(self, clock: list[float]) -> Breaker:
        return Breaker(3, 60, lambda: clock[0])

    def test_it_opens_after_failures_in_a_row(self, breaker: Breaker) -> None:
        assert [breaker.failed() for _ in range(2)] == [False, False]
        assert not breaker.is_open
        breaker.succeeded()
        assert [breaker.failed() for _ in range(3)] == [False, False, True]
        assert breaker.is_open

    def test_after_the_pause_one_failure_opens_it_again(self, breaker: Breaker, clock: list[float]) -> None:
        for _ in range(3):
            breaker.failed()
        clock[0] = 59.9
        assert breaker.is_open
        clock[0] = 60
        assert not breaker.is_open
        assert breaker.failed()
        assert breaker.is_open

    def test_it_can_be_opened_for_as_long_as_the_service_asks(
        self, breaker: Breaker, clock: list[float]
    ) -> None:
        breaker.open(5)
        assert breaker.is_open
        clock[0] = 5
        assert not breaker.is_open
        assert not breaker.failed()


def test_of_each_kind_of_trouble_is_told_once_a_minute() -> None:
    moment = 0.0
    seldom = Seldom(now=lambda: moment)
    assert [seldom("lease", OSError), seldom("lease", OSError), seldom("lease", ValueError)] == [
        True,
        False,
        True,
    ]
    moment = 59.9
    assert not seldom("lease", OSError)
    moment = 60
    assert [seldom("lease", OSError), seldom("lease", OSError)] == [True, False]
