"""An order as a workbook: its headings and rows."""

from collections.abc import Sequence

from domain.invoices import Invoice
from services.orders.order_lines import OrderLines, OrderLineView
from services.ports import Cell, Table
from texts.activation.activations import STATES, failure_words, time_left_words
from texts.filters import buyer_number, day, kind, phone
from texts.money.payments import PAYMENT_STATES
from texts.ordering.accounting import labels

CAPTION = "Đơn {code}: {count} khách"

HEADINGS = (
    "STT",
    "Mã số thuế",
    "Tên khách hàng",
    "Loại khách hàng",
    "Địa chỉ",
    "Người đại diện pháp luật",
    "Email",
    "Số điện thoại",
    "Chế độ kế toán",
    "Phương pháp tính thuế GTGT",
    "Ngày bắt đầu dữ liệu",
    "Giá xuất kho",
    "Tiền tệ",
    "Đơn giá (chưa VAT)",
    "Thành tiền",
    "Người nhận thông báo",
    "Email nhận thông báo",
    "Điện thoại nhận thông báo",
    "Hóa đơn ghi",
    "Loại mã trên hóa đơn",
    "MST (số định danh, mã ĐVQHNS) trên hóa đơn",
    "Địa chỉ trên hóa đơn",
    "Email nhận hóa đơn",
    "Nội dung chuyển khoản",
    "Số tiền của khoản",
    "Đã nhận của khoản",
    "Thanh toán",
    "Phần mềm",
    "Thời gian còn lại",
    "Kích hoạt lúc",
    "Tên đăng nhập",
    "Lý do lỗi",
    "Số hóa đơn",
    "Ngày hóa đơn",
    "Mã tra cứu",
)


TITLE = "Đơn {code}"
_BETWEEN = ", "


def file_name(order_code: str) -> str:
    return f"don-{order_code}.xlsx"


def table(export: OrderLines) -> Table:
    """One row for each customer, with a cell for each of `HEADINGS`."""
    order = export.order
    rows = [_row(view, export) for view in export.lines]
    return Table(TITLE.format(code=order.code), HEADINGS, rows)


def _row(view: OrderLineView, export: OrderLines) -> tuple[Cell, ...]:
    line, licence, payment = view.line, view.licence, view.payment
    words = labels(line.kind, export.order.fiscal_year, line.accounting)
    left = licence.time_left(export.now)
    return (
        line.position,
        line.tax_code,
        line.name,
        kind(line.kind),
        line.address,
        line.representative,
        line.email,
        phone(line.phone),
        *(words[name] for name in ("regime", "taxes", "starts_on", "costing", "currency")),
        line.price,
        line.amount,
        line.notice.name,
        line.notice.email,
        phone(line.notice.phone),
        line.invoice.unit_name,
        buyer_number(line.invoice.kind),
        line.invoice.tax_id,
        line.invoice.address,
        line.invoice.email,
        payment.code,
        payment.amount,
        payment.received,
        PAYMENT_STATES[payment.state],
        STATES[licence.state],
        time_left_words(left) if left is not None else "",
        licence.activated_at,
        licence.login,
        failure_words(licence.failure) if licence.failure else "",
        *_issued(export.invoices.get(line.position, ())),
    )


def _issued(invoices: Sequence[Invoice]) -> tuple[Cell, Cell, Cell]:
    """Numbers, dates and look-up codes, as texts: zeros stay, and a line paid in parts has several."""
    numbers = [one.number for one in invoices if one.number is not None]
    return (
        _BETWEEN.join(one.number for one in numbers),
        _BETWEEN.join(day(one.date) for one in numbers),
        _BETWEEN.join(one.lookup_code for one in numbers if one.lookup_code),
    )
