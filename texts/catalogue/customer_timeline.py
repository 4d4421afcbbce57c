"""Words of a customer's timeline, of a tax code typed anywhere, and of a correction."""

from typing import Any

from domain.licences import LicenceState
from domain.money import vnd
from services.catalogue.customer_timeline import TimelineYear
from texts.activation.activations import MARKS, STATES, time_left_words
from texts.filters import day
from texts.invoices.words import standing

TIMELINE = """\
<b>{{ customer.name }}</b>
{{ customer.kind | kind }} · <code>{{ customer.tax_code }}</code>{{ " · ngừng theo dõi" if customer.archived else "" }}

{% for year in years %}
<b>Năm {{ year.order.fiscal_year }}</b> · {{ year.order.package_name | short(40) }}
{{ year.state }}
Đơn <code>{{ year.order.code }}</code>, đặt {{ year.order.placed_at | date }} · {{ year.by | short(30) }}
{% if year.activated_at %}
Kích hoạt {{ year.activated_at | date }}
{% endif %}
{% if year.money %}
{{ year.money }}
{% endif %}
{% for one in year.invoices %}
{{ one }}
{% endfor %}

{% else %}
Chưa mua năm nào.

{% endfor %}
{% if more %}
Các năm trước nữa xem ở Đơn hàng.
{% endif %}"""
_SHOWN_INVOICES = 3
OPEN_CUSTOMER = "👤 Thông tin khách"
OPEN_ORDER = "📦 Đơn {code}"
BUY_YEAR = "🛒 Mua năm {next_year}"

UNKNOWN = """\
<b>Mã số thuế <code>{{ tax_code }}</code></b>

Danh mục chưa có khách này. Anh/chị có muốn thêm không ạ?"""
ADD = "➕ Thêm khách này"

LOST_ZERO = """\
<b>{{ typed }}</b> có vẻ thiếu số 0 ở đầu (Excel hay làm mất).

Mã đúng có phải là <b>{{ better }}</b> không ạ?"""
USE = "⭐ Dùng {better}"

DOUBTFUL = """\
<b>{{ label | capitalize }}</b> của {{ customer.name }} (<code>{{ customer.tax_code }}</code>)

Đang ghi: <b>{{ value or "chưa có" }}</b>
{% if typed %}
Anh/chị gõ: <b>{{ typed }}</b>
{% endif %}
{% if why %}

⚠️ {{ why }}
{% endif %}
{% if better %}

Có phải là <b>{{ better }}</b> không ạ?{% endif %}"""

LEAVE_AS_IT_IS = "‹ Không đổi"

CORRECTED = """\
✅ {{ "Đã trả lại" if undone else "Đã đổi" }} <b>{{ label }}</b> của {{ customer.name }} (<code>{{ customer.tax_code }}</code>)

{% if undone %}
<b>{{ before or "chưa có" }}</b>
{% else %}
{{ before or "chưa có" }} → <b>{{ after }}</b>
{% if mended %}

Lần kích hoạt bị lỗi cũng đã được sửa theo: anh/chị chọn “Sửa và thử lại” ở tin báo lỗi ạ.
{% endif %}
{% endif %}"""
UNDO = "↩️ Hoàn tác"
OPEN_TIMELINE = "🕓 Khách này"


def year_words(year: TimelineYear) -> dict[str, Any]:
    """One purchase as the timeline shows it."""
    order, licence = year.purchase.order, year.purchase.licence
    left = f", {time_left_words(year.time_left)}" if year.time_left else ""
    return {
        "order": order,
        "by": year.by,
        "state": f"{MARKS[licence.state]} {STATES[licence.state]}{left}",
        "activated_at": licence.activated_at,
        "money": _money(year),
        "invoices": standing(year.invoices[:_SHOWN_INVOICES]),
    }


def _money(year: TimelineYear) -> str:
    purchase = year.purchase
    if purchase.licence.paid:
        return f"Đã trả {vnd(purchase.line.amount)}" + (
            f", {day(purchase.paid_at)}" if purchase.paid_at else ""
        )
    if purchase.licence.state is LicenceState.CANCELLED:
        return ""
    return f"Chưa trả {vnd(purchase.line.amount)}"
