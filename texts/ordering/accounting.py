"""Accounting data in the law's words."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.accounting import (
    AccountingData,
    income_method_of,
    offered_costings,
    offered_regimes,
    offered_vat_methods,
    option_label,
)
from domain.accounting_overview import AccountingOverview, Some
from domain.customers import CustomerKind
from texts.catalogue.customers import VAT_WORDS
from texts.common import named

INCOME_TAX = {CustomerKind.ENTERPRISE: "Thuế TNDN", CustomerKind.HOUSEHOLD: "Thuế TNCN"}


def labels(kind: CustomerKind, fiscal_year: int, data: AccountingData) -> dict[str, Any]:
    """The answers by what templates call them."""
    regimes = {o.id: o.label for o in offered_regimes(kind, fiscal_year, data.first_month)}
    methods = {o.id: o.label for o in offered_vat_methods(kind, fiscal_year, data.first_month)}
    costings = {o.id: o.label for o in offered_costings()}
    method = income_method_of(data)
    income = option_label(method) if method else ""
    return {
        "regime": regimes.get(data.regime, data.regime),
        "vat_method": methods.get(data.vat_method, data.vat_method),
        "income_tax": INCOME_TAX[kind],
        "income_method": income,
        "taxes": f"{methods.get(data.vat_method, data.vat_method)}{f' · {INCOME_TAX[kind]}: {income}' if income else ''}",
        "costing": costings.get(data.costing, data.costing),
        "currency": data.currency,
        "starts_on": data.starts_on(fiscal_year),
    }


def overview_lines(found: AccountingOverview, fiscal_year: int) -> list[str]:
    """What all customers of an order have, first in one line, then what nobody declared or the year changes."""
    parts = [_counted(found.regimes, {}), _counted(found.vat_methods, VAT_WORDS)]
    if found.own.count:
        parts.append(
            f"khai riêng: {found.own.name}" if found.own.count == 1 else f"{found.own.count} khai riêng"
        )
    lines = [f"Kế toán: {' · '.join(parts)}"]
    if found.guessed.count:
        lines.append(f"⚠️ Em đoán: kế toán của {_who(found.guessed)} (chưa khai đủ)")
    if found.by_law.count:
        lines.append(f"⚠️ Em đổi theo luật năm {fiscal_year}: kế toán của {_who(found.by_law)}")
    if found.later.count:
        lines.append(f"⚠️ {_who(found.later)} khai ngày bắt đầu sau năm {fiscal_year}, em chưa dùng")
    total = sum(count for _, count in found.regimes)
    # A whole order that is renewed needs no word of it.
    if found.earlier.count > 0 and not found.earlier.count == total > 1:
        lines.append(f"Ngày bắt đầu dữ liệu theo năm mua: {_who(found.earlier)}")
    return lines


def _counted(values: Sequence[tuple[str, int]], words: Mapping[str, str]) -> str:
    if len(values) == 1:
        return words.get(values[0][0], values[0][0])
    said = [f"{words.get(value, value)} {count}" for value, count in values]
    return ", ".join([f"{said[0]} khách", *said[1:]])


def _who(some: Some) -> str:
    return named(some.name, 60) if some.count == 1 else f"{some.count} khách"


ACCOUNTING = """\
{% if customer %}
<b>Dữ liệu kế toán riêng</b>
{{ customer }}
{% else %}
<b>Bước 5/6 · Dữ liệu kế toán và thuế GTGT</b>

{% if saved and keep %}
{{ saved }} khách đã khai từ trước, em giữ phần đã khai.
{% for note in notes %}
{{ note }}
{% endfor %}
{% endif %}
{% if own %}
{{ own }} khách khai riêng trong đơn này.
{% endif %}
{% if common_count %}
Dùng chung cho <b>{{ common_name or "%d khách"|format(common_count) }}</b>:
{% else %}
Khách nào chưa khai thì dùng:
{% endif %}
{% endif %}

Chế độ: <b>{{ regime }}</b>
Thuế GTGT: <b>{{ vat_method }}</b>
{% if income_method %}
{{ income_tax }}: <b>{{ income_method }}</b>
{% endif %}
Bắt đầu dữ liệu: <b>{{ starts_on|date }}</b>
{% if has_stock %}
Giá xuất kho: {{ costing }}
{% endif %}
Tiền tệ: {{ currency }}"""
FOR_ALL_ANYWAY = "📘 Dùng cho cả {saved} khách đã khai"
KEEP_DECLARED = "↩️ Giữ dữ liệu {saved} khách đã khai"
USE_ACCOUNTING = "⭐ Dùng thông tin này ▶"
OWN_KEPT = "✅ Đã ghi dữ liệu kế toán riêng của {name}."
AS_FOR_ALL = "↩️ Dùng như mọi khách"
CHANGE_REGIME = "Chế độ kế toán"
CHANGE_VAT = "Thuế GTGT"
CHANGE_INCOME = "Thuế thu nhập"
CHANGE_MONTH = "Tháng bắt đầu"
CHANGE_COSTING = "Giá xuất kho"
CHANGE_START = "Ngày bắt đầu"
CHOICES = {
    "regime": "<b>Chế độ kế toán</b>",
    "vat_method": "<b>Phương pháp tính thuế GTGT</b>",
    "income_method": "<b>Thuế thu nhập (TNDN, TNCN) tính thế nào?</b>",
    "first_month": "<b>Năm tài chính bắt đầu từ tháng mấy?</b>",
    "costing": "<b>Phương pháp tính giá xuất kho</b>",
}
ACCOUNTING_CHOICE = """\
{{ title|safe }}
{% for option in options if option.note %}
{{ "\n" if loop.first else "" }}{{ option.label }}: {{ option.note }}
{% endfor %}"""


def choice_label(label: str, present: bool) -> str:
    return f"🔘 {label}" if present else label


def month_label(month: int) -> str:
    return f"Tháng {month}"
