"""A line of a chat, taken apart: e-mails, numbers and texts, each with the label that stands before it."""

import re
from collections.abc import Collection
from dataclasses import replace

from domain.intakes.columns import OLD_CODE, PERSONAL_ID, Meaning, meaning_of
from domain.intakes.entries import EntryField
from domain.intakes.looks import is_bank, is_business, is_person
from domain.intakes.numbers import Piece, PieceKind, numbers_in
from domain.text import flat

LINE_LIMIT = 4_000
"""Only this many characters of a line are looked at."""

_LABEL_WORDS, _LABEL_LIMIT = 6, 80
_ENDS = re.compile(r"[,;(]")
_LABEL_FIT = 0.4
_EMAIL = re.compile(r"[\w.%+-]{1,64}(?:@| @ ?)[\w.-]{1,190}\w(?:,(?:vn|com|net|org)(?!\w))?")
_APART = re.compile(r"[\t|;\n]|\s{2,}|\s[-–—+/=>]+\s|\s[-–—]|[-–—]\s")
_SIGNS = re.compile(r"[\t|;\n]")
_NUMBERING = re.compile(
    r"\s*(?:[-–—•●▪*+✓✅>]\s*)*(?:stt\s*)?[(\[#]?(\d{1,4})"
    r"(?:\s*[.)\]:/-]+\s+|\s*[.)\]:]+(?=[^\W\d])|[.)](?=\d{9,14}(?!\d))|\t+|\s+(?=\d{9,14}(?!\d)))",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\s*(\d{1,4})\s*[.:;,)\]|/–—-]*(?:\s+(?=\S)|\s*$)")
_STAMP = re.compile(
    r"\s*\[[\d:/., -]{4,30}(?:[AP]M|SA|CH)?\] ?(?:[^\d\n:]{1,40}: )?"
    r"|\s*\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}:\d\d(?::\d\d)? ?(?:[AP]M|SA|CH)? - [^\d\n:]{1,40}: "
)
_BULLET = re.compile(r"\s*(?:[-–—•●▪*+✓✅>]\s*)+(?!\d{2}\s)")
_MARKED = re.compile(r"[:=]")
# Labels that need no colon. The label of a text stands before it, the label of a number right before it.
_BEFORE_TEXT = re.compile(
    r"(?<!\w)(?:(dia chi|d/c|d\.c|dc(?= ?(?:so|\d)))|(giam doc|tgd|(?<!ma )gd"
    r"|nguoi dai dien(?: (?:theo )?phap luat)?"
    r"|dai dien (?:theo )?phap luat|nddpl|ddpl|ndd|chu ho(?: kinh doanh)?))(?!\w)[ .]*(?=[^\W_])"
)
_BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:(mst|ma so thue|ma thue|msdn|ma so (?:dn|doanh nghiep)|tax code)"
    r"|((?:so )?(?:dinh danh|cccd|cmnd))"
    r"|((?:mst|ma so thue|ma thue|ma so) (?:cu|truoc(?: day)?))"
    r"|((?:so )?(?:sdt|dtdd|dt|dien thoai)(?: (?:cua )?(?:giam doc|gd|chu ho|chu|ndd|(?:nguoi )?dai dien))?"
    r"|di dong|tel|phone|mobile|mob|hp|zalo|^t)"
    r"|((?:so |ma (?:so )?)?(?:stk|tk|tai khoan|bhxh|bhyt|bao hiem(?: xa hoi)?)|fax|hotline|lien he"
    r"|(?:ck|chuyen(?: khoan| tien)?) (?:vao|den|toi|qua|ve)"
    r"|so hd|hoa don|ma (?:so )?(?:tra cuu|noi bo|gd|giao dich|hop dong|hd|van don|don(?: hang)?|bi mat))"
    r"|(e-?mail|mail|gmail))(?: (?:so|la|moi|dung|nay|moi la|dung la))?[ :.=-]*$"
)
_EDGES = " \t,.;:-–—|/()[]\"'*•<>#={}“”‘’«»"


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
        found += _texts(apart.split(self._text[at:]), pending, before_identifier=False)[0]
        return _without_banks(found)


def _without_banks(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the bank behind an account. Behind a tax code, a number before a bank is one."""
    found: list[Piece] = []
    codes = 0
    for piece in pieces:
        last = found[-1] if found else None
        if last and last.kind is PieceKind.NUMBER:
            codes += last.tax_code is not None
            if piece.kind is PieceKind.TEXT and piece.label is None and is_bank(piece.text):
                if last.label is None and codes > 1:
                    found[-1] = last = replace(last, label=Meaning(None, 1.0))
                if last.label and last.label.field is None:
                    continue
        found.append(piece)
    return found


def _texts(
    parts: list[str], pending: Meaning | None, before_identifier: bool
) -> tuple[list[Piece], Meaning | None]:
    """The texts between two identifiers, and the label of the second. `pending` labels the first text."""
    found: list[Piece] = []
    for place, part in enumerate(parts):
        for label, text in _labelled(part):
            label, text = label or pending, _trimmed(text)
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


def _trimmed(text: str) -> str:
    """The text without signs around it, but with the bracket that closes one in it."""
    found = text.strip(_EDGES)
    if found.count("(") == found.count(")") + 1 and text[text.find(found) + len(found) :].startswith(")"):
        return f"{found})"
    return found


def label_before(text: str) -> tuple[int, Meaning] | None:
    """The length of the label at the end of `text`, and what it means."""
    text = _ENDS.split(text[-_LABEL_LIMIT:])[-1]
    found: tuple[int, Meaning] | None = None
    for word in list(re.finditer(r"\S+", text))[-_LABEL_WORDS:]:
        label = text[word.start() :]
        meaning = meaning_of(label.strip(_EDGES))
        if not meaning or meaning.fit < _LABEL_FIT:
            continue
        if meaning.field is EntryField.NAME and is_business(label):
            break  # What stands there is the beginning of the name.
        if found is None:
            found = len(label), meaning
        elif meaning.fit == 1.0 and meaning.field is found[1].field and _is_somebody(text[: word.start()]):
            return len(label), meaning  # The other words are the end of a name before the label.
    return found


def _is_somebody(text: str) -> bool:
    said = text.strip(_EDGES)
    return is_business(said) or is_person(said, any_surname=True)


def _before_number(text: str) -> tuple[str, Meaning | None]:
    """`text` without the label at its end, and what that label means."""
    end = text[-_LABEL_LIMIT:]
    match = _BEFORE_NUMBER.search(flat(end))
    if match is None:
        return text, None
    field = {
        1: EntryField.TAX_CODE, 2: EntryField.TAX_CODE, 3: EntryField.TAX_CODE,
        4: EntryField.PHONE, 6: EntryField.EMAIL,
    }.get(match.lastindex or 0)  # fmt: skip
    standing = {2: PERSONAL_ID, 3: OLD_CODE}.get(match.lastindex or 0, 0)
    rest = text[: len(text) - len(end) + match.start()]
    return rest.strip(_EDGES), Meaning(field, 1.0, standing)
