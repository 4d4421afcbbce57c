"""Words of a claim that somebody made by a photo or in words."""

from domain.money import vnd
from services.money.claims import OpenSum
from texts.common import name_label

WHICH = """\
🧾 <b>Khoản nào đã chuyển?</b>

Anh/chị có {{ total }} khoản chưa trả. Chọn khoản vừa chuyển, em báo bên nhận tiền kiểm tra."""

MADE = """\
🧾 Em ghi nhận anh/chị báo đã chuyển <b>{{ left|vnd }}</b>, chờ ngân hàng.

{% if customers > 1 %}
Đơn {{ order }} · {{ customers }} khách
{% else %}
{{ name|named(80) }} · đơn {{ order }}
{% endif %}

{% if picture %}
Em đã nhận ảnh.
{% endif %}
Tiền về tài khoản là em báo ngay."""
UNDO = "↩️ Chưa chuyển, bỏ báo này"

NOT_MADE = """\
Em đã bỏ báo chuyển <b>{{ left|vnd }}</b>. Khi nào chuyển, anh/chị gửi ảnh hoặc nhắn “đã ck” vào đây."""


def sum_button(one: OpenSum) -> str:
    if one.customers > 1:
        return f"Đơn {one.order.code} · {one.customers} khách · {vnd(one.payment.left)}"
    return f"{name_label(one.name, 20)} · {vnd(one.payment.left)}"
