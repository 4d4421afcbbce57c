"""Words of payment requests: how to pay, what came in, who has paid."""

from domain.calendar import VIETNAM
from domain.messaging.contents import (
    JointInstructionContent,
    PaymentCardContent,
    PaymentContent,
    PaymentReceiptContent,
    RollCallContent,
)
from domain.money import vnd
from domain.orders import OrderState
from domain.payments import PaymentRequest, PaymentState
from domain.text import without_diacritics
from services.messaging.messages import ChatButton, ChatMessage, InlineImage, Mail
from texts.common import named
from texts.messaging.pushes import payment_mail, receipt_mail
from texts.messaging.pushes.words import (
    OF,
    Wording,
    Wordings,
    Words,
    bank_name,
    open_order,
    open_payments,
    sms_of,
)
from texts.money.payments import PAYMENT_MARKS

COPY_AMOUNT = "📋 Số tiền"
COPY_CONTENT = "📋 Nội dung"


def amount_of(code: str) -> str:
    """What stands below a copied amount."""
    return f"Số tiền của {code}"


HOW_TO_PAY = """\
Ngân hàng: <b>{{ bank }}</b>
Số tài khoản: <code>{{ payment.payee.account }}</code>
Chủ tài khoản: {{ payment.payee.holder }}
Số tiền: <code>{{ payment.left }}</code> ({{ payment.left|vnd }})
Nội dung: <code>{{ payment.code }}</code>
Hạn: <b>{{ deadline|deadline_in_chat }}</b>
{% if payment.left > most %}

⚠️ Mỗi lần chuyển nhanh tối đa {{ most|vnd }}: xin chuyển làm {{ -(-payment.left // most) }} lần, cùng nội dung. Mã QR không ghi sẵn số tiền.
{% endif %}
"""

INSTRUCTION = (
    """<b>Hướng dẫn thanh toán đơn {{ order.code }}</b>

{% if payment.received %}
Đã nhận {{ payment.received|vnd }}, còn thiếu <b>{{ payment.left|vnd }}</b>.

{% endif %}
"""
    + HOW_TO_PAY
    + """
{% if payment.left <= most %}
Quét mã bằng ứng dụng ngân hàng, hoặc chuyển khoản đúng số tiền và nội dung trên.
{% endif %}"""
)

JOINT = (
    """<b>Hướng dẫn thanh toán {{ orders|length }} đơn, một lần chuyển</b>

{% for order, left in orders %}
• {{ order.code }} · {{ order.package_name }}: {{ left|vnd }}
{% endfor %}

"""
    + HOW_TO_PAY
    + """
Chuyển thiếu thì em ghi đủ từng đơn, từ đơn cũ nhất; phần lẻ em hỏi anh/chị khách nào đã trả."""
)

CARD = (
    """Kính gửi <b>{{ name }}</b>,

{% if payment.received %}
Đã nhận {{ payment.received|vnd }}. Mời quý khách thanh toán phần còn lại của phần mềm kế toán năm {{ order.fiscal_year }}:
{% else %}
Mời quý khách thanh toán phần mềm kế toán năm {{ order.fiscal_year }}:
{% endif %}

"""
    + HOW_TO_PAY
    + """
Quét mã bằng ứng dụng ngân hàng là có sẵn {{ "số tiền và " if payment.left <= most }}nội dung. Chuyển tay thì xin ghi đúng nội dung.
{% if check %}

Kiểm tra tin này có thật không: {{ check }}?code={{ payment.code }}
{% endif %}

{{ firm.name }}
{{ accountant.name }} · {{ accountant.phone|phone }}"""
)

ROLL_CALL = """<b>📊 Ai đã trả · đơn {{ order.code }}</b>

Đã trả: <b>{{ paid }}/{{ count }}</b>
Đã nhận: <b>{{ received|vnd }}</b> / {{ order.total|vnd }}

{% for line in lines %}
{{ line }}
{% endfor %}
{% if count > lines|length %}
• và {{ count - lines|length }} khách khác
{% endif %}"""


def copy_buttons(words: Words, payment: PaymentRequest) -> tuple[ChatButton, ...]:
    """An amount that no instant transfer carries is not offered."""
    content = ChatButton(COPY_CONTENT, copy=payment.code)
    amount = ChatButton(COPY_AMOUNT, copy=str(payment.left), note=amount_of(payment.code))
    return (amount, content)[payment.left > words.most :]


ROLL_CALL_NAME = 34


def roll_call_line(payment: PaymentRequest, name: str) -> str:
    """One payer: a mark, the name, and what is missing where a part is paid."""
    owes = f" · còn {vnd(payment.left)}" if payment.received and payment.left else ""
    several = f" ({payment.line_count} khách)" if payment.line_count > 1 else ""
    return f"{PAYMENT_MARKS[payment.state]} {named(name, ROLL_CALL_NAME)}{several}{owes}"


def instruction(words: Words, content: PaymentContent) -> ChatMessage:
    payment, order = content.payment, content.order
    about = {"payment": payment, "order": order, "deadline": content.deadline}
    html = words.html(INSTRUCTION, bank=bank_name(payment), **about)
    return ChatMessage(html, words.qr(payment), (copy_buttons(words, payment), open_order(order.id)))


