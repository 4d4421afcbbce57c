"""How each window is answered by typing alone; its keyboard carries this to the app."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram_dialog import DialogManager
from aiogram_dialog.api.entities import MarkupVariant
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.api.internal.widgets import MarkupFactory
from aiogram_dialog.utils import CB_SEP, add_intent_id
from aiogram_dialog.widgets.kbd import Button, Group
from pydantic import Field

from dialogs.aiogram_models import knows_names
from dialogs.context import channel_of
from domain.chats import NUMBERED
from domain.choices import Typing
from texts import styles


@dataclass(frozen=True, slots=True)
class WindowForm:
    """How a window is answered.

    `takes_file` shows a link to the upload page; `file_by_word` only says which word leads to it. `several`
    are the widgets of which several items may be ticked at once. `words` are the widgets that cannot be
    undone, with the word to type for each. `proposes` are the widgets whose choices propose an answer.
    `ninth` is the widget that has the number 9, so that it moves nobody else's number.
    `silent` are buttons that only show something. `leads_home` says that `0` leads to the menu if no button
    leads back.
    """

    typing: Typing = Typing.CHOICE
    takes_file: bool = False
    file_by_word: bool = False
    takes_photo: bool = False
    several: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    proposes: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    ninth: str = ""
    leads_home: bool = False


NO_FORM = WindowForm()
PAGE = re.compile(r"(\d+)/\d+")


@knows_names
class FormedMarkup(InlineKeyboardMarkup):
    """An inline keyboard that knows its window's form; the form is not sent to an app that has buttons."""

    form: Any = Field(default=NO_FORM, exclude=True)


class FormedKeyboard(MarkupFactory):
    """The keyboard of a window with its form; `there` may make another kind where there are buttons."""

    def __init__(self, form: WindowForm, there: MarkupFactory | None = None) -> None:
        self.form = form
        self._there = there

    async def render_markup(
        self, data: dict[str, Any], manager: DialogManager, keyboard: RawKeyboard
    ) -> MarkupVariant:
        if self._there is not None:
            if channel_of(manager) not in NUMBERED:
                return await self._there.render_markup(data, manager, keyboard)
            # Only Telegram has keys that send the phone number.
            keyboard = [[key for key in row if isinstance(key, InlineKeyboardButton)] for row in keyboard]
        elif channel_of(manager) not in NUMBERED:
            keyboard = self._styled([self._with_page(row) for row in keyboard])
        add_intent_id(keyboard, manager.current_context().id)
        return FormedMarkup(inline_keyboard=[row for row in keyboard if row], form=self.form)  # type: ignore[misc]

    def _styled(self, rows: list[list[Any]]) -> list[list[Any]]:
        """Let the buttons stand out that cannot be undone, else the next step (`texts.styles`)."""
        buttons = [button for row in rows for button in row]
        found = {
            id(button): styles.of_word(self.form.words[widget])
            for button in buttons
            if (widget := widget_of(button.callback_data)) in self.form.words
        }
        step = next((button for button in buttons if styles.is_next(button.text)), None)
        if step is not None and not found:
            found = {id(step): styles.Style.NEXT}

        def look(button: Any) -> Any:
            style = found.get(id(button))
            return button if style is None else button.model_copy(update={"style": style.value})

        return [[look(button) for button in row] for row in rows]

    def _with_page(self, row: list[Any]) -> list[Any]:
        """The row of arrows with the page number on the second one, instead of a button that does nothing."""
        match row:
            case [before, page, after] if (
                PAGE.fullmatch(page.text) and widget_of(page.callback_data) in self.form.silent
            ):
                return [before, after.model_copy(update={"text": f"{page.text} {after.text}"})]
        return row


def widget_of(callback_data: str | None) -> str:
    """The id of the widget that a button of a window belongs to."""
    return (callback_data or "").rpartition(CB_SEP)[2].partition(":")[0]


def buttons_among(widgets: Iterable[Any]) -> Iterable[Button]:
    """All buttons, those in rows and columns included."""
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
