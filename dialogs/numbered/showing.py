"""A window as plain text with its choices numbered."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from dialogs.numbered.forms import NO_FORM, FormedMarkup, Typing, WindowForm, widget_of
from dialogs.numbered.menus import Choice, Menu
from dialogs.texts import numbered as texts
from dialogs.texts.plain import plain_text
from domain.text import fold

BACK = "0"

# Without those that are taken for one another, or changed by a Vietnamese keyboard.
_LETTERS, _DIGITS = "CFHKMNPRTVX", "2346789"


_PAGE = re.compile(r"(\d+)/\d+")


@dataclass(frozen=True, slots=True)
class ShownWindow:
    text: str
    menu: Menu


def draw_code() -> str:
    """A letter and a digit, such as K7, that nobody types by chance."""
    return secrets.choice(_LETTERS) + secrets.choice(_DIGITS)


def show_window(html: str, markup: InlineKeyboardMarkup | None, upload_url: str = "") -> ShownWindow:
    """The window's text, its choices a line each, and how to answer. Callers name the message."""
    form = markup.form if isinstance(markup, FormedMarkup) else NO_FORM
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    back = _leads_back(buttons)
    numbers = iter(range(1, len(buttons) + 1))
    choices: list[Choice] = []
    above, lines, below = [], [], []
    shown_page = _shown_page(buttons, form)
    for button in buttons:
        label = _label(button, form)
        if texts.is_arrow(button.text) and _item(button) == shown_page:
            continue
        if widget_of(button.callback_data) in form.silent:
            above.append(texts.page(label))
        elif button.url:
            lines.append(f"{label}: {button.url}")
        elif (word := form.words.get(widget_of(button.callback_data))) is not None:
            phrase = f"{word} {draw_code()}"
            choices.append(Choice(phrase, button.callback_data or ""))
            below.append(texts.to_confirm(plain_label(label), phrase))
        elif button is back:
            choices.append(_choice(BACK, button))
            below.append(f"{BACK}. {label.removeprefix('‹ ')}")
        else:
            key = str(next(numbers))
            choices.append(_choice(key, button))
            lines.append(f"{'#' if form.typing is Typing.ANSWER else ''}{key}. {label}")
    if back is None and form.leads_home:
        # It needs no button: `0` always leads somewhere.
        below.append(f"{BACK}. {texts.HOME}")
    listed = "\n".join([*above, *lines, *below])
    hint = _hint(form, numbered=any(choice.key != BACK and choice.key.isdigit() for choice in choices))
    upload = texts.upload_here(upload_url) if form.takes_file and upload_url else ""
    if form.file_by_word:
        hint = "\n".join(filter(None, (hint, texts.FILE_BY_WORD)))
    text = texts.lines([plain_text(html), upload, listed, hint])
    return ShownWindow(text, Menu(tuple(choices), typing=form.typing))


def _shown_page(buttons: Iterable[InlineKeyboardButton], form: WindowForm) -> str:
    """The page that is shown, as the arrows between pages count it; empty without pages."""
    for button in buttons:
        found = _PAGE.fullmatch(button.text)
        if found is not None and widget_of(button.callback_data) in form.silent:
            return str(int(found[1]) - 1)
    return ""


def _item(button: InlineKeyboardButton) -> str:
    return (button.callback_data or "").rpartition(":")[2]


def plain_label(label: str) -> str:
    """A label without the signs before it."""
    start = next((at for at, char in enumerate(label) if char.isalnum()), 0)
    return label[start:]


def _choice(key: str, button: InlineKeyboardButton) -> Choice:
    label = fold(plain_label(button.text))
    if button.copy_text is not None:
        return Choice(key, says=button.copy_text.text, label=label)
    return Choice(key, button.callback_data or "", label=label)


def _leads_back(buttons: Iterable[InlineKeyboardButton]) -> InlineKeyboardButton | None:
    for beginnings in (texts.BACKWARD, texts.HOMEWARD):
        for button in buttons:
            if button.text.startswith(beginnings):
                return button
    return None


def _label(button: InlineKeyboardButton, form: WindowForm) -> str:
    label = texts.arrow(button.text)
    if widget_of(button.callback_data) in form.several:
        for mark, box in texts.BOXES:
            if label.startswith(mark):
                return f"{box} {label.removeprefix(mark).strip()}"
    return label


def _hint(form: WindowForm, numbered: bool) -> str:
    if form.typing is Typing.ANSWER:
        return texts.ANSWER if numbered else ""
    if form.takes_photo:
        return texts.SEND_PHOTO
    if form.typing is Typing.PASTE:
        return texts.PASTE if numbered else ""
    if form.typing is Typing.SEARCH:
        return texts.SEARCH_SEVERAL if form.several else texts.SEARCH
    if not numbered:
        return ""
    return texts.CHOOSE_SEVERAL if form.several else texts.CHOOSE
