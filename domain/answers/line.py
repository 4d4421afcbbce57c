"""A typed line beside the window that it answers, and what it may mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.answers.words import Word, same, words_of
from domain.choices import Choice, ChoiceMenu


@dataclass(frozen=True, slots=True)
class Tap:
    """These choices are meant, in this order."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Already:
    """All that is named is ticked (or not ticked) already."""


@dataclass(frozen=True, slots=True)
class Absent:
    """These numbers are not offered, so none of the line's is taken."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OneOnly:
    """Only one of these choices can be taken, so none is."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its words."""

    name: str


Meaning = Tap | Already | Absent | OneOnly | Command


class Line:
    """A line and the window that it answers."""

    def __init__(self, shown: str, words: tuple[Word, ...], menu: ChoiceMenu) -> None:
        self.shown, self.words, self.menu = shown, words, menu
        # What cannot be undone has a word for its key, not a number.
        self.choices = [choice for choice in menu.choices if choice.key.isdigit()]
        self.items = [choice for choice in self.choices if choice.item]

    def tap(self, choices: Sequence[Choice]) -> Meaning | None:
        """These choices, if any of them does something."""
        return Tap(tuple(choices)) if any(choice.data or choice.says for choice in choices) else None

    def only(self, found: Iterable[Choice]) -> Meaning | None:
        """The choice, if it is the only one."""
        choices = list(found)
        return self.tap(choices) if len(choices) == 1 else None


def head(choice: Choice) -> str:
    """A label up to the remark behind a dot: its name without the price."""
    return choice.label.partition(" · ")[0]


def folded(label: str) -> str:
    return " ".join(word.folded for word in words_of(label))


def place_in(core: Sequence[Word], label: Sequence[Word]) -> int:
    """Where the words stand together in a label; -1 if they do not."""
    for at in range(len(label) - len(core) + 1):
        if all(same(typed, label[at + place]) for place, typed in enumerate(core)):
            return at
    return -1


def stand_in(whole: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether the words stand together in others, as a part of a name does."""
    return bool(words) and place_in(words, whole) >= 0


def place_of(words: Sequence[Word], core: Sequence[Word]) -> int:
    return next((at for at in range(len(words)) if tuple(words[at : at + len(core)]) == tuple(core)), 0)
