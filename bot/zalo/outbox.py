"""Gathers all that is said for one update in a chat of Zalo, so that it leaves as one message."""

import time
from dataclasses import dataclass, field

from aiogram.types import InlineKeyboardMarkup

_last = 0


def new_message_id() -> int:
    """A number for a message of ours, greater than all before it. Zalo's own ids are not needed: its messages
    cannot be edited, deleted or replied to."""
    global _last
    _last = max(_last + 1, time.time_ns() // 1000)
    return _last


@dataclass(frozen=True, slots=True)
class Attached:
    """A file or picture that leaves as a link."""

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
    """`heard` is the text that is answered, `said` is plain text; `gone` are the numbers of messages whose
    buttons were taken away."""

    chat_id: int
    heard: str = ""
    said: list[str] = field(default_factory=list)
    window: Window | None = None
    files: list[Attached] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    _alone: list[Attached] = field(default_factory=list)

    @property
    def pictures(self) -> list[Attached]:
        """The pictures to send; the window's comes last."""
        shown = self.window.picture if self.window else None
        return [*self._alone, shown] if shown else self._alone

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send and no buttons were taken away."""
        return not (self.said or self.window or self.files or self.gone or self._alone)

    def show(self, window: Window) -> None:
        """Show this window instead of any set before."""
        self.window = window

    def say(self, text: str, picture: Attached | None = None) -> None:
        """Say something without buttons; a later window does not replace it."""
        if picture:
            self._alone.append(picture)
        if text:
            self.said.append(text)

    def has_button(self, data: str) -> bool:
        """Whether the window to be shown has a button with this callback data."""
        if self.window is None:
            return False
        return any(data == one.callback_data for row in self.window.markup.inline_keyboard for one in row)
