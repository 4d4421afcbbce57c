"""Words of choosing the customers that a part payment for all is from."""

from domain.money import vnd
from domain.payments import PaymentRequest
from texts.common import DONE as CHECKED
from texts.common import name_label

WHO = """\
👥 <b>Khách nào đã trả?</b>

Đơn {{ found.order.code }} · đã nhận <b>{{ found.waiting|vnd }}</b>
{% if number %}
Đã chọn: <b>{{ number }} khách</b> · {{ found.cost|vnd }}
{% endif %}
{% if number and left > 0 %}

Còn {{ left|vnd }}: em ghi tiếp cho khách chưa chọn, theo thứ tự trong đơn.
{% elif number and left < 0 %}

Thiếu {{ (0 - left)|vnd }}: khách chọn sau cùng được ghi một phần.
{% elif not number %}

Chọn những khách đã trả. Chưa chọn thì 23:45 ngày nhận tiền em ghi theo thứ tự trong đơn.
{% endif %}"""

DONE = "Xong, ghi cho {number} khách ▶"
IN_ORDER = "📋 Theo thứ tự trong đơn"
BOOKED = f"{CHECKED} Em đã ghi. Chi tiết từng khách ngay bên dưới."


def tick_button(payment: PaymentRequest, name: str, ticked: bool) -> str:
    """The line of an unpaid customer; a partly paid one ends with what is missing."""
    mark = "☑️" if ticked else "⬜️"
    if payment.received:
        return f"{mark} {name_label(name, 15)} · còn {vnd(payment.left)}"
    return f"{mark} {name_label(name, 31)}"
