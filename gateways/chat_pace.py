"""Limits how fast this program writes to the chats of one app, and says whose turn it is.

Three kinds of messages want them: answers of the conversation, pushes that somebody waits for, and mailings.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
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

    pushes_a_second: float
    """How many of these are kept for pushes while the conversation wants everything."""

    pushes_saved: int
    """The most of the kept turns that are saved up, so that a worker that comes late loses none."""

    answers_saved: int
    """How many turns the pushes leave, beyond those kept for them, to an answer that comes in this moment."""

    chat_debt: int = 3
    """How many messages a chat may owe. Older debts are forgotten: the app refused those messages anyway."""


MOST_WAITING = 900
"""How many answers wait for their turn at most: a little more than half a minute at Telegram's rate, which is
the longest flood limit that the conversation sits out."""

EDITS_LIMITED = 600.0
"""For how many seconds edits take turns as messages do after the app refused one."""

LOOK_AGAIN = 0.05
"""How often, in seconds, the first waiting answer looks whether turns were given back meanwhile."""

TELEGRAM = Rates(
    a_second=29.0,
    most_in_a_second=30,
    burst=16.0,
    chat_seconds=1.0,
    group_seconds=3.0,
    pushes_a_second=8.5,
    pushes_saved=4,
    answers_saved=6,
)
"""About 30 messages a second over all chats and one a second to each, after short bursts; groups get 20 a
minute (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""

ZALO = Rates(
    a_second=10.0,
    most_in_a_second=12,
    burst=6.0,
    chat_seconds=1.0,
    group_seconds=3.0,
    pushes_a_second=3.0,
    pushes_saved=1,
    answers_saved=2,
)
"""Zalo publishes no limits. These are a third of Telegram's: nobody in a chat notices, and a mailing can
wait."""


class ChatPace:
    """The budget of messages of one app, shared by the dialogs and the pushes.

    An answer takes a turn as soon as there is one beyond those kept for pushes (`answer`). An edit sends no
    message and takes none (`edit`), unless the app refused one lately (`edit_refused`). A push needs a
    turn of all chats and a turn of its own chat (`take`). The worker takes the former before the job
    (`WorkerTurns`), or the sender does (`take_both`). `sleep` waits for seconds of `clock`.
    """

    def __init__(
        self,
        rates: Rates,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._rates = rates
        self._clock = clock
        self._sleep = sleep
        self._level = rates.burst
        self._kept = float(rates.pushes_saved)
        self._at = clock()
        self._pushes_from = self._edits_free_from = self._at
        self._recent: deque[float] = deque(maxlen=rates.most_in_a_second)
        self._chats: dict[str, float] = {}
        self._waiting = 0
        self._line = asyncio.Lock()

    async def answer(self, chat: str) -> None:
        """Wait for the turn of an answer; who came first is served first. Raises `RetryLater` at once, with
        nothing used, where `MOST_WAITING` wait already."""
        if self._waiting >= MOST_WAITING:
            raise RetryLater(self._waiting / self._rates.a_second, "pace of all chats", counts=False)
        self._waiting += 1
        try:
            # The lock lets those who wait in by the order in which they came.
            async with self._line:
                while wait := self.answer_wait():
                    await self._sleep(min(wait, LOOK_AGAIN))
                self.count(chat)
        finally:
            self._waiting -= 1

    async def edit(self, chat: str) -> None:
        """Do nothing while edits are free; else as `answer`."""
        if self._clock() < self._edits_free_from:
            await self.answer(chat)

    def edit_refused(self) -> None:
        """The app wants fewer edits: for `EDITS_LIMITED` seconds they take turns as messages do."""
        self._edits_free_from = self._clock() + EDITS_LIMITED

    def answer_wait(self) -> float:
        """Seconds until there is a turn for an answer beside those that are kept for the pushes."""
        self._pass()
        return self.wait(int(self._kept))

    def push_wait(self, mailing: bool = False) -> float:
        """Seconds until a push may leave. One that somebody waits for has the kept turns, and what answers
        leave beyond them; a mailing has what all of these leave."""
        self._pass()
        rates, held = self._rates, self._pushes_from - self._at
        if mailing:
            return max(held, self.wait(rates.pushes_saved + rates.answers_saved, 1))
        of_kept = max(self.wait(), (1 - self._kept) / rates.pushes_a_second)
        return max(held, min(of_kept, self.wait(rates.answers_saved)))

    def count(self, chat: str) -> None:
        """Count a message that does not wait, such as a further part of a push."""
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
        if wait := self.push_wait():
            raise RetryLater(wait, "pace of all chats", counts=False)
        self.take(chat)
        self.spend_kept(1)

    def refused(self, chat: str, seconds: float) -> None:
        """The app wants no message for `seconds`. It does not say which limit was reached: this chat waits
        that long, all other pushes for a second."""
        now = self._clock()
        self._chats[chat] = now + seconds + self._seconds(chat)
        self._pushes_from = now + 1

    def wait(self, left: int = 0, left_in_a_second: int = 0) -> float:
        """Seconds until a turn is available while `left` others stay, `left_in_a_second` of them now."""
        self._pass()
        waits = [0.0, (1 + left - self._level) / self._rates.a_second]
        # This message must be more than a second old by then.
        last = len(self._recent) - self._rates.most_in_a_second + left_in_a_second
        if last >= 0:
            waits.append(self._recent[last] + 1 - self._at)
        return max(waits)

    def spend(self, turns: int) -> None:
        """Use turns, available or not. At most a second's worth of turns is owed."""
        self._pass()
        self._level = max(self._level - turns, -self._rates.a_second)
        self._recent.extend([self._at] * turns)

    def spend_kept(self, turns: int) -> None:
        """Use turns for pushes that somebody waits for, the kept ones as long as they last."""
        self.spend(turns)
        self._kept = max(0.0, self._kept - turns)

    def give_back(self, turns: int) -> None:
        """Take back turns that were just spent and not used."""
        self._level += turns
        for _ in range(turns):
            self._recent.pop()

    def give_back_kept(self, turns: int) -> None:
        self.give_back(turns)
        self._kept = min(self._rates.pushes_saved, self._kept + turns)

    def _pass(self) -> None:
        """Let the time pass until now."""
        now, rates = self._clock(), self._rates
        seconds, self._at = now - self._at, now
        self._level = min(rates.burst, self._level + seconds * rates.a_second)
        self._kept = min(rates.pushes_saved, self._kept + seconds * rates.pushes_a_second)

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
    """One worker's view of the budget, for mailings or for pushes that somebody waits for."""

    pace: ChatPace
    mailing: bool = False

    def take(self, most: int) -> int:
        """Take at most `most` turns; returns how many were available."""
        spend = self.pace.spend if self.mailing else self.pace.spend_kept
        taken = 0
        while taken < most and not self.wait():
            spend(1)
            taken += 1
        return taken

    def give_back(self, unused: int) -> None:
        back = self.pace.give_back if self.mailing else self.pace.give_back_kept
        back(unused)

    def wait(self) -> float:
        """Seconds until this worker may take a turn."""
        return self.pace.push_wait(self.mailing)
