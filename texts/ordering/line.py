"""Words of one customer of an order, and of their list."""

from collections.abc import Sequence

from domain.customers import REQUIRED_FOR_ORDER, CustomerField
from texts.catalogue.customers import KIND_DOUBT, edit_label
from texts.common import name_label
from texts.widths import width

LINES = """\
<b>Khách hàng trong đơn</b> · {{ total }} khách
Năm {{ view.draft.fiscal_year }} · {{ view.package.amount|vnd }} mỗi khách
{% if view.sums.incomplete %}

⚠️ {{ view.sums.incomplete }} khách còn thiếu thông tin, em xếp lên đầu.
{% endif %}

Chọn khách để xem chi tiết."""
TO_REVIEW = "‹ Về kiểm tra"
UNDO_REMOVE = "↩️ Chọn lại khách vừa bỏ"
REMOVED = "✅ Đã bỏ {name} khỏi đơn."


def line_button(name: str, gaps: Sequence[str]) -> str:
    """A customer's button. It names a single gap, and counts several."""
    if not gaps:
        return f"✅ {name_label(name, 31)}"
    what = gaps[0] if len(gaps) == 1 else f"{len(gaps)} mục"
    lacking = f" · thiếu {what}"
    return f"⚠️ {name_label(name, 31 - width(lacking))}{lacking}"


LINE = (
    """\
<b>{{ customer.called }}</b>
{% if gaps %}
⚠️ <b>Còn thiếu: {{ gaps }}</b>
{% endif %}
"""
    + KIND_DOUBT
    + """
Mã số thuế: <code>{{ customer.tax_code }}</code>
Địa chỉ: {{ customer.address or missing }}

<b>Người đại diện pháp luật</b>
{{ customer.representative or missing }}
Email: {{ customer.email or missing }}
Điện thoại: {{ customer.phone|phone or missing }}
🔑 <i>Email và số này dùng để tạo tài khoản đăng nhập.</i>
{% if shared %}
⚠️ <i>Sẽ chung một tài khoản đăng nhập với: {{ shared }}</i>
{% endif %}
{% if accounting %}

<b>Dữ liệu kế toán</b>{{ " (khai riêng)" if own_accounting else "" }}
{{ regime }}
{{ taxes }} · từ {{ starts_on|date }}
{{ costing ~ " · " if has_stock else "" }}{{ currency }}
{% endif %}
{% if other_mode %}

<b>Người nhận hóa đơn, thông báo</b>
{% if other %}
{{ other.notice.name }} · {{ other.notice.phone|phone }}
{{ other.notice.email }}
{% if other.invoice %}
Hóa đơn ghi: {{ other.invoice.unit_name }}
{{ other.invoice.kind|buyer_number }}: {{ other.invoice.tax_id }}
{{ other.invoice.address }}
{{ other.invoice.email }}
{% else %}
Hóa đơn ghi tên khách hàng này, gửi về: {{ other.invoice_email or customer.email or missing }}
{% endif %}
{% elif receives_itself %}
Khách hàng này tự nhận.
{% else %}
{{ missing }}
{% endif %}
{% endif %}

Năm {{ fiscal_year }} · <b>{{ amount|vnd }}</b>"""
)
_LOGIN_FIRST = (CustomerField.EMAIL, CustomerField.PHONE, CustomerField.REPRESENTATIVE)
EDIT_FIELDS = tuple(
    (field, edit_label(field))
    for field in (*_LOGIN_FIRST, *(field for field in REQUIRED_FOR_ORDER if field not in _LOGIN_FIRST))
)
LINE_ACCOUNTING = "📘 Kế toán riêng"
LINE_RECIPIENT = "📮 Người nhận"
REMOVE = "🗑️ Bỏ khỏi đơn"
TO_LINES = "‹ Danh sách"
LINE_EDIT = """\
<b>{{ field|capitalize }}</b> của {{ customer }}

Đang ghi: <b>{{ value or "chưa có" }}</b>

Anh/chị gõ {{ field }} mới, ví dụ: {{ example }}"""
LINE_RECIPIENT_TEXT = """\
<b>Người nhận của {{ customer }}</b>

{{ "Anh/chị chọn người đã khai, hoặc khai người mới." if others else "Anh/chị khai người nhận giúp em nhé." }}"""
NEW_RECIPIENT = "➕ Khai người mới"
