"""How fast this program may write to Telegram's chats.

About 30 messages a second over all chats and one a second to each, after short bursts
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Nobody sleeps here.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from services.ports import RetryLater

MESSAGES_A_SECOND = 29.0
"""Of the conversation and the pushes together."""

_BURST = 3.0
"""Turns that wait at most, so that a late moment of this program loses none: no second sees more than 32."""

_CHAT_SECONDS = 1.0
_GROUP_SECONDS = 3.0  # Groups get 20 messages a minute.
_CHAT_DEBT = 3  # A chat's messages beyond its pace; what came before those, Telegram has refused.


class TelegramPace:
    """One budget of messages for the conversation and the pushes.

    The conversation only counts and never waits. A push needs a turn of all chats, which its worker takes
    before it takes the job (`Turns`), and one of its own chat (`take`).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._level = _BURST
        self._at = clock()
        self._chats: dict[str, float] = {}

    def count(self, chat: str) -> None:
        """A message that does not wait: one of the conversation, or a further part of a push."""
        self.spend(1)
        self._use(chat)

    def take(self, chat: str) -> None:
        """Use the chat's turn. Raises `RetryLater` with the seconds until the next one."""
        wait = self._chats.get(chat, 0.0) - self._clock() - _seconds(chat)
        if wait > 0:
            raise RetryLater(wait, "pace of the chat", counts=False)
        self._use(chat)

    def refused(self, chat: str, seconds: float) -> None:
        """Telegram wants no message for so long. It does not say of which limit it speaks: the chat waits as
        it was told, the other pushes for a second."""
        self._chats[chat] = self._clock() + seconds + _seconds(chat)
        self.spend(MESSAGES_A_SECOND)

    def free(self) -> float:
        """Turns that wait; below zero when more was sent than the pushes may."""
        now = self._clock()
        self._level = min(_BURST, self._level + (now - self._at) * MESSAGES_A_SECOND)
        self._at = now
        return self._level

    def spend(self, turns: float) -> None:
        """Use turns, whether they are there or not. Debts of more than a second are forgotten."""
        self._level = max(self.free() - turns, -MESSAGES_A_SECOND)

    def _use(self, chat: str) -> None:
        now, pace = self._clock(), _seconds(chat)
        if len(self._chats) >= 1024:
            self._chats = {other: until for other, until in self._chats.items() if until > now}
        until = self._chats.get(chat, now)
        self._chats[chat] = max(until, min(max(until, now) + pace, now + _CHAT_DEBT * pace))


def _seconds(chat: str) -> float:
    return _GROUP_SECONDS if chat.startswith("-") else _CHAT_SECONDS


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of one worker. It leaves so many untouched, for workers that leave fewer."""

    pace: TelegramPace
    leaving: int = 0

    def take(self, most: int) -> int:
        """Use up to `most` of the turns that wait; how many."""
        taken = max(0, min(most, int(self.pace.free()) - self.leaving))
        self.pace.spend(taken)
        return taken

    def give_back(self, unused: int) -> None:
        self.pace.spend(-unused)

    def wait(self) -> float:
        """Seconds until there is one."""
        return max(0.0, (1 + self.leaving - self.pace.free()) / MESSAGES_A_SECOND)
