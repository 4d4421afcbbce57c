"""Words of the payment requests of an order."""

from collections.abc import Sequence

from domain.chats import Channel
from domain.money import vnd
from domain.payments import PaymentRequest, PaymentState
from domain.recipients import RecipientMode
from services.ports import PaymentSums
from texts.common import DONE, name_label
from texts.filters import phone

PAYMENT_MARKS = {
    PaymentState.AWAITING: "⏳",
    PaymentState.PARTLY_PAID: "🟡",
    PaymentState.PAID: "✅",
    PaymentState.OVERPAID: "✅",
    PaymentState.CANCELLED: "✖️",
}

PAYMENT_STATES = {
    PaymentState.AWAITING: "chưa trả",
    PaymentState.PARTLY_PAID: "đã trả một phần",
    PaymentState.PAID: "đã trả đủ",
    PaymentState.OVERPAID: "đã trả, thừa tiền",
    PaymentState.CANCELLED: "đã hủy",
}

LIST = """\
💳 <b>Thanh toán đơn {{ order.code }}</b>

Đã trả: <b>{{ sums.paid }}/{{ sums.requests }}</b>{{ " khách" if bundle else "" }}
Đã nhận: <b>{{ sums.received|vnd }}</b> / {{ order.total|vnd }}
{% if waiting %}
Chờ chọn khách: <b>{{ waiting|vnd }}</b>
{% endif %}
{% if pay_all %}
Còn phải trả: <b>{{ bundle.left|vnd }}</b>

Trả một lần cho cả đơn, hoặc chọn từng khách để lấy phiếu có mã riêng gửi khách.
{% else %}

Chọn từng khoản để lấy phiếu, gửi lại hướng dẫn hoặc báo đã chuyển.
{% endif %}
{% if held %}

✋ Em đang giữ hướng dẫn của <b>{{ held }}</b> khách, gửi khi đơn vị có khoản trả đầu tiên hoặc được duyệt. Trong lúc chờ, anh/chị lấy phiếu rồi tự chuyển cho họ.
{% endif %}"""
PAY_ALL = "{pay_all}"
GET_CARDS = "{get_cards}"
RESEND_ALL = "{resend_all}"
CHOOSE = "👥 Chọn khách đã trả"
ROLL_CALL = "📊 Bảng theo dõi"
ROLL_CALL_COMING = f"{DONE} Em gửi bảng ngay bên dưới."
TO_ORDER = "‹ Về đơn"


def claim(own: bool) -> str:
    """The button that says that money was sent; `own` says that the accountant is the one who pays."""
    return f"🧾 {'Tôi' if own else 'Khách'} đã chuyển khoản"


def pay_all(bundle: PaymentRequest) -> str:
    """The button of one transfer for all that is open."""
    return f"📲 QR cho cả đơn · còn {vnd(bundle.left)}"


def get_cards(sums: PaymentSums) -> str:
    """The button that sends the cards of all who owe; empty for fewer than two."""
    owing = sums.requests - sums.paid
    return f"🖼 Lấy phiếu {owing} khách chưa trả" if owing > 1 else ""


def resend_all(owing: int) -> str:
    """The button that sends all who owe and were told the instruction again; empty for fewer than two."""
    return f"🔁 Gửi lại cho {owing} khách chưa trả" if owing > 1 else ""


def all_resent(sent: int, without: int, enough: int, reminded: int) -> str:
    lacking = (
        f" {without} khách chưa có email hay số điện thoại: anh/chị lấy phiếu để chuyển tiếp."
        if without
        else ""
    )
    limited = f" {enough} khách hôm nay chưa gửi thêm được." if enough else ""
    just = f" {reminded} khách vừa được nhắc, tin nhắc có cách trả nên em chưa gửi thêm." if reminded else ""
    return ((f"{DONE} Em gửi lại cho {sent} khách." if sent else "") + just + lacking + limited).strip()


