"""Of payments: how to pay, what came in, who has paid."""

from dialogs.texts.filters import day
from dialogs.texts.pushes.payment_mail import HTML, SUBJECT, TEXT
from dialogs.texts.pushes.words import SMS_LIMIT, Chats, Mails, Smses, Words, bank_name, open_order
from domain.money import vnd
from domain.push_contents import PaymentContent
from domain.text import without_diacritics
from services.messages import ChatButton, ChatMessage, InlineImage, Mail

COPY_AMOUNT = "📋 Chép số tiền"
COPY_CONTENT = "📋 Chép nội dung"

INSTRUCTION = """<b>Hướng dẫn thanh toán đơn {{ order.code }}</b>

Ngân hàng: <b>{{ bank }}</b>
Số tài khoản: <code>{{ payment.payee.account }}</code>
Chủ tài khoản: {{ payment.payee.holder }}
Số tiền: <code>{{ payment.amount }}</code> ({{ payment.amount|vnd }})
Nội dung: <code>{{ payment.code }}</code>
Hạn thanh toán: <b>{{ payment.due_at|date }}</b>

Quét mã bằng ứng dụng ngân hàng, hoặc chuyển khoản đúng số tiền và nội dung trên."""


def _instruction(words: Words, content: PaymentContent) -> ChatMessage:
    payment, order = content.payment, content.order
    html = words.html(INSTRUCTION, payment=payment, order=order, bank=bank_name(payment))
    copies = (
        ChatButton(COPY_AMOUNT, copy=str(payment.amount)),
        ChatButton(COPY_CONTENT, copy=payment.code),
    )
    return ChatMessage(html, words.qr(payment), (copies, open_order(order.id)))


def _instruction_mail(words: Words, content: PaymentContent) -> Mail:
    values = {
        "payment": content.payment,
        "order": content.order,
        "firm": content.firm,
        "accountant": content.accountant,
        "lines": content.lines,
        "more": content.payment.line_count - len(content.lines),
        "bank": bank_name(content.payment),
    }
    return Mail(
        subject=words.plain(SUBJECT, **values),
        text=words.plain(TEXT, **values) + "\n",
        html=words.html(HTML, **values),
        inline=(InlineImage("qr", words.qr(content.payment)),),
    )


def _instruction_sms(words: Words, content: PaymentContent) -> str:
    """The firm's name gives way where it does not fit."""
    payment, order = content.payment, content.order
    instruction = (
        f"Phan mem ke toan {order.fiscal_year}: chuyen {vnd(payment.amount).removesuffix(' ₫')}d toi "
        f"{without_diacritics(bank_name(payment))} {payment.payee.account} noi dung {payment.code} "
        f"truoc {day(payment.due_at)}. Don vi ke toan: "
    )
    room = max(0, SMS_LIMIT - len(instruction))
    return (instruction + without_diacritics(content.firm.name)[:room]).strip()


CHATS: Chats = {PaymentContent: _instruction}
MAILS: Mails = {PaymentContent: _instruction_mail}
SMSES: Smses = {PaymentContent: _instruction_sms}
