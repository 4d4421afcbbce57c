"""The SMS to who pays: an instruction, a receipt, a withdrawal."""

from domain.calendar import VIETNAM
from domain.messaging.change_contents import PaymentChangedContent
from domain.messaging.contents import PaymentContent, PaymentReceiptContent, PaymentWithdrawnContent
from domain.money import vnd
from domain.orders import OrderState
from domain.payments import PaymentState
from domain.text import without_diacritics
from texts.messaging.pushes.words import Words, bank_name, sms_of


def _sms_amount(amount: int) -> str:
    return vnd(amount).removesuffix(" ₫") + "d"


def _sms(text: str, content: PaymentContent) -> str:
    return sms_of(text, content.firm.name)


def _transfer_sms(content: PaymentContent) -> str:
    payment, deadline = content.payment, content.deadline
    when = f"truoc {deadline.astimezone(VIETNAM):%H:%M %d/%m}" if deadline else "trong 7 ngay tu kich hoat"
    return (
        f"chuyen {_sms_amount(payment.left)} toi {without_diacritics(bank_name(payment))} "
        f"{payment.payee.account} noi dung {payment.code} {when}."
    )


def instruction(words: Words, content: PaymentContent) -> str:
    return _sms(f"Phan mem ke toan {content.order.fiscal_year}: {_transfer_sms(content)}", content)


def changed(words: Words, content: PaymentChangedContent) -> str:
    about = content.instruction
    return _sms(f"SO TIEN MOI thay tin truoc: {_transfer_sms(about)}", about)


def receipt(words: Words, content: PaymentReceiptContent) -> str:
    about, payment = content.instruction, content.instruction.payment
    came = f"Da nhan {_sms_amount(content.amount)}"
    if payment.left:
        return _sms(f"{came}, con thieu: {_transfer_sms(about)}", about)
    if payment.received > payment.amount:
        surplus = _sms_amount(payment.received - payment.amount)
        return _sms(f"{came} cho {payment.code}, thua {surplus}: se lien he de hoan lai.", about)
    year = about.order.fiscal_year
    again = ", duoc mo lai" if content.reopened else ""
    return _sms(f"{came} cho {payment.code}. Phan mem ke toan {year} da thanh toan du{again}.", about)


def withdrawn(words: Words, content: PaymentWithdrawnContent) -> str:
    about = content.instruction
    why = f"Don mua phan mem ke toan {about.order.fiscal_year} da huy. "
    if about.order.state is not OrderState.CANCELLED:
        is_withdrawn = about.payment.state is PaymentState.CANCELLED
        why = "Don phan mem ke toan da thay doi. " if is_withdrawn else "Tin thanh toan gui nham so. "
    return _sms(f"{why}Xin KHONG chuyen khoan noi dung {about.payment.code} nua.", about)
