"""Words of what people without an account report."""

from domain.genuine import ReportReason
from domain.messaging.mail_stops import MailWish
from domain.messaging.report_contents import (
    InstructionReportedContent,
    MailReportedContent,
    MailStoppedContent,
)
from domain.messaging.targets import Place
from services.messaging.messages import ChatMessage
from texts.messaging.pushes.reminders import OPEN_ORDERS
from texts.messaging.pushes.words import Wording, Wordings, Words, opens

REASONS = {
    ReportReason.NOT_ORDERED: "Người nhận báo không nhờ ai mua.",
    ReportReason.WRONG_PERSON: "Người nhận báo tin gửi nhầm người.",
    ReportReason.OTHER_ACCOUNT: "Người nhận kiểm tra với một số tài khoản không phải của mình. Có thể có kẻ giả mạo.",
}

REPORTED = """\
🚩 <b>Có người báo về một hướng dẫn thanh toán</b>

{{ reason }}

Nội dung: <code>{{ payment.code }}</code> · {{ payment.amount|vnd }}
Đơn <code>{{ order.code }}</code> · <b>{{ firm.name|named(60) }}</b> · MST <code>{{ firm.tax_code }}</code>"""


def _reported(words: Words, content: InstructionReportedContent) -> ChatMessage:
    reason = REASONS[content.reason]
    facts = {"payment": content.payment, "order": content.order, "firm": content.firm}
    return ChatMessage(words.html(REPORTED, reason=reason, **facts))


MAIL_REPORTED = """\
🚩 <b>Có người báo về một thư</b>

{{ reason }}
Thư gửi tới: {{ one.address }}

Đơn vị nhờ gửi: <b>{{ one.firm.name|named(60) }}</b> · MST <code>{{ one.firm.tax_code }}</code>
{{ one.accountant.name }} · {{ one.accountant.phone|phone }}"""

STOPPED = {
    MailWish.STOP: "không muốn nhận thư nhắc và sao kê nữa. Hướng dẫn của đơn mới, biên nhận và hóa đơn em vẫn gửi; thư nhắc thì anh/chị báo giúp.",
    MailWish.AGAIN: "muốn nhận thư lại như trước.",
    MailWish.NOT_ORDERED: "báo không nhờ ai mua. Em không gửi thư đề nghị thanh toán tới đó nữa; anh/chị xem lại địa chỉ giúp em.",
    MailWish.WRONG_PERSON: "báo thư gửi nhầm người. Em không gửi thư đề nghị thanh toán tới đó nữa; anh/chị xem lại địa chỉ giúp em.",
}


def _mail_reported(words: Words, content: MailReportedContent) -> ChatMessage:
    return ChatMessage(words.html(MAIL_REPORTED, reason=REASONS[content.reason], one=content))


def _stopped(words: Words, content: MailStoppedContent) -> ChatMessage:
    html = words.html(
        "✉️ <b>{{ address }}</b> {{ what }}", address=content.address, what=STOPPED[content.wish]
    )
    return ChatMessage(html, buttons=((opens(OPEN_ORDERS, Place.ORDERS),),))


WORDINGS: Wordings = {
    MailReportedContent: Wording(_mail_reported, lambda it: f"🚩 Có người báo về thư tới {it.address}"),
    MailStoppedContent: Wording(_stopped, lambda it: f"✉️ Người nhận {it.address} báo về thư"),
    InstructionReportedContent: Wording(_reported, lambda it: f"🚩 Có người báo về {it.payment.code}"),
}
