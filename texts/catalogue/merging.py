"""Words about customers that are kept twice."""

from domain.customers import Customer, CustomerField
from services.catalogue.customers import CustomerView
from services.ports import LookAlikes
from texts.common import name_label, short
from texts.customer_fields import WORDS, shown
from texts.widths import BUTTON, width

PAIRS = """\
👯 <b>Khách trùng nhau</b>

{% if total %}
{{ total }} cặp có thể là một khách. Chọn một cặp để so sánh rồi gộp.
{% else %}
Em không thấy khách nào giống nhau trong danh mục.
{% endif %}"""

SEARCH = """\
👯 Gộp <b>{{ customer.name or customer.tax_code }}</b> với khách nào?

{% if items %}
Chọn khách trùng với khách này, hoặc gõ tên, mã số thuế, mã riêng để tìm.
{% else %}
Gõ tên, mã số thuế hoặc mã riêng của khách trùng.
{% endif %}
{% if query and not items %}

Không thấy khách nào khác khớp với “{{ query }}”.
{% endif %}
{% if merged %}

Khách đã gộp vào khách này: chọn để tách ra.
{% endif %}"""

COMPARE = """\
<b>Hai khách này là một?</b>

① <b>{{ first.customer.name }}</b>
② <b>{{ second.customer.name }}</b>

{% for row in rows %}
{% if row.same %}
{{ row.label }}: {{ row.first }} <i>(giống nhau)</i>
{% else %}
{{ row.label }}:
 ① {{ row.first or "chưa có" }}
 ② {{ row.second or "chưa có" }}
{% endif %}
{% endfor %}

Khách được giữ lấy thêm các mục còn thiếu, nhãn, và chỗ trong đơn nháp của khách kia. Đơn đã đặt vẫn giữ nguyên."""

KEEP_FIRST = "Giữ ①, gộp ② vào"
KEEP_SECOND = "Giữ ②, gộp ① vào"

MERGED = """\
✅ Đã gộp <b>{{ dropped.name }}</b> ({{ dropped.tax_code }})
vào <b>{{ kept.name }}</b> ({{ kept.tax_code }}).

Gộp nhầm thì chọn Tách ra: hai khách lại như cũ."""
UNDO = "↩️ Tách ra"
OPEN = "👤 Mở khách"
NEXT = "👯 Cặp khác"
UNDONE = "✅ Đã tách ra: hai khách lại như cũ."

_WHY = {"name": "giống tên", "login": "chung email/số", "tax_code": "gần giống mã"}
_VALUE_LIMIT = 100
_LAST = (CustomerField.PHONE, CustomerField.KIND)
_COMPARED = (*(field for field in CustomerField if field not in (CustomerField.NAME, *_LAST)), *_LAST)


def pair_button(pair: LookAlikes) -> str:
    names = [
        name_label(one.name or one.tax_code, (BUTTON - width(f" ~  · {_WHY[pair.why]}")) / 2)
        for one in (pair.first, pair.second)
    ]
    return f"{names[0]} ~ {names[1]} · {_WHY[pair.why]}"


def found_button(customer: Customer) -> str:
    return name_label(customer.name or customer.tax_code, code=customer.tax_code)


def split_button(customer: Customer) -> str:
    return f"↩️ {name_label(customer.name or customer.tax_code, 31)}"


def _values(view: CustomerView) -> dict[str, str]:
    return {
        **{WORDS[field].label: shown(field, getattr(view.customer, field)) for field in _COMPARED},
        "Nhãn": ", ".join(label.name for label in view.labels),
        "Phụ trách": view.assignee,
    }


def rows(first: CustomerView, second: CustomerView) -> list[dict[str, object]]:
    """The fields that either customer has, with both values side by side."""
    one, other = _values(first), _values(second)
    return [
        {
            "label": label,
            "first": short(one[label], _VALUE_LIMIT),
            "second": short(other[label], _VALUE_LIMIT),
            "same": one[label] == other[label],
        }
        for label in one
        if one[label] or other[label]
    ]
