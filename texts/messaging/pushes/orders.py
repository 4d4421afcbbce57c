"""Words of orders, and of messages that did not arrive."""

from domain.chats import Channel
from domain.customers import CustomerField
from domain.messaging.change_contents import OrderCancelledContent, OrderChangedContent
from domain.messaging.contents import DeliveryFailedContent, OrderPlacedContent
from domain.messaging.targets import Place
from services.messaging.messages import ChatMessage
from texts.customer_fields import WORDS
from texts.messaging.pushes.words import Wording, Wordings, Words, open_order, opens
from texts.ordering.placing import ACTIVATE, PLACED, placed
from texts.ordering.words import CHANNELS
from texts.orders.timeline import event_words

CANCELLED = """✖️ <b>Đơn {{ order.code }} đã hủy</b>{{ " (%s hủy)"|format(by) if by else "" }}

{{ order.package_name }} · năm {{ order.fiscal_year }} · {{ order.line_count }} khách
Phần mềm đã kích hoạt theo đơn này được tạm dừng. Xin đừng chuyển khoản cho đơn này nữa."""

CHANGED = """✏️ <b>Đơn {{ order.code }} đã sửa</b> ({{ by }} sửa)

{{ what }}

{{ order.package_name }} · năm {{ order.fiscal_year }} · {{ order.line_count }} khách · {{ order.total|vnd }}"""

DELIVERY_FAILED = """⚠️ <b>{{ "Có %d tin chưa gửi được"|format(count) if count > 1 else "Có tin chưa gửi được" }}</b>

{% for one in failed %}
• {{ "Đơn %s: "|format(one.order.code) if one.order else "" }}{{ channels[one.push.channel] }}{{ " kèm hóa đơn số %s"|format(one.invoice.number) if one.invoice else "" }} tới <b>{{ one.recipient_name or one.push.address }}</b>{{ " (%s)"|format(one.push.address) if one.recipient_name else "" }}
{% endfor %}
{% if count > failed|length %}
• và {{ count - failed|length }} tin khác
{% endif %}

Anh/chị báo giúp người nhận, và sửa lại {{ fields }} trong danh mục cho lần sau nhé."""


def _placed(words: Words, content: OrderPlacedContent) -> ChatMessage:
    html = words.html(PLACED, **placed(content))
    activate = (opens(ACTIVATE, Place.ACTIVATION, content.order.id),)
    return ChatMessage(html, buttons=(activate, open_order(content.order.id)))


def _cancelled(words: Words, content: OrderCancelledContent) -> ChatMessage:
    html = words.html(CANCELLED, order=content.order, by=content.by)
    return ChatMessage(html, buttons=(open_order(content.order.id),))


def _changed(words: Words, content: OrderChangedContent) -> ChatMessage:
    what = event_words(content.event, content.customer)
    html = words.html(CHANGED, order=content.order, by=content.by, what=what)
    return ChatMessage(html, buttons=(open_order(content.order.id),))


def _delivery_failed(words: Words, content: DeliveryFailedContent) -> ChatMessage:
    wrong = {
        WORDS[CustomerField.EMAIL if one.push.channel is Channel.EMAIL else CustomerField.PHONE].inside: None
        for one in content.failed
    }
    html = words.html(
        DELIVERY_FAILED,
        failed=content.failed,
        count=content.count,
        channels=CHANNELS,
        fields=", ".join(wrong),
    )
    orders = {one.order.id for one in content.failed if one.order}
    return ChatMessage(html, buttons=(open_order(orders.pop()),) if len(orders) == 1 else ())


WORDINGS: Wordings = {
    OrderPlacedContent: Wording(_placed, lambda it: f"✅ Đã đặt đơn {it.order.code}"),
    OrderCancelledContent: Wording(_cancelled, lambda it: f"✖️ Đơn {it.order.code} đã hủy"),
    OrderChangedContent: Wording(_changed, lambda it: f"✏️ Đơn {it.order.code} đã sửa"),
    DeliveryFailedContent: Wording(_delivery_failed, lambda it: f"⚠️ {it.count} tin chưa gửi được"),
}
