"""Words of a day's totals."""

from datetime import date

from services.ports import DayTotals, Figures
from texts.filters import count, day

WINDOW = """\
📊 <b>Số liệu ngày {{ day }}</b>

Anh/chị chọn ngày trước, ngày sau, hoặc gõ một ngày, ví dụ 05/06/2026."""

PICTURE_NAME = "so-lieu.png"


def title(of: date) -> str:
    return f"Số liệu ngày {day(of)}"


def figures(totals: DayTotals) -> tuple[Figures, ...]:
    return (
        Figures(
            "Đơn hàng",
            (
                ("Đơn mới", count(totals.orders)),
                ("Giá trị đơn mới, ₫", count(totals.ordered)),
                ("Đơn hủy", count(totals.cancelled)),
            ),
        ),
        Figures(
            "Tiền",
            (
                ("Lần chuyển đến", count(totals.transfers)),
                ("Tiền đã nhận, ₫", count(totals.received)),
                ("Còn chờ xử lý", count(totals.open_transfers)),
            ),
        ),
        Figures(
            "Kích hoạt",
            (
                ("Kích hoạt xong", count(totals.activated)),
                ("Tạm dừng", count(totals.suspended)),
            ),
        ),
    )
