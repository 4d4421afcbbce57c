"""Reads a typed line against what a window offers."""

from collections.abc import Callable, Iterator, Sequence

from domain.answers.labels import function, label, leads_on, slip, whole_label
from domain.answers.line import Command, Line, Meaning
from domain.answers.numbers import numbers, ordinal
from domain.answers.picks import many
from domain.answers.words import (
    AS_LABELLED,
    AT_ONCE,
    BACK,
    LONGEST,
    MOST_WORDS,
    Says,
    Word,
    apart,
    command_of,
    same_words,
    says,
    visible,
    words_of,
)
from domain.choices import BACK_KEY, ChoiceMenu, Role, Typing


def read_answer(text: str, menu: ChoiceMenu | None) -> Meaning | None:
    """What a line means where `menu` is shown; `None` for words that only the window can judge.

    What might mean two things means nothing. A choice that cannot be undone is never read here.
    """
    if len(text) > LONGEST or text.lstrip().startswith("/"):
        return None
    shown = visible(text)
    words = _in_other_words(words_of(shown))
    if menu is None:
        return _command(words) if len(words) <= MOST_WORDS else None
    line = Line(shown, words, menu)
    for read in _ways(line):
        if (meaning := read(line)) is not None:
            return meaning
    return None


def _in_other_words(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words with those for a year or a kind replaced by the ones that labels have."""
    for at in range(len(words)):
        for known, as_labelled in AS_LABELLED.items():
            if same_words(words[at : at + len(known)], known):
                return (*words[:at], *as_labelled, *words[at + len(known) :])
    return words


def _command(words: Sequence[Word]) -> Command | None:
    name = command_of(words)
    return Command(name) if name else Command("start") if _leads_back(words) else None


def _by_words(line: Line) -> Meaning | None:
    meant = _command(line.words)
    if meant == Command("mua") and AT_ONCE.within(line.words) and leads_on(line):
        return None  # It is the order at hand that is meant.
    return meant


def _leads_back(words: Sequence[Word]) -> bool:
    return any(BACK.lengths(core, 0)[:1] == [len(core)] for core in apart(words))


def _ways(line: Line) -> Iterator[Callable[[Line], Meaning | None]]:
    """The ways to read the line, the surest first."""
    # A number is the one in front of a line, also where a label is a number, such as a rate.
    yield numbers
    yield whole_label
    if not line.words or len(line.words) > MOST_WORDS:
        if not line.words:
            yield _answer
        return
    yield many
    yield _back
    if line.menu.typing is Typing.CHOICE:
        yield label
        yield ordinal
        yield function
        yield _answer
        yield _by_words
        yield slip
    else:
        yield function
        yield _by_words
        yield ordinal
        yield _answer


def _back(line: Line) -> Meaning | None:
    if not _leads_back(line.words):
        return None
    back = line.menu.find(BACK_KEY)
    return line.tap([back]) if back else Command("start")


def _answer(line: Line) -> Meaning | None:
    """Yes, no, not known: the choice that says it, if there is one."""
    said = says(line.shown)
    role = {Says.YES: Role.YES, Says.NO: Role.AS_TYPED, Says.UNKNOWN: Role.SKIP}.get(said or Says.TALK)
    roles = {choice.role for choice in line.choices}
    if said is Says.NO and not roles & {Role.AS_TYPED, Role.YES}:
        role = Role.SKIP
    offered = [choice for choice in line.choices if role and choice.role is role]
    if len(offered) == 1:
        return line.tap(offered)
    if said is Says.GREETING and line.menu.typing is Typing.CHOICE:
        return Command("start")
    return None
