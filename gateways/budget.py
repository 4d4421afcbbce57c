"""How many messages one app takes from the bot, and whose turn it is: arithmetic with a given clock."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from services.ports import RetryLater

EDITS_LIMITED = 600.0
"""For how many seconds edits take turns as messages do after the app refused one."""


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

    second: float = 1.0
    """How long the second is in which at most `most_in_a_second` leave. Longer than one where messages of
    several processes are late by unlike times."""

    chat_debt: int = 3
    """How many messages a chat may owe. Older debts are forgotten: the app refused those messages anyway."""


class Budget:
    """The turns of all chats and of each chat, by the seconds of `clock`. `spent` says whether a turn was
    used or given back since it was made, or a refusal noted."""

    def __init__(self, rates: Rates, clock: Callable[[], float]) -> None:
        self._rates = rates
        self._clock = clock
        self._level = rates.burst
        self._kept = float(rates.pushes_saved)
        self._at = clock()
        self._pushes_from = self._edits_free_from = self._at
        self._recent: deque[float] = deque(maxlen=rates.most_in_a_second)
        self._chats: dict[str, float] = {}
        self.spent = False

    @staticmethod
    def restored(rates: Rates, state: str, now: float) -> "Budget":
        """The budget as it was `stored`, at `now` of the clock of all who share it. Without a state nobody
        knows what was sent in the last second, so no turns are saved."""
        made = Budget(rates, lambda: now)
        made._level = made._kept = 0.0
        # Else the time that passes from now on would never count.
        made.spent = not state
        if state:
            held = json.loads(state)
            # While the clock goes back, time stands still.
            back = min(0.0, now - held["at"])
            made._at = held["at"] + back
            made.spent = back < 0
            made._level, made._kept = held["level"], held["kept"]
            made._pushes_from, made._edits_free_from = held["pushes"] + back, held["edits"] + back
            made._recent.extend(moment + back for moment in held["recent"])
            made._chats = {chat: until + back for chat, until in held["chats"].items()}
        return made

    def stored(self) -> str:
        """The state, without what is past."""
        self._pass()
        now, second = self._at, self._rates.second
        held = {
            "at": now,
            "level": self._level,
            "kept": self._kept,
            "pushes": self._pushes_from,
            "edits": self._edits_free_from,
            "recent": [moment for moment in self._recent if moment + second > now],
            "chats": {chat: until for chat, until in self._chats.items() if until > now},
        }
        return json.dumps(held, separators=(",", ":"))

    def take_answer(self, chat: str) -> float:
        """Use the turn of an answer; returns 0, or the seconds until there may be one."""
        wait = self.answer_wait()
        if not wait:
            self.count(chat)
        return wait

    def take_push(self, mailing: bool) -> float:
        """Use the turn of all chats for a push; returns 0, or the seconds until there may be one."""
        wait = self.push_wait(mailing)
        if not wait:
            (self.spend if mailing else self.spend_kept)(1)
        return wait

    def take_pushes(self, most: int, mailing: bool) -> int:
        """Use at most `most` such turns; returns how many there were."""
        taken = 0
        while taken < most and not self.take_push(mailing):
            taken += 1
        return taken

    def edits_left(self) -> float:
        """For how many seconds more edits take turns."""
        return max(0.0, self._edits_free_from - self._clock())

    def edit_refused(self) -> None:
        """The app wants fewer edits: for `EDITS_LIMITED` seconds they take turns as messages do."""
        self._edits_free_from = self._clock() + EDITS_LIMITED
        self.spent = True

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

    def take_both(self, chat: str, mailing: bool = False) -> None:
        """Use a turn of all chats and the chat's own, for a push whose worker took no turn of this app.
        Raises `RetryLater` and uses neither when one of them is missing."""
        if wait := self.push_wait(mailing):
            raise RetryLater(wait, "pace of all chats", counts=False)
        self.take(chat)
        self.take_push(mailing)

    def refused(self, chat: str, seconds: float) -> None:
        """The app wants no message for `seconds`. It does not say which limit was reached: this chat waits
        that long, all other pushes for a second."""
        now = self._clock()
        self._chats[chat] = now + seconds + self._seconds(chat)
        self._pushes_from = now + 1
        self.spent = True

    def wait(self, left: int = 0, left_in_a_second: int = 0) -> float:
        """Seconds until a turn is available while `left` others stay, `left_in_a_second` of them now."""
        self._pass()
        rates = self._rates
        waits = [0.0, (1 + left - self._level) / rates.a_second]
        # This message must be more than a second old by then.
        last = len(self._recent) - rates.most_in_a_second + left_in_a_second
        if last >= 0:
            waits.append(self._recent[last] + rates.second - self._at)
        return max(waits)

    def spend(self, turns: int) -> None:
        """Use turns, available or not. At most a second's worth of turns is owed."""
        self._pass()
        self._level = max(self._level - turns, -self._rates.a_second)
        self._recent.extend([self._at] * turns)
        self.spent = True

    def spend_kept(self, turns: int) -> None:
        """Use turns for pushes that somebody waits for, the kept ones as long as they last."""
        self.spend(turns)
        self._kept = max(0.0, self._kept - turns)

    def give_back(self, turns: int) -> None:
        """Take back turns that were just spent and not used."""
        self._level += turns
        for _ in range(min(turns, len(self._recent))):
            self._recent.pop()
        self.spent = True

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
        self.spent = True
        if len(self._chats) >= 1024:
            self._chats = {other: until for other, until in self._chats.items() if until > now}
        until = self._chats.get(chat, now)
        self._chats[chat] = max(until, min(max(until, now) + pace, now + self._rates.chat_debt * pace))

    def _seconds(self, chat: str) -> float:
        return self._rates.group_seconds if chat.startswith("-") else self._rates.chat_seconds
