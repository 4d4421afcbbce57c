"""Words of the questions about buyers on invoices."""

from domain.invoices import BuyerKind
from texts.common import name_label
from texts.filters import buyer_number

KINDS = """\
<b>{{ "Số này" if one else "Các số này" }} trên hóa đơn là mã gì?</b>

{% for invoice in asked %}
• {{ invoice.unit_name|named(60) }}
{{ invoice.kind|buyer_number }}: <b>{{ invoice.tax_id }}</b>?
{% endfor %}
{% if more %}
… và {{ more }} số nữa
{% endif %}

12 số có thể là mã số thuế hộ kinh doanh (MST), hoặc số định danh của cá nhân. Sai thì anh/chị chọn lại bên dưới."""
UNLIKE = """\
<b>{{ total }} bên mua chưa ghi như đăng ký thuế</b>

Hóa đơn phải ghi đúng tên, địa chỉ đã đăng ký. Tra cứu theo mã số thuế thấy:
{% for one in unlike %}

• {{ one.buyer.unit_name|named(60) }} · {{ one.buyer.tax_id }}
{% if one.name %}
Tên đăng ký: <b>{{ one.name|named(100) }}</b>
{% endif %}
{% if one.address %}
Địa chỉ đăng ký: <b>{{ one.address|short(100) }}</b>
{% endif %}
{% endfor %}
{% if more %}

… và {{ more }} bên mua nữa
{% endif %}"""
AS_REGISTERED = "⭐ Ghi như đăng ký ({total})"
AS_WRITTEN = "Giữ như đang ghi ▶"
ALL_RIGHT = "Đúng cả {total}"
_NAME_LIMIT = 22


def is_kind(name: str, kind: BuyerKind) -> str:
    return f"{name_label(name, _NAME_LIMIT)}: {buyer_number(kind)}"
