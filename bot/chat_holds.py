"""Which chats of an app this process may answer: all of them, or those that it holds while others run too."""

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice

from storage.holds import Hold, Holds
from storage.inbox import MOST_AT_ONCE, SqlInbox, WaitingUpdate

LOOK_SECONDS = 3.0
"""How often a process asks for all waiting chats: what one that died has stored waits as long at most."""


_LOOK = "look"
"""Said by a process that ends: what it leaves need not wait for the next look."""


def hold_of(chat_id: int) -> str:
    """The name that a process holds while it says something in this chat because of what was said there."""
    return f"chat {chat_id}"


class EveryChat:
    """The chats of the only process."""

    def __init__(self, inbox: SqlInbox) -> None:
        self._inbox = inbox

    def asked(self, chats: Iterable[int]) -> None:
        """Something was stored there by this process."""

    def look(self) -> None:
        """Find also what this process was not told of."""

    def seconds_left(self) -> float:
        """How long until it is time to look, as far as this knows."""
        return math.inf

    async def find(
        self, room: int, busy: Collection[int], resting: Collection[int]
    ) -> Sequence[WaitingUpdate]:
        """What waits in at most `room` chats that are neither `busy` nor `resting`, at most `MOST_AT_ONCE`
        updates. Until it has left them, no other process answers in these chats."""
        return await self._inbox.waiting(room, [*busy, *resting])

    def has(self, chat_id: int) -> bool:
        """Whether it may still be answered."""
        return True

    async def leave(self, chat_id: int, rests: bool) -> None:
        """Let others answer there, but not while the chat `rests`: its time has not come for anybody."""

    async def leave_to_others(self, chat_id: int) -> None:
        """Let others answer there at once: this process cannot."""

    async def leave_all(self) -> None:
        """Let others answer everywhere: this process ends."""

    async def pass_on(self) -> None:
        """Let others look for what waits: this process answers no more."""


class HeldChats(EveryChat):
    """The chats of one process of several, each held while it is answered.

    A process asks at once for the chats in which it stored something. If another holds the chat, that one is
    told, and looks again before it leaves. Every `LOOK_SECONDS` all waiting chats are asked for: their
    processes may have died. `told` is called when there is something to find. `steady` counts seconds.
    """

    def __init__(
        self,
        inbox: SqlInbox,
        holds: Holds,
        name: str,
        told: Callable[[int], None],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(inbox)
        self._holds = holds
        self._channel = f"chats of {name}"
        self._told = told
        self._steady = steady
        self._asked: dict[int, None] = {}
        self._held: dict[int, Hold] = {}
        self._elsewhere: dict[int, float] = {}
        """Until when chats that another process holds are not asked for."""
        self._look_at = steady()
        self._looks = 0
        """How often somebody asked for a look."""
        holds.listen(self._channel, self._heard)

    def asked(self, chats: Iterable[int]) -> None:
        self._asked.update(dict.fromkeys(chats))

    def look(self) -> None:
        self._look_at = self._steady()
        self._looks += 1

    def seconds_left(self) -> float:
        return max(0.0, self._look_at - self._steady())

    async def find(
        self, room: int, busy: Collection[int], resting: Collection[int]
    ) -> Sequence[WaitingUpdate]:
        closed = {*busy, *resting}
        self._forget_lost(closed)
        # A chat that rested is held already.
        rested = [chat for chat in self._held if chat not in closed]
        own = [*rested, *islice((one for one in self._asked if one not in closed), room)][:room]
        found = [*own, *await self._all_waiting(room - len(own), {*closed, *own})]
        for chat in found:
            self._asked.pop(chat, None)
        try:
            await self._hold(own, found)
            mine = [chat for chat in found if chat in self._held]
            updates = await self._inbox.waiting_in(mine) if mine else ()
        except BaseException:
            self.asked(found)
            raise
        waiting = {one.chat_id for one in updates}
        if len(updates) == MOST_AT_ONCE:
            # There may be more than was read.
            self.asked(mine)
        for chat in mine:
            if chat not in waiting:
                await self.leave(chat, rests=False)
        return updates

    def has(self, chat_id: int) -> bool:
        hold = self._held.get(chat_id)
        return hold is not None and not hold.lost.is_set()

    async def leave(self, chat_id: int, rests: bool) -> None:
        if rests and self.has(chat_id):
            return
        if (hold := self._held.pop(chat_id, None)) is None:
            return
        if hold.lost.is_set():
            self.asked([chat_id])
            self._told(chat_id)
        await self._holds.let_go(hold)

    async def leave_to_others(self, chat_id: int) -> None:
        await self.leave(chat_id, rests=False)
        await self.pass_on()

    async def leave_all(self) -> None:
        held, self._held = list(self._held.values()), {}
        await self._holds.let_go(*held)
        await self.pass_on()

    async def pass_on(self) -> None:
        await self._holds.say(self._channel, _LOOK)

    def _forget_lost(self, closed: Collection[int]) -> None:
        lost = [chat for chat, hold in self._held.items() if hold.lost.is_set() and chat not in closed]
        for chat in lost:
            del self._held[chat]
        self.asked(lost)

    async def _all_waiting(self, room: int, closed: Collection[int]) -> Sequence[int]:
        now = self._steady()
        if room <= 0 or self._look_at > now:
            return ()
        self._elsewhere = {chat: until for chat, until in self._elsewhere.items() if until > now}
        looks = self._looks
        found = await self._inbox.chats_waiting(room, [*closed, *self._elsewhere])
        # Who asked for a look meanwhile may have stored something that this one did not see.
        if len(found) < room and looks == self._looks:
            self._look_at = now + LOOK_SECONDS
        return found

    async def _hold(self, own: Collection[int], chats: Collection[int]) -> None:
        """Take these chats. Who holds one of its `own` is told that something was stored there."""
        await self._take(chats)
        if missing := [chat for chat in own if chat not in self._held]:
            await self._holds.say(self._channel, *map(str, missing))
            # Whoever let go before it was told has let go before this.
            await self._take(missing)
        until = self._steady() + LOOK_SECONDS
        self._elsewhere.update({chat: until for chat in chats if chat not in self._held})

    async def _take(self, chats: Collection[int]) -> None:
        names = {hold_of(chat): chat for chat in chats if not self.has(chat)}
        taken = await self._holds.take(*names)
        self._held.update({names[name]: hold for name, hold in taken.items()})

    def _heard(self, text: str) -> None:
        if text == _LOOK:
            self._elsewhere.clear()
            self.look()
            self._told(0)
            return
        chat = int(text)
        if self._holds.has(hold_of(chat)):
            self.asked([chat])
            self._told(chat)
