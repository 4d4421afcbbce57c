"""Of transfers that an accountant says were made: to back office with the picture, back with what it found."""

from domain.messaging.contents import ClaimMadeContent, ClaimSettledContent
from domain.payments import ClaimState
from services.messaging.messages import ChatButton, ChatMessage
from texts.messaging.pushes.words import Chats, Words, open_payments

OPEN_CLAIM = "🧾 Kiểm tra"

MADE = """🧾 <b>Báo đã chuyển khoản</b>

Đơn {{ about.order.code }} · <b>{{ about.name|short(60) }}</b>
Nội dung: <code>{{ about.payment.code }}</code>
Còn phải trả: <b>{{ about.payment.left|vnd }}</b>

Người báo: {{ about.accountant.name }}, {{ about.accountant.phone|phone }}
{{ about.firm.name|short(60) }}"""

SETTLED = """\
{% if accepted %}
✅ <b>Đã thấy khoản chuyển anh/chị báo</b>
{% else %}
⚠️ <b>Chưa thấy khoản chuyển anh/chị báo</b>
{% endif %}

Đơn {{ about.order.code }} · <b>{{ about.name|short(60) }}</b>
Nội dung: <code>{{ about.payment.code }}</code>
{% if not accepted %}
Lý do: {{ about.claim.note }}

Anh/chị kiểm tra lại rồi báo lại, hoặc chuyển khoản theo hướng dẫn ạ.
{% endif %}"""


def _made(words: Words, content: ClaimMadeContent) -> ChatMessage:
    html = words.html(MADE, about=content.about)
    claim = content.about.claim
    return ChatMessage(html, claim.picture, ((ChatButton(OPEN_CLAIM, data=f"open:claim:{claim.id}"),),))


def _settled(words: Words, content: ClaimSettledContent) -> ChatMessage:
    accepted = content.about.claim.state is ClaimState.ACCEPTED
    html = words.html(SETTLED, about=content.about, accepted=accepted)
    return ChatMessage(html, buttons=(open_payments(content.about.order.id),))


CHATS: Chats = {ClaimMadeContent: _made, ClaimSettledContent: _settled}
