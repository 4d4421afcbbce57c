"""Accounting data in the law's words."""

from typing import Any

from domain.accounting import (
    AccountingData,
    Option,
    offered_costings,
    offered_regimes,
    offered_vat_methods,
)
from domain.customers import CustomerKind


def labels(kind: CustomerKind, fiscal_year: int, data: AccountingData) -> dict[str, Any]:
    """The answers by what templates call them."""
    regimes = {o.id: o.label for o in offered_regimes(kind, fiscal_year, data.first_month)}
    methods = {o.id: o.label for o in offered_vat_methods(kind, fiscal_year, data.first_month)}
    costings = {o.id: o.label for o in offered_costings()}
    return {
        "regime": regimes.get(data.regime, data.regime),
        "vat_method": methods.get(data.vat_method, data.vat_method),
        "costing": costings.get(data.costing, data.costing),
        "currency": data.currency,
        "starts_on": data.starts_on(fiscal_year),
    }


ACCOUNTING = """\
{% if customer %}
<b>Dữ liệu kế toán riêng</b>
{{ customer }}
{% else %}
<b>Bước 5/6 · Dữ liệu kế toán và thuế GTGT</b>

{% if saved and keep %}
{{ saved }} khách đã khai từ trước, em giữ nguyên.
{% endif %}
{% if own %}
{{ own }} khách khai riêng trong đơn này.
{% endif %}
{% if common_count %}
Dùng chung cho <b>{{ common_count }} khách</b>:
{% else %}
Khách nào chưa khai thì dùng:
{% endif %}
{% endif %}

Chế độ: <b>{{ regime }}</b>
Thuế GTGT: <b>{{ vat_method }}</b>
Bắt đầu dữ liệu: <b>{{ starts_on|date }}</b>
Giá xuất kho: {{ costing }}
Tiền tệ: {{ currency }}"""
FOR_ALL_ANYWAY = "📘 Dùng cho cả {saved} khách đã khai"
KEEP_DECLARED = "↩️ Giữ dữ liệu {saved} khách đã khai"
USE_ACCOUNTING = "✅ Dùng thông tin này ▶"
USE_FOR_CUSTOMER = "✅ Xong"
AS_FOR_ALL = "↩️ Dùng như mọi khách"
CHANGE_REGIME = "Chế độ kế toán"
CHANGE_VAT = "Thuế GTGT"
CHANGE_MONTH = "Tháng bắt đầu"
CHANGE_COSTING = "Giá xuất kho"
CHOICES = {
    "regime": "<b>Chế độ kế toán</b>",
    "vat_method": "<b>Phương pháp tính thuế GTGT</b>",
    "first_month": "<b>Năm tài chính bắt đầu từ tháng mấy?</b>",
    "costing": "<b>Phương pháp tính giá xuất kho</b>",
}
ACCOUNTING_CHOICE = """\
{{ title|safe }}
{% for option in options if option.note %}
{{ "\n" if loop.first else "" }}{{ option.label }}: {{ option.note }}
{% endfor %}"""


def choice_label(option: Option, present: bool) -> str:
    return f"✅ {option.label}" if present else option.label


def month_label(month: int) -> str:
    return f"Tháng {month}"
