"""Why chats wait that cannot be answered now, and until when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.fair_shares import FairShares


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the first update of a chat waits until `until`, by the steady clock.

    Until it was tried, `answered` updates of all chats were answered, and `failed` found the app away. With
    `fixed` the wait ends no sooner when the app answers others: the update is to blame, or the app named the
    time.
    """

    until: float
    answered: int
    failed: int
    fixed: bool


class Troubles(dict[int, Trouble]):
    """The chats that have to wait. `steady` counts seconds; `a_minute` is that of `FairShares`."""

    def __init__(self, steady: Callable[[], float], a_minute: int = 0) -> None:
        super().__init__()
        self._steady = steady
        self.shares = FairShares(a_minute, steady)
        self.answered = self.failed = 0
        """Updates of all chats that were answered, and that found the app away."""

    def put_off(self, chat_id: int, seconds: float, fixed: bool = True) -> None:
        self[chat_id] = Trouble(self._steady() + seconds, self.answered, self.failed, fixed)

    def resting(self) -> Sequence[int]:
        """The chats whose time has not come."""
        now = self._steady()
        return [*self.shares.waits, *(chat_id for chat_id, one in self.items() if one.until > now)]

    def seconds_left(self) -> Sequence[float]:
        """How long until the time of each resting chat."""
        now = self._steady()
        waits = self.shares.waits.values()
        return [*waits, *(one.until - now for one in self.values() if one.until > now)]

    def is_fixed(self, chat_id: int) -> bool:
        """Whether the chat has to wait whatever comes of others."""
        return chat_id in self.shares.waits or (chat_id in self and self[chat_id].fixed)

    def has(self, chat_id: int) -> bool:
        """Whether the chat waits, or may have waited until now."""
        return chat_id in self or chat_id in self.shares.waits

    def is_to_blame(self, chat_id: int) -> bool:
        """Whether more others were answered than found the app away since the chat was tried before."""
        one = self.get(chat_id)
        return one is not None and self.answered - one.answered > self.failed - one.failed

    def end_waiting(self) -> None:
        """The app answers: those that waited for it need not wait any longer."""
        for chat_id, one in self.items():
            if not one.fixed:
                self[chat_id] = replace(one, until=0.0)
