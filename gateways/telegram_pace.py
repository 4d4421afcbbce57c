"""How fast this program may write to Telegram's chats.

About 30 messages a second over all chats and one a second to each, after short bursts
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Nobody sleeps here.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from services.ports import RetryLater

MESSAGES_A_SECOND = 29.0
"""Of the conversation and the pushes together, over a longer time."""

MOST_IN_A_SECOND = 30
"""In any one second, whatever was not sent before."""

_BURST = 10.0
"""Turns that wait at most, so that a late moment of this program loses none."""

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
        self._recent: deque[float] = deque(maxlen=MOST_IN_A_SECOND)
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
        self._level = -MESSAGES_A_SECOND

    def wait(self, turns: int) -> float:
        """Seconds until so many turns are there."""
        now = self._clock()
        self._level = min(_BURST, self._level + (now - self._at) * MESSAGES_A_SECOND)
        self._at = now
        waits = [0.0, (turns - self._level) / MESSAGES_A_SECOND]
        # The one that has to be more than a second ago.
        last = len(self._recent) - 1 - MOST_IN_A_SECOND + turns
        if last >= 0:
            waits.append(self._recent[last] + 1 - now)
        return max(waits)

    def spend(self, turns: int) -> None:
        """Use turns, whether they are there or not. Debts of more than a second are forgotten."""
        self.wait(turns)
        self._level = max(self._level - turns, -MESSAGES_A_SECOND)
        self._recent.extend([self._at] * turns)

    def give_back(self, turns: int) -> None:
        """Turns that were just spent and not used."""
        self._level += turns
        for _ in range(turns):
            self._recent.pop()

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
        """Use up to `most` of the turns that are there; how many."""
        taken = 0
        while taken < most and not self.pace.wait(1 + self.leaving):
            self.pace.spend(1)
            taken += 1
        return taken

    def give_back(self, unused: int) -> None:
        self.pace.give_back(unused)

    def wait(self) -> float:
        """Seconds until there is one."""
        return self.pace.wait(1 + self.leaving)
