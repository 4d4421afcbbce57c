"""Words of claims: to back office with the picture, to the accountant with what back office found."""

from domain.messaging.claim_contents import ClaimMadeContent, ClaimSettledContent
from domain.messaging.targets import Place
from domain.payments import ClaimState
from services.messaging.messages import ChatMessage
from texts.messaging.pushes.words import Wording, Wordings, Words, open_payments, opens

OPEN_CLAIM = "🧾 Kiểm tra"

MADE = """🧾 <b>Báo đã chuyển khoản</b>

Đơn {{ about.order.code }} · <b>{{ about.name|named(60) }}</b>
Nội dung: <code>{{ about.payment.code }}</code>
Còn phải trả: <b>{{ about.payment.left|vnd }}</b>

Người báo: {{ about.accountant.name }}, {{ about.accountant.phone|phone }}
{{ about.firm.name|named(60) }}
{% if not about.claim.picture %}

Chưa có ảnh: anh/chị xem tài khoản ngân hàng.
{% endif %}"""

SETTLED = """\
{% if accepted %}
✅ <b>Đã thấy khoản chuyển anh/chị báo</b>
{% else %}
⚠️ <b>Chưa thấy khoản chuyển anh/chị báo</b>
{% endif %}

Đơn {{ about.order.code }} · <b>{{ about.name|named(60) }}</b>
Nội dung: <code>{{ about.payment.code }}</code>
{% if not accepted %}
Lý do: {{ about.claim.note }}

Anh/chị kiểm tra lại rồi báo lại, hoặc chuyển khoản theo hướng dẫn ạ.
Cần hỏi lại, anh/chị liên hệ nhân viên hỗ trợ (xem /trogiup).
{% endif %}"""


def _made(words: Words, content: ClaimMadeContent) -> ChatMessage:
    html = words.html(MADE, about=content.about)
    claim = content.about.claim
    return ChatMessage(html, claim.picture or None, ((opens(OPEN_CLAIM, Place.CLAIM, claim.id),),))


def _made_title(content: ClaimMadeContent) -> str:
    order = content.about.order.code
    if not content.about.claim.picture:
        return f"🧾 Có người báo đã chuyển tiền đơn {order}"
    return f"🖼 Cần xem ảnh chuyển tiền đơn {order}"


def _settled(words: Words, content: ClaimSettledContent) -> ChatMessage:
    accepted = content.about.claim.state is ClaimState.ACCEPTED
    html = words.html(SETTLED, about=content.about, accepted=accepted)
    return ChatMessage(html, buttons=(open_payments(content.about.order.id),))


def _settled_title(content: ClaimSettledContent) -> str:
    order = content.about.order.code
    if content.about.claim.state is ClaimState.ACCEPTED:
        return f"✅ Đã thấy tiền chuyển cho đơn {order}"
    return f"✖️ Chưa thấy tiền chuyển cho đơn {order}"


WORDINGS: Wordings = {
    ClaimMadeContent: Wording(_made, _made_title),
    ClaimSettledContent: Wording(_settled, _settled_title),
}