def cards_coming(sent: int, more: int) -> str:
    rest = f" Còn {more} phiếu: anh/chị bấm lại lần nữa." if more else ""
    return f"{DONE} Em gửi {sent} phiếu ngay bên dưới để anh/chị chuyển tiếp cho khách.{rest}"


def payment_button(payment: PaymentRequest, name: str) -> str:
    """The line of a payment request; a partly paid one ends with what is missing."""
    mark = PAYMENT_MARKS[payment.state]
    if payment.state is PaymentState.PARTLY_PAID:
        return f"{mark} {name_label(name, 15)} · còn {vnd(payment.left)}"
    return f"{mark} {name_label(name, 31)}"


CARD = """\
<b>{{ "Cả đơn %s"|format(payment.code) if whole else name }}</b>
{{ mark }} {{ state }}{{ " · %d khách"|format(payment.line_count) if payment.line_count > 1 else "" }}

Số tiền: <b>{{ payment.amount|vnd }}</b>
{% if payment.received %}
Đã nhận: <b>{{ payment.received|vnd }}</b>
{% endif %}
{% if payment.received and payment.left %}
Còn thiếu: <b>{{ payment.left|vnd }}</b>
{% endif %}
{% if payment.received > payment.amount %}
Thừa: <b>{{ (payment.received - payment.amount)|vnd }}</b>, bên em sẽ liên hệ hoàn lại
{% endif %}
Nội dung: <code>{{ payment.code }}</code>
{% if payment.left %}
Hạn: {{ deadline|deadline }}
{% endif %}
{% if payment.line_count > 1 %}

{% for line in lines %}
• {{ line.name|named(60) }}
{% endfor %}
{% if payment.line_count > lines|length %}
• và {{ payment.line_count - lines|length }} khách khác
{% endif %}
{% endif %}
{% if addresses %}

{{ "✋ Em đang giữ hướng dẫn này, chưa gửi" if held else "Hướng dẫn gửi" }} tới: {{ addresses }}
{% if held %}
Em gửi khi đơn vị có khoản trả đầu tiên hoặc được duyệt. Trong lúc chờ, anh/chị lấy phiếu rồi tự chuyển.
{% endif %}
{% endif %}
{% if claim %}

🧾 Đã báo chuyển khoản lúc {{ claim.made_at|moment }}, đang chờ kiểm tra.
{% endif %}"""
GET_CARD = "🖼 Lấy phiếu thanh toán"
CARD_COMING = f"{DONE} Em gửi phiếu ngay bên dưới. Anh/chị chuyển tiếp cho khách nhé."
RESEND = "🔁 Gửi lại hướng dẫn"
CLAIM = "{claim_label}"
TO_LIST = "‹ Các khoản"

PICTURE = """\
🧾 <b>Báo đã chuyển khoản</b>

{{ "Cả đơn" if whole else name }}
Số tiền: <b>{{ payment.left|vnd }}</b>
Nội dung: <code>{{ payment.code }}</code>

Anh/chị gửi vào đây ảnh chụp màn hình chuyển khoản thành công."""
WANT_PICTURE = "Em cần một tấm ảnh chụp màn hình chuyển khoản, gửi dạng ảnh (không phải tệp) giúp em nhé."
CLAIMED = f"{DONE} Em đã chuyển ảnh cho người kiểm tra. Có kết quả em báo ngay."

_CHANNELS = {Channel.CHAT: "tin nhắn chat", Channel.EMAIL: "email", Channel.SMS: "SMS"}


def resent(channels: Sequence[Channel]) -> str:
    if not channels:
        return "Người trả chưa có email hay số điện thoại nên em chưa gửi được. Anh/chị lấy phiếu để chuyển tiếp nhé."
    return f"{DONE} Em gửi lại bằng {', '.join(_CHANNELS[channel] for channel in channels)}."


def addresses(payment: PaymentRequest) -> str:
    """Where the instruction went; empty where it went to this chat."""
    if payment.recipient is RecipientMode.ACCOUNTANT:
        return ""
    return " · ".join(filter(None, (payment.notice.email, phone(payment.notice.phone))))
