"""Words of the cases of returns."""

from domain.return_cases import CaseReason, CaseState, ReturnCase
from services.back_office.returns import CaseView
from texts.common import short
from texts.money.sign_offs import amount_words

REASONS = {
    CaseReason.SURPLUS: "thừa tiền",
    CaseReason.CANCELLED_ORDER: "đơn đã hủy",
    CaseReason.WRONG_TRANSFER: "chuyển nhầm",
    CaseReason.REFUND: "hoàn tiền",
}

STATES = {
    CaseState.OPEN: "chưa trả",
    CaseState.WAITING: "chờ duyệt",
    CaseState.RETURNED: "đã trả lại",
    CaseState.CLOSED: "không trả lại",
}

NOBODY = "chưa ai nhận"

LIST = """\
↩️ <b>Tiền cần trả lại</b>

{{ "%d hồ sơ, cũ nhất ở trên."|format(total) if total else "Không có khoản nào cần trả lại." }}"""

DONE = """\
↩️ <b>Đã xong</b>

{{ "%d hồ sơ, mới nhất ở trên."|format(total) if total else "Chưa có hồ sơ nào xong." }}"""

SEE_DONE = "✅ Đã xong"
SEE_OPEN = "↩️ Cần trả lại"

CARD = """\
↩️ <b>{{ number }} · {{ amount }}</b>

{{ state|capitalize }} · {{ reason }}{{ ": %s"|format(view.case.why|short(200)) if view.case.why else "" }}
Người làm: {{ owner|short(60) }}
{% if view.order %}
Đơn <b>{{ view.order.code }}</b> · {{ view.firm.name|named(80) }}
{% endif %}
Nội dung: <code>{{ view.transfer.reported.content|short(120) }}</code>
Tiền về lúc: {{ view.transfer.reported.occurred_at|moment }}
{% if view.transfer.reported.reference %}
Mã giao dịch: <code>{{ view.transfer.reported.reference|short(60) }}</code>
{% endif %}
{% if view.case.returned_at %}
Trả lại lúc: {{ view.case.returned_at|moment }}, mã giao dịch <code>{{ view.case.reference|short(60) }}</code>
{% elif view.transfer.note %}
Ghi chú: {{ view.transfer.note }}
{% endif %}"""

TAKE = "🙋 Em nhận việc này"
TAKE_OVER = "🙋 Nhận thay {name}"
SETTLE = "🏦 Xử lý khoản này"
TAKEN = "✅ Anh/chị đang làm việc này, ai mở cũng thấy."

OF_TRANSFER = """\
{% if case %}

↩️ Trả lại tiền, {{ case.number }}: {{ case.state }}, {{ case.owner }}
{% endif %}"""
"""What the card of a transfer says of its case."""

GIVE_BACK = "🙋 Nhận việc trả lại"


def number(case: ReturnCase) -> str:
    """What a case is called."""
    return f"TL{case.id}"


def of_transfer(view: CaseView | None) -> dict[str, str] | None:
    """The `case` of `OF_TRANSFER`."""
    if view is None:
        return None
    works = " đang làm" if view.state in (CaseState.OPEN, CaseState.WAITING) else ""
    owner = f"{short(view.owner, 60)}{works}" if view.owner else NOBODY
    return {"number": number(view.case), "state": STATES[view.state], "owner": owner}


def card_words(view: CaseView) -> dict[str, object]:
    return {
        "view": view,
        "number": number(view.case),
        "amount": amount_words(view.amount, view.transfer.reported.currency),
        "state": STATES[view.state],
        "reason": REASONS[view.case.reason],
        "owner": view.owner or NOBODY,
        "take": TAKE_OVER.format(name=short(view.owner, 20)) if view.owner else TAKE,
    }


def case_button(view: CaseView) -> str:
    amount = amount_words(view.amount, view.transfer.reported.currency)
    what = view.owner or NOBODY if view.state is CaseState.OPEN else STATES[view.state]
    return short(f"{amount} · {REASONS[view.case.reason]} · {what}", 48)
