"""Choices by the words of their labels."""

import re
from collections.abc import Sequence

from domain.answers.line import Already, Line, Meaning, folded, head, place_in
from domain.answers.near import is_near
from domain.answers.words import (
    BEFORE,
    FILLERS,
    GO_ON,
    Word,
    apart,
    command_of,
    is_order_of_words,
    is_talk,
    same_words,
    words_of,
)
from domain.choices import Choice, Role, Typing

_PLACE = re.compile(r"#?(\d{1,2})[.)]\s")
_BEGINNING = 3
_OFFERED = (Role.YES, Role.AS_TYPED)
_ONWARD = ("tiep tuc", "xong")


def whole_label(line: Line) -> Meaning | None:
    place = _PLACE.match(line.shown)
    typed = words_of(line.shown[place.end() :] if place else line.shown)
    found = [one for one in line.choices if typed and _is_whole(typed, one)]
    heads = [one for one in line.choices if typed and same_words(typed, words_of(head(one)))]
    if line.menu.typing is Typing.SEARCH:  # The same name may stand on another page.
        heads = []
    number = place[1] if place else ""
    meant = [choice for choice in found or heads if number in ("", choice.key)]
    if len(meant) == 1 and meant[0].ticked:
        return Already()
    return line.only(meant)


def _is_whole(typed: Sequence[Word], choice: Choice) -> bool:
    """Whether the words are the label; of what is offered, the word of what becomes of it may be left out."""
    words = words_of(choice.label)
    if choice.role not in _OFFERED:
        return same_words(typed, words)
    return any(same_words(core, meant) for core in (typed, *apart(typed)) for meant in (words, words[1:]))


def label(line: Line) -> Meaning | None:
    """A part of a label that fits one, without the words that people put around it."""
    looser = apart(line.words, FILLERS, FILLERS)
    if command_of(line.words):
        # A piece of a command is no label: "khách hàng" does not mean "Các đơn hàng".
        looser = [core for core in looser if command_of(core)]
    for core in [*apart(line.words), *looser]:
        if found := _labelled(line, core, line.choices):
            return found
    return _begun(line, looser) or _abridged(line)


def _abridged(line: Line) -> Meaning | None:
    """The one choice whose second word was left out: "xem khách" for "xem từng khách"."""
    for core in apart(line.words):
        labels = [(words_of(head(one)), one) for one in line.choices]
        found = [one for words, one in labels if place_in(core, (*words[:1], *words[2:])) == 0]
        if len(core) > 1 and found:
            return line.only(found)
    return None


def _begun(line: Line, cores: Sequence[Sequence[Word]]) -> Meaning | None:
    """The one choice of which a word begins as the only word that was typed: "pro"."""
    for core in cores:
        if len(core) != 1 or len(core[0].folded) < _BEGINNING or is_talk(core[0].typed):
            continue
        begun = core[0].folded
        found = [one for one in line.choices if any(w.folded.startswith(begun) for w in words_of(one.label))]
        if found and begun.isalpha():
            return line.only(found)
    return None


def _labelled(line: Line, core: Sequence[Word], choices: Sequence[Choice]) -> Meaning | None:
    if not core or (len(core) == 1 and not _tells(core[0])):
        return None
    if len(core) == 1 and len(core[0].folded) == 2:
        core = [Word(*(f"20{core[0].folded}",) * 2)] if core[0].folded.isdigit() else core
    fitting = [(choice, at) for choice in choices if (at := place_in(core, words_of(choice.label))) >= 0]
    whole = [choice for choice, _ in fitting if len(words_of(head(choice))) == len(core)]
    first = [choice for choice, at in fitting if at == 0]
    for found in (whole, first, [choice for choice, _ in fitting]):
        if found:
            return line.only(found)
    return None


def function(line: Line) -> Meaning | None:
    """The beginning of a button's label where other words are searched for, or are the answer."""
    if line.menu.typing in (Typing.ANSWER, Typing.NUMBER) and not is_talk(line.shown):
        return None
    # What has a remark, such as a tax code, is something of a list.
    buttons = [choice for choice in line.choices if not choice.item and head(choice) == choice.label]
    if any(GO_ON.covers(core) for core in apart(line.words)):
        onward = [one for one in buttons if folded(one.label).startswith(_ONWARD)]
        if found := line.only(onward):
            return found
    for core in apart(line.words):
        fitting = [one for one in buttons if _begins(core, words_of(one.label))]
        if found := line.only(fitting):
            return found
    return None


def _begins(core: Sequence[Word], label: Sequence[Word]) -> bool:
    """Whether a label begins with these words; one word has to be all of it, and typed with its marks."""
    if len(core) == 1 and (core[0].is_plain or len(label) > 1):
        return False
    return place_in(core, label) == 0


def leads_on(line: Line) -> bool:
    """Whether the window is a step of something that goes on, or asks to confirm it."""
    return any(
        not choice.key.isdigit() or folded(choice.label).startswith(_ONWARD) for choice in line.menu.choices
    )


def slip(line: Line) -> Meaning | None:
    """A label or a command that was mistyped by a letter."""
    for core in apart(line.words):
        typed = " ".join(word.folded for word in core)
        if any(char.isdigit() for char in typed):
            continue
        near = [choice for choice in line.choices if _is_slip(typed, folded(head(choice)))]
        if near:
            return line.only(near)
    return None


def _is_slip(typed: str, label: str) -> bool:
    return is_near(typed, label) or (" " in label and typed == label.replace(" ", ""))


def _tells(word: Word) -> bool:
    """Whether one word is enough to find a label by."""
    if word.folded.isdigit():
        return len(word.folded) > 1
    # A word that confirms something is nothing without its code.
    return (
        len(word.folded) > 1
        and not is_order_of_words(word.typed)
        and (word.folded == "khach" or not BEFORE.covers([word]))
    )
