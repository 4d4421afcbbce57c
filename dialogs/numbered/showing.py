"""A window as plain text with its choices numbered."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from dialogs.numbered.forms import NO_FORM, PAGE, FormedMarkup, WindowForm, widget_of
from domain.choices import BACK_KEY as BACK
from domain.choices import Choice, ChoiceMenu, QuickButton, Role, Typing, tap_of
from texts import numbered as texts
from texts import styles
from texts.common import RECOMMENDED
from texts.plain import marked_text, paragraphs, unmarked

# Letters and digits that are easily confused, or changed by a Vietnamese keyboard, are left out.
_LETTERS, _DIGITS = "CFHKMNPRTVX", "2346789"


_NINTH = 9
_CONFIRMS, _NEXT, _ALL, _ANY, _BACK = range(5)
"""The ranks of buttons, the likeliest first."""


@dataclass(frozen=True, slots=True)
class ShownWindow:
    """`marked` is the text with marks around what is bold. `steps` are the buttons to show where an app has
    some, the likeliest first: the numbers stay typable."""

    text: str
    menu: ChoiceMenu
    marked: str = ""
    steps: tuple[QuickButton, ...] = ()


def code_of(callback_data: str) -> str:
    """A letter and a digit, such as K7, which nobody types by chance.

    A button keeps its code for as long as its dialog is open, so the one that was just read stays right.
    """
    drawn = int.from_bytes(sha256(callback_data.encode()).digest()[:8])
    return _LETTERS[drawn % len(_LETTERS)] + _DIGITS[drawn // len(_LETTERS) % len(_DIGITS)]


def show_window(
    html: str, markup: InlineKeyboardMarkup | None, upload_url: str = "", files_here: bool = False
) -> ShownWindow:
    """The window's text, a line for each choice, and how to answer. The caller sets the menu's message id.
    With `files_here` the chat itself takes files."""
    form = markup.form if isinstance(markup, FormedMarkup) else NO_FORM
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    lines = _Lines(form, _leads_back(buttons), _shown_page(buttons, form))
    for button in buttons:
        lines.add(button)
    by_word = texts.FILE_HERE if files_here else texts.FILE_BY_WORD
    upload = texts.FILE_HERE if files_here else texts.upload_here(upload_url) if upload_url else ""
    upload *= form.takes_file
    how = "\n".join(filter(None, (_hint(form, lines.count > 0), by_word * form.file_by_word)))
    marked = paragraphs([marked_text(html), upload, lines.text, how])
    menu = ChoiceMenu(tuple(lines.choices), typing=form.typing)
    return ShownWindow(unmarked(marked), menu, marked, lines.steps)


class _Lines:
    """The lines of a window's buttons: above the numbered ones, the numbered ones, and below them."""

    def __init__(self, form: WindowForm, back: InlineKeyboardButton | None, page: str) -> None:
        self._form, self._back, self._page = form, back, page
        self._above: list[str] = []
        self._numbered: list[str] = []
        self._below: list[str] = []
        self._among_items = False
        self._moved = 0
        self._steps: list[tuple[int, QuickButton]] = []
        self.choices: list[Choice] = []
        self.count = 0
        """How many are numbered."""

    @property
    def text(self) -> str:
        # `0` leads to the menu even without a button for it.
        home = [f"{BACK}. {texts.HOME}"] if self._form.leads_home and self._back is None else []
        return "\n".join([*self._above, *self._numbered, *self._below, *home])

    @property
    def steps(self) -> tuple[QuickButton, ...]:
        return tuple(step for _, step in sorted(self._steps, key=lambda ranked: ranked[0]))

    def _offer(self, rank: int, button: InlineKeyboardButton, label: str) -> None:
        """Offer what was added last, or an address, as a button."""
        says = "" if button.url else tap_of(self.choices[-1])
        self._steps.append((rank, QuickButton(label, says, button.url or "")))

    def add(self, button: InlineKeyboardButton) -> None:
        widget, label = widget_of(button.callback_data), _label(button, self._form)
        if widget in self._form.silent:
            self._above.append(texts.page(label) if PAGE.fullmatch(label) else label)
        elif button.url:
            self._numbered.append(f"{label}: {button.url}")
            self._offer(_ANY, button, label)
        elif (word := self._form.words.get(widget)) is not None:
            phrase = f"{word} {code_of(button.callback_data or '')}"
            self.choices.append(Choice(phrase, button.callback_data or ""))
            self._below.append(texts.to_confirm(plain_label(label), phrase))
            self._offer(_CONFIRMS, button, label)
        elif button is self._back:
            self.choices.append(_choice(BACK, button, self._form))
            self._below.append(f"{BACK}. {label.removeprefix('‹ ')}")
            self._offer(_BACK, button, label)
        elif not (texts.is_arrow(button.text) and _item(button) == self._page):
            self._number(button, label)

    def _number(self, button: InlineKeyboardButton, label: str) -> None:
        is_item = _is_item(button, self._form)
        if self._among_items and not is_item:
            self._numbered.append("")
        self._among_items = is_item
        self.count += 1
        number = self._number_of(widget_of(button.callback_data))
        self.choices.append(_choice(str(number), button, self._form))
        mark = "#" if self._form.typing is Typing.NUMBER else ""
        self._numbered.append(f"{mark}{number}. {label}")
        if not is_item:
            self._offer(_rank(self.choices[-1], button), button, label)

    def _number_of(self, widget: str) -> int:
        if widget and widget == self._form.ninth:
            self._moved = 1
            return _NINTH
        number = self.count - self._moved
        return number + (number >= _NINTH and self._moved)


