"""Words of placing an order."""

from texts.ordering.words import WHO_RECEIVES

PLACE = (
    """\
<b>Đặt hàng?</b>

{{ view.package.name }} · năm {{ view.draft.fiscal_year }}
Khách hàng: <b>{{ view.sums.lines }}</b>
Tổng tiền: <b>{{ view.total|vnd }}</b>
Đối tượng nhận: <b>{{ recipient }}</b>
"""
    + WHO_RECEIVES
    + """\
{% if invoice %}
Hóa đơn ghi: <b>{{ invoice }}</b>
{% endif %}
{% if firm %}
{{ "" if invoice else "Hóa đơn ghi: " }}{{ firm.name|short(60) }} · MST {{ firm.tax_code }}
{{ firm.address }}
{% endif %}

{% if view.message_count %}
Em sẽ gửi <b>{{ view.message_count }} tin</b>:
{% for channel in view.channels %}
• {{ view.recipient_count }} {{ channels[channel] }}
{% endfor %}
{% else %}
Em gửi hướng dẫn thanh toán cho anh/chị ngay tại đây.
{% endif %}"""
)
PLACE_BUTTON = "🛒 Đặt hàng"
BACK_TO_REVIEW = "‹ Kiểm tra lại"
PLACED = """\
✅ <b>Đã đặt đơn {{ order.code }}</b>
{{ order.line_count }} khách · {{ order.total|vnd }}

Em đang gửi hướng dẫn thanh toán. Anh/chị có thể kích hoạt ngay để khách dùng trước.
{% if following %}

Anh/chị còn một đơn chưa đặt: <b>{{ following }}</b>.
{% endif %}"""
FOLLOWING = "▶️ Sang đơn {following}"
ACTIVATE = "⚡ Kích hoạt hàng loạt"
SEE_ORDER = "📦 Xem đơn hàng"
