"""How often to try what fails, how long to wait in between, and when to leave it alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from services.ports import RetryLater

_MOST_DOUBLINGS = 64
"""More doublings would overflow a float, and are far beyond any `longest`."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often one thing is tried (`attempts`), and the seconds between two tries: `first`, then twice as
    long each time, at most `longest`."""

    attempts: int
    first: float = 5.0
    longest: float = 3 * 3600.0

    def wait(self, failed: int, asked: float = 0.0) -> float:
        """Seconds to wait after `failed` tries, at least the seconds that were `asked` for."""
        return max(asked, min(self.first * 2.0 ** min(failed - 1, _MOST_DOUBLINGS), self.longest))

    def later(self, error: Exception, failed: int) -> RetryLater:
        """The error to raise after `failed` tries, the last of which ended in `error`. An `error` that asks
        to wait without being a failure is returned as it is."""
        if not isinstance(error, RetryLater):
            return RetryLater(self.wait(failed), type(error).__name__)
        return RetryLater(self.wait(failed, error.seconds), str(error)) if error.counts else error


class Seldom:
    """Says of each kind of trouble whether it is to be told: once in `seconds`. `now` is a steady clock."""

    def __init__(self, seconds: float = 60.0, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._told: dict[object, float] = {}

    def __call__(self, *kind: object) -> bool:
        now = self._now()
        self._told = {told: at for told, at in self._told.items() if now < at + self._seconds}
        if kind in self._told:
            return False
        self._told[kind] = now
        return True


A_DAY = Patience(attempts=19)
"""For work that nobody waits for: the tries are spread over about a day."""


class Breaker:
    """Keeps callers away from an outside service that fails: it opens for `pause` seconds after `failures` in
    a row, and then after each further failure until a call succeeds. `now` is a steady clock in seconds."""

    def __init__(self, failures: int, pause: float, now: Callable[[], float]) -> None:
        self._limit = failures
        self._pause = pause
        self._now = now
        self._failures = 0
        self._open_until = now()

    @property
    def is_open(self) -> bool:
        """Whether the service is to be left alone now."""
        return self._now() < self._open_until

    @property
    def seconds_left(self) -> float:
        """How long it stays open; 0 if it is not."""
        return max(0.0, self._open_until - self._now())

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> bool:
        """Count a failure; returns whether the breaker opened."""
        self._failures += 1
        if self._failures < self._limit:
            return False
        self.open(self._pause)
        return True

    def open(self, seconds: float) -> None:
        """Leave the service alone for `seconds`, whatever was counted."""
        self._open_until = self._now() + seconds
