"""How many updates of one chat are answered: a flood waits, and delays nobody else."""

from collections.abc import Callable, Mapping

_KNOWN = 5_000
"""How many chats are remembered until those are forgotten whose buckets are full again."""


class FairShares:
    """A bucket for each chat, full at first with the updates of half a minute, and filled at `a_minute`; 0 is
    without limit. `steady` counts seconds."""

    def __init__(self, a_minute: int, steady: Callable[[], float]) -> None:
        self._interval = 60 / a_minute if a_minute else 0.0
        self._steady = steady
        self._full_at: dict[int, float] = {}
        self._empty_until: dict[int, float] = {}

    @property
    def waits(self) -> Mapping[int, float]:
        """The chats whose buckets are empty, and the seconds until each may go on."""
        now = self._steady()
        self._empty_until = {chat: until for chat, until in self._empty_until.items() if until > now}
        return {chat: until - now for chat, until in self._empty_until.items()}

    def take(self, chat_id: int) -> bool:
        """Take an update out of the bucket of a chat; returns whether there was one."""
        if not self._interval:
            return True
        now = self._steady()
        full_at = max(self._full_at.get(chat_id, now), now) + self._interval
        # Half a minute is what a full bucket lasts.
        if full_at - now > 30 + self._interval / 2:
            self._empty_until[chat_id] = full_at - 30
            return False
        if len(self._full_at) >= _KNOWN:
            self._full_at = {chat: moment for chat, moment in self._full_at.items() if moment > now}
        self._full_at[chat_id] = full_at
        return True
