"""Words about labels and assignees."""

from collections.abc import Sequence

from domain.customers import LABEL_LIMIT
from texts.common import short
from texts.widths import fit

OF_CUSTOMER = """\
🏷️ <b>Nhãn</b> của {{ view.customer.called }}
{% if view.assignee %}
👤 {{ view.assignee }} phụ trách
{% endif %}

{% if any %}
Chọn nhãn để gắn hoặc gỡ (✅ là đang có), hoặc gõ nhãn mới.
{% else %}
Anh/chị gõ nhãn mới, ví dụ: Quận 1. Nhiều nhãn thì cách nhau bằng dấu phẩy.
{% endif %}"""

ASSIGN = "👤 Đổi người phụ trách"
ASSIGN_CUSTOMER = """\
👤 <b>Ai phụ trách</b> {{ view.customer.called }}?

Đang là: {{ view.assignee or "chưa giao ai" }}"""
NOBODY = "Không giao ai"

LABELS = """\
🏷️ <b>Nhãn của đơn vị</b>

{% if items %}
Chọn một nhãn để đổi tên hoặc xóa.
{% else %}
Chưa có nhãn nào. Anh/chị mở một khách, chọn Nhãn, rồi gõ tên nhãn.
{% endif %}"""

LABEL = """\
🏷️ Nhãn <b>{{ label.name }}</b> · {{ customers }} khách

Gõ tên mới để đổi tên nhãn."""

CONFIRM_DELETE = """\
<b>Xóa nhãn {{ label.name }}?</b>

{% if customers %}
{{ customers }} khách đang có nhãn này sẽ mất nhãn.
{% endif %}
Khách hàng vẫn còn nguyên."""
DELETE = "🗑️ Xóa nhãn"


def show_label(count: int) -> str:
    return f"🔽 Xem {count} khách"


def label_toggle(name: str, borne: bool) -> str:
    return f"{'☑️' if borne else '⬜️'} {fit(name, 31)}"


def put(names: Sequence[str]) -> str:
    return f"✅ Đã gắn nhãn: {short(', '.join(names), 5 * LABEL_LIMIT)}."


def renamed(name: str) -> str:
    return f"✅ Đã đổi tên nhãn thành {name}."


def deleted(name: str) -> str:
    return f"✅ Đã xóa nhãn {name}."
