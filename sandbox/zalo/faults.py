"""Troubles ordered by a test."""

from dataclasses import dataclass

DROP = 0  # The call is carried out, then the connection is cut: the bot can't know the outcome.


@dataclass
class Fault:
    """The next `times` calls fail with `status`: one method's or any but getUpdates'; about one person (by
    Zalo id) or any. From 500 on, `status` is a true HTTP status and the answer is no JSON."""

    status: int
    times: int = 1
    method: str | None = None
    chat: str | None = None

    def matches(self, method: str, chat: str | None) -> bool:
        named = method == self.method if self.method else method != "getUpdates"
        return named and self.chat in (None, chat)
