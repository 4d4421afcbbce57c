"""The frame of all mails: one column, fit for a phone, that loads no pictures but its own."""

from dataclasses import replace

from markupsafe import escape

from services.messaging.messages import Mail

_HEAD = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body style="margin:0;padding:0;background:#f2f4f7;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7;">
<tr><td align="center" style="padding:16px 8px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;background:#ffffff;border-radius:12px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;color:#1d2939;">
"""

_FOOT = """\
</table>
</td></tr>
</table>
</body>
</html>
"""

LINK = "Thư không phải của quý khách, hoặc không muốn nhận thư nhắc nữa? Báo tại đây"

HOW_TO_PAY = """\
<tr><td style="padding:0 20px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f9fafb;border-radius:8px;">
<tr><td style="padding:12px 16px 2px;color:#667085;">Ngân hàng</td></tr>
<tr><td style="padding:0 16px;"><b>{{ bank }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Số tài khoản</td></tr>
<tr><td style="padding:0 16px;font-size:20px;"><b>{{ payment.payee.account }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Chủ tài khoản</td></tr>
<tr><td style="padding:0 16px;"><b>{{ payment.payee.holder }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Số tiền</td></tr>
<tr><td style="padding:0 16px;font-size:20px;"><b>{{ payment.left|vnd }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Nội dung chuyển khoản</td></tr>
<tr><td style="padding:0 16px;font-size:20px;"><b>{{ payment.code }}</b></td></tr>
<tr><td style="padding:10px 16px 2px;color:#667085;">Hạn thanh toán</td></tr>
<tr><td style="padding:0 16px 12px;"><b>{{ deadline|deadline }}</b></td></tr>
</table>
</td></tr>
<tr><td align="center" style="padding:20px;">
<img src="cid:qr" width="240" height="240" alt="Mã VietQR: {{ payment.left|vnd }}, nội dung {{ payment.code }}" style="display:block;width:240px;height:240px;">
<p style="margin:8px 0 0;color:#667085;">Quét bằng ứng dụng ngân hàng.<br>\
{% if payment.left > most %}
Mỗi lần chuyển nhanh tối đa {{ most|vnd }}: xin chuyển làm {{ -(-payment.left // most) }} lần, cùng nội dung.\
{% else %}
Số tiền và nội dung đã điền sẵn.\
{% endif %}
</p>
</td></tr>
"""
"""Rows of the frame: what is left to pay, and its VietQR picture `cid:qr`."""

HOW_TO_PAY_TEXT = """\
CHUYỂN KHOẢN
Ngân hàng:     {{ bank }}
Số tài khoản:  {{ payment.payee.account }}
Chủ tài khoản: {{ payment.payee.holder }}
Số tiền:       {{ payment.left|vnd }}
Nội dung:      {{ payment.code }}
Hạn:           {{ deadline|deadline }}
{% if payment.left > most %}
Mỗi lần chuyển nhanh tối đa {{ most|vnd }}: xin chuyển làm {{ -(-payment.left // most) }} lần, cùng nội dung.
{% endif %}
"""


def framed(title: str, rows: str) -> str:
    """The template of a mail with this title; `rows` are table rows."""
    return _HEAD.replace("{title}", title) + rows + _FOOT


def with_link(mail: Mail, page: str, stop_at: str) -> Mail:
    """The mail with a last line that leads to its `page`."""
    row = f'<tr><td style="padding:0 20px 24px;font-size:14px;line-height:20px;"><a href="{escape(page)}" '
    row += f'style="color:#667085;">{LINK}</a></td></tr>\n'
    html = mail.html.removesuffix(_FOOT.strip()) + row + _FOOT.strip()
    return replace(mail, text=f"{mail.text}\n{LINK}: {page}\n", html=html, stop_at=stop_at)
