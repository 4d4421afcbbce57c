"""Forms: a label and its value in a line, parted by a tab, wide gaps, a line break or a colon."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from domain.intakes.asides import is_aside
from domain.intakes.columns import PERSONAL_ID, Meaning, find_heading_row, meaning_of
from domain.intakes.entries import APART, EntryField
from domain.intakes.lines import Line, label_before
from domain.intakes.looks import is_address, is_business, is_contact
from domain.intakes.pieces import field_of, fields_of
from domain.intakes.rivals import address_part, with_part
from domain.text import fold

_LONGEST = 40
"""A form is read over at most this many lines."""

_CELLS = re.compile(r"\t|\s*\|\s*|\s{3,}")
_PARTED = re.compile(r"[,;|]|\s[-–—]|[-–—]\s")
_HEADINGS = re.compile(r"[;,]")
_NUMBERING = re.compile(r"\s*(?:\d{1,2}(?:[.)]\s|\t)|[-•*+]\s)\s*")
_LABEL_LIMIT, _LABEL_WORDS = 70, 10
_FIT, _LONG_FIT = 0.3, 0.25
_CELL_FIT = 0.6
_CODE = re.compile(r"[\d .-]{9,20}")
_DIGITS = re.compile(r"(?:\d\D?){6}")
_AGENT, _AGENT_LIMIT = "ten dai ly thue", 20
_PART_TITLE = "thong tin ve"
_OF_PERSON = ("dinh danh", "cccd", "cmnd", "can cuoc")
_PERSON = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,5}")

LABELS = {
    EntryField.TAX_CODE: "mst",
    EntryField.NAME: "ten cong ty",
    EntryField.ADDRESS: "dia chi",
    EntryField.REPRESENTATIVE: "nguoi dai dien",
    EntryField.EMAIL: "email",
    EntryField.PHONE: "dien thoai",
    EntryField.VAT_METHOD: "phuong phap tinh thue",
    EntryField.REGIME: "che do ke toan",
}
"""A label with a colon, as lines are read, for each field that forms have."""


@dataclass(slots=True)
class Form:
    """One customer of a form: the number of its first line, from 1, and its texts."""

    line: int
    texts: dict[EntryField, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A line with a label. `is_plain`: its colon is understood without a form too. `is_part`: the value is a
    part of the address. `is_of_person`: it is the number of a person, in a form that of the owner."""

    meaning: Meaning | None
    value: str
    is_plain: bool = False
    is_part: bool = False
    is_of_person: bool = False


def names_agent(line: str) -> bool:
    """Whether a line of a declaration names the tax agent, whose code stands below."""
    return fold(line[:_AGENT_LIMIT]).startswith(_AGENT)


def form_at(lines: Sequence[str], at: int) -> tuple[int, list[Form]] | None:
    """The customers of the form that begins in line `at`, and the place of the line after it.

    There are none in lines with labels that are understood one by one. `None` for a line without a label.
    """
    if _labelled(lines[at]) is None and not _pairs(lines[at]):
        return None
    forms = [Form(at + 1)]
    end = at
    pending: Meaning | None = None
    is_plain = True
    for place in range(at, min(at + _LONGEST, len(lines))):
        line = lines[place]
        if not line.strip():
            continue
        if pairs := _pairs(line):
            pending, is_plain, end = None, False, place + 1
            for pair in pairs:
                _take(forms, place + 1, pair)
            continue
        found = _labelled(line)
        if names_agent(line) or (found is None and pending is None):
            break
        if found is None:
            found, pending = _Labelled(pending, line), None
        elif not found.value:
            pending, is_plain = found.meaning, False
            end = place + 1
            continue
        else:
            pending = None
        is_plain = is_plain and found.is_plain
        end = place + 1
        _take(forms, place + 1, found)
    whole = [form for form in forms if _is_customer(form)]
    return end, [] if is_plain else whole


def _is_customer(form: Form) -> bool:
    return len(form.texts) > 1 and (EntryField.TAX_CODE in form.texts or EntryField.NAME in form.texts)


def _take(forms: list[Form], number: int, found: _Labelled) -> None:
    if found.meaning is None or found.meaning.field not in LABELS:
        return
    texts = _texts_of(found.meaning.field, found.value, only_signs=True)
    current = forms[-1].texts
    if found.is_of_person and current.get(EntryField.TAX_CODE, found.value) != found.value:
        current[EntryField.TAX_CODE] += (
            APART + found.value
        )  # A household's code, or the number of a director.
        return
    if found.is_part and EntryField.ADDRESS in current:
        current[EntryField.ADDRESS] = with_part(current[EntryField.ADDRESS], found.value)
        return
    starts = (EntryField.TAX_CODE, EntryField.NAME)
    if any(of in current and current[of] != texts[of] for of in starts if of in texts):
        forms.append(Form(number))
        current = forms[-1].texts
    for of, text in texts.items():
        current.setdefault(of, text)


@lru_cache(maxsize=1024)
def _pairs(line: str) -> list[_Labelled]:
    """The labels of a line that has several, each in a cell before its value; a value may be missing."""
    cells = [cell.strip() for cell in _CELLS.split(line) if cell.strip()]
    if len(cells) < 3:
        return []
    pairs, unknown, at = [], 0, 0
    while at < len(cells):
        label, value = cells[at], "" if at + 1 == len(cells) or _is_label(cells[at + 1]) else cells[at + 1]
        if not _is_label(label):
            if any(map(_DIGITS.search, (label, value))) or is_business(label):
                return []
            unknown += bool(value)
        elif value:
            pairs.append(_Labelled(meaning_of(label.strip(" :*")), value))
        at += 2 if value else 1
    return pairs if len(pairs) >= unknown else []


