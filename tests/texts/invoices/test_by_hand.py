"""The workbook that back office takes."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from domain.invoices import Buyer, BuyerKind, InvoiceKind, InvoiceLine, IssuedNumber
from gateways.workbooks.export import OpenpyxlWriter
from services.invoices.by_hand import QueuedInvoice
from tests.texts.messaging.pushes.samples import INVOICE
from texts.invoices.by_hand import HEADINGS, table

LINE = InvoiceLine(
    1, "KTC2C2222", 1, "STARTER", "Starter", 2026, "Hoa Sen", "0100109106", 1_080_000, 80_000, 8, True
)
NUMBER = IssuedNumber("1", "C26TAA", "12", date(2026, 6, 16))


def row(invoice: QueuedInvoice) -> dict[str, object]:
    (cells,) = table([invoice]).rows
    return dict(zip(HEADINGS, cells, strict=True))


def test_a_row_has_all_that_the_invoice_bears() -> None:
    said = row(QueuedInvoice(INVOICE, (LINE,), None))
    assert said["Mã chứng từ"] == "key"
    assert said["Tên đơn vị"] == INVOICE.buyer.name
    assert said["MST"] == "0100109106"
    assert (said["Thành tiền"], said["Thuế suất"], said["Tiền thuế"]) == (1_000_000, 8, 80_000)
    assert (said["Tổng"], said["Đơn hàng"], said["Số hóa đơn"]) == (1_080_000, "KTC2C2222", "")
    assert said["Điều chỉnh/thay thế"] == ""


@pytest.mark.parametrize(
    "kind, heading",
    [(BuyerKind.HOUSEHOLD, "MST"), (BuyerKind.PERSON, "CCCD"), (BuyerKind.BUDGET_UNIT, "Mã ĐVQHNS")],
)
def test_each_kind_of_number_has_its_column(kind: BuyerKind, heading: str) -> None:
    buyer = Buyer(kind, "Lan", "079000000001", "1 Lê Lợi")
    said = row(QueuedInvoice(replace(INVOICE, buyer=buyer), (LINE,), None))
    assert [name for name in ("MST", "CCCD", "Mã ĐVQHNS") if said[name]] == [heading]
    assert said["Người mua"] == ("Lan" if kind is BuyerKind.PERSON else "")


def test_an_adjustment_names_its_original() -> None:
    adjusts = replace(INVOICE, kind=InvoiceKind.ADJUSTMENT)
    said = row(QueuedInvoice(adjusts, (LINE,), replace(INVOICE, number=NUMBER)))
    expected = "Điều chỉnh cho hóa đơn Mẫu số 1 ký hiệu C26TAA số 12 ngày 16/06/2026"
    assert said["Điều chỉnh/thay thế"] == expected


async def test_codes_are_texts_in_the_workbook() -> None:
    untaxed = replace(LINE, vat_rate=None, vat=0)
    content = await OpenpyxlWriter().write([table([QueuedInvoice(INVOICE, (LINE, untaxed), None)])])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    places = {name: headings.index(name) for name in ("MST", "Mã chứng từ", "Tổng", "Thuế suất")}
    first, second = [[sheet.cell(at, place + 1) for place in places.values()] for at in (2, 3)]
    assert [cell.value for cell in first] == ["0100109106", "key", 1_080_000, 8]
    assert [cell.data_type for cell in first] == ["s", "s", "n", "n"]
    assert second[-1].value == "KCT"
