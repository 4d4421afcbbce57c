"""The workbook of documents that back office issues: one row for each line, with columns that come back."""

from collections.abc import Sequence

from domain.invoices import BuyerKind, InvoiceKind, InvoiceLine
from domain.issued_numbers import NumberColumn
from services.invoices.by_hand import QueuedInvoice
from services.ports import Cell, Table
from texts.filters import day
from texts.invoices.lines import UNIT, line_name

NUMBER_HEADINGS: dict[NumberColumn, str] = {
    NumberColumn.KEY: "Mã chứng từ",
    NumberColumn.FORM: "Mẫu số",
    NumberColumn.SERIES: "Ký hiệu",
    NumberColumn.NUMBER: "Số hóa đơn",
    NumberColumn.DATE: "Ngày hóa đơn",
    NumberColumn.AUTHORITY_CODE: "Mã CQT",
    NumberColumn.LOOKUP_CODE: "Mã tra cứu",
    NumberColumn.TOTAL: "Tổng",
}
"""The headings of what is read when the workbook comes back; the cells of its rows are given by column."""

_BUYERS = {
    BuyerKind.COMPANY: "Doanh nghiệp",
    BuyerKind.HOUSEHOLD: "Hộ kinh doanh",
    BuyerKind.PERSON: "Cá nhân",
    BuyerKind.BUDGET_UNIT: "Đơn vị quan hệ ngân sách",
}
_KINDS = {
    InvoiceKind.ORIGINAL: "",
    InvoiceKind.ADJUSTMENT: "Điều chỉnh cho",
    InvoiceKind.REPLACEMENT: "Thay thế cho",
}
_BY_TAX_CODE = (BuyerKind.COMPANY, BuyerKind.HOUSEHOLD)
TRANSFER = "CK"
NOT_SUBJECT = "KCT"

HEADINGS = (
    NUMBER_HEADINGS[NumberColumn.KEY],
    "Ngày lập",
    "Loại người mua",
    "Tên đơn vị",
    "Người mua",
    "MST",
    "CCCD",
    "Mã ĐVQHNS",
    "Địa chỉ",
    "E-mail",
    "Hình thức TT",
    "Mã hàng",
    "Tên hàng",
    "ĐVT",
    "Số lượng",
    "Đơn giá",
    "Thành tiền",
    "Thuế suất",
    "Tiền thuế",
    NUMBER_HEADINGS[NumberColumn.TOTAL],
    "Đơn hàng",
    "Người thanh toán",
    "Điều chỉnh/thay thế",
    *(
        NUMBER_HEADINGS[column]
        for column in NumberColumn
        if column not in (NumberColumn.KEY, NumberColumn.TOTAL)
    ),
)


CODES = frozenset(
    {
        *("MST", "CCCD", "Mã ĐVQHNS", "Mã hàng", "Đơn hàng"),
        *(
            heading
            for column, heading in NUMBER_HEADINGS.items()
            if column not in (NumberColumn.DATE, NumberColumn.TOTAL)
        ),
    }
)
"""The columns that stay text, also where people type into them."""


def table(queue: Sequence[QueuedInvoice]) -> Table:
    """One row for each line. Codes are texts, so that they keep their leading zeros."""
    return Table("Hóa đơn", HEADINGS, [_row(one, line) for one in queue for line in one.lines], CODES)


def _row(one: QueuedInvoice, line: InvoiceLine) -> tuple[Cell, ...]:
    invoice, buyer = one.invoice, one.invoice.buyer
    person = buyer.kind is BuyerKind.PERSON
    return (
        invoice.key,
        invoice.day,
        _BUYERS[buyer.kind],
        "" if person else buyer.name,
        buyer.name if person else "",
        buyer.tax_id if buyer.kind in _BY_TAX_CODE else "",
        buyer.tax_id if person else "",
        buyer.tax_id if buyer.kind is BuyerKind.BUDGET_UNIT else "",
        buyer.address,
        invoice.email,
        TRANSFER,
        line.package_code,
        line_name(line),
        UNIT,
        1,
        line.net,
        line.net,
        NOT_SUBJECT if line.vat_rate is None else line.vat_rate,
        line.vat,
        line.amount,
        line.order_code,
        line.payer,
        _corrects(one),
        *[""] * 6,
    )


def _corrects(one: QueuedInvoice) -> str:
    number = one.original.number if one.original else None
    if number is None:
        return ""
    bears = f"Mẫu số {number.form} ký hiệu {number.series} số {number.number} ngày {day(number.date)}"
    return f"{_KINDS[one.invoice.kind]} hóa đơn {bears}"
