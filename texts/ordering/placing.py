"""Words of placing an order."""

from typing import Any

from domain.messaging.contents import OrderPlacedContent
from domain.money import vnd
from domain.packages import Package
from texts.ordering.words import RECIPIENTS

PLACE = """\
<b>Đặt hàng?</b>

{% for said in facts %}
{{ said }}
{% endfor %}

{% if held %}
✋ Đơn vị của anh/chị chưa trả khoản nào và chưa được nhà cung cấp duyệt, nên em \
{% if held == view.recipient_count %}
giữ lại tin của cả <b>{{ held }}</b> người nhận. Em gửi khi đơn vị có khoản trả đầu tiên hoặc được duyệt.
{% else %}
gửi ngay cho <b>{{ view.recipient_count - held }}</b> người nhận, còn <b>{{ held }}</b> người em giữ lại. \
Em gửi nốt khi đơn vị có khoản trả đầu tiên hoặc được duyệt.
{% endif %}
{% elif view.message_count %}
Em sẽ gửi {{ "nhiều nhất " if again else "" }}<b>{{ view.message_count }} tin</b>:
{% for channel in view.channels %}
• {{ view.recipient_count }} {{ channels[channel] }}
{% endfor %}
{% if again %}
Trong 24 giờ qua anh/chị đã hủy hướng dẫn của một số người. Ai đã được báo hủy một lần thì em chỉ gửi một tin có mã mới, từ hai lần thì em gửi lúc 7:00 sáng mai.
{% endif %}
{% else %}
Em gửi hướng dẫn thanh toán cho anh/chị ngay tại đây.
{% endif %}"""
PLACE_BUTTON = "🛒 Đặt hàng"
BACK_TO_REVIEW = "‹ Kiểm tra lại"
PLACED = """\
✅ <b>Đã đặt đơn {{ order.code }}</b>

{{ order.package_name }} · năm {{ order.fiscal_year }}
Khách hàng: <b>{{ order.line_count }}</b>
Tổng tiền: <b>{{ order.total|vnd }}</b>
Đối tượng nhận: {{ recipient }}
{% if message_count %}

Em gửi hướng dẫn thanh toán bằng {{ message_count }} tin. Tin nào không gửi được, em báo anh/chị.
{% endif %}
{% if held %}

✋ Em giữ hướng dẫn cho <b>{{ held }} người nhận</b>. Em gửi ngay khi đơn vị của anh/chị có khoản trả đầu tiên, hoặc được nhà cung cấp duyệt. Trong lúc chờ, anh/chị lấy phiếu ở mục Thanh toán rồi tự chuyển cho họ được ạ.
{% endif %}"""
"""The notice of an order, which the window shows, too."""

PLACED_WINDOW = (
    PLACED
    + """

{% if following %}
Anh/chị còn một đơn chưa đặt: <b>{{ following }}</b>.{{ " Chọn gói là sang đơn đó ạ." if packages else "" }}
{% else %}
Anh/chị có thể kích hoạt ngay để khách dùng trước: chưa thanh toán thì được dùng 7 ngày, tính từ lúc kích hoạt.
{% endif %}"""
)


def follow_with(package: Package) -> str:
    return f"▶️ {package.name} · {vnd(package.amount)}"


FOLLOWING = "▶️ Sang đơn {following}"
ACTIVATE = "⚡ Kích hoạt hàng loạt"
ACTIVATE_ALL = "⚡ Kích hoạt {order.line_count} khách"
SEE_ORDER = "📦 Mở đơn"


def placed(content: OrderPlacedContent) -> dict[str, Any]:
    """The values of `PLACED`."""
    return {
        "order": content.order,
        "message_count": content.message_count,
        "held": content.held,
        "recipient": RECIPIENTS[content.order.recipient],
    }
