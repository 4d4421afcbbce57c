"""How fast this program may write to the chats of one app. Nobody sleeps here."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from services.ports import RetryLater


@dataclass(frozen=True, slots=True)
class Rates:
    """What an app takes from one bot."""

    a_second: float
    """Messages of the conversation and the pushes together, over a longer time."""

    most_in_a_second: int
    """In any one second, whatever was not sent before."""

    burst: float
    """Turns that wait at most, so that a late moment of this program loses none."""

    chat_seconds: float
    """Between the messages of one chat, and of a group."""
    group_seconds: float

    chat_debt: int = 3
    """A chat's messages beyond its pace; what came before those, the app has refused."""


TELEGRAM = Rates(29.0, 30, burst=10.0, chat_seconds=1.0, group_seconds=3.0)
"""About 30 messages a second over all chats and one a second to each, after short bursts; groups get 20 a
minute (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""

ZALO = Rates(10.0, 12, burst=5.0, chat_seconds=1.0, group_seconds=3.0)
"""Zalo publishes none. These are a third of Telegram's, which nobody in a chat feels and a mailing can wait
for."""


class ChatPace:
    """One budget of messages for the conversation and the pushes.

    The conversation only counts and never waits. A push needs a turn of all chats, which its worker takes
    before it takes the job (`Turns`), and one of its own chat (`take`).
    """

    def __init__(self, rates: Rates, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates
        self._clock = clock
        self._level = rates.burst
        self._at = clock()
        self._recent: deque[float] = deque(maxlen=rates.most_in_a_second)
        self._chats: dict[str, float] = {}

    def count(self, chat: str) -> None:
        """A message that does not wait: one of the conversation, or a further part of a push."""
        self.spend(1)
        self._use(chat)

    def take(self, chat: str) -> None:
        """Use the chat's turn. Raises `RetryLater` with the seconds until the next one."""
        wait = self._chats.get(chat, 0.0) - self._clock() - self._seconds(chat)
        if wait > 0:
            raise RetryLater(wait, "pace of the chat", counts=False)
        self._use(chat)

    def take_both(self, chat: str) -> None:
        """`take`, and a turn of all chats with it, for a push whose worker took none of this app's. Raises
        `RetryLater` and uses neither where one of the two is not there."""
        if wait := self.wait(1):
            raise RetryLater(wait, "pace of all chats", counts=False)
        self.take(chat)
        self.spend(1)

    def refused(self, chat: str, seconds: float) -> None:
        """The app wants no message for so long. It does not say of which limit it speaks: the chat waits as
        it was told, the other pushes for a second."""
        self._chats[chat] = self._clock() + seconds + self._seconds(chat)
        self._level = -self._rates.a_second

    def wait(self, turns: int) -> float:
        """Seconds until so many turns are there."""
        now = self._clock()
        self._level = min(self._rates.burst, self._level + (now - self._at) * self._rates.a_second)
        self._at = now
        waits = [0.0, (turns - self._level) / self._rates.a_second]
        # The one that has to be more than a second ago.
        last = len(self._recent) - 1 - self._rates.most_in_a_second + turns
        if last >= 0:
            waits.append(self._recent[last] + 1 - now)
        return max(waits)

    def spend(self, turns: int) -> None:
        """Use turns, whether they are there or not. Debts of more than a second are forgotten."""
        self.wait(turns)
        self._level = max(self._level - turns, -self._rates.a_second)
        self._recent.extend([self._at] * turns)

    def give_back(self, turns: int) -> None:
        """Turns that were just spent and not used."""
        self._level += turns
        for _ in range(turns):
            self._recent.pop()

    def _use(self, chat: str) -> None:
        now, pace = self._clock(), self._seconds(chat)
        if len(self._chats) >= 1024:
            self._chats = {other: until for other, until in self._chats.items() if until > now}
        until = self._chats.get(chat, now)
        self._chats[chat] = max(until, min(max(until, now) + pace, now + self._rates.chat_debt * pace))

    def _seconds(self, chat: str) -> float:
        return self._rates.group_seconds if chat.startswith("-") else self._rates.chat_seconds


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of one worker. It leaves so many untouched, for workers that leave fewer."""

    pace: ChatPace
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
