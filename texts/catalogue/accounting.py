"""Words of the accounting data that are kept of a customer."""

from collections.abc import Mapping
from typing import Any

from domain.accounting import option_label
from texts.filters import day

HOME = """\
<b>Dữ liệu kế toán</b>
{{ name }}

{% for label, value, proposed in values %}
{{ label }}: <b>{{ value }}</b>{{ " (em đề nghị)" if proposed else "" }}
{% endfor %}

{% if ordered %}
Em cho anh/chị xem lại trước khi đổi trong đơn.
{% elif proposing %}
Đúng thì anh/chị lưu, đơn sau em dùng luôn. Chưa chắc thì để khi đặt hàng cũng được ạ.
{% else %}
Đơn sau em dùng các mục này, anh/chị không phải khai lại.
{% endif %}"""
SAVE = "💾 Lưu dữ liệu kế toán"
LABELS = {
    "regime": "Chế độ kế toán",
    "vat_method": "Thuế GTGT",
    "income_method": "Thuế thu nhập",
    "first_month": "Tháng bắt đầu",
    "data_start": "Ngày bắt đầu",
    "costing": "Giá xuất kho",
}
START = """\
<b>Ngày bắt đầu dữ liệu</b>

Đơn vị mới mở sổ từ ngày thành lập. Kỳ đầu dưới 90 ngày được gộp vào năm sau, tối đa 15 tháng.

Anh/chị gõ ngày, ví dụ: 01/11/2026"""
FROM_THE_YEAR = "📅 Từ đầu năm tài chính"
BY_YEAR = "đầu năm tài chính"
OPEN = "📘 Kế toán"
SAVED = "✅ Đã lưu dữ liệu kế toán."
NOT_DECLARED = "chưa khai, em hỏi khi đặt hàng"


def value(field: str, declared: Mapping[str, Any]) -> str:
    """One declared field in words."""
    said = declared[field]
    if field == "data_start":
        return day(said) if said else BY_YEAR
    return str(said) if field == "first_month" else option_label(said)
