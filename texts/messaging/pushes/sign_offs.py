"""Words of sign-offs: to who may approve, and to who asked."""

from domain.messaging.claim_contents import SignOffAskedContent, SignOffDecidedContent
from domain.messaging.targets import Place
from domain.sign_offs import SignOffState
from services.messaging.messages import ChatMessage
from texts.messaging.pushes.words import Wording, Wordings, Words, opens
from texts.money.sign_offs import ABOUT, about_words

OPEN_SIGN_OFF = "✍️ Xem và duyệt"
SEE_SIGN_OFF = "✍️ Xem"

ASKED = "✍️ <b>Cần anh/chị duyệt</b>\n\n" + ABOUT

DECIDED = """\
{% if approved %}
✅ <b>{{ about.decider|short(60) }} đã duyệt, em đã ghi nhận</b>
{% else %}
✖️ <b>{{ about.decider|short(60) }} không duyệt</b>
Lý do: {{ about.sign_off.note }}
{% endif %}

<b>{{ amount }}</b> · {{ act }}
{% if about.order %}
Đơn <b>{{ about.order.code }}</b> · {{ about.firm.name|named(80) }}
{% endif %}
Mã giao dịch: <code>{{ about.sign_off.reference|short(60) }}</code>"""


def _asked(words: Words, content: SignOffAskedContent) -> ChatMessage:
    html = words.html(ASKED, **about_words(content.about))
    return ChatMessage(html, buttons=((opens(OPEN_SIGN_OFF, Place.SIGN_OFF, content.about.sign_off.id),),))


def _decided(words: Words, content: SignOffDecidedContent) -> ChatMessage:
    one = content.about.sign_off
    html = words.html(DECIDED, approved=one.state is SignOffState.APPROVED, **about_words(content.about))
    return ChatMessage(html, buttons=((opens(SEE_SIGN_OFF, Place.SIGN_OFF, one.id),),))


def _decided_title(content: SignOffDecidedContent) -> str:
    said = about_words(content.about)
    approved = content.about.sign_off.state is SignOffState.APPROVED
    return f"{'✅ Đã duyệt' if approved else '✖️ Không duyệt'}: {said['amount']}"


WORDINGS: Wordings = {
    SignOffAskedContent: Wording(
        _asked, lambda it: f"✍️ Cần duyệt: {about_words(it.about)['amount']} của {it.about.asker}"
    ),
    SignOffDecidedContent: Wording(_decided, _decided_title),
}