def _shown_page(buttons: Iterable[InlineKeyboardButton], form: WindowForm) -> str:
    """The number of the page shown, as the arrows between pages count; empty without pages."""
    for button in buttons:
        found = PAGE.fullmatch(button.text)
        if found is not None and widget_of(button.callback_data) in form.silent:
            return str(int(found[1]) - 1)
    return ""


def _item(button: InlineKeyboardButton) -> str:
    return (button.callback_data or "").rpartition(":")[2]


def plain_label(label: str) -> str:
    """A label without the signs before it."""
    start = next((at for at, char in enumerate(label) if char.isalnum()), 0)
    return label[start:]


def _choice(key: str, button: InlineKeyboardButton, form: WindowForm) -> Choice:
    label = plain_label(button.text)
    if button.copy_text is not None:
        return Choice(key, says=button.copy_text.text, label=label)
    item = _is_item(button, form)
    ticked = item and _label(button, form).startswith(texts.TICKED_BOX)
    role = Role.OTHER if item else _role(button, form)
    return Choice(key, button.callback_data or "", label=label, role=role, item=item, ticked=ticked)


def _role(button: InlineKeyboardButton, form: WindowForm) -> Role:
    if widget_of(button.callback_data) in form.proposes and button.text.startswith(RECOMMENDED):
        return Role.YES
    return next((role for role, begin in texts.ROLES.items() if button.text.startswith(begin)), Role.OTHER)


def _rank(choice: Choice, button: InlineKeyboardButton) -> int:
    if styles.is_next(button.text) or choice.role is Role.YES:
        return _NEXT
    return _ALL if choice.role is Role.ALL else _ANY


def _leads_back(buttons: Iterable[InlineKeyboardButton]) -> InlineKeyboardButton | None:
    for beginnings in (texts.BACKWARD, texts.HOMEWARD):
        for button in buttons:
            if button.text.startswith(beginnings):
                return button
    return None


def _is_item(button: InlineKeyboardButton, form: WindowForm) -> bool:
    """Whether the button is an item to tick; such items stand apart from the other buttons."""
    return widget_of(button.callback_data) in form.several


def _label(button: InlineKeyboardButton, form: WindowForm) -> str:
    label = texts.arrow(button.text)
    if _is_item(button, form):
        for mark, box in texts.BOXES:
            if label.startswith(mark):
                return f"{box} {label.removeprefix(mark).strip()}"
    return label


def _hint(form: WindowForm, numbered: bool) -> str:
    if form.typing in (Typing.ANSWER, Typing.NUMBER):
        hint = texts.ANSWER if form.typing is Typing.ANSWER else texts.ANSWER_WITH_NUMBER
        return hint if numbered else ""
    if form.takes_photo:
        return texts.SEND_PHOTO
    if form.typing is Typing.PASTE:
        return texts.PASTE if numbered else ""
    if form.typing is Typing.SEARCH:
        return texts.SEARCH_SEVERAL if form.several else texts.SEARCH
    if not numbered:
        return ""
    return texts.CHOOSE_SEVERAL if form.several else texts.CHOOSE
