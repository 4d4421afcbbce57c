"""Numbers as people write them in a line: which digits belong together, and what they may be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from domain.errors import DomainError
from domain.identifiers import parse_phone, parse_tax_code

_RUN = re.compile(r"(?<![\w@])(?:\+|\(\+?)?\d[\d.() -]*")
_GROUP = re.compile(r"\d+")
# In the plan of numbers but not given out to mobiles; the tax codes of Ho Chi Minh City begin so.
_NO_MOBILE = re.compile(r"0?3[01]")
_PARTS = 5
_GLUED = 9
"""Digits that a word may follow without a space; fewer are an order code or a sum."""

"""Groups in which a number is written at most: +84 91 234 56 78 has the most."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `start` to `end` of a line. `tax_code` and `phone` say that it is a right one, `fixed`
    that it is a phone that is no mobile; one of none of these looks like a tax code and is not right."""

    start: int
    end: int
    text: str
    tax_code: bool
    phone: bool
    fixed: bool


def find_numbers(line: str) -> list[Number]:
    """All that may be a tax code or a phone. Other digits, as of house numbers and sums, are left out."""
    return [number for run in _RUN.finditer(line) for number in _of_run(line, run.start(), run.end())]


def _of_run(line: str, start: int, end: int) -> Iterator[Number]:
    """The way to part a run of digits that leaves the fewest unexplained; right numbers count most."""
    groups = [(match.start(), match.end()) for match in _GROUP.finditer(line, start, end)]
    if groups and line[end : end + 1].isalpha() and groups[-1][1] == end and end - groups[-1][0] < _GLUED:
        groups.pop()
    if groups and (line[start] == "+" or ")" in line[start : groups[-1][0]]):
        groups[0] = (start, groups[0][1])
    best: list[tuple[int, int]] = [(0, 0)] * (len(groups) + 1)
    for first in range(len(groups) - 1, -1, -1):
        best[first] = (best[first + 1][0], 0)
        for parts in range(1, min(_PARTS, len(groups) - first) + 1):
            worth = _worth(line, groups[first : first + parts])
            if worth and worth + best[first + parts][0] > best[first][0]:
                best[first] = (worth + best[first + parts][0], parts)
    at = 0
    while at < len(groups):
        parts = best[at][1]
        if parts:
            text = line[groups[at][0] : groups[at + parts - 1][1]]
            yield Number(groups[at][0], groups[at + parts - 1][1], text, *_looks(text))
        at += parts or 1


def _worth(line: str, groups: list[tuple[int, int]]) -> int:
    text = line[groups[0][0] : groups[-1][1]]
    lengths = [sum(map(str.isdigit, line[start:end])) for start, end in groups]
    digits = sum(lengths)
    if not 9 <= digits <= 14:
        return 0
    if len(groups) > 1 and not _written_together(line, groups, lengths):
        return 0
    if any(_looks(text)):
        return 100 * digits - len(groups)
    # What is neither is kept only where it is written as a tax code is.
    return digits if len(groups) == 1 or digits in (10, 13) else 0


def _written_together(line: str, groups: list[tuple[int, int]], lengths: list[int]) -> bool:
    between = [line[left[1] : right[0]] for left, right in pairwise(groups)]
    if lengths[-1] == 3 and sum(lengths) in (12, 13) and between[-1].strip() == "-":
        return len(groups) == 2 or _written_together(line, groups[:-1], lengths[:-1])
    return (
        max(lengths) <= 6
        and min(lengths) >= 2
        and len({gap.strip() for gap in between}) <= 2
        and all(len(gap) <= 2 or gap == " - " for gap in between)
    )


@lru_cache(maxsize=4096)
def _looks(text: str) -> tuple[bool, bool, bool]:
    tax_code, phone, fixed = True, False, False
    try:
        parse_tax_code(text)
    except DomainError:
        tax_code = False
    try:
        phone = bool(parse_phone(text)) and not (tax_code and _NO_MOBILE.match(text))
    except DomainError as error:
        fixed = error.code != "phone_format"
    return tax_code, phone, fixed
