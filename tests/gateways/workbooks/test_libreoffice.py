"""The workbook of invoices in LibreOffice itself: opened, saved there, filled in, saved again, and read."""

import asyncio
import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.invoices import Buyer, IssuedNumber
from domain.issued_numbers import read_numbers
from tests.gateways.workbooks.test_invoice_queue import COMPANY, PERSON, UNIT, book, queued, read
from tests.support.invoice_books import InvoiceBook
from tests.support.office import convert

DAY = date(2026, 11, 30)
BUYERS = {"MST": COMPANY, "CCCD": PERSON, "Mã ĐVQHNS": UNIT}


@pytest.mark.usefixtures("office")
async def test_codes_stay_texts_and_the_numbers_come_back(tmp_path: Path) -> None:
    queue = [queued(f"0000-{at}", buyer, 1_950_000, 50_000) for at, buyer in enumerate(BUYERS.values())]
    content = await book(*queue)
    # As who works with LibreOffice does: it opens the workbook, keeps it as its own, and saves it for Excel.
    for ending in ("ods", "xlsx"):
        content = await asyncio.to_thread(convert, content, ending, tmp_path)
    filled = InvoiceBook(content)
    assert [row["Mã chứng từ"] for row in filled.rows] == [
        one.invoice.key for one in queue for _ in one.lines
    ]
    for at, (heading, buyer) in enumerate(BUYERS.items()):
        assert isinstance(buyer, Buyer)
        assert {row[heading] for row in filled.rows[2 * at : 2 * at + 2]} == {buyer.tax_id}
    assert [row["Tổng"] for row in filled.rows] == [1_950_000, 50_000] * 3
    assert {row["Thuế suất"] for row in filled.rows} == {"KCT"}
    # A code that is typed there stays what was typed.
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for heading in ("MST", "Mẫu số", "Ký hiệu", "Số hóa đơn", "Mã CQT", "Mã tra cứu"):
        assert sheet.cell(2, headings.index(heading) + 1).number_format == "@", heading

    for at in range(3):
        filled.number(2 + 2 * at, f"0000000{at + 1}", DAY, lookup_code="000123")
    for ending in ("ods", "xlsx"):
        back = await asyncio.to_thread(convert, filled.saved(), ending, tmp_path)
        sheet_back = await read(back)
        given, problems, unnumbered = read_numbers((row.number, row.cells) for row in sheet_back.rows)
        assert (problems, unnumbered) == ([], 0)
        assert [(one.key, one.total) for one in given] == [(one.invoice.key, 2_000_000) for one in queue]
        assert [one.number for one in given] == [
            IssuedNumber("1", "C26TAA", str(number), DAY, "", "000123") for number in (1, 2, 3)
        ]
