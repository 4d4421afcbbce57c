"""Words of claims and of payments entered by hand."""

from domain.messaging.claim_contents import ClaimContent
from domain.money import vnd
from domain.payments import ClaimState
from texts.back_office.sign_offs import NEEDED
from texts.common import name_label
from texts.filters import day
from texts.widths import BUTTON, width

LIST = """\
💰 <b>Ghi nhận thanh toán</b>

{{ "%d khoản kế toán báo đã chuyển, cũ nhất ở trên."|format(total) if total else "Không có khoản nào kế toán báo đã chuyển." }}"""

ENTER = "✍️ Nhập khoản thanh toán"

CARD = """\
🧾 <b>Báo đã chuyển khoản</b> · {{ state }}

Đơn <b>{{ about.order.code }}</b> · {{ about.firm.name }}
Nội dung: <code>{{ about.payment.code }}</code>
Còn phải trả: <b>{{ about.payment.left|vnd }}</b>
Người báo: {{ about.accountant.name }}, {{ about.accountant.phone|phone }}
Báo lúc: {{ about.claim.made_at|moment }}
{% if about.claim.note %}

Ghi chú: {{ about.claim.note }}
{% endif %}"""

STATES = {
    ClaimState.OPEN: "chờ kiểm tra",
    ClaimState.ACCEPTED: "đã nhận tiền",
    ClaimState.REFUSED: "chưa thấy tiền",
}

ACCEPT = "✅ Đã thấy tiền"
REFUSE = "✖️ Chưa thấy tiền"

ASK_REFERENCE = """\
✅ <b>Đã thấy tiền</b> · {{ about.payment.code }}

Anh/chị gõ mã giao dịch của ngân hàng, ví dụ FT26327000111."""

CHECK_ACCEPT = (
    """\
Ghi <b>{{ amount|vnd }}</b> cho khoản <code>{{ about.payment.code }}</code>?
Mã giao dịch: <code>{{ typed }}</code>
{% if amount != about.payment.left %}

Còn phải trả trước đó: {{ about.payment.left|vnd }}
{% endif %}
"""
    + NEEDED
)
ACCEPT_FOR_GOOD = "Ghi nhận"
OTHER_AMOUNT = "✏️ Số tiền khác"
ACCEPTED = "✅ Đã ghi nhận khoản này."

ASK_AMOUNT = """\
Khách chuyển bao nhiêu cho <code>{{ about.payment.code }}</code>?

Anh/chị gõ số tiền, ví dụ 1500000."""

ASK_REASON = """\
✖️ <b>Chưa thấy tiền</b> · {{ about.payment.code }}

Anh/chị gõ lý do. Kế toán sẽ đọc được."""
CHECK_REFUSE = """\
Báo kế toán là chưa thấy tiền của khoản <code>{{ about.payment.code }}</code>?

Lý do: {{ typed }}"""
REFUSE_FOR_GOOD = "✖️ Báo chưa thấy tiền"
REFUSED = "✅ Đã báo kế toán."

ENTER_CODE = """\
✍️ <b>Nhập khoản thanh toán</b>

Anh/chị gõ nội dung chuyển khoản của khách, hoặc mã đơn nếu cả đơn trả một lần."""

ABOUT = """\
Đơn <b>{{ payable.order.code }}</b> · {{ payable.firm.name|named(80) }}
{% for entry in payable.entries %}
{{ entry.name|named(60) }} · <code>{{ entry.payment.code }}</code>
{% endfor %}
Còn phải trả: <b>{{ payable.left|vnd }}</b>
"""

ENTER_AMOUNT = (
    ABOUT
    + """
Anh/chị gõ số tiền đã nhận."""
)
ALL_LEFT = "Đúng {left}"

ENTER_REFERENCE = (
    ABOUT
    + """
Đã nhận: <b>{{ amount|vnd }}</b>

Anh/chị gõ mã giao dịch của ngân hàng, ví dụ FT26327000111."""
)

ENTER_CHECK = (
    ABOUT
    + """
Ghi <b>{{ amount|vnd }}</b>, mã giao dịch <code>{{ reference }}</code>?
{% if amount > payable.left %}

⚠️ Thừa {{ (amount - payable.left)|vnd }}, phần thừa sẽ chờ xử lý.
{% endif %}
"""
    + NEEDED
)
ENTER_FOR_GOOD = "Ghi nhận"


def claim_button(about: ClaimContent) -> str:
    amount, at = f"{vnd(about.payment.left)} · ", f" · {day(about.claim.made_at)[:5]}"
    return f"{amount}{name_label(about.name, BUTTON - width(amount + at))}{at}"
