"""Which column of a list holds which field: by the words of its heading, else by its contents.

The words are data, in `data/headings.json`, because people keep finding new ones.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from domain.accounting import recognise_regime, recognise_vat_method
from domain.intakes.entries import EntryField
from domain.intakes.looks import (
    is_address,
    is_business,
    is_contact,
    is_email,
    is_person,
    is_phone,
    is_tax_code,
)
from domain.text import fold

HEADING_ROWS = 30
"""The headings are looked for in this many rows: titles, addresses and dates may stand above them."""

_SAMPLE_ROWS = 60
_HEADING_LIMIT = 120
_VALUE = re.compile(r"\d[\d .-]{6,}|@")
_NOTE = re.compile(r"\([^()]{0,100}\)|\[[^\[\]]{0,100}\]|\*")
_CELLS = re.compile(r"[\t|;,]|\s{2,}")
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Between the words of "CustomerCode"."""
_FEW_HEADINGS, _LONGEST_HEADINGS = 2, 1_000
_ENOUGH = 0.6
_FIT_ALONE = 0.4
_POOR = 0.3
"""A column with fewer texts of the right look than this share loses against another of its meaning."""


class Meaning(NamedTuple):
    """What a heading means. `field` is `None` for a column to leave alone.

    `fit`, from 0 to 1, is the share of the heading that says so. `standing` is above 0 for a tax code that is
    the customer's only where none of a lower one stands beside: a person's number, an old code.
    """

    field: EntryField | None
    fit: float
    standing: int = 0


PERSONAL_ID, OLD_CODE = 1, 2
_PERSONAL_WORDS, _OLD_WORDS = ("dinh danh", "cccd", "cmnd", "can cuoc"), ("cu", "truoc day", "truoc")


@lru_cache(maxsize=4096)
def meaning_of(heading: str) -> Meaning | None:
    """What the words of a heading mean; `None` when none of them is known."""
    if not heading or len(heading) > _HEADING_LIMIT:
        return None
    heading = _JOINED.sub(" ", heading)
    words = fold(_NOTE.sub(" ", heading))
    # What stands in brackets may be the heading in another language.
    return (_meaning(words) if words else None) or (_meaning(whole) if (whole := fold(heading)) else None)


def is_heading(text: str) -> bool:
    """Whether a text is wholly the heading of a field."""
    meaning = meaning_of(text)
    return meaning is not None and meaning.fit == 1.0


def are_headings(line: str) -> bool:
    """Whether a line holds nothing but two headings or more, and perhaps other words."""
    if len(line) > _LONGEST_HEADINGS or _VALUE.search(line):
        return False
    cells = [cell for cell in _CELLS.split(line.strip()) if cell.strip()]
    fits = [meaning.fit for cell in cells if (meaning := meaning_of(cell))]
    sure, likely = (sum(fit >= least for fit in fits) for least in (_ENOUGH, _POOR))
    return (sure > 1 or likely > _FEW_HEADINGS) and likely >= len(cells) * _FIT_ALONE


def recognise_columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[EntryField | None]:
    """The field of every column, each field at most once; `rows` are texts below the headings.

    A known heading decides. Columns without one are judged by their first rows. Among columns of one meaning
    a filled one is preferred, then the better one (`rank`), then the one whose heading fits best, then the
    first.
    """
    width = max([len(headings), *(len(row) for row in rows[:_SAMPLE_ROWS])], default=0)
    sample = [column_of(rows, place) for place in range(width)]
    heads = [headings[place] if place < len(headings) else "" for place in range(width)]
    meanings = [meaning_of(heading) for heading in heads]
    found: list[EntryField | None] = [None] * width
    taken: set[EntryField] = set()
    for place in sorted(range(width), key=lambda place: _rank(meanings[place], heads, sample, place)):
        meaning = meanings[place]
        if (
            meaning
            and meaning.field
            and meaning.field not in taken
            and _may_hold(meaning.field, sample[place])
        ):
            found[place] = meaning.field
            taken.add(meaning.field)
    if EntryField.TAX_CODE not in taken and EntryField.OWN_CODE in taken:
        place = found.index(EntryField.OWN_CODE)
        if share(sample[place], is_tax_code) >= _ENOUGH:
            found[place] = EntryField.TAX_CODE
            taken.add(EntryField.TAX_CODE)
    for field, holds in _BY_CONTENTS:
        if field in taken:
            continue
        shares = [
            (share(sample[place], holds), -place)
            for place in range(width)
            if meanings[place] is None and found[place] is None and (not heads[place] or field in _BY_SHAPE)
        ]
        most, place = max(shares, default=(0.0, 0))
        if most >= _ENOUGH:
            found[-place] = field
            taken.add(field)
    return found


