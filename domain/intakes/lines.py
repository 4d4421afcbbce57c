"""The pieces of a line of a chat: e-mails, numbers and texts, each with the label that stands before it."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from domain.intakes.columns import Meaning, meaning_of
from domain.intakes.entries import EntryField
from domain.intakes.looks import is_business
from domain.intakes.numbers import Number, find_numbers
from domain.text import without_diacritics

LINE_LIMIT = 4_000
"""Characters of a line that are looked at."""

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
_STAMP = re.compile(r"\s*\[[\d:/., -]{4,30}(?:[AP]M)?\] ?(?:[^\d\n:]{1,40}: )?")
_BULLET = re.compile(r"\s*(?:[-–—•●▪*+✓✅>]\s*)+(?!\d{2}\s)")
_MARKED = re.compile(r"[:=]")
# Labels that need no colon; those of texts stand before what they name, those of numbers right before one.
_BEFORE_TEXT = re.compile(
    r"(?<!\w)(?:(dia chi|d/c|d\.c|dc(?= ?(?:so|\d)))|(giam doc|tgd|gd|nguoi dai dien(?: (?:theo )?phap luat)?"
    r"|dai dien (?:theo )?phap luat|nddpl|ddpl|ndd|chu ho(?: kinh doanh)?))(?!\w)[ .]*(?=[^\W_])"
)
_BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:(mst|ma so thue|ma thue|msdn|ma so (?:dn|doanh nghiep)|tax code)"
    r"|((?:so )?(?:dinh danh|cccd|cmnd))"
    r"|((?:so )?(?:sdt|dtdd|dt|dien thoai)|di dong|tel|phone|mobile|mob|hp|zalo)"
    r"|((?:so )?(?:stk|tk|tai khoan)|fax|hotline|lien he|so hd|hoa don)"
    r"|(e-?mail|mail|gmail))[ :.=-]*$"
)
PERSONAL_ID_FIT = 0.5
"""How well a personal ID's label says that the number is the customer's tax code."""

_EDGES = " \t,.;:-–—|/()[]\"'*•<>"


class Form(Enum):
    EMAIL = "email"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a line. `label` is what the words before it mean, `None` when nothing is said."""

    form: Form
    text: str
    label: Meaning | None = None
    number: Number | None = None


def tidy(text: str) -> str:
    """Composed, with full-width signs narrowed, plain spaces, and nothing invisible; lines and tabs stay."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text).translate(_NARROW)
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cs", "Mn"))


_NARROW: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, 0x2007, 0x202F, 0x3000, *range(0x2000, 0x200B)), " "),
    **dict.fromkeys((0x2028, 0x2029, 0x85), "\n"),
    0x2212: "-",
}


class _Flat(dict[int, str]):
    """Letters without marks and case, one for one, so that places in a text stay what they are."""

    def __missing__(self, code: int) -> str:
        self[code] = without_diacritics(chr(code)).casefold()[:1] or " "
        return self[code]


_FLAT = _Flat()


def flat(text: str) -> str:
    """`text` without marks and case, as long as before."""
    return text.translate(_FLAT)


def without_number(line: str) -> tuple[int | None, str]:
    """The number that a line of a list begins with, if any, and the line without it, without bullets, and
    without the time and the sender of a copied message."""
    if stamp := _STAMP.match(line):
        line = line[stamp.end() :]
    if match := _NUMBERING.match(line):
        return int(match[1]), line[match.end() :]
    if match := _BULLET.match(line):
        return None, line[match.end() :]
    return None, line


def pieces_of(line: str, only_signs: bool = False) -> list[Piece]:
    """The pieces of a tidy line, in their order. With `only_signs` no dash or wide gap parts its texts."""
    apart = _SIGNS if only_signs else _APART
    line = line[:LINE_LIMIT]
    spans: list[tuple[int, int, Form, Number | None]] = [
        (match.start(), match.end(), Form.EMAIL, None) for match in _EMAIL.finditer(line)
    ]
    taken = [(start, end) for start, end, _, _ in spans]
    for number in find_numbers(line):
        if not any(start < number.end and number.start < end for start, end in taken):
            spans.append((number.start, number.end, Form.NUMBER, number))
    found: list[Piece] = []
    pending: Meaning | None = None
    at = 0
    for start, end, form, of_number in sorted(spans, key=lambda span: span[0]):
        texts, pending = _texts(apart.split(line[at:start]), pending, before_token=True)
        found += [*texts, Piece(form, line[start:end], pending, of_number)]
        pending = None
        at = end
    return found + _texts(apart.split(line[at:]), pending, before_token=False)[0]


def _texts(
    parts: list[str], pending: Meaning | None, before_token: bool
) -> tuple[list[Piece], Meaning | None]:
    """The texts between two identifiers; with what labels the next one. `pending` labels the first text."""
    found: list[Piece] = []
    for place, part in enumerate(parts):
        for label, text in _labelled(part):
            label, text = label or pending, text.strip(_EDGES)
            pending = None
            if before_token and place == len(parts) - 1:
                text, pending = _before_number(text)
            if text:
                found.append(Piece(Form.TEXT, text, label))
            elif label is not None:
                pending = label
    return found, pending


def _labelled(part: str) -> list[tuple[Meaning | None, str]]:
    """The part cut before every label in it; what stands before the first has none."""
    plain = flat(part)
    marks: list[tuple[int, int, Meaning]] = []
    at = 0
    for mark in _MARKED.finditer(part):
        if label := _label_before(part[at : mark.start()]):
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


def _label_before(text: str) -> tuple[int, Meaning] | None:
    """The length of the label that `text` ends with, and what it means."""
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
    """`text` without the label at its end, and what that means."""
    end = text[-_LABEL_LIMIT:]
    match = _BEFORE_NUMBER.search(flat(end))
    if match is None:
        return text, None
    field = {1: EntryField.TAX_CODE, 2: EntryField.TAX_CODE, 3: EntryField.PHONE, 5: EntryField.EMAIL}.get(
        match.lastindex or 0
    )
    rest = text[: len(text) - len(end) + match.start()]
    return rest.strip(_EDGES), Meaning(field, PERSONAL_ID_FIT if match.lastindex == 2 else 1.0)
