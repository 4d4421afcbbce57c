"""Words of refunds, for the accountant whose order was paid with the money."""

from domain.messaging.claim_contents import RefundContent
from domain.money import vnd
from domain.orders import OrderState
from services.messaging.messages import ChatMessage
from texts.messaging.pushes.transfers import part_words
from texts.messaging.pushes.words import Wording, Wordings, Words, open_payments

MADE = """\
↩️ <b>Đã hoàn {{ case.returned|vnd }} của đơn {{ order.code }}</b>

{% for part in parts %}
• {{ part.name }}: {{ part.amount|vnd }}
{% endfor %}
{% if count > parts|length %}
• và {{ count - parts|length }} khoản khác
{% endif %}

Lý do: {{ case.why|short(200) }}
Mã giao dịch: <code>{{ case.reference|short(60) }}</code>
{% if left %}

Đơn còn phải trả <b>{{ left|vnd }}</b>. Phần mềm chưa trả tiền dùng được đến hết 7 ngày từ khi kích hoạt.
{% endif %}
{% if may_cancel %}

Không mua nữa thì anh/chị mở đơn rồi hủy đơn ạ.
{% endif %}"""


def _made(words: Words, content: RefundContent) -> ChatMessage:
    may_cancel = content.order.state is OrderState.PLACED
    html = words.html(
        MADE,
        case=content.case,
        order=content.order,
        parts=[part_words(one) for one in content.parts],
        count=content.count,
        left=content.left,
        may_cancel=may_cancel,
    )
    return ChatMessage(html, buttons=(open_payments(content.order.id),))


def _title(content: RefundContent) -> str:
    return f"↩️ Đã hoàn {vnd(content.case.returned)} của đơn {content.order.code}"


WORDINGS: Wordings = {RefundContent: Wording(_made, _title)}