LOOKS: dict[EntryField, Callable[[str], bool]] = {
    EntryField.TAX_CODE: is_tax_code,
    EntryField.EMAIL: is_email,
    EntryField.PHONE: is_phone,
    EntryField.NAME: is_business,
    EntryField.ADDRESS: is_address,
    EntryField.REPRESENTATIVE: is_person,
}
"""What the texts of a column should look like, where several columns may mean the same."""


def rank(field: EntryField, heading: str, cells: Sequence[str]) -> tuple[bool, int, bool]:
    """How good a column is for a field, to compare columns of one meaning: the least is the best."""
    is_poor = field in LOOKS and bool(cells) and share(cells, LOOKS[field]) < _POOR
    return is_poor, -preference(field, heading), not cells


def preference(field: EntryField, heading: str) -> int:
    """What the words of a heading say of its worth beside another of one meaning; 0 if they say nothing."""
    words = f" {fold(heading)} "
    levels = [level for level, known in _preferred(field) if any(f" {word} " in words for word in known)]
    return max(levels, default=0) if max(levels, default=0) > 0 else min(levels, default=0)


@cache
def _preferred(field: EntryField) -> list[tuple[int, list[str]]]:
    return [(int(level), words) for level, words in headings_data()["prefer"].get(field.value, {}).items()]


