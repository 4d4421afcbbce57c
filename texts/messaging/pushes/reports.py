"""Words of what people without an account report."""

from domain.genuine import ReportReason
from domain.messaging.report_contents import InstructionReportedContent
from services.messaging.messages import ChatMessage
from texts.messaging.pushes.words import Wording, Wordings, Words

REASONS = {
    ReportReason.NOT_ORDERED: "Người nhận báo không nhờ ai mua.",
    ReportReason.WRONG_PERSON: "Người nhận báo tin gửi nhầm người.",
    ReportReason.OTHER_ACCOUNT: "Người nhận kiểm tra với một số tài khoản không phải của mình. Có thể có kẻ giả mạo.",
}

REPORTED = """\
🚩 <b>Có người báo về một hướng dẫn thanh toán</b>

{{ reason }}

Nội dung: <code>{{ payment.code }}</code> · {{ payment.amount|vnd }}
Đơn <code>{{ order.code }}</code> · <b>{{ firm.name|short(60) }}</b> · MST <code>{{ firm.tax_code }}</code>"""


def _reported(words: Words, content: InstructionReportedContent) -> ChatMessage:
    reason = REASONS[content.reason]
    facts = {"payment": content.payment, "order": content.order, "firm": content.firm}
    return ChatMessage(words.html(REPORTED, reason=reason, **facts))


WORDINGS: Wordings = {
    InstructionReportedContent: Wording(_reported, lambda it: f"🚩 Có người báo về {it.payment.code}"),
}
