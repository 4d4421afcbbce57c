"""Columns of one meaning: which is the better one, which are asked about, which make one address."""

import re
from collections.abc import Sequence
from functools import cache

from domain.intakes.columns import LOOKS, column_of, headings_data, meaning_of, preference, rank
from domain.intakes.entries import APART, EntryField
from domain.intakes.looks import is_province
from domain.text import fold

_ASKED = (*LOOKS,)
_BRANCH = re.compile(r"[-/_' ]?(\d{1,3})")
_HEAD_OFFICE = re.compile(r"\d{9,10}")

Place = tuple[int, EntryField, bool]
"""A column, its field, and whether it holds a part of an address."""


def with_rivals(
    headings: Sequence[str], rows: Sequence[Sequence[str]], fields: Sequence[EntryField | None]
) -> list[EntryField | None]:
    """The fields of the columns, also of those that say the same as the one taken, no better and no worse,
    and of those that hold parts of an address. Their texts are joined by `joined`."""
    found = list(fields)
    heads = [headings[place] if place < len(headings) else "" for place in range(len(fields))]
    for place, heading in enumerate(heads):
        if found[place] is not None or not (meaning := meaning_of(heading)):
            continue
        field = meaning.field
        if field in _ASKED and field in fields:
            best = fields.index(field)
            cells, others = column_of(rows, place), column_of(rows, best)
            if cells and rank(field, heading, cells)[:2] == rank(field, heads[best], others)[:2]:
                found[place] = field
    if EntryField.TAX_CODE in fields:
        for place, heading in enumerate(heads):
            if fold(heading) in headings_data()["branches"] and _are_branches(column_of(rows, place)):
                found[place] = EntryField.TAX_CODE
    parts = [place for place, heading in enumerate(heads) if address_part(heading) is not None]
    free = [place for place in parts if found[place] in (None, EntryField.ADDRESS)]
    if len(free) > 1:
        # Parts say more than a whole address that is called old.
        whole = [place for place, of in enumerate(found) if of is EntryField.ADDRESS and place not in free]
        for place in whole:
            found[place] = None if preference(EntryField.ADDRESS, heads[place]) < 0 else EntryField.ADDRESS
    if len(free) > 1 or (free and EntryField.ADDRESS in found):
        for place in free:
            found[place] = EntryField.ADDRESS
    return found


@cache
def address_part(heading: str) -> int | None:
    """Which part of an address a heading means, from the street (0) to the province; `None` for another."""
    words = fold(heading).removeprefix("ten ").removesuffix(" moi")
    for level, known in enumerate(headings_data()["address_parts"]):
        if words in known:
            return level
    return None


def places_of(headings: Sequence[str], fields: Sequence[EntryField | None]) -> list[Place]:
    """The columns that are taken, the parts of an address from the street to the province."""
    found: list[tuple[int, int, EntryField]] = []
    for place, field in enumerate(fields):
        heading = headings[place] if place < len(headings) else ""
        part = address_part(heading) if field is EntryField.ADDRESS else None
        if field:
            found.append((-1 if part is None else part, place, field))
    return [(place, field, part >= 0) for part, place, field in sorted(found, key=lambda one: one[:2])]


def texts_of_row(cells: Sequence[str], places: Sequence[Place]) -> dict[EntryField, str]:
    """The texts of a row by field. Several texts of one field stand apart, to choose from; parts of an
    address make one."""
    width = len(cells)
    found: dict[EntryField, str] = {}
    for place, field, is_part in places:
        if place < width and (text := cells[place].strip()):
            if field not in found:
                found[field] = text
            elif field is EntryField.TAX_CODE and (branch := _BRANCH.fullmatch(text)):
                found[field] = _with_branch(found[field], branch[1])
            elif field is EntryField.TAX_CODE and (branch := _BRANCH.fullmatch(found[field])):
                found[field] = _with_branch(text, branch[1])
            elif is_part:
                found[field] = with_part(found[field], text)
            elif text not in found[field].split(APART):
                found[field] += APART + text
    return found


def _are_branches(cells: Sequence[str]) -> bool:
    return bool(cells) and all(map(_BRANCH.fullmatch, map(str.strip, cells)))


def _with_branch(code: str, branch: str) -> str:
    """A head office's code with the branch behind it in a way that is asked about; 000 is the head office."""
    return f"{code}/{branch.zfill(3)}" if int(branch) and _HEAD_OFFICE.fullmatch(code) else code


def with_part(address: str, part: str) -> str:
    """The address with one more part, unless it has that already or ends with its province."""
    if "," in address and is_province(address.rpartition(",")[2]):
        return address
    if fold(part) in map(fold, address.split(",")):
        return address
    return f"{address.rstrip(' ,')}, {part}"
