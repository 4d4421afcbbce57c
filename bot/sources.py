"""What the inbox asks of a chat app."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiogram import Bot
from aiogram.types import Update

from storage.inbox import WaitingUpdate

IsAway = Callable[[Exception], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """What the inbox asks of an app called `name`: how a stored update is read, and which errors say that the
    app is away, so that the update has to wait. `read_together` makes one update of the first of those that
    wait in a chat, and says of how many; `seconds_for_more` is how long what waits should wait for more."""

    name: str
    bot: Bot
    read: Callable[[WaitingUpdate], Awaitable[Update]]
    is_away: IsAway
    read_together: Callable[[Sequence[WaitingUpdate]], Awaitable[tuple[Update, int]]] | None = None
    seconds_for_more: Callable[[Sequence[WaitingUpdate]], float] = lambda waiting: 0.0

    async def first_of(self, waiting: Sequence[WaitingUpdate]) -> tuple[Update, int]:
        """The next update, and how many of those that wait are answered with it."""
        if self.read_together is None:
            return await self.read(waiting[0]), 1
        return await self.read_together(waiting)
