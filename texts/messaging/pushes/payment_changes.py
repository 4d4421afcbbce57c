"""Words of what payers are told when a placed order changes: another sum, or not to pay."""

from dataclasses import replace

from domain.messaging.change_contents import PaymentChangedContent
from domain.messaging.contents import PaymentWithdrawnContent
from domain.orders import OrderState
from domain.payments import PaymentState
from services.messaging.messages import ChatMessage, Mail
from texts.messaging.pushes import receipt_mail
from texts.messaging.pushes.payments import instruction, instruction_mail, transfer_sms, values_of
from texts.messaging.pushes.words import Wording, Wordings, Words, sms_of

CHANGED = """✏️ <b>Đơn đã sửa, số tiền mới.</b> Hướng dẫn này thay cho hướng dẫn trước.

"""


def _changed(words: Words, content: PaymentChangedContent) -> ChatMessage:
    message = instruction(words, content.instruction)
    return replace(message, html=words.html(CHANGED) + message.html)


def _changed_sms(words: Words, content: PaymentChangedContent) -> str:
    about = content.instruction
    return sms_of(f"SO TIEN MOI thay tin truoc: {transfer_sms(about)}", about.firm.name)


def _withdrawn_mail(words: Words, content: PaymentWithdrawnContent) -> Mail:
    values = values_of(content.instruction)
    return Mail(
        subject=words.plain(receipt_mail.WITHDRAWN_SUBJECT, **values),
        text=words.plain(receipt_mail.WITHDRAWN_TEXT, **values) + "\n",
        html=words.html(receipt_mail.WITHDRAWN_HTML, **values),
    )


def _withdrawn_sms(words: Words, content: PaymentWithdrawnContent) -> str:
    about = content.instruction
    why = f"Don mua phan mem ke toan {about.order.fiscal_year} da huy. "
    if about.order.state is not OrderState.CANCELLED:
        is_withdrawn = about.payment.state is PaymentState.CANCELLED
        why = "Don phan mem ke toan da thay doi. " if is_withdrawn else "Tin thanh toan gui nham so. "
    return sms_of(f"{why}Xin KHONG chuyen khoan noi dung {about.payment.code} nua.", about.firm.name)


WORDINGS: Wordings = {
    PaymentChangedContent: Wording(
        _changed,
        lambda it: f"✏️ Số tiền mới của đơn {it.instruction.order.code}",
        lambda words, it: instruction_mail(words, it.instruction, replaces=True),
        _changed_sms,
    ),
    PaymentWithdrawnContent: Wording(
        title=lambda it: f"✖️ Đừng chuyển tiền đơn {it.instruction.order.code} nữa",
        mail=_withdrawn_mail,
        sms=_withdrawn_sms,
    ),
}