def find_heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row that holds the headings (0 is the first), if one of the first rows does.

    It is the row that names the most fields; a single field counts only if the row holds nothing else, and
    is no sentence.
    """
    best, most = None, 0
    for place, row in enumerate(rows[:HEADING_ROWS]):
        cells = [cell for cell in row if cell and not cell.isspace()]
        if any(_VALUE.search(cell[:_HEADING_LIMIT]) for cell in cells):
            continue
        meanings = [meaning for cell in cells if (meaning := meaning_of(cell)) and meaning.field]
        known = {meaning.field for meaning in meanings}
        alone = len(cells) == 1 and bool(meanings) and meanings[0].fit >= _FIT_ALONE
        if len(known) > most and (len(known) > 1 or alone):
            best, most = place, len(known)
    return best


def is_footer(text: str) -> bool:
    """Whether a row that says only this ends a list: a sum, a signature."""
    words = fold(text[:_HEADING_LIMIT])
    return not is_business(text) and any(
        words == footer or words.startswith(f"{footer} ") for footer in headings_data()["footers"]
    )


def _rank(
    meaning: Meaning | None, heads: Sequence[str], sample: Sequence[Sequence[str]], place: int
) -> tuple[object, ...]:
    if meaning is None or meaning.field is None:
        return not sample[place], place
    return not sample[place], *rank(meaning.field, heads[place], sample[place]), -meaning.fit, place


def column_of(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    """The texts of a column in the first rows."""
    cells = (row[place] for row in rows[:_SAMPLE_ROWS] if place < len(row))
    return [cell for cell in cells if cell and not cell.isspace()]


def share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    """How many of the texts look so, from 0 to 1."""
    return sum(map(holds, cells)) / len(cells) if cells else 0.0


def _may_hold(field: EntryField, cells: Sequence[str]) -> bool:
    """Whether the contents fit: a column headed as the kind has to name kinds in half of its cells, and one
    headed as the VAT method must not hold sums."""
    if field is EntryField.VAT_METHOD:
        return not cells or any(char.isalpha() for cell in cells for char in cell)
    return field is not EntryField.KIND or not cells or share(cells, _is_kind) >= 0.5


def _is_kind(text: str) -> bool:
    words = f" {fold(text)} "
    return any(f" {word} " in words for word in _KIND_WORDS)


_KIND_WORDS = (
    "dn", "doanh nghiep", "cong ty", "cty", "tnhh", "cp", "co phan", "dntn", "enterprise", "company",
    "hkd", "ho", "household", "ca nhan", "cnkd", "to chuc",
)  # fmt: skip

_BY_CONTENTS: tuple[tuple[EntryField, Callable[[str], bool]], ...] = (
    (EntryField.TAX_CODE, is_tax_code),
    (EntryField.EMAIL, is_email),
    (EntryField.PHONE, is_phone),
    (EntryField.PHONE, is_contact),
    (EntryField.NAME, is_business),
    (EntryField.VAT_METHOD, lambda text: recognise_vat_method(text[:_HEADING_LIMIT]) is not None),
    (EntryField.REGIME, lambda text: recognise_regime(text[:_HEADING_LIMIT]) is not None),
    (EntryField.ADDRESS, is_address),
    (EntryField.REPRESENTATIVE, is_person),
)
_BY_SHAPE = {EntryField.TAX_CODE, EntryField.EMAIL, EntryField.PHONE, EntryField.NAME, EntryField.ADDRESS}
"""What a column may be taken for by its contents although its heading is not known."""


def _meaning(words: str) -> Meaning | None:
    data = headings_data()
    if words not in _whole() and (found := _fit(words, data["nothing"])) > 0:
        return Meaning(None, found)
    noun, fit = "", 0.0
    for field, known in data["fields"]:
        if (fit := _fit(words, known)) > 0:
            noun = field
            break
    for whose in data["whose"]:
        owner = _longest(words, whose["words"])
        if not owner:
            continue
        fit = min(1.0, fit + owner / len(words))
        if noun in whose["fields"] and noun:
            return _named(whose["fields"][noun], fit)
        if not noun and _longest(words, whose["nouns"]):
            return _named(whose["noun_field"], fit)
        if not noun and "" in whose["fields"]:
            return Meaning(None, fit)
    if noun == EntryField.TAX_CODE:
        return Meaning(EntryField.TAX_CODE, fit, _standing(words))
    return _named(noun, fit) if noun else None


def _named(field: str | None, fit: float) -> Meaning:
    return Meaning(EntryField(field) if field else None, fit)


def _standing(words: str) -> int:
    """The `Meaning.standing` of a tax code under such a heading."""
    padded = f" {words} "
    if any(f" {word} " in padded for word in _OLD_WORDS):
        return OLD_CODE
    return PERSONAL_ID if any(f" {word} " in padded for word in _PERSONAL_WORDS) else 0


@cache
def _whole() -> frozenset[str]:
    """All headings that mean a field as a whole, even if they have a word that means none."""
    return frozenset(words for _, known in headings_data()["fields"] for words in known["is"])


def _fit(words: str, known: dict[str, list[str]]) -> float:
    """The share of the heading that is a known phrase; 0 when it has none."""
    if words in known["is"]:
        return 1.0
    if (core := words.removesuffix(" moi").removesuffix(" cu")) != words and core in known["is"]:
        return len(core) / len(words)
    return _longest(words, known["has"]) / len(words)


def _longest(words: str, phrases: Iterable[str]) -> int:
    padded = f" {words} "
    return max((len(phrase) for phrase in phrases if f" {phrase} " in padded), default=0)


@cache
def headings_data() -> dict[str, Any]:
    """The words of headings."""
    text = files("domain").joinpath("data/headings.json").read_text("utf-8")
    return dict(json.loads(text))
