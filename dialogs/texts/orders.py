"""Words of the placed orders."""

from dialogs.texts.filters import day
from domain.money import vnd
from domain.orders import Order, OrderState

STATES = {
    OrderState.PLACED: "chờ thanh toán",
    OrderState.PARTLY_PAID: "đã thanh toán một phần",
    OrderState.PAID: "đã thanh toán",
    OrderState.CANCELLED: "đã hủy",
}

MARKS = {
    OrderState.PLACED: "⏳",
    OrderState.PARTLY_PAID: "⏳",
    OrderState.PAID: "✅",
    OrderState.CANCELLED: "✖️",
}

LIST = """\
📦 <b>Đơn hàng</b>

{{ "%d đơn, mới nhất ở trên."|format(total) if total > 1 else "1 đơn." if total else "Anh/chị chưa có đơn nào. Bấm /mua để đặt đơn đầu tiên." }}"""


def order_button(order: Order) -> str:
    return f"{MARKS[order.state]} {order.code} · {day(order.placed_at)[:5]} · {vnd(order.total)}"


CARD = """\
<b>Đơn {{ order.code }}</b> · {{ state }}

{{ order.package_name }} · năm {{ order.fiscal_year }}
Khách hàng: <b>{{ order.line_count }}</b>
Tổng tiền: <b>{{ order.total|vnd }}</b>
Đối tượng nhận: {{ recipient }}
Đặt lúc: {{ order.placed_at|moment }}

{% if payment %}
<b>Chuyển khoản</b>
{{ bank }} · <code>{{ payment.payee.account }}</code>
{{ payment.payee.holder }}
Số tiền: <code>{{ payment.amount }}</code> ({{ payment.amount|vnd }})
Nội dung: <code>{{ payment.code }}</code>
Hạn: {{ payment.due_at|date }}
{% else %}
Mỗi người nhận có hướng dẫn thanh toán riêng.
{% endif %}"""
COPY_AMOUNT = "📋 Chép số tiền"
COPY_CONTENT = "📋 Chép nội dung"
SEE_LINES = "👥 Khách trong đơn ({order.line_count})"
TO_LIST = "‹ Các đơn hàng"

LINES = """\
<b>Đơn {{ order.code }}</b> · {{ order.line_count }} khách

{% for line in lines %}
{{ line.position }}. {{ line.name }}
<code>{{ line.tax_code }}</code> · {{ line.amount|vnd }}{% if not one_payment %} · <code>{{ line.payment_code }}</code>{% endif %}

{% endfor %}"""
