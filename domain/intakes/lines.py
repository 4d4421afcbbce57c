"""A line of a chat, taken apart: e-mails, numbers and texts, each with the label that stands before it."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from domain.errors import DomainError
from domain.identifiers import parse_phone, parse_tax_code
from domain.intakes.columns import Meaning, meaning_of
from domain.intakes.entries import EntryField
from domain.intakes.looks import is_business
from domain.intakes.proposals import ODD_NUMBER, phones_meant, tax_codes_meant
from domain.intakes.stamps import is_stamp, without_stamps
from domain.personal_ids import is_likely_personal_id
from domain.text import flat

LINE_LIMIT = 4_000
"""Only this many characters of a line are looked at."""

PERSONAL_ID_FIT = 0.5
"""How well a personal ID's label says that the number is the customer's tax code."""

_LABEL_WORDS, _LABEL_LIMIT = 6, 80
_ENDS = re.compile(r"[,;(]")
_LABEL_FIT = 0.4
_EMAIL = re.compile(r"[\w.%+-]{1,64}@[\w.-]{1,190}\w")
_APART = re.compile(r"[\t|;\n]|\s{2,}|\s[-–—+/>]+\s|\s[-–—]|[-–—]\s")
_SIGNS = re.compile(r"[\t|;\n]")
_NUMBERING = re.compile(
    r"\s*(?:[-–—•●▪*+✓✅>]\s*)*(?:stt\s*)?[(\[#]?(\d{1,4})"
    r"(?:\s*[.)\]:/-]+\s+|\s*[.)\]:]+(?=[^\W\d])|[.)](?=\d{9,14}(?!\d))|\t+|\s+(?=\d{9,14}(?!\d)))",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\s*(\d{1,4})\s*[.:;,)\]|/–—-]*(?:\s+(?=\S)|\s*$)")
_STAMP = re.compile(r"\s*\[[\d:/., -]{4,30}(?:[AP]M)?\] ?(?:[^\d\n:]{1,40}: )?")
_BULLET = re.compile(r"\s*(?:[-–—•●▪*+✓✅>]\s*)+(?!\d{2}\s)")
_MARKED = re.compile(r"[:=]")
# Labels that need no colon. The label of a text stands before it, the label of a number right before it.
_BEFORE_TEXT = re.compile(
    r"(?<!\w)(?:(dia chi|d/c|d\.c|dc(?= ?(?:so|\d)))|(giam doc|tgd|gd|nguoi dai dien(?: (?:theo )?phap luat)?"
    r"|dai dien (?:theo )?phap luat|nddpl|ddpl|ndd|chu ho(?: kinh doanh)?))(?!\w)[ .]*(?=[^\W_])"
)
_BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:(mst|ma so thue|ma thue|msdn|ma so (?:dn|doanh nghiep)|tax code)"
    r"|((?:so )?(?:dinh danh|cccd|cmnd))"
    r"|((?:so )?(?:sdt|dtdd|dt|dien thoai)|di dong|tel|phone|mobile|mob|hp|zalo|^t)"
    r"|((?:so |ma (?:so )?)?(?:stk|tk|tai khoan|bhxh|bhyt|bao hiem(?: xa hoi)?)|fax|hotline|lien he"
    r"|so hd|hoa don)"
    r"|(e-?mail|mail|gmail))[ :.=-]*$"
)
_EDGES = " \t,.;:-–—|/()[]\"'*•<>"

_RUN = re.compile(r"(?<![\w@])(?:\+|\(\+?)?\d[\d.() -]*")
_DASHES = {ord(char): "-" for char in "‐‑‒–—−"}
_GROUP = re.compile(r"\d+")
# No mobile number begins like this, though the numbering plan allows it; tax codes of Ho Chi Minh City do.
_NO_MOBILE = re.compile(r"0?3[01]")
_MOST_GROUPS = 5  # as in +84 91 234 56 78

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


def without_number(line: str, bare: Collection[int] = ()) -> tuple[int | None, str]:
    """The number that a line of a list begins with, if any, and the line without it.

    Bullets, and the time and the sender of a copied message, are removed too. The numbers in `bare` need no
    full stop behind them.
    """
    rest = line[stamp.end() :] if (stamp := _STAMP.match(line)) else line
    if match := _NUMBERING.match(rest):
        return int(match[1]), rest[match.end() :]
    match = _BARE_NUMBER.match(line)
    if match and int(match[1]) in bare:
        return int(match[1]), line[match.end() :]
    if match := _BULLET.match(rest):
        return None, rest[match.end() :]
    return None, rest


class Line:
    """A tidy line, its e-mails and numbers found once."""

    def __init__(self, text: str) -> None:
        self._text = text[:LINE_LIMIT]
        emails = [
            Piece(PieceKind.EMAIL, match[0], start=match.start()) for match in _EMAIL.finditer(self._text)
        ]
        numbers = [
            number
            for number in numbers_in(self._text)
            if not any(email.start < number.end and number.start < email.end for email in emails)
        ]
        self._identifiers = sorted(emails + numbers, key=lambda piece: piece.start)

    def pieces(self, only_signs: bool = False) -> list[Piece]:
        """All pieces in their order. With `only_signs` no dash or wide gap parts the texts."""
        apart = _SIGNS if only_signs else _APART
        found: list[Piece] = []
        pending: Meaning | None = None
        at = 0
        for identifier in self._identifiers:
            between = self._text[at : identifier.start]
            texts, pending = _texts(apart.split(between), pending, before_identifier=True)
            found += [*texts, replace(identifier, label=pending)]
            pending = None
            at = identifier.end
        return found + _texts(apart.split(self._text[at:]), pending, before_identifier=False)[0]


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


def _texts(
    parts: list[str], pending: Meaning | None, before_identifier: bool
) -> tuple[list[Piece], Meaning | None]:
    """The texts between two identifiers, and the label of the second. `pending` labels the first text."""
    found: list[Piece] = []
    for place, part in enumerate(parts):
        for label, text in _labelled(part):
            label, text = label or pending, text.strip(_EDGES)
            pending = None
            if before_identifier and place == len(parts) - 1:
                text, pending = _before_number(text)
            if text:
                found.append(Piece(PieceKind.TEXT, text, label))
            elif label is not None:
                pending = label
    return found, pending


def _labelled(part: str) -> list[tuple[Meaning | None, str]]:
    """`part` cut before every label in it. The text before the first one has no label."""
    plain = flat(part)
    marks: list[tuple[int, int, Meaning]] = []
    at = 0
    for mark in _MARKED.finditer(part):
        if label := label_before(part[at : mark.start()]):
            length, meaning = label
            marks.append((mark.start() - length, mark.end(), meaning))
        at = mark.end()
    for match in _BEFORE_TEXT.finditer(plain):
        if not any(start < match.end() and match.start() < end for start, end, _ in marks):
            field = EntryField.ADDRESS if match[1] else EntryField.REPRESENTATIVE
            marks.append((match.start(), match.end(), Meaning(field, 1.0)))
    marks.sort(key=lambda mark: mark[0])
    starts = [start for start, _, _ in marks] + [len(part)]
    found: list[tuple[Meaning | None, str]] = [(None, part[: starts[0]])]
    for (_, end, meaning), until in zip(marks, starts[1:], strict=True):
        found.append((meaning, part[end:until]))
    return [(meaning, text) for meaning, text in found if meaning or text.strip(_EDGES)]


def label_before(text: str) -> tuple[int, Meaning] | None:
    """The length of the label at the end of `text`, and what it means."""
    text = _ENDS.split(text[-_LABEL_LIMIT:])[-1]
    for word in list(re.finditer(r"\S+", text))[-_LABEL_WORDS:]:
        label = text[word.start() :]
        meaning = meaning_of(label.strip(_EDGES))
        if meaning and meaning.fit >= _LABEL_FIT:
            if meaning.field is EntryField.NAME and is_business(label):
                return None  # What stands there is the beginning of the name.
            return len(label), meaning
    return None


def _before_number(text: str) -> tuple[str, Meaning | None]:
    """`text` without the label at its end, and what that label means."""
    end = text[-_LABEL_LIMIT:]
    match = _BEFORE_NUMBER.search(flat(end))
    if match is None:
        return text, None
    field = {1: EntryField.TAX_CODE, 2: EntryField.TAX_CODE, 3: EntryField.PHONE, 5: EntryField.EMAIL}.get(
        match.lastindex or 0
    )
    rest = text[: len(text) - len(end) + match.start()]
    return rest.strip(_EDGES), Meaning(field, PERSONAL_ID_FIT if match.lastindex == 2 else 1.0)


def _of_run(line: str, start: int, end: int) -> Iterator[Piece]:
    """Part a run of digits so that the fewest are left unexplained; right numbers count most."""
    groups = [(match.start(), match.end()) for match in _GROUP.finditer(line, start, end)]
    if groups and line[end : end + 1].isalpha() and groups[-1][1] == end and end - groups[-1][0] < _GLUED:
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
