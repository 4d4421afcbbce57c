"""Words of tax invoices."""

from domain.messaging.contents import InvoiceRefusedContent, InvoicesLateContent, InvoiceStoppedContent
from domain.messaging.targets import Place
from services.messaging.messages import ChatMessage
from texts.messaging.pushes.words import Wording, Wordings, Words, opens

REFUSED = """⚠️ <b>Hóa đơn chưa xuất được: {{ field }} của người mua cần sửa</b>

Người mua: <b>{{ invoice.buyer.name }}</b>
Mã số: <code>{{ invoice.buyer.tax_id }}</code>
{% if invoice.buyer.address %}
Địa chỉ: {{ invoice.buyer.address }}
{% endif %}
Số tiền: {{ invoice.amount|vnd }}
Đơn: {{ orders }}
{% if code %}
Lý do (mã của nơi xuất): {{ code }}
{% endif %}"""

LATE = """⏰ <b>{{ count }} hóa đơn quá hạn chưa có số</b>

Hóa đơn phải ký chậm nhất vào ngày làm việc sau ngày lập."""

STOPPED = """⛔ <b>{{ title }}</b>

Người mua: {{ invoice.buyer.name }} · {{ invoice.amount|vnd }} · ngày {{ invoice.day|date }}
Lý do: {{ cause }}"""

FIELDS = {"name": "tên", "tax_id": "mã số", "address": "địa chỉ", "email": "e-mail"}

CAUSES = {
    "login": "không đăng nhập được vào nơi xuất hóa đơn",
    "quota": "đã hết số hóa đơn trong gói",
    "series": "nơi xuất không nhận mẫu số hoặc ký hiệu đã cài đặt",
    "inactive": "tài khoản xuất hóa đơn chưa hoạt động, hoặc chữ ký số đã hết hạn",
    "no_series": "chưa cài đặt ký hiệu cho năm của hóa đơn (INVOICE_SERIES)",
    "number_used": "nơi xuất cho một số đã dùng cho hóa đơn khác",
    "amount": "hóa đơn đã xuất có tổng tiền khác chứng từ",
    "issued_before": "hóa đơn đã được xuất trước khi thông tin người mua được sửa",
    "budget_unit": "nơi xuất không nhận mã đơn vị quan hệ ngân sách; hóa đơn này chuyển sang làm tay",
}


_TO_DESK = ((opens("🧾 Hóa đơn", Place.DESK_INVOICES),),)


def cause_words(cause: str) -> str:
    return CAUSES.get(cause, f"nơi xuất hóa đơn báo mã {cause}")


def _refused(words: Words, content: InvoiceRefusedContent) -> ChatMessage:
    invoice = content.invoice
    html = words.html(
        REFUSED,
        invoice=invoice,
        field=FIELDS.get(invoice.refused_field, "thông tin"),
        orders=", ".join(content.orders),
        code="" if invoice.refusal == "missing" else invoice.refusal,
    )
    return ChatMessage(html)


def _late(words: Words, content: InvoicesLateContent) -> ChatMessage:
    return ChatMessage(words.html(LATE, count=content.count), buttons=_TO_DESK)


def _stopped(words: Words, content: InvoiceStoppedContent) -> ChatMessage:
    title, cause = _stopped_title(content), cause_words(content.cause)
    html = words.html(STOPPED, title=title, invoice=content.invoice, cause=cause)
    return ChatMessage(html, buttons=_TO_DESK)


def _stopped_title(content: InvoiceStoppedContent) -> str:
    return "Hóa đơn đã xuất cần xem lại" if content.invoice.number else "Hóa đơn chưa xuất được"


WORDINGS: Wordings = {
    InvoiceRefusedContent: Wording(
        _refused, lambda it: f"⚠️ Hóa đơn của {it.invoice.buyer.name} chưa xuất được"
    ),
    InvoicesLateContent: Wording(_late, lambda it: f"⏰ {it.count} hóa đơn quá hạn chưa có số"),
    InvoiceStoppedContent: Wording(_stopped, lambda it: f"⛔ {_stopped_title(it)}"),
}
