"""All that one update says in a chat of Zalo, gathered until its end: one tap, one message."""

import time
from dataclasses import dataclass, field

from aiogram.types import InlineKeyboardMarkup

_last = 0


def new_message_id() -> int:
    """A number for a message of ours, greater than all before it; Zalo's own names are of no use, since there
    nothing can be edited, deleted or replied to."""
    global _last
    _last = max(_last + 1, time.time_ns() // 1000)
    return _last


@dataclass(frozen=True, slots=True)
class Attached:
    """A file or picture to be reached by a link."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Window:
    """A message with buttons, in Telegram's HTML, perhaps under a picture."""

    message_id: int
    html: str
    markup: InlineKeyboardMarkup
    picture: Attached | None = None


@dataclass
class Outbox:
    """`said` is plain text, `gone` are messages whose buttons were taken away."""

    chat_id: int
    said: list[str] = field(default_factory=list)
    window: Window | None = None
    files: list[Attached] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    _alone: list[Attached] = field(default_factory=list)

    @property
    def pictures(self) -> list[Attached]:
        """That of the window is the last."""
        shown = self.window.picture if self.window else None
        return [*self._alone, shown] if shown else self._alone

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be sent, nor to be forgotten."""
        return not (self.said or self.window or self.files or self.gone or self._alone)

    def show(self, window: Window) -> None:
        """In the place of any that was to be shown before."""
        self.window = window

    def say(self, text: str, picture: Attached | None = None) -> None:
        """Something without buttons, which stays whatever is shown after it."""
        if picture:
            self._alone.append(picture)
        if text:
            self.said.append(text)

    def has_button(self, data: str) -> bool:
        """Whether the window that is about to be shown has a button with this callback."""
        if self.window is None:
            return False
        return any(data == one.callback_data for row in self.window.markup.inline_keyboard for one in row)
