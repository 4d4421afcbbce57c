"""Troubles ordered by a test, and Telegram's pace of sending."""

import math
import time
from collections import defaultdict
from dataclasses import dataclass

from sandbox.telegram.errors import ApiError, too_many

DROP = 0  # The call is carried out, then the connection is cut: the bot can't know the outcome.

_DESCRIPTIONS = {
    400: "Bad Request: ordered by the sandbox",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass
class Fault:
    """The next `times` calls fail with `status`: one method's or any but getUpdates'; one chat's or any's."""

    status: int
    times: int = 1
    method: str | None = None
    retry_after: int | None = None
    chat: int | None = None

    def matches(self, method: str, chat: int | None) -> bool:
        named = method == self.method.lower() if self.method else method != "getupdates"
        return named and self.chat in (None, chat)

    def error(self) -> ApiError:
        if self.status == 429:
            return too_many(1 if self.retry_after is None else self.retry_after)
        error = ApiError("", self.status)
        error.description = _DESCRIPTIONS.get(self.status, f"Error {self.status}")
        return error


class _Bucket:
    """Lets through `rate` calls a second after a burst of `burst`."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self.level = float(burst)
        self.at = time.monotonic()

    def wait(self) -> float:
        """Seconds until one more call may pass."""
        now = time.monotonic()
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1 - self.level) / self.rate)

    def take(self) -> None:
        self.level -= 1


class Limits:
    """About 30 messages a second over all chats, 1 a second to one chat after a burst of 3. Off at first.
    `edits` says whether an edit counts as a message."""

    OVERALL, CHAT, CHAT_BURST = 30, 1, 3

    def __init__(self) -> None:
        self.enforce = False
        self.edits = True
        self._overall = _Bucket(self.OVERALL, self.OVERALL)
        self._chats: defaultdict[int, _Bucket] = defaultdict(lambda: _Bucket(self.CHAT, self.CHAT_BURST))

    def check(self, chat: int, is_edit: bool = False) -> None:
        """Count one message to a chat. Raises 429 if it comes too soon."""
        if not self.enforce or (is_edit and not self.edits):
            return
        buckets = (self._overall, self._chats[chat])
        if wait := max(bucket.wait() for bucket in buckets):
            raise too_many(math.ceil(wait))
        for bucket in buckets:
            bucket.take()
