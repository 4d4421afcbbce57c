"""The payment instruction as a mail, in text and HTML. No advertising: it is an order notice."""

SUBJECT = """[{{ payment.code }}] Hướng dẫn thanh toán phần mềm kế toán năm {{ order.fiscal_year }}\
{% if payment.line_count == 1 %} - {{ lines[0].name }}{% endif %}"""

TEXT = """Kính gửi {{ payment.notice.name }},

Đơn vị kế toán {{ firm.name }} (anh/chị {{ accountant.name }}, {{ accountant.phone|phone }}) đã đặt mua phần mềm kế toán {{ order.package_name }}, năm tài chính {{ order.fiscal_year }}, cho {{ lines[0].name if payment.line_count == 1 else payment.line_count ~ ' khách hàng' }}.

CHUYỂN KHOẢN
Ngân hàng:     {{ bank }}
Số tài khoản:  {{ payment.payee.account }}
Chủ tài khoản: {{ payment.payee.holder }}
Số tiền:       {{ payment.amount|vnd }}
Nội dung:      {{ payment.code }}
Hạn:           {{ payment.due_at|date }}

Xin chuyển đúng số tiền và nội dung trên để được ghi nhận ngay.

KHÁCH HÀNG
{% for line in lines %}
- {{ line.name }}, mã số thuế {{ line.tax_code }}: {{ line.amount|vnd }}
{% endfor %}
{% if more %}
- và {{ more }} khách hàng khác
{% endif %}

Thông tin liên hệ của quý khách do đơn vị kế toán {{ firm.name }} cung cấp để đặt đơn hàng này. Nếu có nhầm lẫn, xin liên hệ đơn vị kế toán theo số điện thoại trên.
"""

HTML = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hướng dẫn thanh toán {{ payment.code }}</title>
</head>
<body style="margin:0;padding:0;background:#f2f4f7;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7;">
<tr><td align="center" style="padding:16px 8px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;background:#ffffff;border-radius:12px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;color:#1d2939;">
<tr><td style="padding:24px 20px 8px;">
<p style="margin:0 0 12px;">Kính gửi <b>{{ payment.notice.name }}</b>,</p>
<p style="margin:0 0 12px;">Đơn vị kế toán <b>{{ firm.name }}</b> (anh/chị {{ accountant.name }}, {{ accountant.phone|phone }}) đã đặt mua phần mềm kế toán <b>{{ order.package_name }}</b>, năm tài chính <b>{{ order.fiscal_year }}</b>, cho <b>{{ lines[0].name if payment.line_count == 1 else payment.line_count ~ " khách hàng" }}</b>.</p>
</td></tr>
<tr><td style="padding:0 20px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f9fafb;border-radius:8px;">
<tr><td style="padding:12px 16px 2px;color:#667085;">Ngân hàng</td></tr>
<tr><td style="padding:0 16px;"><b>{{ bank }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Số tài khoản</td></tr>
<tr><td style="padding:0 16px;font-size:20px;"><b>{{ payment.payee.account }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Chủ tài khoản</td></tr>
<tr><td style="padding:0 16px;"><b>{{ payment.payee.holder }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Số tiền</td></tr>
<tr><td style="padding:0 16px;font-size:20px;"><b>{{ payment.amount|vnd }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Nội dung chuyển khoản</td></tr>
<tr><td style="padding:0 16px;font-size:20px;"><b>{{ payment.code }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Hạn thanh toán</td></tr>
<tr><td style="padding:0 16px 12px;"><b>{{ payment.due_at|date }}</b></td></tr>
</table>
</td></tr>
<tr><td align="center" style="padding:20px;">
<img src="cid:qr" width="240" height="240" alt="Mã VietQR: {{ payment.amount|vnd }}, nội dung {{ payment.code }}" style="display:block;width:240px;height:240px;">
<p style="margin:8px 0 0;color:#667085;">Quét bằng ứng dụng ngân hàng.<br>Số tiền và nội dung đã điền sẵn.</p>
</td></tr>
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
<tr><td style="padding:0 20px 24px;color:#667085;font-size:14px;line-height:20px;">
Thông tin liên hệ của quý khách do đơn vị kế toán {{ firm.name }} cung cấp để đặt đơn hàng này. Nếu có nhầm lẫn, xin liên hệ đơn vị kế toán theo số điện thoại trên.
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
