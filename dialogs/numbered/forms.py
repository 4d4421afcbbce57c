"""How each window is answered by typing alone, carried by its keyboard to whoever shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram_dialog import DialogManager
from aiogram_dialog.api.entities import MarkupVariant
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.api.internal.widgets import MarkupFactory
from aiogram_dialog.utils import CB_SEP, add_intent_id
from aiogram_dialog.widgets.kbd import Button, Group
from pydantic import Field

from dialogs.context import channel_of
from domain.chats import Channel


class Typing(StrEnum):
    """What a typed text is. CHOICE: one of the buttons. SEARCH: a choice where it is numbers, else words to
    search for. PASTE: the same with a list of customers. ANSWER: the answer to the window's question, unless
    a `#` says that it is a choice."""

    CHOICE = "choice"
    SEARCH = "search"
    PASTE = "paste"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class WindowForm:
    """How a window is answered.

    `takes_file` asks for a page that takes one, `file_by_word` only says how to come to it. `several` are the
    widgets whose items are ticked, several at once; `words` are those that cannot be undone and the word that
    has to be typed for each; `silent` are buttons that only show something. `leads_home` says that `0`
    leads to the menu where no button leads back.
    """

    typing: Typing = Typing.CHOICE
    takes_file: bool = False
    file_by_word: bool = False
    takes_photo: bool = False
    several: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    leads_home: bool = False


NO_FORM = WindowForm()


class FormedMarkup(InlineKeyboardMarkup):
    """An inline keyboard that knows its window's form; an app that has buttons is not told of that."""

    form: Any = Field(default=NO_FORM, exclude=True)


class FormedKeyboard(MarkupFactory):
    """The keyboard of a window with its form; on Telegram, `there` may make another kind of it."""

    def __init__(self, form: WindowForm, there: MarkupFactory | None = None) -> None:
        self.form = form
        self._there = there

    async def render_markup(
        self, data: dict[str, Any], manager: DialogManager, keyboard: RawKeyboard
    ) -> MarkupVariant:
        if self._there is not None:
            if channel_of(manager) is Channel.TELEGRAM:
                return await self._there.render_markup(data, manager, keyboard)
            # Keys that send the phone number exist in Telegram's app alone.
            keyboard = [[key for key in row if isinstance(key, InlineKeyboardButton)] for row in keyboard]
        add_intent_id(keyboard, manager.current_context().id)
        return FormedMarkup(inline_keyboard=[row for row in keyboard if row], form=self.form)  # type: ignore[misc]


def widget_of(callback_data: str | None) -> str:
    """The id of the widget that a button of a window belongs to."""
    return (callback_data or "").rpartition(CB_SEP)[2].partition(":")[0]


def buttons_among(widgets: Iterable[Any]) -> Iterable[Button]:
    """The buttons, also those in rows and columns."""
    for widget in widgets:
        if isinstance(widget, Group):
            yield from buttons_among(widget.buttons)
        elif isinstance(widget, Button):
            yield widget


def silent_among(widgets: Iterable[Any]) -> frozenset[str]:
    """Ids of buttons that only show something."""
    return frozenset(
        str(button.widget_id)
        for button in buttons_among(widgets)
        if getattr(button.on_click, "callback", button) is None and type(button) is Button
    )