def _is_label(cell: str) -> bool:
    if ":" in cell.strip(" :*"):
        return False  # Its value stands beside it, in the same cell.
    meaning = None if _DIGITS.search(cell) else meaning_of(cell.strip(" :*"))
    return (meaning is not None and meaning.fit >= _CELL_FIT) or (
        cell.endswith(":") and len(cell) < _LABEL_LIMIT
    )


@lru_cache(maxsize=1024)
def _labelled(line: str) -> _Labelled | None:
    """The label that a line begins with, and its value; the value is empty where it stands below."""
    rest = line[match.end() :] if (match := _NUMBERING.match(line)) else line.strip()
    cells = [cell for cell in _CELLS.split(rest.strip(" |")) if cell.strip()]
    if len(cells) > 2 or not cells:
        return None
    label, colon, value = rest.partition(":")
    if len(cells) == 2 and len(cells[0]) < len(label):
        return _of_cells(cells[0].strip(" :*"), cells[1].strip())
    if colon and len(label) <= _LABEL_LIMIT and len(label.split()) <= _LABEL_WORDS:
        return _of_colon(label.strip(), value.strip(), is_numbered=match is not None)
    headings = _HEADINGS.split(rest)
    if len(headings) > 1 and find_heading_row([headings]) is not None:
        return None
    if found := _of_words(rest):
        return found
    meaning = meaning_of(rest)
    is_alone = meaning is not None and meaning.fit >= _FIT and not is_business(rest)
    return _Labelled(meaning, "") if is_alone and not _DIGITS.search(rest) else None


def _of_cells(label: str, value: str) -> _Labelled | None:
    meaning, heading = meaning_of(label), meaning_of(value)
    if _DIGITS.search(label) or (is_business(label) and meaning is None) or (heading and heading.fit >= 0.9):
        return None
    # Tax sites have many rows that nobody needs; only a known label begins a form.
    return _Labelled(meaning if meaning and meaning.fit >= _LONG_FIT else None, value)


def _of_colon(label: str, value: str, is_numbered: bool) -> _Labelled | None:
    meaning = meaning_of(label)
    if meaning is None and address_part(label) is not None and value and not _DIGITS.search(value):
        return _Labelled(Meaning(EntryField.ADDRESS, 1.0), value, is_part=True)
    is_of_person = any(word in fold(label) for word in _OF_PERSON)
    if meaning is None and is_of_person and _CODE.fullmatch(value):
        return _Labelled(Meaning(EntryField.TAX_CODE, 1.0, PERSONAL_ID), value, is_of_person=True)
    if is_numbered and _is_of_no_field(meaning, label, value):
        return _Labelled(None, value)
    if meaning is None or meaning.fit < _LONG_FIT or any(piece.label for piece in Line(value).pieces()):
        return None
    if any(map(_is_value, _PARTED.split(label)[:-1])):
        return None
    if _DIGITS.search(value) and _is_whole_line(meaning, value):
        return None
    # Lines read one by one name only the numbers among what no list needs.
    is_known = label_before(label) is not None and (meaning.field is not None or bool(_DIGITS.search(value)))
    is_plain = bool(value) and not is_numbered and is_known
    return _Labelled(meaning, value, is_plain, is_of_person=is_of_person)


def _is_of_no_field(meaning: Meaning | None, label: str, value: str) -> bool:
    """Whether a numbered line of a certificate says what no list needs: a sum, or the title of a part."""
    if not value:
        return fold(label).startswith(_PART_TITLE)
    return meaning is None and is_aside(value) and not is_business(label)


def _is_value(text: str) -> bool:
    """Whether a text before a label says something itself, so that the line is no form's."""
    if _DIGITS.search(text) or "@" in text:
        return True
    said = text.strip()
    return meaning_of(said) is None and field_of(said) is not None


def _is_whole_line(meaning: Meaning, value: str) -> bool:
    """Whether a label begins a customer's whole line, its fields parted by dashes or gaps."""
    if meaning.field not in LABELS:
        return False
    apart = _texts_of(meaning.field, value)
    whole = EntryField.TAX_CODE in apart and len(apart) > 1
    return whole and apart != _texts_of(meaning.field, value, only_signs=True)


def _texts_of(of: EntryField, value: str, only_signs: bool = False) -> dict[EntryField, str]:
    return fields_of(Line(f"{LABELS[of]}: {value}").pieces(only_signs))[0]


def _of_words(rest: str) -> _Labelled | None:
    """A label that only a space parts from its value."""
    words = rest.split()
    for count in range(min(_LABEL_WORDS, len(words) - 1), 0, -1):
        meaning = meaning_of(" ".join(words[:count]))
        if meaning and meaning.field and meaning.fit >= 1.0:
            value = " ".join(words[count:])
            fits = _fits(meaning.field, words[0], value)
            return _Labelled(meaning, value) if fits else None
    return None


def _fits(of: EntryField, first: str, value: str) -> bool:
    match of:
        case EntryField.TAX_CODE:
            return _CODE.fullmatch(value) is not None
        case EntryField.NAME:
            return fold(first) == "ten" and len(value.split()) > 1
        case EntryField.PHONE | EntryField.EMAIL:
            return is_contact(value)
        case EntryField.REPRESENTATIVE:
            return _PERSON.fullmatch(value) is not None and not is_business(value)
        case EntryField.ADDRESS:
            return len(value.split()) > 1 and (any(map(str.isdigit, value)) or is_address(value))
    return False
