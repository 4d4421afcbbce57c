"""Words of choosing the customers of an order."""

from texts.common import name_label
from texts.widths import BUTTON, width

CUSTOMERS = """\
<b>Bước 4/6 · Chọn khách hàng</b>

{% if criteria %}
🔽 Đang lọc: <b>{{ criteria }}</b>
{% endif %}
{% if query %}
Tìm “{{ query }}”: {{ total }} khách
{% if elsewhere %}
⚠️ {{ elsewhere.called }}{{ " và %d khách khác"|format(more_elsewhere) if more_elsewhere else "" }} đang ghi là {{ elsewhere.kind|kind|lower }}, còn đơn này dành cho {{ kind }}. Anh/chị đặt ở đơn khác ạ.
{% endif %}
{% elif criteria %}
{{ total }} {{ kind }}
{% elif total %}
{{ total }} {{ kind }} để chọn
{% else %}
Danh mục chưa có {{ kind }} nào. Anh/chị dán danh sách hoặc gửi tệp Excel ngay tại đây nhé.
{% endif %}
{% if total or picked_total or narrowed %}
Đã chọn: <b>{{ picked_total }}</b>{{ " · " ~ amount|vnd if picked_total else "" }}
{% endif %}

{% if total > 8 or narrowed %}
Gõ tên, mã số thuế hoặc mã riêng để tìm.
{% endif %}"""
CUSTOMER_BUTTON = "{item[label]}"


def pick_button(name: str, tax_code: str, picked: bool, missing: bool) -> str:
    marks = f"{'☑️' if picked else '⬜️'} {'⚠️ ' if missing else ''}"
    return f"{marks}{name_label(name, BUTTON - width(marks), tax_code)}"


PICK_ALL_AND_GO = "Chọn cả {total} & tiếp tục ▶"
PICK_ALL = "Chọn cả {total}"
UNPICK_ALL = "Bỏ chọn {page_scope}"
UNPICK = "Bỏ chọn hết"
UNPICK_EVERY = "hết"
UNPICK_MATCHING = "khách tìm thấy"
NOT_IN_CATALOGUE = "✅ {} chưa có trong danh mục, em thêm và chọn luôn nhé."
PICKED = "✅ Đã chọn {name}."
GO_WITH = "Tiếp tục với {picked_total} khách ▶"
ADD_CUSTOMER = "➕ Thêm khách"
UPLOAD = "📋 Thêm nhiều khách"
