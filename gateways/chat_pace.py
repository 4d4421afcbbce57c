"""Limits how fast this program writes to the chats of one app. Nothing here sleeps."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from services.ports import RetryLater


@dataclass(frozen=True, slots=True)
class Rates:
    """How many messages an app takes from one bot."""

    a_second: float
    """Messages a second in the long run, dialogs and pushes together."""

    most_in_a_second: int
    """The most messages in any one second, even after a pause."""

    burst: float
    """The most turns that are saved up, so that a delay of this program loses none."""

    chat_seconds: float
    """Seconds between two messages to one chat, and to a group."""
    group_seconds: float

    chat_debt: int = 3
    """How many messages a chat may owe. Older debts are forgotten: the app refused those messages anyway."""


TELEGRAM = Rates(29.0, 30, burst=10.0, chat_seconds=1.0, group_seconds=3.0)
"""About 30 messages a second over all chats and one a second to each, after short bursts; groups get 20 a
minute (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""

ZALO = Rates(10.0, 12, burst=5.0, chat_seconds=1.0, group_seconds=3.0)
"""Zalo publishes no limits. These are a third of Telegram's: nobody in a chat notices, and a mailing can
wait."""


class ChatPace:
    """The budget of messages of one app, shared by the dialogs and the pushes.

    The dialogs only count their messages and never wait. A push needs a turn of all chats and a turn of its
    own chat (`take`). The worker takes the former before the job (`WorkerTurns`), or the sender does
    (`take_both`).
    """

    def __init__(self, rates: Rates, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates
        self._clock = clock
        self._level = rates.burst
        self._at = clock()
        self._recent: deque[float] = deque(maxlen=rates.most_in_a_second)
        self._chats: dict[str, float] = {}

    def count(self, chat: str) -> None:
        """Count a message that does not wait: one of the dialogs, or a further part of a push."""
        self.spend(1)
        self._use(chat)

    def take(self, chat: str) -> None:
        """Use the chat's turn. Raises `RetryLater` with the seconds until the next one."""
        wait = self._chats.get(chat, 0.0) - self._clock() - self._seconds(chat)
        if wait > 0:
            raise RetryLater(wait, "pace of the chat", counts=False)
        self._use(chat)

    def take_both(self, chat: str) -> None:
        """Use a turn of all chats and the chat's own, for a push whose worker took no turn of this app.
        Raises `RetryLater` and uses neither when one of them is missing."""
        if wait := self.wait(1):
            raise RetryLater(wait, "pace of all chats", counts=False)
        self.take(chat)
        self.spend(1)

    def refused(self, chat: str, seconds: float) -> None:
        """The app wants no message for `seconds`. It does not say which limit was reached: this chat waits
        that long, all other pushes for a second."""
        self._chats[chat] = self._clock() + seconds + self._seconds(chat)
        self._level = -self._rates.a_second

    def wait(self, turns: int) -> float:
        """Seconds until `turns` turns are available."""
        now = self._clock()
        self._level = min(self._rates.burst, self._level + (now - self._at) * self._rates.a_second)
        self._at = now
        waits = [0.0, (turns - self._level) / self._rates.a_second]
        # This message must be more than a second old by then.
        last = len(self._recent) - 1 - self._rates.most_in_a_second + turns
        if last >= 0:
            waits.append(self._recent[last] + 1 - now)
        return max(waits)

    def spend(self, turns: int) -> None:
        """Use turns, available or not. At most a second's worth of turns is owed."""
        self.wait(turns)
        self._level = max(self._level - turns, -self._rates.a_second)
        self._recent.extend([self._at] * turns)

    def give_back(self, turns: int) -> None:
        """Take back turns that were just spent and not used."""
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
class WorkerTurns:
    """One worker's view of the budget. It never takes the last `leaving` turns; workers that leave fewer
    may."""

    pace: ChatPace
    leaving: int = 0

    def take(self, most: int) -> int:
        """Take at most `most` turns; returns how many were available."""
        taken = 0
        while taken < most and not self.pace.wait(1 + self.leaving):
            self.pace.spend(1)
            taken += 1
        return taken

    def give_back(self, unused: int) -> None:
        self.pace.give_back(unused)

    def wait(self) -> float:
        """Seconds until this worker may take a turn."""
        return self.pace.wait(1 + self.leaving)
