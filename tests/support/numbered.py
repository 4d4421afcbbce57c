"""The rules for every window in an app without buttons."""

import re
from datetime import UTC, datetime

from aiogram.types import InlineKeyboardMarkup
from aiogram_dialog.api.entities import NewMessage

from dialogs.numbered.forms import FormedMarkup, widget_of
from dialogs.numbered.reading import Asked, Tapped, read_typed
from dialogs.numbered.showing import show_window
from domain.choices import BACK_KEY as BACK
from domain.choices import WINDOW, Typing, menu_json, menu_of_json

UPLOAD = "https://bot.example/upload/x"


def check_numbered(message: NewMessage) -> None:
    """Assert that each button of a window can be tapped by typing what the window shows for it."""
    markup = message.reply_markup
    if not isinstance(markup, InlineKeyboardMarkup) or not markup.inline_keyboard:
        return
    assert isinstance(markup, FormedMarkup), f"a window without a form: {message.text}"
    shown = show_window(message.text or "", markup, UPLOAD)
    menu = menu_of_json(menu_json(shown.menu), 1, datetime(2026, 11, 28, tzinfo=UTC))
    wanted = [
        button
        for row in markup.inline_keyboard
        for button in row
        if button.url is None and widget_of(button.callback_data) not in markup.form.silent
    ]
    # Arrows to the shown page itself lead nowhere.
    pages = {
        str(int(button.text.partition("/")[0]) - 1)
        for row in markup.inline_keyboard
        for button in row
        if re.fullmatch(r"\d+/\d+", button.text)
    }
    wanted = [
        button
        for button in wanted
        if button.text not in "‹›" or (button.callback_data or "").rpartition(":")[2] not in pages
    ]
    keys = [choice.key for choice in menu.choices]
    assert len(keys) == len(set(keys)) == len(wanted), shown.text
    answers = {choice.key: choice for choice in menu.choices}
    for key, choice in answers.items():
        assert key in shown.text.replace("\u00a0", " "), shown.text
        numbered = key.isdigit() and key != BACK and markup.form.typing is Typing.NUMBER
        # A number ticks and never takes a tick off.
        typed = f"bỏ {key}" if choice.ticked else f"#{key}" if numbered else key
        read = read_typed(typed, {WINDOW: menu})
        if choice.says:
            assert read == Asked(choice.says)
        else:
            assert isinstance(read, Tapped)
            assert read.data == (choice.data,)
    done = {choice.data for choice in menu.choices if choice.data}
    assert done == {button.callback_data for button in wanted if button.callback_data}
    assert (UPLOAD in shown.text) == markup.form.takes_file
