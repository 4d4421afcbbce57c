"""Choices by their numbers, in digits or in words."""

import re
import unicodedata
from collections.abc import Sequence

from domain.answers.line import Absent, Already, Line, Meaning, OneOnly, place_in, place_of
from domain.answers.words import (
    ADD,
    BEFORE,
    FIRST,
    GO_ON,
    LAST,
    NUMBERS,
    REMOVE,
    WORD,
    Word,
    apart,
    same_words,
    words_of,
)
from domain.choices import BACK_KEY, Typing
from domain.text import flat

_SIGNS = re.compile(r"#?\d+|[^\W\d_]+|[-=]>|\.{2,}|[-–—~/]|[,;.+&)(\[\]!?:'\"“”]|\S")
_RANGE, _SLASH = ("-", "–", "—", "~", "->", "=>", "..", "...", "den", "toi"), "/"
_BETWEEN = frozenset(",;.+&)(][!?:'\"“”") | {"va", "voi", "vs", "roi", "so", "cai"}
_ADDRESSED = frozenset({"anh", "chi", "co", "chu", "bac", "ong", "ba"})
_AROUND = frozenset("#,;.:()[]!?'\"“”…")
_LONGEST_RANGE = 40


def numbers(line: Line) -> Meaning | None:
    """One number or several, with the words around them."""
    if not any(char.isdigit() for char in line.shown):
        return None
    remove, rest = _verb(line)
    for core in rest:
        numbers = _numbers_in(core, several=bool(line.items))
        if numbers is not None:
            return _numbered(line, numbers, remove, marked=core.lstrip().startswith("#"))
    return None


def _verb(line: Line) -> tuple[bool, list[str]]:
    """Whether something is to be taken off, and what else stands in the line, in all ways to read it."""
    plain = flat(line.shown)
    words = line.words
    for start in range(min(3, len(words))):
        if start and not any(len(core) == len(words) - start for core in apart(words)):
            continue
        taken = REMOVE.lengths(words, start)
        if taken and start + taken[0] < len(words):
            return True, _without(plain, words, start + taken[0])
        if line.items and (taken := ADD.lengths(words, start)) and start + taken[0] < len(words):
            return False, _without(plain, words, start + taken[0])
    return False, _without(plain, words, 0)


def _numbered(line: Line, numbers: list[int], remove: bool, marked: bool) -> Meaning | None:
    typing, several = line.menu.typing, len(numbers) > 1
    may_be_answer = typing is Typing.NUMBER or (typing is Typing.ANSWER and several)
    if may_be_answer and not marked and numbers != [int(BACK_KEY)]:
        return None
    if remove and not line.items:
        return None
    found = [line.menu.find(str(number)) for number in dict.fromkeys(numbers)]
    choices = [choice for choice in found if choice is not None]
    if len(choices) < len(found):
        missing = tuple(n for n, choice in zip(dict.fromkeys(numbers), found, strict=True) if not choice)
        return Absent(missing) if line.items and several else None
    if remove:
        if not all(choice.item for choice in choices):
            return None
        return line.tap([choice for choice in choices if choice.ticked]) or Already()
    leading = tuple(choice for choice in choices if choice.data and not choice.item)
    if len(leading) > 1:
        return OneOnly(leading)
    wanted = [choice for choice in choices if not (choice.item and choice.ticked)]
    return line.tap(wanted) if wanted else Already()


def ordinal(line: Line) -> Meaning | None:
    """A number as a word: "hai", "số hai", "cái đầu", "thứ hai"."""
    numbered = [choice for choice in line.choices if choice.key != BACK_KEY]
    sure = line.menu.typing is Typing.CHOICE
    if not numbered or line.menu.typing in (Typing.ANSWER, Typing.NUMBER):
        return None
    if any(GO_ON.covers(core) for core in apart(line.words)):
        return None  # "Bước sau" is the next step, not the sixth.
    for core in [*apart(line.words), *apart(line.words, BEFORE)]:
        introduced = len(core) < len(line.words) and BEFORE.covers(line.words[: place_of(line.words, core)])
        introduced = introduced and place_of(line.words, core) > 0
        if introduced or (sure and len(core) > 1):
            if FIRST.lengths(core, 0)[:1] == [len(core)]:
                return line.tap([(line.items or numbered)[0]])
            if LAST.lengths(core, 0)[:1] == [len(core)]:
                return line.tap([(line.items or numbered)[-1]])
        if _is_in_a_label(line, core):
            continue
        at = place_of(line.words, core)
        if at and line.words[at - 1].folded in _ADDRESSED:
            # "Anh Hai" is somebody.
            continue
        if line.items and len(numbers := _number_words(core)) > 1:
            return _numbered(line, numbers, remove=False, marked=False)
        if not sure and not introduced:
            continue
        number = _number_word(core)
        choice = line.menu.find(str(number)) if number else None
        if choice is not None:
            return Already() if choice.item and choice.ticked else line.tap([choice])
    return None


def _is_in_a_label(line: Line, core: Sequence[Word]) -> bool:
    """Whether the words stand in several labels too, where "nam" is no five."""
    return any(place_in(core, words_of(choice.label)) >= 0 for choice in line.choices)


def _number_word(core: Sequence[Word]) -> int:
    """The number that the words name; 0 for any others, and for words that may name several."""
    return next((value for words, value in NUMBERS.items() if same_words(core, words)), 0)


def _number_words(core: Sequence[Word]) -> list[int]:
    """The numbers that the words name one after the other; none if there are any other words."""
    named = [_number_word([word]) for word in core if word.folded not in _BETWEEN]
    return named if all(named) else []


def _without(plain: str, words: Sequence[Word], start: int) -> list[str]:
    """The line from its word number `start` on, without particles at either end, in all ways."""
    spans = [found.span() for found in WORD.finditer(plain)]
    outside = plain[: spans[start][0] if start < len(spans) else 0] + plain[spans[-1][1] if spans else 0 :]
    if any(not char.isalnum() and not char.isspace() and not _may_surround(char) for char in outside):
        return []
    if len(spans) != len(words) or start >= len(words):
        return []
    rest = words[start:]
    found = []
    for core in apart(rest, BEFORE):
        first = start + place_of(rest, core)
        last = first + len(core) - 1
        begin = spans[first][0]
        marked = begin > 0 and plain[begin - 1] == "#"
        found.append(plain[begin - marked : spans[last][1]])
    return found


def _may_surround(char: str) -> bool:
    return char in _AROUND or unicodedata.category(char) in ("So", "Sk")


def _numbers_in(text: str, several: bool) -> list[int] | None:
    """The numbers that a text consists of; `None` if anything else stands in it. Ranges and slashes belong to
    windows in which several may be ticked."""
    numbers: list[int] = []
    is_range = False
    pending = ""
    for sign in _SIGNS.findall(text):
        digits = sign.lstrip("#")
        if digits.isdigit():
            if len(digits) > 2:
                return None
            if pending == "range":
                first, last = numbers[-1], int(digits)
                if not 0 < last - first < _LONGEST_RANGE:
                    return None
                numbers += range(first + 1, last + 1)
                is_range = True
            else:
                numbers.append(int(digits))
            pending = ""
        elif sign in _RANGE:
            if not numbers or pending or not several:
                return None
            pending = "range"
        elif sign == _SLASH:
            if not numbers or pending or not several:
                return None
            pending = "slash"
        elif sign == "tu" and several:
            continue
        elif sign not in _BETWEEN:
            return None
    if pending or not numbers or (is_range and not several):
        return None
    return numbers
