"""Mails to a payer after the instruction: money came in, or the payer shall not pay any more."""

from texts.messaging.pushes.mail_frame import HOW_TO_PAY, HOW_TO_PAY_TEXT, framed

_WHAT = "phần mềm kế toán {{ order.package_name }}, năm tài chính {{ order.fiscal_year }}"
_FOR = "{{ 'quý khách' if own else lines[0].name if payment.line_count == 1 else payment.line_count ~ ' khách hàng' }}"
_CONTACT = (
    "Mọi thắc mắc xin liên hệ đơn vị kế toán {{ firm.name }} "
    "(anh/chị {{ accountant.name }}, {{ accountant.phone|phone }})."
)
_SURPLUS = (
    "Số tiền chuyển nhiều hơn số phải trả, thừa {{ surplus|vnd }}. "
    "Chúng tôi sẽ liên hệ để hoàn lại phần thừa."
)
_FULL = "Quý khách đã thanh toán đủ{{ ', phần mềm được mở lại' if reopened }}. Xin cảm ơn quý khách."
_LEFT = "Còn thiếu {{ payment.left|vnd }}. Xin quý khách chuyển nốt theo thông tin dưới đây."

RECEIPT_SUBJECT = "[{{ payment.code }}] Đã nhận {{ amount|vnd }}"

RECEIPT_TEXT = (
    "Kính gửi {{ payment.notice.name }},\n\n"
    f"Chúng tôi đã nhận {{{{ amount|vnd }}}} thanh toán {_WHAT}, cho {_FOR}.\n\n"
    "{% if payment.left %}\n"
    f"{_LEFT}\n\n"
    + HOW_TO_PAY_TEXT
    + "{% elif surplus %}\n"
    + f"{_SURPLUS}\n"
    + "{% else %}\n"
    + f"{_FULL}\n"
    + "{% endif %}\n\n"
    + _CONTACT
)

_TOP = '<tr><td style="padding:24px 20px 8px;">\n<p style="margin:0 0 12px;">Kính gửi <b>{{ payment.notice.name }}</b>,</p>\n'
_BOTTOM = (
    '<tr><td style="padding:8px 20px 24px;color:#667085;font-size:14px;line-height:20px;">\n'
    f"{_CONTACT}\n</td></tr>\n"
)


def _paragraph(text: str) -> str:
    return f'<p style="margin:0 0 12px;">{text}</p>\n'


RECEIPT_HTML = framed(
    "Đã nhận thanh toán {{ payment.code }}",
    _TOP
    + _paragraph(f"Chúng tôi đã nhận <b>{{{{ amount|vnd }}}}</b> thanh toán {_WHAT}, cho <b>{_FOR}</b>.")
    + "{% if payment.left %}\n"
    + _paragraph(_LEFT)
    + "{% elif surplus %}\n"
    + _paragraph(_SURPLUS)
    + "{% else %}\n"
    + _paragraph(_FULL)
    + "{% endif %}\n</td></tr>\n{% if payment.left %}\n"
    + HOW_TO_PAY
    + "{% endif %}\n"
    + _BOTTOM,
)

_CANCELLED = (
    f"{{% if cancelled %}}Đơn mua {_WHAT}, cho {_FOR}, đã được hủy."
    "{% elif withdrawn %}Yêu cầu thanh toán {{ payment.code }} đã được rút vì đơn hàng thay đổi."
    "{% else %}Hướng dẫn thanh toán {{ payment.code }} đã gửi nhầm tới địa chỉ này.{% endif %}"
)
_GREETING = "{{ payment.notice.name if cancelled else 'quý khách' }}"
_DO_NOT_PAY = "Xin quý khách không chuyển khoản theo nội dung {{ payment.code }} nữa."
_PAID_ALREADY = "Nếu quý khách vừa chuyển khoản, xin báo cho đơn vị kế toán để được hoàn lại."

WITHDRAWN_SUBJECT = "[{{ payment.code }}] {{ 'Đơn đã hủy, xin không chuyển khoản' if cancelled else 'Xin không chuyển khoản' }}"

WITHDRAWN_TEXT = f"Kính gửi {_GREETING},\n\n{_CANCELLED}\n\n{_DO_NOT_PAY}\n{_PAID_ALREADY}\n\n{_CONTACT}"

WITHDRAWN_HTML = framed(
    "Xin không chuyển khoản: {{ payment.code }}",
    _TOP.replace("{{ payment.notice.name }}", _GREETING)
    + _paragraph(_CANCELLED)
    + _paragraph(f"<b>{_DO_NOT_PAY}</b>")
    + _paragraph(_PAID_ALREADY)
    + "</td></tr>\n"
    + _BOTTOM,
)
