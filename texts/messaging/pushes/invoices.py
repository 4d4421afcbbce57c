"""Words of tax invoices."""

from domain.messaging.invoice_contents import (
    ClosingFailedContent,
    InvoiceContent,
    InvoicesByHandContent,
    InvoicesIssuedContent,
    InvoicesLateContent,
    InvoicesRefusedContent,
    InvoiceStoppedContent,
)
from domain.messaging.targets import Place
from domain.money import vnd
from services.messaging.messages import ChatMessage, Mail, ReadyFile
from texts.common import own_part
from texts.filters import buyer_number, day
from texts.invoices.lines import line_name
from texts.invoices.words import FIELDS, KINDS, bears, file_name
from texts.messaging.pushes import invoice_mail
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

REFUSED_SEVERAL = """⚠️ <b>Đơn {{ order.code }}: {{ count }} hóa đơn chưa xuất được, người mua cần sửa</b>

{% for invoice, field in rows %}
• {{ invoice.buyer.name|named(60) }}: <b>{{ field }}</b>
{% endfor %}
{% if count > rows|length %}
• và {{ count - rows|length }} hóa đơn khác
{% endif %}

Anh/chị chọn “Sửa và gửi lại” để sửa từng người mua; sửa xong hóa đơn nào, em gửi xuất hóa đơn đó."""

BY_HAND = """🖐 <b>{{ count }} hóa đơn chuyển sang xuất tay</b>

{% for invoice in invoices %}
• {{ invoice.buyer.name|named(60) }} · {{ invoice.amount|vnd }} · ngày {{ invoice.day|date }}
{% endfor %}
{% if count > invoices|length %}
• và {{ count - invoices|length }} hóa đơn khác
{% endif %}

{% for cause in causes %}
Lý do: {{ cause }}
{% endfor %}"""

ISSUED = """🧾 <b>Đơn {{ order.code }}: đã xuất {{ counts.issued }} hóa đơn</b>

{% for invoice in invoices %}
• Số {{ invoice.number.number }} · {{ invoice.buyer.name|named(60) }} · {{ invoice.amount|vnd }}
{% endfor %}
{% if counts.issued > invoices|length %}
• và {{ counts.issued - invoices|length }} hóa đơn khác
{% endif %}
{% if counts.waiting %}
⏳ Đang chờ xuất: {{ counts.waiting }}
{% endif %}
{% if counts.refused %}
⚠️ Chưa xuất được, cần anh/chị sửa: {{ counts.refused }}
{% endif %}

Mỗi hóa đơn được gửi email cho người nhận khi có số. Email nào không gửi được, em báo anh/chị."""

OPEN_INVOICES = "🧾 Xem hóa đơn"
MEND = "✏️ Sửa và gửi lại"

LATE = """⏰ <b>{{ count }} hóa đơn quá hạn chưa có số</b>

Hóa đơn phải ký chậm nhất vào ngày làm việc sau ngày lập."""

NOT_CLOSED = """⛔ <b>Chưa lập được hóa đơn ngày {{ day|date }}</b>

Em thử cả ngày đều lỗi. Hết hôm nay em tự lập lại cùng hóa đơn của hôm nay. Anh/chị báo người quản trị xem nhật ký máy chủ."""

STOPPED = """⛔ <b>{{ title }}</b>

Người mua: {{ invoice.buyer.name }} · {{ invoice.amount|vnd }} · ngày {{ invoice.day|date }}
Lý do: {{ cause }}"""

CAUSES = {
    "login": "không đăng nhập được vào nơi xuất hóa đơn",
    "quota": "đã hết số hóa đơn trong gói",
    "series": "nơi xuất không nhận mẫu số hoặc ký hiệu đã cài đặt",
    "inactive": "tài khoản xuất hóa đơn chưa hoạt động, hoặc chữ ký số đã hết hạn",
    "no_series": "chưa cài đặt ký hiệu cho năm của hóa đơn (INVOICE_SERIES)",
    "number_used": "nơi xuất cho một số đã dùng cho hóa đơn khác",
    "amount": "hóa đơn đã xuất có tổng tiền khác chứng từ",
    "issued_before": "hóa đơn đã được xuất trước khi thông tin người mua được sửa",
    "budget_unit": "nơi xuất không nhận mã đơn vị quan hệ ngân sách",
}


# What has failed may be issued after all when the program has stopped looking for it.
_OTHER = "nơi xuất báo mã {cause}; trước khi xuất tay, anh/chị tra xem ở đó đã có hóa đơn này chưa"
_TO_DESK = ((opens("🧾 Hóa đơn", Place.DESK_INVOICES),),)


def cause_words(cause: str) -> str:
    return CAUSES.get(cause) or _OTHER.format(cause=cause)


