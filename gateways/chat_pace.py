"""Limits how fast the bot writes to the chats of one app, and says whose turn it is.

Three kinds of messages want them: answers of the conversation, pushes that somebody waits for, and mailings.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from gateways.budget import Budget, Rates
from gateways.turns import JOB_TURN
from services.patience import Seldom
from services.ports import RetryLater

T = TypeVar("T")

log = logging.getLogger(__name__)
seldom = Seldom()

MOST_WAITING = 900
"""How many answers wait for their turn at most: a little more than half a minute at Telegram's rate, which is
the longest flood limit that the conversation sits out."""

LOOK_AGAIN = 0.05
"""How often, in seconds, the first who waits looks whether turns were given back meanwhile."""

LONGEST_LINE = 15.0
"""How many seconds, at most, a push of a slower app waits until it asks again for a turn."""

SHARED_SECOND = 1.1
"""The second of several processes: what they send arrives late by unlike times."""

SEEN_SECONDS = 5.0
"""For how long a process believes what it last saw of edits."""

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


def of_calls_a_minute(calls: int) -> Rates:
    """The rates of an app that counts calls by the minute: what a burst has used is missing for the rest of
    it. Calls that are no messages use turns, too, but do not wait: a tenth is left for those of a minute."""
    messages = 9 * calls // 10
    return Rates(
        a_second=messages / 60,
        most_in_a_second=messages,
        burst=messages / 3,
        chat_seconds=0.5,
        group_seconds=3.0,
        pushes_a_second=messages / 180,
        pushes_saved=max(1, messages // 30),
        answers_saved=max(2, messages // 20),
        second=60.0,
    )


class Keeper(Protocol):
    """Keeps the budget of one app."""

    look_again: float
    """How often, in seconds, one who waits looks again at least."""

    async def change(self, act: Callable[[Budget], T]) -> T:
        """Use the budget by `act`, which nobody else does meanwhile; returns what it returns."""

    async def edits_left(self) -> float:
        """`Budget.edits_left`, perhaps as it was some seconds ago."""


class OwnKeeper:
    """The budget of the only process, in its memory."""

    look_again = LOOK_AGAIN

    def __init__(self, rates: Rates, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget = Budget(rates, clock)

    async def change(self, act: Callable[[Budget], T]) -> T:
        return act(self._budget)

    async def edits_left(self) -> float:
        return self._budget.edits_left()


class SharedStates(Protocol):
    """Texts that all processes share (`storage.shared_states`)."""

    async def change(self, name: str, act: Callable[[str, float], tuple[str | None, T]]) -> T:
        """Put the text that `act` makes of the one called `name` and the common time, in seconds; `None`
        changes nothing. `act` is called again where another process changed it meanwhile."""


class SharedKeeper:
    """The budget of several processes, in their database and by its clock. `name` is that of the app. In each
    process one at a time asks."""

    look_again = 5 * LOOK_AGAIN

    def __init__(
        self, rates: Rates, states: SharedStates, name: str, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._rates = replace(rates, second=max(rates.second, SHARED_SECOND))
        self._states = states
        self._name = name
        self._steady = steady
        self._line = asyncio.Lock()
        self._edits_until, self._seen_until = 0.0, 0.0

    async def change(self, act: Callable[[Budget], T]) -> T:
        async with self._line:
            return await self._states.change(self._name, lambda state, now: self._apply(act, state, now))

    async def edits_left(self) -> float:
        if self._steady() >= self._seen_until:
            await self.change(Budget.edits_left)
        return self._edits_until - self._steady()

    def _apply(self, act: Callable[[Budget], T], state: str, now: float) -> tuple[str | None, T]:
        budget = Budget.restored(self._rates, state, now)
        result = act(budget)
        seen = self._steady()
        self._edits_until, self._seen_until = seen + budget.edits_left(), seen + SEEN_SECONDS
        return budget.stored() if budget.spent else None, result


class ChatPace:
    """The budget of messages of one app, shared by the dialogs and the pushes.

    An answer takes a turn as soon as there is one beyond those kept for pushes (`answer`). An edit sends no
    message and takes none (`edit`), unless the app refused one lately (`edit_refused`). A push needs a
    turn of all chats and a turn of its own chat (`take`). The worker takes the former before the job
    (`WorkerTurns`), or the sender does (`take_both`). `sleep` waits for seconds of `clock`. Without a
    `keeper` the budget is that of this process alone.
    """

    def __init__(
        self,
        rates: Rates,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        keeper: Keeper | None = None,
    ) -> None:
        self._rates = rates
        self._clock = clock
        self._asked_until = 0.0
        self.keeper = keeper or OwnKeeper(rates, clock)
        self._sleep = sleep
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
                await self.waited(lambda budget: budget.take_answer(chat))
        finally:
            self._waiting -= 1

    async def waited(self, take: Callable[[Budget], float]) -> None:
        """Wait until `take` returns that there is nothing to wait for."""
        while wait := await self.keeper.change(take):
            await self._sleep(min(wait, self.keeper.look_again))

    async def edit(self, chat: str) -> None:
        """Do nothing while edits are free; else as `answer`."""
        if await self.keeper.edits_left() > 0:
            await self.answer(chat)

    async def edit_refused(self) -> None:
        """The app wants fewer edits: for `EDITS_LIMITED` seconds they take turns as messages do."""
        await self._note(Budget.edit_refused)

    async def count(self, chat: str) -> None:
        """Count a message that does not wait, such as a further part of a push."""
        await self._note(lambda budget: budget.count(chat))

    async def count_call(self) -> None:
        """Count a call that is no message, where the app counts calls."""
        await self._note(lambda budget: budget.spend(1))

    async def take(self, chat: str) -> None:
        """Use the chat's turn. Raises `RetryLater` with the seconds until the next one."""
        await self.keeper.change(lambda budget: budget.take(chat))

    async def take_both(self, chat: str) -> None:
        """Use a turn of all chats and the chat's own, for a push whose worker took no turn of this app: the
        turn that it took is given back, and its rank stays. Raises `RetryLater` and uses neither when one of
        them is missing."""
        taken = JOB_TURN.get()
        if taken is not None:
            await taken.give_back()
        mailing = taken is not None and taken.turns.mailing
        try:
            await self.keeper.change(lambda budget: budget.take_both(chat, mailing))
        except RetryLater as later:
            raise RetryLater(self._in_line(later.seconds), str(later), counts=False) from None

    def _in_line(self, seconds: float) -> float:
        """When the next that has no turn should come again: each behind the one before, so that hundreds do
        not ask all the time."""
        now = self._clock()
        self._asked_until = min(max(self._asked_until, now) + 1 / self._rates.a_second, now + LONGEST_LINE)
        return max(seconds, self._asked_until - now)

    async def refused(self, chat: str, seconds: float) -> None:
        """The app wants no message for `seconds`. It does not say which limit was reached: this chat waits
        that long, all other pushes for a second."""
        await self._note(lambda budget: budget.refused(chat, seconds))

    async def _note(self, act: Callable[[Budget], None]) -> None:
        """Note what has happened already: nobody fails for it where the budget cannot be reached."""
        try:
            await self.keeper.change(act)
        except Exception as error:
            if seldom(type(error)):
                log.warning("the budget of messages cannot be reached: %s", type(error).__name__)


@dataclass(frozen=True, slots=True)
class WorkerTurns:
    """One worker's view of the budget, for mailings or for pushes that somebody waits for."""

    pace: ChatPace
    mailing: bool = False
    _line: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self) -> None:
        """Wait for a turn, and take it; who came first is served first."""
        async with self._line:
            await self.pace.waited(lambda budget: budget.take_push(self.mailing))

    async def take(self, most: int) -> int:
        """Take at most `most` turns; returns how many were available."""
        return await self.pace.keeper.change(lambda budget: budget.take_pushes(most, self.mailing))

    async def give_back(self, unused: int) -> None:
        back = Budget.give_back if self.mailing else Budget.give_back_kept
        if unused:
            await self.pace.keeper.change(lambda budget: back(budget, unused))

    async def wait(self) -> float:
        """Seconds until this worker may take a turn."""
        return await self.pace.keeper.change(lambda budget: budget.push_wait(self.mailing))
