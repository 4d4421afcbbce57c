"""Words of placing an order."""

from texts.ordering.words import IN_WHOSE_NAME, WHO_RECEIVES

PLACE = (
    """\
<b>Đặt hàng?</b>

{{ view.package.name }} · năm {{ view.draft.fiscal_year }}
Khách hàng: <b>{{ view.sums.lines }}</b>
Tổng tiền: <b>{{ view.total|vnd }}</b>
Đối tượng nhận: <b>{{ recipient }}</b>
"""
    + WHO_RECEIVES
    + IN_WHOSE_NAME
    + """\

{% if held %}
✋ Đơn vị của anh/chị chưa trả khoản nào và chưa được nhà cung cấp duyệt, nên em gửi ngay cho <b>{{ view.recipient_count - held }}</b> \
người nhận, còn <b>{{ held }}</b> người em giữ lại. Em gửi nốt khi đơn vị có khoản trả đầu tiên hoặc được duyệt.
{% elif view.message_count %}
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
SEE_ORDER = "📦 Mở đơn"
