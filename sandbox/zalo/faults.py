"""Troubles ordered by a test."""

from dataclasses import dataclass

DROP = 0  # The call is carried out, then the connection is cut: the bot can't know the outcome.


@dataclass
class Fault:
    """`times` calls fail with `status`: of one method, or of any but getUpdates; about one person (by their
    Zalo id), or about any. From 500 on, it is a true HTTP status with an answer that is no JSON."""

    status: int
    times: int = 1
    method: str | None = None
    chat: str | None = None

    def matches(self, method: str, chat: str | None) -> bool:
        named = method == self.method if self.method else method != "getUpdates"
        return named and self.chat in (None, chat)
