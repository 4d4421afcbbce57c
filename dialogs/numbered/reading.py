"""Reads a typed text: a tap on what was shown, or a text for the dialogs."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.numbered.showing import BACK, plain_label
from domain.chats import push_code
from domain.choices import WINDOW, Choice, ChoiceMenu, Typing
from domain.text import fold
from texts import numbered as texts

LONGEST = 200
"""The most characters of a choice; anything longer is a text."""

_AROUND = re.compile(
    rf"(?:(?:{'|'.join(texts.BEFORE)})\s*)*(.*?)(?:\s+(?:{'|'.join(texts.AFTER)}))*[.!]*", re.DOTALL
)
_NUMBERS = re.compile(rf"[(\[]?#?\d{{1,2}}(?:[\s,;.+&]+(?:{texts.AND}\s+)?#?\d{{1,2}})*[.)\]]?")
_NUMBER = re.compile(r"(#?)(\d{1,2})")
_PLACE = re.compile(r"#?\d{1,2}[.)]\s")
_SHORTEST_LABEL = 2
_UNSEEN = ("Cf", "Mn", "Me")


@dataclass(frozen=True, slots=True)
class Tapped:
    """Buttons under `menu`'s message, tapped one after the other."""

    menu: ChoiceMenu
    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer is this text, alone in its message so that it can be copied."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A text for the dialogs."""

    text: str


def read_typed(text: str, menus: Mapping[str, ChoiceMenu]) -> Tapped | Asked | Typed:
    """What `text` means, given the menu of the window (`WINDOW`) and those of pushes by their letters."""
    if len(text) > LONGEST:
        return Typed(text)
    window = menus.get(WINDOW)
    typed, asks = _visible(text), window is not None and window.typing is Typing.ANSWER
    # If the window asks for a text, "số 1" may be that text.
    chosen = _unmarked(typed) if asks else _within(_unmarked(typed))
    found = _pushed(typed, menus) or _pushed(chosen, menus)
    if found is None and window is not None:
        found = _confirmed(typed, window) or _numbered(chosen, window) or _labelled(typed, window)
    if found is not None:
        return found
    if chosen in (BACK, f"#{BACK}"):
        return Typed(texts.BACK_TO_START)
    return Typed(text if asks else texts.COMMANDS.get(fold(typed), text))


def _visible(text: str) -> str:
    """The text without invisible characters and frames; digits in circles or of full width become plain."""
    shown = (
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in _UNSEEN
    )
    return "".join(str(unicodedata.digit(char, char)) for char in shown).strip()


def _unmarked(typed: str) -> str:
    """The text in small letters without diacritics; other signs stay."""
    letters = unicodedata.normalize("NFKD", typed.casefold())
    return "".join(char for char in letters if not unicodedata.combining(char))


def _within(chosen: str) -> str:
    """The choice without the polite words around it."""
    found = _AROUND.fullmatch(chosen)
    return found[1] if found else chosen


def _of(menu: ChoiceMenu, choices: list[Choice]) -> Tapped | Asked | None:
    """What these choices do; `None` if none of them does anything."""
    data = tuple(choice.data for choice in choices if choice.data)
    if data:
        return Tapped(menu, data)
    said = "\n".join(choice.says for choice in choices if choice.says)
    return Asked(said) if said else None


def _pushed(typed: str, menus: Mapping[str, ChoiceMenu]) -> Tapped | Asked | None:
    """A code under a pushed message. If the window asks for a text, the message shown last is meant."""
    code = push_code(typed.removeprefix("#"))
    menu = menus.get(code[:1]) if code else None
    choice = menu.find(code) if menu else None
    if menu is None or choice is None:
        return None
    window, marked = menus.get(WINDOW), typed.startswith("#")
    if window is not None and window.typing is Typing.ANSWER and not marked and not _later(menu, window):
        return None
    return _of(menu, [choice])


def _later(menu: ChoiceMenu, other: ChoiceMenu) -> bool:
    return menu.shown_at is not None and other.shown_at is not None and menu.shown_at > other.shown_at


def _confirmed(typed: str, window: ChoiceMenu) -> Tapped | Asked | None:
    meant = fold(typed).replace(" ", "")
    for choice in window.choices:
        if not choice.key.isdigit() and fold(choice.key).replace(" ", "") == meant:
            return _of(window, [choice])
    return None


def _numbered(typed: str, window: ChoiceMenu) -> Tapped | Asked | None:
    if not _NUMBERS.fullmatch(typed):
        return None
    numbers = _NUMBER.findall(typed)
    if window.typing is Typing.ANSWER and any(not mark and number != BACK for mark, number in numbers):
        return None
    found = [window.find(key) for key in dict.fromkeys(str(int(number)) for _, number in numbers)]
    choices = [choice for choice in found if choice is not None]
    return _of(window, choices) if choices and len(choices) == len(found) else None


def _labelled(typed: str, window: ChoiceMenu) -> Tapped | Asked | None:
    """A choice by its label, or by its whole line with the number."""
    meant = fold(plain_label(_PLACE.sub("", typed, count=1)))
    if len(meant) < _SHORTEST_LABEL:
        return None
    labelled = [choice for choice in window.choices if choice.label == meant]
    return _of(window, labelled) if len(labelled) == 1 else None