def _joint(words: Words, content: JointInstructionContent) -> ChatMessage:
    payment = content.payment
    about = {"payment": payment, "orders": content.orders, "deadline": None}
    html = words.html(JOINT, bank=bank_name(payment), **about)
    return ChatMessage(html, words.qr(payment), (copy_buttons(words, payment),))


def _card(words: Words, content: PaymentCardContent) -> ChatMessage:
    """The card has no buttons, because it is forwarded."""
    about = content.instruction
    one_customer = about.payment.line_count == 1
    html = words.html(
        CARD,
        payment=about.payment,
        order=about.order,
        bank=bank_name(about.payment),
        name=about.lines[0].name if one_customer else about.payment.notice.name,
        firm=about.firm,
        accountant=about.accountant,
        deadline=about.deadline,
    )
    return ChatMessage(html, words.qr(about.payment))


def _roll_call(words: Words, content: RollCallContent) -> ChatMessage:
    html = words.html(
        ROLL_CALL,
        order=content.order,
        lines=[roll_call_line(entry.payment, entry.name) for entry in content.entries],
        count=content.count,
        paid=content.paid,
        received=content.received,
    )
    return ChatMessage(html, buttons=(open_payments(content.order.id),))


def values_of(content: PaymentContent) -> dict[str, object]:
    payment = content.payment
    return {
        "payment": payment,
        "order": content.order,
        "firm": content.firm,
        "accountant": content.accountant,
        "lines": content.lines,
        # To the customer itself its own name says nothing new.
        "own": payment.line_count == len(content.lines) == 1 and content.lines[0].name == payment.notice.name,
        "more": payment.line_count - len(content.lines),
        "bank": bank_name(payment),
        "surplus": max(0, payment.received - payment.amount),
        # One that was withdrawn before its order was cancelled names nobody.
        "cancelled": content.order.state is OrderState.CANCELLED and payment.line_count > 0,
        "withdrawn": payment.state is PaymentState.CANCELLED,
        "replaces": False,
        "instead_of": content.instead_of,
        "deadline": content.deadline,
    }


def instruction_mail(words: Words, content: PaymentContent, replaces: bool = False) -> Mail:
    values = values_of(content) | {"replaces": replaces}
    return Mail(
        subject=words.plain(payment_mail.SUBJECT, **values),
        text=words.plain(payment_mail.TEXT, **values) + "\n",
        html=words.html(payment_mail.HTML, **values),
        inline=(InlineImage("qr", words.qr(content.payment)),),
    )


def _receipt_mail(words: Words, content: PaymentReceiptContent) -> Mail:
    values = {**values_of(content.instruction), "amount": content.amount, "reopened": content.reopened}
    payment = content.instruction.payment
    return Mail(
        subject=words.plain(receipt_mail.RECEIPT_SUBJECT, **values),
        text=words.plain(receipt_mail.RECEIPT_TEXT, **values) + "\n",
        html=words.html(receipt_mail.RECEIPT_HTML, **values),
        inline=(InlineImage("qr", words.qr(payment)),) if payment.left else (),
    )


def _sms_amount(amount: int) -> str:
    return vnd(amount).removesuffix(" ₫") + "d"


def _sms(text: str, content: PaymentContent) -> str:
    one = content.lines[0].name if content.payment.line_count == len(content.lines) == 1 else ""
    return sms_of(text, content.firm.name, one)


def transfer_sms(content: PaymentContent) -> str:
    """How to pay in an SMS."""
    payment, deadline = content.payment, content.deadline
    when = f"truoc {deadline.astimezone(VIETNAM):%H:%M %d/%m}" if deadline else "trong 7 ngay tu kich hoat"
    return (
        f"chuyen {_sms_amount(payment.left)} toi {without_diacritics(bank_name(payment))} "
        f"{payment.payee.account} noi dung {payment.code} {when}."
    )


def _instruction_sms(words: Words, content: PaymentContent) -> str:
    return _sms(f"Phan mem ke toan {content.order.fiscal_year}{OF}: {transfer_sms(content)}", content)


def _receipt_sms(words: Words, content: PaymentReceiptContent) -> str:
    about, payment = content.instruction, content.instruction.payment
    came = f"Da nhan {_sms_amount(content.amount)}"
    if payment.left:
        return _sms(f"{came}, con thieu: {transfer_sms(about)}", about)
    if payment.received > payment.amount:
        surplus = _sms_amount(payment.received - payment.amount)
        return _sms(f"{came} cho {payment.code}, thua {surplus}: se lien he de hoan lai.", about)
    year = about.order.fiscal_year
    again = ", duoc mo lai" if content.reopened else ""
    return _sms(f"{came} cho {payment.code}. Phan mem ke toan {year}{OF} da thanh toan du{again}.", about)


WORDINGS: Wordings = {
    PaymentContent: Wording(
        instruction, lambda it: f"💳 Thanh toán đơn {it.order.code}", instruction_mail, _instruction_sms
    ),
    PaymentCardContent: Wording(_card),
    JointInstructionContent: Wording(_joint),
    PaymentReceiptContent: Wording(
        title=lambda it: f"💰 Nhận {vnd(it.amount)} cho đơn {it.instruction.order.code}",
        mail=_receipt_mail,
        sms=_receipt_sms,
    ),
    RollCallContent: Wording(_roll_call),
}
