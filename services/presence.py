"""Whether a part of the outside world answers."""

import logging
from types import TracebackType

from services.ports import RetryLater

FAILURES = 3
"""How many calls in a row fail until a part counts as away: one may fail by itself."""

log = logging.getLogger(__name__)


class Presence:
    """Says in the log once that `what` fails, after `failures` in a row, and once that it works again.

    Calls may be made inside `with`: those fail that raise something, but `answers`. The log has only the
    type of an error that is not ours: its text may hold personal data.
    """

    def __init__(self, what: str, failures: int = 1, answers: tuple[type[Exception], ...] = ()) -> None:
        self.what = what
        self.is_lost = False
        self.failures = self.answers = 0
        """Calls since the start that failed, and that were answered."""
        self._limit = failures
        self._answers = answers
        self._failed = 0

    def __enter__(self) -> None:
        """Begin a call; several may be under way."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, self._answers):
            self.found()
        elif isinstance(error, RetryLater):
            self.lost(error)
        elif isinstance(error, Exception):
            self.lost(type(error).__name__)

    def lost(self, why: Exception | str) -> None:
        self._failed += 1
        self.failures += 1
        if not self.is_lost and self._failed >= self._limit:
            log.warning("%s fails: %s", self.what, why)
            self.is_lost = True

    def found(self) -> bool:
        """Note that it works; returns whether it failed before."""
        was_lost, self.is_lost, self._failed = self.is_lost, False, 0
        self.answers += 1
        if was_lost:
            log.warning("%s works again", self.what)
        return was_lost
