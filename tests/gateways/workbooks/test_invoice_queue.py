"""The workbook of documents that back office issues: as it goes out, and as it comes back filled in."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from domain.errors import DomainError
from domain.invoices import Buyer, BuyerKind, Invoice, InvoiceKind, InvoiceLine, InvoiceState, IssuedNumber
from domain.issued_numbers import NumberColumn, read_numbers
from gateways.workbooks.export import OpenpyxlWriter
from gateways.workbooks.workbooks import CalamineReader
from services.invoices.by_hand import QueuedInvoice
from services.ports import Sheet
from texts.invoices.by_hand import HEADINGS, NUMBER_HEADINGS, table

DAY = date(2026, 11, 29)
COMPANY = Buyer(BuyerKind.COMPANY, "Công ty Hoa Sen", "0101243150", "1 Hàng Bài")
PERSON = Buyer(BuyerKind.PERSON, "Nguyễn Văn An", "001085000123", "2 Hàng Bài")
UNIT = Buyer(BuyerKind.BUDGET_UNIT, "Trường Hoa Mai", "0012345", "3 Hàng Bài")


def queued(key: str, buyer: Buyer, *amounts: int, rate: int | None = None) -> QueuedInvoice:
    lines = tuple(
        InvoiceLine(1, "KTM7R4Q2X", place, "KT01", "Gói", 2026, "Hoa Sen", "0101243150", amount, 0, rate)
        for place, amount in enumerate(amounts, 1)
    )
    kind, state = InvoiceKind.ORIGINAL, InvoiceState.SENT
    total = sum(amounts)
    invoice = Invoice(1, key, 1, 1, kind, state, DAY, buyer, "a@b.vn", total, 0, len(amounts))
    return QueuedInvoice(invoice, lines, None)


async def book(*queue: QueuedInvoice) -> bytes:
    return await OpenpyxlWriter().write([table(queue)])


def opened(content: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def saved(sheet: Worksheet) -> bytes:
    out = io.BytesIO()
    assert isinstance(sheet.parent, Workbook)
    sheet.parent.save(out)
    return out.getvalue()


def place(heading: str) -> int:
    return HEADINGS.index(heading) + 1


async def read(content: bytes) -> Sheet:
    async with CalamineReader() as reader:
        return await reader.read_invoice_numbers(content)


async def test_codes_are_text_for_every_program_that_reads_them() -> None:
    content = await book(queued("k1", COMPANY, 100), queued("k2", PERSON, 100), queued("k3", UNIT, 100))
    codes = {"MST": "0101243150", "CCCD": "001085000123", "Mã ĐVQHNS": "0012345"}
    sheet = opened(content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    for row, (heading, code) in enumerate(codes.items(), 2):
        cell = sheet.cell(row, place(heading))
        assert (cell.value, cell.data_type, cell.number_format) == (code, "s", "@")
        assert rows[row - 1][place(heading) - 1] == code
    for heading in ("Mã chứng từ", "Mã hàng", "Đơn hàng"):
        assert sheet.cell(2, place(heading)).number_format == "@"
    # A code of digits alone that is typed into an empty cell stays one too.
    empty = [NUMBER_HEADINGS[column] for column in NumberColumn if column not in ("key", "date", "total")]
    assert [sheet.cell(2, place(heading)).number_format for heading in empty] == ["@"] * len(empty)


async def test_rates_are_words_and_sums_are_numbers() -> None:
    content = await book(*(queued("k", COMPANY, 1_950_000, rate=rate) for rate in (None, 0, 5, 8, 10)))
    sheet = opened(content)
    rates = [sheet.cell(row, place("Thuế suất")).value for row in range(2, 7)]
    assert rates == ["KCT", 0, 5, 8, 10]
    assert sheet.cell(2, place("Tổng")).value == 1_950_000
    assert str(sheet.cell(2, place("Ngày lập")).value) == "2026-11-29 00:00:00"


@pytest.mark.parametrize(
    ("number", "day"),
    [(12, date(2026, 11, 30)), ("12", "30/11/2026"), ("0000012", "30-11-2026"), (12.0, "2026-11-30")],
)
async def test_numbers_and_dates_come_back_in_any_form(number: Any, day: Any) -> None:
    sheet = opened(await book(queued("k1", COMPANY, 100, 200)))
    filled: dict[str, Any] = {"form": 1, "series": "c26taa", "lookup_code": "X1"}
    filled |= {"number": number, "date": day}
    for name, value in filled.items():
        # The number stands on the first of the document's two rows only.
        sheet.cell(2, place(NUMBER_HEADINGS[NumberColumn(name)]), value)
    sheet.cell(4, place("Tổng"), 300)  # A sum below the table.
    back = await read(saved(sheet))
    given, problems, unnumbered = read_numbers((row.number, row.cells) for row in back.rows)
    assert (problems, unnumbered) == ([], 0)
    assert [(one.row, one.key, one.total) for one in given] == [(2, "k1", 300)]
    assert given[0].number == IssuedNumber("1", "C26TAA", "12", date(2026, 11, 30), "", "X1")


async def test_headings_are_found_by_their_words_wherever_they_stand() -> None:
    book_ = Workbook()
    sheet = book_.active
    assert isinstance(sheet, Worksheet)
    for row in (
        ["HÓA ĐƠN ĐÃ PHÁT HÀNH"],
        [],
        ["Ngày", "Số", "KÝ HIỆU", "chứng từ", "Tổng cộng", "Mã cơ quan thuế"],
        ["29/11/2026", 7, "1C26TAA", "k1", 100, "00A"],
    ):
        sheet.append(row)
    back = await read(saved(sheet))
    (given,), problems, _ = read_numbers((row.number, row.cells) for row in back.rows)
    assert problems == []
    assert given.number == IssuedNumber("1", "C26TAA", "7", DAY, "00A")


async def test_a_workbook_without_the_headings_is_refused_by_name() -> None:
    sheet = opened(await book(queued("k1", COMPANY, 100)))
    sheet.cell(1, place("Mã chứng từ"), "Khóa")
    with pytest.raises(DomainError) as refused:
        await read(saved(sheet))
    assert refused.value.code == "invoice_numbers_headings"
    assert refused.value.params["missing"] == ["Mã chứng từ"]
