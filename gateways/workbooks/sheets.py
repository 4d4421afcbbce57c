"""The sheets of a workbook as rows of text."""

import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from domain.errors import DomainError
from gateways.workbooks.archive import with_slashes
from gateways.workbooks.hidden_rows import hidden_rows
from gateways.workbooks.layout import CELL_LIMIT, COLUMN_LIMIT, SHEET_LIMIT

_TITLE_WIDTH = 3
"""Cells merged over at least this many columns are a title, not a value."""


class Row(NamedTuple):
    """`number` is the spreadsheet's; `carried` are the places whose text stands in a cell merged downwards
    from a row above."""

    number: int
    texts: Sequence[str]
    carried: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class RawSheet:
    """`hidden` are the numbers of the rows that are hidden, by hand or by a filter."""

    name: str
    rows: Iterator[Row]
    hidden: frozenset[int] = frozenset()


def open_workbook(content: bytes, titles: bool = False) -> tuple[Iterator[RawSheet], list[str]]:
    """The visible sheets, one after another, and the names of those not looked at. Rows that hold a wide
    title alone are left out unless `titles` are wanted.

    Raises `DomainError("workbook_broken")`, while it is iterated too.
    """
    try:
        if content.startswith(b"PK"):
            content = with_slashes(content)
        hidden = hidden_rows(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(place, sheet) for place, sheet in enumerate(workbook.sheets_metadata) if _has_rows(sheet)]
    except (CalamineError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DomainError("workbook_broken") from error
    visible = [(place, sheet) for place, sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    taken = visible[:SHEET_LIMIT]
    left = [sheet.name for place, sheet in sheets if (place, sheet) not in taken]
    return (_sheet(workbook, place, hidden, titles) for place, _ in taken), left


def _has_rows(sheet: SheetMetadata) -> bool:
    return sheet.typ == SheetTypeEnum.WorkSheet


def _sheet(
    workbook: CalamineWorkbook, place: int, hidden: Mapping[str, frozenset[int]], titles: bool = False
) -> RawSheet:
    try:
        sheet = workbook.get_sheet_by_index(place)
    except CalamineError as error:
        raise DomainError("workbook_broken") from error
    rows = _rows(sheet)
    if ranges := sheet.merged_cell_ranges:
        rows = _with_merged(rows, ranges, titles)
    return RawSheet(sheet.name, rows, hidden.get(sheet.name, frozenset()))


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    # Rows are iterated from the sheet's first row, but from the first column in use.
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield Row(number, before + texts_of(cells[:COLUMN_LIMIT]))


def _with_merged(
    rows: Iterable[Row], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]], keep_titles: bool
) -> Iterator[Row]:
    """Cells merged downwards hold their text in each row."""
    begun: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    titles: set[int] = set()
    for (first, left), (last, right) in ranges:
        if last > first:
            begun[first + 1].append((left, last + 1))
        elif right - left + 1 >= _TITLE_WIDTH and not keep_titles:
            titles.add(first + 1)
    carried: dict[int, tuple[int, str]] = {}
    for row in rows:
        if row.number in titles and sum(map(bool, row.texts)) == 1:
            continue
        carried = {place: held for place, held in carried.items() if held[0] >= row.number}
        texts = list(row.texts)
        for place, (_, text) in carried.items():
            texts[place] = text
        for place, last in begun.get(row.number, ()):
            if place < len(texts):
                carried[place] = (last, texts[place])
        yield Row(row.number, texts, [place for place in carried if texts[place] and not row.texts[place]])


def texts_of(cells: Iterable[object]) -> list[str]:
    """The cells as texts. Nearly all are short texts already, so checking that is made cheap."""
    return [
        cell if type(cell) is str and len(cell) <= CELL_LIMIT else _text(cell)[:CELL_LIMIT] for cell in cells
    ]


def _text(value: object) -> str:
    """A cell as the user reads it: numbers without .0, dates as dd/mm/yyyy, errors empty."""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime() if value.time() != time():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
    return str(value)
