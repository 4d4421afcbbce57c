"""Words of everything that is sent unasked: chat messages, mails, SMS."""

from collections.abc import Callable

from jinja2 import Environment

from dialogs.texts.filters import FILTERS, day
from dialogs.texts.ordering import CHANNELS, FIELDS, RECIPIENTS
from dialogs.texts.payment_mail import HTML, SUBJECT, TEXT
from domain.banks import bank_by_bin
from domain.customers import CustomerField
from domain.money import vnd
from domain.payments import PaymentRequest
from domain.pushes import (
    Channel,
    DeliveryFailedContent,
    OrderPlacedContent,
    PaymentContent,
    PushContent,
    StaffJoinedContent,
)
from domain.text import without_diacritics
from services.messages import ChatButton, ChatMessage, InlineImage, Mail

SMS_LIMIT = 160

OPEN_ORDER = "📦 Mở đơn hàng"
COPY_AMOUNT = "📋 Chép số tiền"
COPY_CONTENT = "📋 Chép nội dung"

MAYBE_REPEATED = """\
{% if maybe_repeated %}
<i>(Có thể em đã gửi tin này rồi.)</i>
{% endif %}
"""

ORDER_PLACED = """✅ <b>Đặt hàng thành công: {{ order.code }}</b>

{{ order.package_name }} · năm {{ order.fiscal_year }}
Khách hàng: <b>{{ order.line_count }}</b>
Tổng tiền: <b>{{ order.total|vnd }}</b>
Đối tượng nhận: {{ recipient }}
{% if message_count %}

Em gửi hướng dẫn thanh toán bằng {{ message_count }} tin. Tin nào không gửi được, em báo anh/chị.
{% endif %}"""

PAYMENT = """<b>Hướng dẫn thanh toán đơn {{ order.code }}</b>

Ngân hàng: <b>{{ bank }}</b>
Số tài khoản: <code>{{ payment.payee.account }}</code>
Chủ tài khoản: {{ payment.payee.holder }}
Số tiền: <code>{{ payment.amount }}</code> ({{ payment.amount|vnd }})
Nội dung: <code>{{ payment.code }}</code>
Hạn thanh toán: <b>{{ payment.due_at|date }}</b>

Quét mã bằng ứng dụng ngân hàng, hoặc chuyển khoản đúng số tiền và nội dung trên."""

DELIVERY_FAILED = """⚠️ <b>Có tin chưa gửi được</b>

{{ "Đơn %s: "|format(order.code) if order else "" }}em không gửi được {{ channel }} tới <b>{{ name or address }}</b>{{ " (%s)"|format(address) if name else "" }}.

Anh/chị báo giúp người nhận, và sửa lại {{ field }} trong danh mục cho lần sau nhé."""

STAFF_JOINED = """👤 <b>{{ accountant.name }}</b> đã vào đơn vị của anh/chị.
{{ accountant.phone|phone }} · {{ accountant.email }}"""


def order_button_data(order_id: int) -> str:
    """Callback data that `dialogs/commands.py` takes."""
    return f"open:order:{order_id}"


class PushTexts:
    """`services.messages.Renderer` in Vietnamese. `qr` draws the VietQR picture of a payment as PNG."""

    def __init__(self, qr: Callable[[PaymentRequest], bytes]) -> None:
        self._qr = qr
        self._html = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self._plain = Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True)
        for environment in (self._html, self._plain):
            environment.filters.update(FILTERS)

    def _render(self, template: str, maybe_repeated: bool = False, **values: object) -> str:
        text = self._html.from_string(MAYBE_REPEATED + template)
        return text.render(maybe_repeated=maybe_repeated, **values).strip()

    def chat(self, content: PushContent, maybe_repeated: bool) -> ChatMessage:
        """The message in a chat."""
        match content:
            case OrderPlacedContent(order, message_count):
                html = self._render(
                    ORDER_PLACED,
                    maybe_repeated,
                    order=order,
                    message_count=message_count,
                    recipient=RECIPIENTS[order.recipient],
                )
                return ChatMessage(html, buttons=(_open_order(order.id),))
            case PaymentContent(payment, order):
                html = self._render(
                    PAYMENT, maybe_repeated, payment=payment, order=order, bank=_bank_name(payment)
                )
                copies = (
                    ChatButton(COPY_AMOUNT, copy=str(payment.amount)),
                    ChatButton(COPY_CONTENT, copy=payment.code),
                )
                return ChatMessage(html, self._qr(payment), (copies, _open_order(order.id)))
            case DeliveryFailedContent(push, failed_order, name):
                html = self._render(
                    DELIVERY_FAILED,
                    maybe_repeated,
                    order=failed_order,
                    channel=CHANNELS[push.channel],
                    name=name,
                    address=push.address,
                    field=FIELDS[
                        CustomerField.EMAIL if push.channel is Channel.EMAIL else CustomerField.PHONE
                    ],
                )
                buttons = (_open_order(failed_order.id),) if failed_order else ()
                return ChatMessage(html, buttons=buttons)
            case StaffJoinedContent(accountant):
                return ChatMessage(self._render(STAFF_JOINED, maybe_repeated, accountant=accountant))

    def mail(self, content: PushContent, maybe_repeated: bool) -> Mail:
        """The mail of a payment instruction; nothing else is mailed."""
        assert isinstance(content, PaymentContent)
        values = {
            "payment": content.payment,
            "order": content.order,
            "firm": content.firm,
            "accountant": content.accountant,
            "lines": content.lines,
            "more": content.payment.line_count - len(content.lines),
            "bank": _bank_name(content.payment),
        }
        return Mail(
            subject=self._plain.from_string(SUBJECT).render(values).strip(),
            text=self._plain.from_string(TEXT).render(values).strip() + "\n",
            html=self._html.from_string(HTML).render(values),
            inline=(InlineImage("qr", self._qr(content.payment)),),
        )

    def sms(self, content: PushContent) -> str:
        """One SMS part without diacritics; the firm's name gives way where it does not fit."""
        assert isinstance(content, PaymentContent)
        payment, order = content.payment, content.order
        instruction = (
            f"Phan mem ke toan {order.fiscal_year}: chuyen {vnd(payment.amount).removesuffix(' ₫')}d toi "
            f"{without_diacritics(_bank_name(payment))} {payment.payee.account} noi dung {payment.code} "
            f"truoc {day(payment.due_at)}. Don vi ke toan: "
        )
        room = max(0, SMS_LIMIT - len(instruction))
        return (instruction + without_diacritics(content.firm.name)[:room]).strip()


def _open_order(order_id: int) -> tuple[ChatButton, ...]:
    return (ChatButton(OPEN_ORDER, data=order_button_data(order_id)),)


def _bank_name(payment: PaymentRequest) -> str:
    bank = bank_by_bin(payment.payee.bank_bin)
    return bank.short_name if bank else payment.payee.bank_bin
