"""Reads a typed text: a tap on what was shown, or a text for the dialogs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from domain.answers.line import Absent, Already, OneOnly, Tap
from domain.answers.reading import read_answer
from domain.answers.wishes import is_wish
from domain.answers.words import BEFORE, LONGEST, apart, visible, words_of
from domain.chats import letters_of, push_code, pushed_before
from domain.choices import BACK_KEY, WINDOW, Choice, ChoiceMenu, Typing, is_tap
from domain.text import fold
from texts import numbered as texts

_PART = 1000


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


@dataclass(frozen=True, slots=True)
class Again:
    """The text was answered before it came once more: there is nothing to say."""


def read_together(texts: Sequence[str], menus: Mapping[str, ChoiceMenu]) -> tuple[int, str]:
    """How many of the texts that wait in a chat, from the first on, are answered together, and as which text.

    They are the same text again, numbers that tick, parts of one list, or parts of what somebody says.
    """
    said, kind, taken = [texts[0]], _kind(texts[0], menus), 1
    for text in texts[1:]:
        if fold(text) != fold(said[-1]):
            if kind is None or _kind(text, menus) is not kind:
                break
            said.append(text)
        taken += 1
    return taken, "\n".join(said)


def is_part(text: str) -> bool:
    """Whether a text is so long that the rest of it may come as another message."""
    return len(text) >= _PART


class _Kind(Enum):
    TICKS = auto()
    SAID = auto()


def _kind(text: str, menus: Mapping[str, ChoiceMenu]) -> _Kind | None:
    """What makes a text one with others: numbers that tick, or words that are no answer, command or code."""
    window, meant = menus.get(WINDOW), read_typed(text, menus)
    if isinstance(meant, Tapped) and meant.menu is window:
        ticking = {one.data for one in window.choices if one.item and not one.ticked}
        return _Kind.TICKS if ticking.issuperset(meant.data) else None
    typing = window.typing if window is not None else Typing.CHOICE
    if not isinstance(meant, Typed) or typing in (Typing.ANSWER, Typing.NUMBER):
        return None
    if is_part(text) or "\n" in text.strip():
        return _Kind.SAID
    if typing is Typing.SEARCH or len(text.split()) < 2 or text.lstrip().startswith("/"):
        return None
    return None if read_answer(text, window) or is_wish(text, asked=False) else _Kind.SAID


def read_typed(
    text: str, menus: Mapping[str, ChoiceMenu], came_at: datetime | None = None
) -> Tapped | Asked | Typed | Again:
    """What `text` means, given the menu of the window (`WINDOW`) and those of pushes by their letters.
    A code of an older push means nothing any more.

    A number that came (`came_at`) before the window was shown was meant for another one: it is asked for
    again, unless the same text has led there. In a list of which several are picked, numbers may come one
    after the other.
    """
    if len(text) > LONGEST:
        return Typed(text)
    window = menus.get(WINDOW)
    typed = visible(text)
    if is_tap(typed):
        return _by_button(typed, menus)
    found = _pushed(typed, menus)
    if found is None and window is not None:
        found = _confirmed(typed, window) or read_in(text, window)
    if isinstance(found, Tapped) and found.menu is window and _is_early(found, typed, came_at):
        return Again() if window and fold(text) == window.after else Asked(texts.TOO_EARLY)
    if found is not None:
        return found
    if typed.lstrip("#").rstrip(".") == BACK_KEY:
        return Typed(texts.BACK_TO_START)
    return Typed(text)


def read_in(text: str, window: ChoiceMenu) -> Tapped | Asked | None:
    """What `text` chooses in the window; `None` if it chooses nothing."""
    match read_answer(text, window):
        case Tap(choices):
            return _of(window, choices)
        case Already():
            return Asked(texts.ALREADY)
        case Absent(numbers):
            return Asked(texts.absent(numbers))
        case OneOnly(choices):
            return Asked(texts.one_only([(choice.key, choice.label) for choice in choices]))
    return None


def _by_button(said: str, menus: Mapping[str, ChoiceMenu]) -> Tapped | Asked | Again:
    """What the button that says this does, under the window or a pushed message."""
    window = menus.get(WINDOW)
    for menu in filter(None, (window, *menus.values())):
        if (choice := menu.tapped(said)) and (found := _of(menu, (choice,))):
            return found
    return Again() if window and window.after == fold(said) else Asked(texts.OLD_BUTTON)


def _is_early(tapped: Tapped, typed: str, came_at: datetime | None) -> bool:
    shown_at, taken = tapped.menu.shown_at, set(tapped.data)
    if came_at is None or shown_at is None or came_at >= shown_at or not typed.lstrip("#").isdigit():
        return False
    return not all(choice.item for choice in tapped.menu.choices if choice.data in taken)


def _of(menu: ChoiceMenu, choices: tuple[Choice, ...]) -> Tapped | Asked | None:
    """What these choices do; `None` if none of them does anything."""
    data = tuple(choice.data for choice in choices if choice.data)
    if data:
        return Tapped(menu, data)
    said = "\n".join(choice.says for choice in choices if choice.says)
    return Asked(said) if said else None


def _pushed(typed: str, menus: Mapping[str, ChoiceMenu]) -> Tapped | Asked | None:
    """A code under a pushed message. If the window asks for a text, the message shown last is meant."""
    window, marked = menus.get(WINDOW), typed.startswith("#")
    asks = window is not None and window.typing in (Typing.ANSWER, Typing.NUMBER)
    cores = [] if asks else apart(words_of(typed), BEFORE)
    for said in [typed.removeprefix("#"), *(" ".join(word.typed for word in core) for core in cores)]:
        code = push_code(said)
        menu = menus.get(letters_of(code)) if code else None
        choice = menu.find(code) if menu else None
        if code and menu is None and (marked or not asks) and _was_given(letters_of(code), menus):
            return Asked(texts.code_is_old(code))
        if menu is None or choice is None:
            continue
        if window is not None and asks and not marked and not _later(menu, window):
            return None
        return _of(menu, (choice,))
    return None


def _was_given(letters: str, menus: Mapping[str, ChoiceMenu]) -> bool:
    """Whether a message with these letters was pushed before one whose codes are kept."""
    return any(pushed_before(letters) < pushed_before(kept) for kept in menus if kept != WINDOW)


def _later(menu: ChoiceMenu, other: ChoiceMenu) -> bool:
    return menu.shown_at is not None and other.shown_at is not None and menu.shown_at > other.shown_at


def _confirmed(typed: str, window: ChoiceMenu) -> Tapped | Asked | None:
    meant = fold(typed).replace(" ", "")
    for choice in window.choices:
        if not choice.key.isdigit() and fold(choice.key).replace(" ", "") == meant:
            return _of(window, (choice,))
    return None
