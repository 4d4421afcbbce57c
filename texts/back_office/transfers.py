"""Words of the transfers that a person settles."""

from typing import Any

from domain.messaging.contents import RollCallEntry, TransferOpenContent
from domain.money import vnd
from domain.transfers import Attention, Transfer
from services.back_office.candidates import Candidate
from services.back_office.transfers import Assignment
from texts.back_office.returns import OF_TRANSFER
from texts.back_office.sign_offs import NEEDED
from texts.common import name_label, short
from texts.filters import day, told
from texts.messaging.pushes.transfers import part_words
from texts.money.transfers import ABOUT_OTHER, PROVIDERS, SETTLED, other_words, why

SHORT_REASONS = {
    Attention.NO_CODE: "không có mã",
    Attention.UNKNOWN_CODE: "mã lạ",
    Attention.CANCELLED_ORDER: "đơn đã hủy",
    Attention.TOO_MUCH: "thừa tiền",
    Attention.PAID_TWICE: "trả hai lần",
    Attention.NOT_MATCHED: "chưa tự ghi nhận được",
    Attention.OTHER_ACCOUNT: "tài khoản lạ",
    Attention.OTHER_CURRENCY: "ngoại tệ",
    Attention.OTHER_CONTENT: "báo lại khác trước",
    Attention.PERHAPS_REPEATED: "có thể báo trùng",
    Attention.REFUND: "cần hoàn tiền",
}

LIST = """\
🏦 <b>Chuyển khoản cần xử lý</b>

{{ "%d khoản, cũ nhất ở trên."|format(total) if total else "Không có khoản nào cần xử lý." }}

📒 Có sổ phụ ngân hàng (Excel) thì gửi vào đây, em đối chiếu với sổ."""

SEE_OUTGOING = "↗️ Tiền chuyển đi"
SEE_OPEN = "🏦 Khoản cần xử lý"

CARD = (
    """\
🏦 <b>{{ transfer.reported|told }}</b>
{% if why %}
⚠️ {{ why }}
{% else %}
✅ {{ settled }}{{ ": %s"|format(transfer.note) if transfer.note else "" }}
{% endif %}

Nội dung: <code>{{ transfer.reported.content|short(300) }}</code>
{% if transfer.reported.account %}
Vào tài khoản: <code>{{ transfer.reported.account|short(40) }}</code>
{% endif %}
Lúc: {{ transfer.reported.occurred_at|moment }}
Báo bởi: {{ provider }}{{ " · %s"|format(transfer.reported.reference|short(60)) if transfer.reported.reference else "" }}
{% if candidates %}

Em chưa ghi khoản nào. Có thể là của \
{{ "khoản" if candidates|length == 1 else "một trong %d khoản"|format(candidates|length) }} bên dưới; không phải thì \
chọn “Ghi cho một đơn”.
{% endif %}
{% if parts %}

Đã ghi cho:
{% for part in parts %}
• {{ part.name }}: {{ part.amount|vnd }}, {{ part.outcome }}
{% endfor %}
{% endif %}
"""
    + OF_TRANSFER
    + ABOUT_OTHER
)

ASSIGN = "📌 Ghi cho một đơn"
SEND_BACK = "↩️ Đã trả lại tiền"
IGNORE = "🚫 Bỏ qua"

ABOUT = """\
<b>{{ shown }}</b> · {{ transfer.reported.occurred_at|date }}
<code>{{ transfer.reported.content|short(120) }}</code>
"""

ASK_CODE = (
    """📌 <b>Ghi cho một đơn</b>

"""
    + ABOUT
    + """
Anh/chị gõ nội dung chuyển khoản của khách, hoặc mã đơn (ghi cho các khoản chưa trả của đơn đó)."""
)

CHECK_ASSIGN = """\
{% if transfer.attention == "other_currency" %}
⚠️ Ngân hàng báo bằng {{ transfer.reported.currency }}. Anh/chị chỉ ghi khi sao kê có đúng số tiền này bằng VND.

{% endif %}
{% if must_choose %}
<b>{{ amount|vnd }}</b> này của khách nào?
{% else %}
Ghi <b>{{ amount|vnd }}</b> cho:
{% endif %}

Đơn <b>{{ payable.order.code }}</b> · {{ payable.firm.name|named(80) }}
{% for entry, part in booked %}
{{ "→" if part else "•" }} {{ entry.name|named(60) }}: còn {{ entry.payment.left|vnd }}{{ ", ghi <b>%s</b>"|safe|format(part|vnd) if part else "" }}
{% endfor %}
{% if payable.count > payable.entries|length %}
• và {{ payable.count - payable.entries|length }} khoản khác
{% endif %}

{% if must_choose and may_do %}
Không đủ cho cả đơn. Anh/chị chọn khách, hoặc bấm Ghi nhận để em hỏi kế toán của đơn.
{% elif must_choose %}
Không đủ cho cả đơn. Anh/chị chọn khách, hoặc gõ nội dung chuyển khoản của khách.
{% elif amount > payable.left %}
⚠️ Thừa {{ (amount - payable.left)|vnd }}, phần thừa sẽ lại chờ xử lý.
{% elif amount < payable.left %}
Sau đó còn thiếu {{ (payable.left - amount)|vnd }}.
{% else %}
Vừa đủ.
{% endif %}"""
ASSIGN_FOR_GOOD = "📌 Ghi nhận"
ASSIGNED = "✅ Đã ghi nhận. Em báo người trả và kế toán."
ASKED = "✅ Em hỏi kế toán của đơn xem khách nào đã trả."

