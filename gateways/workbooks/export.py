"""Tables written as workbooks."""

import asyncio
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from domain.calendar import VIETNAM
from services.ports import Cell, Marked, Table

_WIDEST = 50
_TEXT_LIMIT = 32_767
"""The most characters that Excel takes in a cell."""

_TEXT_FORMAT = "@"
_NUMBER_FORMAT = "#,##0"
_MOMENT_FORMAT = "dd/mm/yyyy hh:mm"
_DATE_FORMAT = "dd/mm/yyyy"
_MARK = PatternFill("solid", fgColor="FFF2A8")
_NOTE_WIDTH, _NOTE_HEIGHT = 320, 110
"""The size of a note, in pixels."""


class OpenpyxlWriter:
    """`WorkbookWriter`. A thousand rows take a moment: a thread writes them."""

    async def write(self, tables: Sequence[Table]) -> bytes:
        return await asyncio.to_thread(_written, tables)


def _written(tables: Sequence[Table]) -> bytes:
    workbook = Workbook(write_only=True)
    for table in tables:
        sheet = workbook.create_sheet(table.title)
        sheet.freeze_panes = "A2"
        for place, heading in enumerate(table.headings):
            shown = [heading, *(_shown(row[place]) for row in table.rows)]
            width = min(_WIDEST, max(map(len, shown)) + 2)
            sheet.column_dimensions[get_column_letter(place + 1)].width = width
        headings = [_cell(sheet, heading) for heading in table.headings]
        for cell in headings:
            cell.font = Font(bold=True)
        sheet.append(headings)
        is_code = [heading in table.codes for heading in table.headings]
        for row in table.rows:
            cells = [_cell(sheet, value) for value in row]
            for cell, code in zip(cells, is_code, strict=True):
                if code:
                    cell.number_format = _TEXT_FORMAT
            sheet.append(cells)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> SheetCell:
    if isinstance(value, Marked):
        marked = _cell(sheet, value.text)
        marked.fill = _MARK
        marked.comment = Comment(_legal(value.note), "", height=_NOTE_HEIGHT, width=_NOTE_WIDTH)
        return marked
    held: Any = value
    if isinstance(value, str):
        held = _legal(value)
    elif isinstance(value, datetime):
        held = value.astimezone(VIETNAM).replace(tzinfo=None)
    cell: SheetCell = WriteOnlyCell(sheet, held)
    match value:
        case str():
            # Otherwise a text that begins with "=" would become a formula, and "#N/A" an error.
            cell.data_type = "s"
        case datetime():
            cell.number_format = _MOMENT_FORMAT
        case date():
            cell.number_format = _DATE_FORMAT
        case int():
            cell.number_format = _NUMBER_FORMAT
    return cell


def _legal(text: str) -> str:
    """The part of a text that a workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:_TEXT_LIMIT]


def _shown(value: Cell) -> str:
    """A text about as long as the value will look."""
    match value:
        case Marked():
            return value.text
        case datetime():
            return _MOMENT_FORMAT
        case int():
            return f"{value:,}"
        case _:
            return str(value or "")
