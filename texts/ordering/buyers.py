"""Words of the questions about buyers on invoices."""

from domain.invoices import BuyerKind
from texts.common import name_label
from texts.filters import buyer_number

KINDS = """\
<b>{{ "Số này" if one else "Các số này" }} trên hóa đơn là mã gì?</b>

{% for invoice in asked %}
• {{ invoice.unit_name|short(60) }}
{{ invoice.kind|buyer_number }}: <b>{{ invoice.tax_id }}</b>?
{% endfor %}
{% if more %}
… và {{ more }} số nữa
{% endif %}

12 số có thể là mã số thuế hộ kinh doanh (MST), hoặc số định danh của cá nhân. Sai thì anh/chị chọn lại bên dưới."""
ALL_RIGHT = "✅ Đúng cả {total}"
_NAME_LIMIT = 22


def is_kind(name: str, kind: BuyerKind) -> str:
    return f"{name_label(name, _NAME_LIMIT)}: {buyer_number(kind)}"
