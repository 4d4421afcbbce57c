"""The list inside a workbook: its sheet, its headings, and the cells below them as text."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from domain.errors import DomainError
from domain.text import fold
from gateways.file_kinds import text_of
from gateways.list_sheets import texts_of
from gateways.workbook_layout import COLUMN_LIMIT, COLUMNS, ROW_LIMIT, SHEET_LIMIT, Column

_HEADING_ROWS = 20


class Table(NamedTuple):
    """`cells` are the texts of all rows in turn, each row in the order of `keys`; `numbers` are Excel's."""

    keys: list[str]
    numbers: list[int]
    cells: list[str]
    unknown: list[str]


@dataclass(frozen=True, slots=True)
class _Headings:
    row: int
    places: dict[str, int]
    unknown: list[str]


def read_table(content: bytes, columns: Sequence[Column] = COLUMNS) -> Table:
    """The first sheet with the mandatory headings in its first rows.

    Raises `DomainError`: those of `text_of`, "workbook_broken", "workbook_headings" (missing: the
    headings not found), "workbook_rows" (limit).
    """
    if text_of(content) is not None:
        raise DomainError("workbook_format")
    mandatory = {column.key: column.heading for column in columns if column.mandatory}
    keys = {fold(column.heading): column.key for column in columns}
    found: set[str] = set()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for index in range(min(len(workbook.sheet_names), SHEET_LIMIT)):
            sheet = workbook.get_sheet_by_index(index)
            headings = _find_headings(sheet, keys)
            if headings is not None and mandatory.keys() <= headings.places.keys():
                return _table(sheet, headings)
            if headings is not None:
                found |= headings.places.keys()
    except CalamineError as error:
        raise DomainError("workbook_broken") from error
    missing = [heading for key, heading in mandatory.items() if key not in found]
    raise DomainError("workbook_headings", missing=missing or list(mandatory.values()))


def _find_headings(sheet: CalamineSheet, keys: Mapping[str, str]) -> _Headings | None:
    """The row, among the first ones, with the most known headings."""
    best: _Headings | None = None
    for number, row in enumerate(sheet.to_python(skip_empty_area=False, nrows=_HEADING_ROWS)):
        places: dict[str, int] = {}
        unknown = []
        for place, cell in enumerate(texts_of(row[:COLUMN_LIMIT])):
            text = cell.strip()
            key = keys.get(fold(text))
            if key and key not in places:
                places[key] = place
            elif text:
                unknown.append(text)
        if places and (best is None or len(places) > len(best.places)):
            best = _Headings(number, places, unknown)
    return best


def _table(sheet: CalamineSheet, headings: _Headings) -> Table:
    # Rows are iterated from the sheet's first row, but from the first column in use.
    first_column = sheet.start[1] if sheet.start else 0
    # `itemgetter` answers with a tuple only when it gets more than one index; both mandatory ones are there.
    pick = itemgetter(*(place - first_column for place in headings.places.values()))
    numbers: list[int] = []
    rows: list[tuple[object, ...]] = []
    for number, row in enumerate(islice(sheet.iter_rows(), headings.row + 1, None), headings.row + 2):
        cells = pick(row)
        if not _is_blank(cells):
            if len(rows) == ROW_LIMIT:
                raise DomainError("workbook_rows", limit=ROW_LIMIT)
            numbers.append(number)
            rows.append(cells)
    return Table(list(headings.places), numbers, texts_of(chain.from_iterable(rows)), headings.unknown)


def _is_blank(cells: tuple[object, ...]) -> bool:
    return not any(cell and not (isinstance(cell, str) and cell.isspace()) for cell in cells)
