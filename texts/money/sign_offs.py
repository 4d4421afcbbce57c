"""Words of sign-offs, in the chat's windows and in what is told of them."""

from domain.messaging.claim_contents import SignOffContent
from domain.money import vnd
from domain.sign_offs import SignedAct, SignOffState
from domain.transfers import VND

ACTS = {
    SignedAct.PAYMENT: "Nhập khoản thanh toán",
    SignedAct.CLAIM: "Nhận khoản kế toán báo đã chuyển",
    SignedAct.RETURN: "Trả lại tiền",
}

STATES = {
    SignOffState.WAITING: "chờ duyệt",
    SignOffState.APPROVED: "đã duyệt",
    SignOffState.REFUSED: "không duyệt",
    SignOffState.WITHDRAWN: "đã rút",
}

ABOUT = """\
<b>{{ amount }}</b> · {{ act }}
{% if about.order %}
Đơn <b>{{ about.order.code }}</b> · {{ about.firm.name|named(80) }}
{% endif %}
{% if about.transfer %}
Nội dung: <code>{{ about.transfer.reported.content|short(120) }}</code>
{% endif %}
{% if code %}
Nội dung: <code>{{ code }}</code>
{% endif %}
Mã giao dịch: <code>{{ about.sign_off.reference|short(60) }}</code>

Người gửi: {{ about.asker|short(60) }}, {{ about.sign_off.asked_at|moment }}
Lý do: {{ about.sign_off.why }}"""


def amount_words(amount: int, currency: str = VND) -> str:
    shown = vnd(amount)
    return shown if currency == VND else f"{shown.removesuffix(' ₫')} {currency}"


def about_words(about: SignOffContent) -> dict[str, object]:
    """The values of `ABOUT` and of a card."""
    one = about.sign_off
    return {
        "about": about,
        "amount": amount_words(one.amount, one.currency),
        "act": ACTS[one.act],
        "code": one.subject if one.act is SignedAct.PAYMENT else "",
        "state": STATES[one.state],
    }