def _refused(words: Words, content: InvoicesRefusedContent) -> ChatMessage:
    invoice = content.invoices[0]
    if content.count > 1:
        rows = [(one, FIELDS.get(one.refused_field, "thông tin")) for one in content.invoices]
        several = words.html(REFUSED_SEVERAL, order=content.order, count=content.count, rows=rows)
        return ChatMessage(several, buttons=((opens(MEND, Place.INVOICES, content.order.id),),))
    html = words.html(
        REFUSED,
        invoice=invoice,
        field=FIELDS.get(invoice.refused_field, "thông tin"),
        orders=", ".join(content.orders),
        code="" if invoice.refusal == "missing" else invoice.refusal,
    )
    return ChatMessage(html, buttons=((opens(MEND, Place.INVOICE, invoice.id),),))


def _by_hand(words: Words, content: InvoicesByHandContent) -> ChatMessage:
    causes = dict.fromkeys(cause_words(one.refusal) for one in content.invoices)
    html = words.html(BY_HAND, count=content.count, invoices=content.invoices, causes=list(causes))
    return ChatMessage(html, buttons=_TO_DESK)


def _issued(words: Words, content: InvoicesIssuedContent) -> ChatMessage:
    order = content.order
    html = words.html(ISSUED, order=order, counts=content.counts, invoices=content.invoices)
    return ChatMessage(html, buttons=((opens(OPEN_INVOICES, Place.INVOICES, order.id),),))


def _mail(words: Words, content: InvoiceContent) -> Mail:
    invoice, number = content.invoice, content.invoice.number
    assert number is not None
    ready = {"pdf": content.pdf, "xml": content.xml}
    files = tuple(ReadyFile(file_name(number, ending), it) for ending, it in ready.items() if it)
    original = content.original.number if content.original else None
    values = {
        "invoice": invoice,
        "number": number,
        "kind": KINDS[invoice.kind],
        "original": f" cho hóa đơn {bears(original)}" if original else "",
        "rows": _rows(content),
        "lines": [line_name(line) for line in content.lines],
        "more": invoice.line_count - len(content.lines),
        "files": ", ".join(file.name for file in files),
        "firm": content.firm,
        "accountant": content.accountant,
    }
    return Mail(
        subject=words.plain(invoice_mail.SUBJECT, **values),
        text=words.plain(invoice_mail.TEXT, **values) + "\n",
        html=words.html(invoice_mail.HTML, **values),
        attachments=files,
    )


def _rows(content: InvoiceContent) -> list[tuple[str, str]]:
    invoice, number = content.invoice, content.invoice.number
    assert number is not None
    rows = [
        ("Người mua", invoice.buyer.name),
        (buyer_number(invoice.buyer.kind), invoice.buyer.tax_id),
        ("Số hóa đơn", number.number),
        ("Mẫu số, ký hiệu", f"{number.form}, {number.series}"),
        ("Ngày hóa đơn", day(number.date)),
        ("Số tiền", vnd(invoice.amount)),
        ("Mã tra cứu", number.lookup_code),
        ("Mã của cơ quan thuế", number.authority_code),
    ]
    return [(label, value) for label, value in rows if value]


def _late(words: Words, content: InvoicesLateContent) -> ChatMessage:
    return ChatMessage(words.html(LATE, count=content.count), buttons=_TO_DESK)


def _not_closed(words: Words, content: ClosingFailedContent) -> ChatMessage:
    return ChatMessage(words.html(NOT_CLOSED, day=content.day), buttons=_TO_DESK)


def _stopped(words: Words, content: InvoiceStoppedContent) -> ChatMessage:
    title, cause = _stopped_title(content), cause_words(content.cause)
    html = words.html(STOPPED, title=title, invoice=content.invoice, cause=cause)
    return ChatMessage(html, buttons=_TO_DESK)


def _refused_title(content: InvoicesRefusedContent) -> str:
    if content.count > 1:
        return f"⚠️ Đơn {content.order.code}: {content.count} hóa đơn chưa xuất được"
    return f"⚠️ Hóa đơn cần sửa: {own_part(content.invoices[0].buyer.name)}"


def _stopped_title(content: InvoiceStoppedContent) -> str:
    return "Hóa đơn đã xuất cần xem lại" if content.invoice.number else "Hóa đơn chưa xuất được"


WORDINGS: Wordings = {
    InvoiceContent: Wording(
        title=lambda it: (
            f"🧾 Hóa đơn {it.invoice.number.number.lstrip('0')} · {own_part(it.invoice.buyer.name)}"
        ),
        mail=_mail,
    ),
    InvoicesIssuedContent: Wording(
        _issued, lambda it: f"🧾 Đơn {it.order.code}: đã xuất {it.counts.issued} hóa đơn"
    ),
    InvoicesRefusedContent: Wording(_refused, lambda it: _refused_title(it)),
    InvoicesByHandContent: Wording(_by_hand, lambda it: f"🖐 {it.count} hóa đơn chuyển sang xuất tay"),
    InvoicesLateContent: Wording(_late, lambda it: f"⏰ {it.count} hóa đơn quá hạn chưa có số"),
    ClosingFailedContent: Wording(_not_closed, lambda it: f"⛔ Chưa lập được hóa đơn ngày {day(it.day)}"),
    InvoiceStoppedContent: Wording(_stopped, lambda it: f"⛔ {_stopped_title(it)}"),
}
