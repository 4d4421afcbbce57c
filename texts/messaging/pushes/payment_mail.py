"""The payment instruction as a mail, in text and HTML. No advertising: it is an order notice."""

from texts.messaging.pushes.mail_frame import HOW_TO_PAY, HOW_TO_PAY_TEXT, framed

SUBJECT = """[{{ payment.code }}] {{ "Số tiền mới: hướng" if replaces else "Hướng" }} dẫn thanh toán phần mềm kế toán năm {{ order.fiscal_year }}"""

INSTEAD = "Hướng dẫn {{ instead_of }} gửi trước đó đã hủy: xin chỉ chuyển khoản theo nội dung {{ payment.code }} dưới đây."

REPLACES = (
    "Số tiền phải trả đã đổi: xin dùng hướng dẫn này thay cho hướng dẫn {{ payment.code }} gửi trước đó."
)

TEXT = (
    """Kính gửi {{ payment.notice.name }},

{% if replaces %}
"""
    + REPLACES
    + """

{% endif %}
{% if instead_of %}
"""
    + INSTEAD
    + """

{% endif %}
Đơn vị kế toán {{ firm.name }} (anh/chị {{ accountant.name }}, {{ accountant.phone|phone }}) đã đặt mua phần mềm kế toán {{ order.package_name }}, năm tài chính {{ order.fiscal_year }}, cho {{ 'quý khách (mã số thuế ' ~ lines[0].tax_code ~ ')' if own else lines[0].name if payment.line_count == 1 else payment.line_count ~ ' khách hàng' }}.

{% if payment.received %}
Đã nhận {{ payment.received|vnd }}, còn thiếu {{ payment.left|vnd }}.

{% endif %}
"""
    + HOW_TO_PAY_TEXT
    + """
Xin chuyển đúng số tiền và nội dung trên để được ghi nhận ngay.

{% if not own %}
KHÁCH HÀNG
{% for line in lines %}
- {{ line.name }}, mã số thuế {{ line.tax_code }}: {{ line.amount|vnd }}
{% endfor %}
{% if more %}
- và {{ more }} khách hàng khác
{% endif %}

{% endif %}
Thông tin liên hệ của quý khách do đơn vị kế toán {{ firm.name }} cung cấp để đặt đơn hàng này. Nếu có nhầm lẫn, xin liên hệ đơn vị kế toán theo số điện thoại trên.
{% if check %}

Kiểm tra hướng dẫn này có thật không, hoặc báo nếu quý khách không nhờ ai mua: {{ check }}?code={{ payment.code }}
{% endif %}
"""
)

HTML = framed(
    "Hướng dẫn thanh toán {{ payment.code }}",
    """\
<tr><td style="padding:24px 20px 8px;">
<p style="margin:0 0 12px;">Kính gửi <b>{{ payment.notice.name }}</b>,</p>
{% if replaces %}
<p style="margin:0 0 12px;"><b>"""
    + REPLACES
    + """</b></p>
{% endif %}
{% if instead_of %}
<p style="margin:0 0 12px;"><b>"""
    + INSTEAD
    + """</b></p>
{% endif %}
<p style="margin:0 0 12px;">Đơn vị kế toán <b>{{ firm.name }}</b> (anh/chị {{ accountant.name }}, {{ accountant.phone|phone }}) đã đặt mua phần mềm kế toán <b>{{ order.package_name }}</b>, năm tài chính <b>{{ order.fiscal_year }}</b>, cho <b>{{ "quý khách (mã số thuế " ~ lines[0].tax_code ~ ")" if own else lines[0].name if payment.line_count == 1 else payment.line_count ~ " khách hàng" }}</b>.</p>
{% if payment.received %}
<p style="margin:0 0 12px;">Đã nhận {{ payment.received|vnd }}, còn thiếu <b>{{ payment.left|vnd }}</b>.</p>
{% endif %}
</td></tr>
"""
    + HOW_TO_PAY
    + """\
{% if not own %}
<tr><td style="padding:0 20px 8px;">
<p style="margin:0 0 8px;"><b>Khách hàng</b></p>
<ul style="margin:0 0 12px;padding-left:20px;">
{% for line in lines %}
<li>{{ line.name }}<br><span style="color:#667085;">Mã số thuế {{ line.tax_code }} · {{ line.amount|vnd }}</span></li>
{% endfor %}
{% if more %}
<li>và {{ more }} khách hàng khác</li>
{% endif %}
</ul>
</td></tr>
{% endif %}
<tr><td style="padding:0 20px 24px;color:#667085;font-size:14px;line-height:20px;">
Thông tin liên hệ của quý khách do đơn vị kế toán {{ firm.name }} cung cấp để đặt đơn hàng này. Nếu có nhầm lẫn, xin liên hệ đơn vị kế toán theo số điện thoại trên.
{% if check %}
<br><a href="{{ check }}?code={{ payment.code }}" style="color:#0b5cd6;">Kiểm tra hướng dẫn này có thật không, hoặc báo nếu quý khách không nhờ ai mua</a>
{% endif %}
</td></tr>
""",
)
