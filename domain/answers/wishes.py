"""Recognises an order wished for in plain words: "mua 2027 standard tất cả"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.answers.words import ALL, FILLERS, LONGEST, Word, apart, words_of
from domain.text import fold

_YEAR = re.compile(r"20[2-4]\d")
_MOST_UNKNOWN = 6
_MOST_DIGITS = 4
_YEARS = (("nam nay", 0), ("nam sau", 1), ("nam toi", 1), ("nam truoc", -1), ("nam ngoai", -1))
_NO_WORDS = (Word("?", "?"),)


def is_wish(text: str, asked: bool = False) -> bool:
    """Whether a line wishes for an order and says which: it has the word for buying and a year, a package, or
    whom it is for, in any order. Where a text is `asked` for, it has to begin with that word and name a year.
    """
    lines = text.strip().splitlines()
    if not lines or len(text) > LONGEST * 20 or len(lines[0]) > LONGEST:
        return False
    words = words_of(lines[0])
    cores = [core for core in apart(words) if core[0].folded in ("mua", "dat")]
    has_year = any(_YEAR.fullmatch(word.folded) for word in words)
    if asked or len(lines) > 1:
        return bool(cores) and has_year and _unknown(words) <= (2 if asked else _MOST_UNKNOWN)
    buys = any(word.folded == "mua" for word in words) or (has_year and bool(cores))
    if not buys:
        return has_year and ALL.within(words) and len(words) > 2 and _unknown(words) <= _MOST_UNKNOWN
    if not has_year and not ALL.within(words):
        return bool(cores) and _unknown(words) in range(1, _MOST_UNKNOWN)
    return len(words) > 1


def _unknown(words: Sequence[Word]) -> int:
    """How many words are neither a number nor of those that stand in any wish."""
    count = at = 0
    while at < len(words):
        known = (FILLERS.lengths(words, at) or ALL.lengths(words, at) or [0])[0]
        count += not known and not words[at].folded.isdigit()
        at += max(known, 1)
    return count


@dataclass(frozen=True, slots=True)
class PlainWish:
    """A wish without the words around it. `everyone` says that all customers are meant."""

    text: str
    everyone: bool


def plain_wish(text: str, this_year: int) -> PlainWish:
    """What is left of a wish for `read_wish`: year, package and customers. "năm nay" becomes the year.

    Words with a capital may be a customer's name, and stay where they are; so do all lines but the first.
    """
    first, *others = text.strip().splitlines() or [""]
    tokens, words, spans = _parted(first)
    kept = [True] * len(tokens)
    everyone = False
    at = 0
    while at < len(words):
        if length := (ALL.lengths(words, at) or [0])[0]:
            is_whole = at + length == len(words) or spans[at] != spans[at + length]
            is_count = at + length < len(words) and words[at + length].folded.isdigit()
            if is_whole and (words[at].folded != "ca" or length > 1 or is_count):
                everyone = True
                for place in range(at, at + length):
                    kept[spans[place]] = False
            at += length
            continue
        at += 1
    for place, token in enumerate(tokens):
        following = fold(tokens[place + 1]) if place + 1 < len(tokens) else ""
        is_count = token.isdigit() and len(token) <= _MOST_DIGITS and following in ("khach", "kh", "cong")
        is_household = fold(token) == "ho" and following == "kinh"
        is_filler = FILLERS.covers(words_of(token) or _NO_WORDS) and (token.islower() or place == 0)
        if is_count or (is_filler and not is_household):
            kept[place] = False
    left = " ".join(token for token, stays in zip(tokens, kept, strict=True) if stays)
    for name, offset in _YEARS:
        if name in fold(first):
            left = f"{left} {this_year + offset}"
            left = " ".join(one for one in left.split() if fold(one) not in name.split() or one[:1].isupper())
    return PlainWish("\n".join([left, *others]).strip(), everyone)


def _parted(line: str) -> tuple[list[str], tuple[Word, ...], list[int]]:
    """The words between blanks and commas; the words of them, and in which of them each of these stands."""
    tokens = [token for token in re.split(r"[\s,;]+", line) if token]
    each = [words_of(token) for token in tokens]
    spans = [place for place, words in enumerate(each) for _ in words]
    return tokens, tuple(word for words in each for word in words), spans
