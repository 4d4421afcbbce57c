"""Words of a day's totals."""

from datetime import date, timedelta

from services.ports import DayTotals, Figures
from texts.filters import count, day

WINDOW = """\
📊 <b>{{ title }}</b>

{% for group in figures %}
<b>{{ group[0] }}</b>
{% for label, value in group[1] %}
{{ label }}: {{ value }}
{% endfor %}

{% endfor %}
{% for line in bank %}
{{ line }}
{% endfor %}
{% if bank %}

{% endif %}
Anh/chị chọn kỳ trước, kỳ sau, hoặc gõ ngày: 05/06/2026, hay 01/06/2026 - 30/06/2026."""

PICTURE_NAME = "so-lieu.png"


THIS_MONTH = "Tháng này"
LAST_MONTH = "Tháng trước"


def title(first: date, last: date) -> str:
    return f"Số liệu ngày {day(first)}" if first == last else f"Số liệu từ {day(first)} đến {day(last)}"


def span(first: date, last: date) -> str:
    """The days shown, between two arrows: a whole month as one, other days without their year."""
    if first == last:
        return day(first)
    if (
        first.day == 1
        and (last + timedelta(1)).replace(day=1) == last + timedelta(1)
        and first.month == last.month
    ):
        return f"{first:%m/%Y}"
    return f"{first:%d/%m}–{last:%d/%m}"


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
            "Tiền nhận trong kỳ",
            (
                ("Lần chuyển đến", count(totals.transfers)),
                ("Tiền đã nhận, ₫", count(totals.received)),
                ("Đã ghi cho đơn, ₫", count(totals.booked)),
                (f"Chờ xử lý ({count(totals.open_transfers)} khoản), ₫", count(totals.waiting)),
                ("Đã trả lại, ₫", count(totals.returned)),
                ("Bỏ qua, ₫", count(totals.ignored)),
                ("Còn lại sau trả, ₫", count(totals.net)),
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
