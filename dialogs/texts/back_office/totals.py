"""Words of a day's totals."""

from datetime import date

from dialogs.texts.filters import day
from services.ports import DayTotals, Figures

WINDOW = """\
📊 <b>Số liệu ngày {{ day }}</b>

Anh/chị bấm ‹ › để xem ngày khác, hoặc gõ một ngày, ví dụ 05/06/2026."""

PICTURE_NAME = "so-lieu.png"


def title(of: date) -> str:
    return f"Số liệu ngày {day(of)}"


def figures(totals: DayTotals) -> tuple[Figures, ...]:
    return (
        Figures(
            "Đơn hàng",
            (
                ("Đơn mới", _count(totals.orders)),
                ("Giá trị đơn mới, ₫", _count(totals.ordered)),
                ("Đơn hủy", _count(totals.cancelled)),
            ),
        ),
        Figures(
            "Tiền",
            (
                ("Lần chuyển đến", _count(totals.transfers)),
                ("Tiền đã nhận, ₫", _count(totals.received)),
                ("Còn chờ xử lý", _count(totals.open_transfers)),
            ),
        ),
        Figures(
            "Kích hoạt",
            (
                ("Kích hoạt xong", _count(totals.activated)),
                ("Tạm dừng", _count(totals.suspended)),
            ),
        ),
    )


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
