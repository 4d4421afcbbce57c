"""The workbook of invoices as a person fills it in."""

import io
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from texts.invoices.by_hand import HEADINGS


class InvoiceBook:
    """A workbook of the queue, whose rows are read and filled in by heading."""

    def __init__(self, content: bytes) -> None:
        self._book = load_workbook(io.BytesIO(content))
        sheet = self._book.worksheets[0]
        assert isinstance(sheet, Worksheet)
        self.sheet = sheet
        assert tuple(cell.value for cell in sheet[1]) == HEADINGS

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            dict(zip(HEADINGS, row, strict=True)) for row in self.sheet.iter_rows(min_row=2, values_only=True)
        ]

    def put(self, row: int, **cells: Any) -> None:
        """Fill in cells of a row, numbered as in Excel, by names such as `number`."""
        for name, value in cells.items():
            self.sheet.cell(row, HEADINGS.index(_HEADINGS[name]) + 1, value)

    def number(self, row: int, number: Any, day: date | str, series: str = "C26TAA", **more: Any) -> None:
        """Fill in what an issued invoice bears."""
        self.put(row, form=1, series=series, number=number, date=day, **more)

    def saved(self) -> bytes:
        assert isinstance(self._book, Workbook)
        out = io.BytesIO()
        self._book.save(out)
        return out.getvalue()


_HEADINGS = {
    "key": "Mã chứng từ",
    "form": "Mẫu số",
    "series": "Ký hiệu",
    "number": "Số hóa đơn",
    "date": "Ngày hóa đơn",
    "authority_code": "Mã CQT",
    "lookup_code": "Mã tra cứu",
    "total": "Tổng",
}