ASK_RETURN = (
    """↩️ <b>Đã trả lại tiền</b>

"""
    + ABOUT
    + """
Anh/chị chuyển trả ở ngân hàng trước, rồi gõ mã giao dịch của lần chuyển trả."""
)
CHECK_RETURN = (
    """\
Ghi là đã trả lại <b>{{ shown }}</b>?

Mã giao dịch: <code>{{ typed }}</code>
{% if transfer.attention == "refund" %}

Khách thành chưa trả: hết 7 ngày từ khi kích hoạt thì phần mềm tạm dừng. Em báo kế toán của đơn.
{% elif transfer.surplus %}

Phần thừa được trừ khỏi khoản đã ghi.
{% endif %}
"""
    + NEEDED
)
RETURN_FOR_GOOD = "↩️ Đã trả lại"
RETURNED = "✅ Đã ghi là trả lại."

ASK_IGNORE = (
    """🚫 <b>Bỏ qua khoản này</b>

"""
    + ABOUT
    + """
Anh/chị gõ lý do, ví dụ: lãi tiền gửi."""
)
CHECK_IGNORE = """\
Bỏ qua <b>{{ shown }}</b>?

Lý do: {{ typed }}

\
{% if transfer.attention == "refund" %}
Không hoàn nữa, tiền vẫn ghi cho khách như cũ.
{% else %}
{{ "Phần thừa vẫn để ở khoản đã ghi." if transfer.surplus else "Tiền không ghi cho đơn nào." }}
{% endif %}"""
IGNORE_FOR_GOOD = "🚫 Bỏ qua"
IGNORED = "✅ Đã bỏ qua khoản này."

OUTGOING = """\
↗️ <b>Tiền chuyển đi</b>

{% if not items %}
Chưa có khoản nào.
{% endif %}
{% for one in items %}
<b>{{ one.reported|told }}</b> · {{ one.reported.occurred_at|moment }}
<code>{{ one.reported.content|short(120) }}</code>

{% endfor %}"""


def card_words(view: TransferOpenContent) -> dict[str, Any]:
    """The values of `CARD`, and of the windows of what is done with the transfer."""
    transfer = view.transfer
    return {
        "transfer": transfer,
        "amount": transfer.surplus or transfer.reported.amount,
        "shown": shown_amount(transfer),
        "why": why(transfer),
        "settled": SETTLED[transfer.state],
        "provider": PROVIDERS[transfer.reported.provider],
        "parts": [part_words(part) for part in view.parts],
        "may_refund": transfer.refundable,
        "may_move": bool(why(transfer)) and not transfer.reported.outgoing,
        **other_words(view.other),
    }


def assignment_words(assignment: Assignment) -> dict[str, Any]:
    """The further values of `CHECK_ASSIGN`."""
    return {
        "payable": assignment.payable,
        "must_choose": assignment.must_choose,
        "may_do": assignment.may_ask or not assignment.must_choose,
        "booked": list(zip(assignment.payable.entries, assignment.booked, strict=True)),
    }


SECOND = "✍️ chờ duyệt"


def transfer_button(transfer: Transfer, waits: bool = False) -> str:
    """`waits` for a second person."""
    assert transfer.attention is not None
    reason = SECOND if waits else SHORT_REASONS[transfer.attention]
    return short(f"{shown_amount(transfer)} · {reason} · {day(transfer.reported.occurred_at)[:5]}", 48)


def shown_amount(transfer: Transfer) -> str:
    """What is to be settled of a transfer."""
    return vnd(transfer.surplus) if transfer.surplus else told(transfer.reported)


def candidate_button(candidate: Candidate) -> str:
    """Names the customer, how much is open, and the beginning of the code."""
    first, *others = candidate.requests
    more = len(others) or first.customers - 1
    name = name_label(first.customer, 9 if more else 12) + (f" +{more}" if more else "")
    return f"→ {name} · {vnd(candidate.left)} · {first.code[:4]}…"


def candidate_words(candidate: Candidate) -> str:
    """The whole of what a button names only the beginning of."""
    first, *others = candidate.requests
    more = len(others) or first.customers - 1
    name = first.customer + (f" và {more} khách khác" if more else "")
    return f"→ {name} · {vnd(candidate.left)} · {candidate.codes} · đơn {first.order} · {first.firm}"


def unpaid_button(entry: RollCallEntry) -> str:
    return f"→ {name_label(entry.name, 12)} · {vnd(entry.payment.left)} · {entry.payment.code[:4]}…"
