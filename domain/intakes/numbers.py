"""The numbers in a line: tax codes and phones, right or wrong; other digits are none."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from domain.errors import DomainError
from domain.identifiers import parse_phone, parse_tax_code
from domain.intakes.columns import Meaning
from domain.intakes.proposals import ODD_NUMBER, phones_meant, tax_codes_meant
from domain.intakes.stamps import is_stamp, without_stamps
from domain.personal_ids import is_likely_personal_id

_RUN = re.compile(r"(?<![\w@])(?:\+|\(\+?)?\d[\d.() -]*")
_DASHES = {ord(char): "-" for char in "‐‑‒–—−"}
_GROUP = re.compile(r"\d+")
# No mobile number begins like this, though the numbering plan allows it; tax codes of Ho Chi Minh City do.
_NO_MOBILE = re.compile(r"0?3[01]")
_MOST_GROUPS = 5  # as in +84 91 234 56 78

_WORD_BEHIND = re.compile(r"[^\W\d_][^\W_]*")
_GLUED = 9
"""A word may follow this many digits without a space; fewer are an order code or a sum."""


class PieceKind(Enum):
    EMAIL = "email"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a line. `label` is what the words before it mean, `None` when they say nothing.

    A number that is a right tax code or mobile has it in `tax_code` or `phone` as it is stored; one may be
    both. `is_fixed` says that it is a phone, but no mobile, `is_sum` that it can only be a sum of money.
    `start`, the place of a number or an e-mail in its line, distinguishes two pieces of the same text.
    """

    kind: PieceKind
    text: str
    label: Meaning | None = None
    tax_code: str | None = None
    phone: str | None = None
    is_fixed: bool = False
    is_sum: bool = False
    start: int = 0

    @property
    def end(self) -> int:
        """The place in the line right after the piece."""
        return self.start + len(self.text)

    @property
    def is_wrong(self) -> bool:
        """Whether it looks like a tax code, but is neither a right one nor a phone."""
        known = self.tax_code or self.phone or self.is_fixed or self.is_sum
        return self.kind is PieceKind.NUMBER and not known


def numbers_in(text: str) -> Iterator[Piece]:
    """Every number that may be a tax code or a phone; other digits, as of house numbers and sums, are not."""
    text = without_stamps(text.translate(_DASHES))
    at = 0
    for odd in ODD_NUMBER.finditer(text):
        for run in _RUN.finditer(text, at, odd.start()):
            yield from _of_run(text, run.start(), run.end())
        yield replace(_odd(odd[0]), start=odd.start())
        at = odd.end()
    for run in _RUN.finditer(text, at):
        yield from _of_run(text, run.start(), run.end())


def _of_run(line: str, start: int, end: int) -> Iterator[Piece]:
    """Part a run of digits so that the fewest are left unexplained; right numbers count most."""
    groups = [(match.start(), match.end()) for match in _GROUP.finditer(line, start, end)]
    if groups and groups[-1][1] == end and (word := _WORD_BEHIND.match(line, end)):
        is_serial = any(map(str.isdigit, word[0]))
        if is_serial or end - groups[-1][0] < _GLUED:
            groups.pop()
    if groups and (line[start] == "+" or ")" in line[start : groups[-1][0]]):
        groups[0] = (start, groups[0][1])
    best: list[tuple[int, int]] = [(0, 0)] * (len(groups) + 1)
    for first in range(len(groups) - 1, -1, -1):
        best[first] = (best[first + 1][0], 0)
        for parts in range(1, min(_MOST_GROUPS, len(groups) - first) + 1):
            worth = _worth(line, groups[first : first + parts])
            if worth and worth + best[first + parts][0] > best[first][0]:
                best[first] = (worth + best[first + parts][0], parts)
    at = 0
    while at < len(groups):
        parts = best[at][1]
        if parts:
            start = groups[at][0]
            yield replace(_number(line[start : groups[at + parts - 1][1]]), start=start)
        at += parts or 1


def _worth(line: str, groups: list[tuple[int, int]]) -> int:
    text = line[groups[0][0] : groups[-1][1]]
    lengths = [sum(map(str.isdigit, line[start:end])) for start, end in groups]
    digits = sum(lengths)
    if not 9 <= digits <= 14:
        return 0
    if len(groups) > 1 and not _written_together(line, groups, lengths):
        return 0
    if is_stamp(text) and not is_likely_personal_id(text):
        return 0
    if not _number(text).is_wrong:
        return 100 * digits - len(groups)
    # Digits that are neither are kept only if they are written like a tax code.
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


def _odd(text: str) -> Piece:
    """A number with a sign or a letter too many: a phone if that is meant, else a wrong tax code."""
    return Piece(PieceKind.NUMBER, text, is_fixed=not tax_codes_meant(text) and bool(phones_meant(text)))


@lru_cache(maxsize=4096)
def _number(text: str) -> Piece:
    tax_code: str | None = None
    phone: str | None = None
    is_fixed = False
    with suppress(DomainError):
        tax_code = parse_tax_code(text).value
    try:
        phone = parse_phone(text).e164
    except DomainError as error:
        is_fixed = error.code != "phone_format"
    if _NO_MOBILE.match(text):
        phone = None
    is_sum = text.endswith("00000") and not text.startswith("0") and not (tax_code or phone)
    return Piece(PieceKind.NUMBER, text, None, tax_code, phone, is_fixed and not is_sum, is_sum)
