"""Words that all that is said of tax invoices shares."""

from collections.abc import Iterable

from domain.invoices import Invoice, InvoiceKind, InvoiceState, IssuedNumber
from texts.filters import day

KINDS = {
    InvoiceKind.ORIGINAL: "Hóa đơn điện tử",
    InvoiceKind.ADJUSTMENT: "Hóa đơn điều chỉnh",
    InvoiceKind.REPLACEMENT: "Hóa đơn thay thế",
}

STATES = {
    InvoiceState.WAITING: "đang lập",
    InvoiceState.QUEUED: "đang chờ xuất",
    InvoiceState.SENT: "đang chờ xuất",
    InvoiceState.UNKNOWN: "đang chờ xuất",
    InvoiceState.REFUSED: "chưa xuất được, cần sửa",
    InvoiceState.ISSUED: "có số, chờ mã cơ quan thuế",
    InvoiceState.CODED: "có số, chờ tệp hóa đơn",
    InvoiceState.DELIVERED: "đã xuất",
    InvoiceState.ADJUSTED: "đã xuất, đã có hóa đơn điều chỉnh",
    InvoiceState.REPLACED: "đã xuất, đã có hóa đơn thay thế",
}

MARKS = {
    InvoiceState.REFUSED: "⚠️",
    InvoiceState.DELIVERED: "✅",
    InvoiceState.ADJUSTED: "✅",
    InvoiceState.REPLACED: "✅",
}
WAITS = "⏳"

FIELDS = {"name": "tên", "tax_id": "mã số", "address": "địa chỉ", "email": "email"}
"""What of a buyer may be refused and mended."""

_CORRECTS = {InvoiceKind.ADJUSTMENT: "Điều chỉnh cho", InvoiceKind.REPLACEMENT: "Thay thế cho"}


def mark(invoice: Invoice) -> str:
    return MARKS.get(invoice.state, WAITS)


def bears(number: IssuedNumber) -> str:
    """How one names an invoice: its number, series and date."""
    return f"số {number.number} ký hiệu {number.series} ngày {day(number.date)}"


def corrects(invoice: Invoice, original: Invoice | None) -> str:
    """What the invoice adjusts or replaces; empty if nothing."""
    if original is None or original.number is None:
        return ""
    return f"{_CORRECTS[invoice.kind]} hóa đơn {bears(original.number)}"


def standing(invoices: Iterable[Invoice]) -> list[str]:
    """A line for each document of an order line: how one names it, or how far it has come."""
    return [_standing(one) for one in invoices]


def _standing(invoice: Invoice) -> str:
    if invoice.number is None:
        return f"{mark(invoice)} Hóa đơn {STATES[invoice.state]}"
    return f"🧾 {KINDS[invoice.kind].removesuffix(' điện tử')} {bears(invoice.number)}"


def file_name(number: IssuedNumber, ending: str) -> str:
    """Such as `hoa-don-C26TAA-123.pdf`."""
    return f"hoa-don-{number.series}-{number.number}.{ending}"
