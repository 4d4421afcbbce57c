"""Words of the tax invoices as back office sees them."""

from typing import Any

from domain.invoice_corrections import is_correctable
from domain.invoices import Invoice, InvoiceKind, InvoiceState
from domain.messaging.pushes import PushState
from domain.money import vnd
from services.back_office.invoices import InvoiceBoard, InvoiceView
from services.ports import InvoiceGroup
from texts.back_office.invoice_corrections import correction_line, rates_of
from texts.common import name_label
from texts.invoices.card import why
from texts.invoices.words import KINDS
from texts.messaging.pushes.invoices import cause_words
from texts.widths import BUTTON, width

BOARD = """\
🧾 <b>Hóa đơn</b>

Cách xuất: <b>{{ mode }}</b>
{% if stopped %}

⛔ <b>Hàng chờ đang dừng</b>: {{ why }}
{{ stopped.buyer.name|named(60) }} · {{ stopped.amount|vnd }} · ngày {{ stopped.day|date }}
Việc cần làm: {{ to_do }}
{% endif %}

{% for line in lines %}
{{ line }}
{% else %}
Không có hóa đơn nào đang chờ.
{% endfor %}
{% if to_take %}

Tải tệp về, xuất từng hóa đơn ở phần mềm hóa đơn, điền số vào các cột bên phải rồi gửi tệp lại vào đây. Lấy lại tệp thì vẫn là các chứng từ đó.
{% endif %}
{% if takes_files %}

Có tệp PDF, XML của hóa đơn đã ghi số thì gửi vào đây, từng tệp hoặc một tệp zip.
{% endif %}"""

BY_HAND = "xuất tay, theo tệp Excel"
BY_PROVIDER = "tự động, qua nhà cung cấp hóa đơn"

GROUPS = {
    InvoiceGroup.LATE: "⏰ Quá hạn chưa có số",
    InvoiceGroup.REFUSED: "⚠️ Bị từ chối, chờ kế toán sửa",
    InvoiceGroup.QUEUED: "📥 Chờ phát hành",
    InvoiceGroup.UNDER_WAY: "⏳ Đang xử lý",
    InvoiceGroup.ISSUED_TODAY: "✅ Đã phát hành hôm nay",
}
OF_THEM_BY_HAND = "🖐 Trong đó xuất tay"
NOTICES = "📨 Thông báo sai sót chờ gửi"

TO_DO = {
    "login": "kiểm tra SEPAY_EINVOICE_CLIENT_ID và SEPAY_EINVOICE_CLIENT_SECRET trong cài đặt.",
    "quota": "mua thêm số hóa đơn ở nhà cung cấp.",
    "series": "kiểm tra INVOICE_FORM và INVOICE_SERIES có đúng mẫu đã đăng ký không.",
    "no_series": "đăng ký ký hiệu của năm mới, rồi ghi vào INVOICE_SERIES.",
    "inactive": "kiểm tra tài khoản và chữ ký số ở nhà cung cấp.",
    "number_used": "tra số đó ở nhà cung cấp và báo người quản trị.",
}
OTHERWISE = "hỏi nhà cung cấp hóa đơn, kèm mã trên."
AGAIN = "Xong thì em tự làm tiếp."

TAKE = "⬇️ Tải hàng chờ (Excel)"
FIND = "🔎 Tìm hóa đơn"
FILE_NAME = "hoa-don-cho-xuat.xlsx"
NOTHING_TO_TAKE = "Không có hóa đơn nào chờ xuất tay."
TO_ORDER = "‹ Đơn hàng"
TO_BOARD = "‹ Hóa đơn"

ASK = """\
🔎 <b>Tìm hóa đơn</b>

Anh/chị gõ số hóa đơn, mã số thuế, mã đơn hoặc một phần tên người mua. Lần xem được ghi vào nhật ký."""

FOUND = """\
🔎 <b>{{ asked|short(60) }}</b>

{{ "%d hóa đơn, mới nhất ở trên. Gõ để tìm hóa đơn khác."|format(total) if total else "Em không tìm thấy hóa đơn nào. Anh/chị gõ lại giúp em." }}"""

GROUP = """\
<b>{{ title }}</b>

{{ "%d hóa đơn, cũ nhất ở trên."|format(total) if total else "Không có hóa đơn nào." }}"""

STATES = {
    InvoiceState.WAITING: "đang gom, chờ hết ngày",
    InvoiceState.QUEUED: "chờ phát hành",
    InvoiceState.SENT: "đã giao nơi xuất, chờ số",
    InvoiceState.UNKNOWN: "chưa rõ đã xuất chưa, em đang hỏi lại",
    InvoiceState.REFUSED: "bị từ chối, chờ kế toán sửa",
    InvoiceState.ISSUED: "đã có số, chờ mã cơ quan thuế",
    InvoiceState.CODED: "đã phát hành",
    InvoiceState.DELIVERED: "đã phát hành",
    InvoiceState.ADJUSTED: "đã phát hành, đã có hóa đơn điều chỉnh",
    InvoiceState.REPLACED: "không còn hiệu lực, đã có hóa đơn thay thế",
}
TAKEN = "đã lấy trong tệp xuất tay, chờ số"


def state_words(invoice: Invoice) -> str:
    if invoice.state is InvoiceState.SENT and invoice.by_hand:
        return TAKEN
    return STATES[invoice.state]


def board(it: InvoiceBoard) -> dict[str, Any]:
    """What the board says: the most urgent first, and nothing of what is none."""
    lines = []
    for group, words in GROUPS.items():
        if it.counts[group]:
            lines.append(f"{words}: {it.counts[group]}")
        if group is InvoiceGroup.UNDER_WAY and it.to_take and not it.by_hand:
            lines.append(f"{OF_THEM_BY_HAND}: {it.to_take}")
    if it.notices:
        lines.append(f"{NOTICES}: {it.notices}")
    stopped = it.stopped
    return {
        "mode": BY_HAND if it.by_hand else BY_PROVIDER,
        "lines": lines,
        "to_take": it.to_take,
        "takes_files": it.by_hand or it.to_take,
        "count": it.notices,
        "stopped": stopped,
        "why": cause_words(stopped.refusal) if stopped else "",
        "to_do": f"{TO_DO.get(stopped.refusal, OTHERWISE)} {AGAIN}" if stopped else "",
    }


_SHORTEST = 8
"""How many characters of a buyer's name a button shows at least."""


def group_button(group: InvoiceGroup, count: int) -> str:
    return f"{GROUPS[group]} ({count})"


def take_caption(documents: int, rows: int) -> str:
    more = f", {rows} dòng" if rows != documents else ""
    return (
        f"{documents} hóa đơn chờ xuất tay{more}. Anh/chị xuất theo thứ tự ngày, rồi điền Mẫu số, Ký hiệu,"
        " Số hóa đơn, Ngày hóa đơn, Mã CQT và Mã tra cứu. Hóa đơn nhiều dòng chỉ cần điền ở dòng đầu."
    )


def invoice_button(invoice: Invoice) -> str:
    of = f"Số {invoice.number.number}" if invoice.number else f"{invoice.day:%d/%m}"
    amount = vnd(invoice.amount)
    room = max(_SHORTEST, BUTTON - width(f"{of} ·  · {amount}"))
    return f"{of} · {name_label(invoice.buyer.name, room)} · {amount}"


ABOUT = """

Thuế suất: {{ rates }}
Đơn: {{ orders }}
{{ firm.name|named(60) }} · <code>{{ firm.tax_code }}</code>
Kế toán: {{ accountant.name|named(40) }}, {{ accountant.phone|phone }}
{% if invoice.numbered_at %}
Ghi số lúc: {{ invoice.numbered_at|moment }}
{% elif invoice.sent_at %}
Giao nơi xuất lúc: {{ invoice.sent_at|moment }}
{% endif %}
{% if mail %}
Email cho người mua: {{ mail }}
{% endif %}
{% for line in corrections + corrected %}
{{ line }}
{% endfor %}"""

MAILS = {
    PushState.QUEUED: "đang gửi",
    PushState.SENT: "đã gửi",
    PushState.UNDELIVERABLE: "⚠️ không gửi được",
}

_SHOWN_ORDERS = 5


def about(view: InvoiceView) -> dict[str, Any]:
    """What back office reads of a document, besides what stands on it."""
    invoice = view.invoice
    orders = list(dict.fromkeys(line.order_code for line in view.lines))
    return {
        "state": state_words(invoice),
        "firm": view.firm,
        "accountant": view.accountant,
        "why": cause_words(invoice.refusal)
        if invoice.refusal and not invoice.refused_field
        else why(invoice),
        "rates": rates_of(view.lines),
        "orders": ", ".join(orders[:_SHOWN_ORDERS]) + (", …" if len(orders) > _SHOWN_ORDERS else ""),
        "adjusts": invoice.kind is InvoiceKind.ADJUSTMENT and not invoice.typed,
        "mail": MAILS.get(view.mail, "") if view.mail else "",
        "correctable": is_correctable(invoice) and not _is_being_replaced(view),
        "agreement": any(one.agreed_on for one in view.corrections),
        "corrections": [correction_line(one) for one in view.corrections],
        "corrected": [_corrects(one) for one in view.corrected_by],
    }


def _is_being_replaced(view: InvoiceView) -> bool:
    return any(one.kind is InvoiceKind.REPLACEMENT for one in view.corrected_by)


def _corrects(one: Invoice) -> str:
    number = f"số {one.number.number} ký hiệu {one.number.series}" if one.number else state_words(one)
    return f"↪️ {KINDS[one.kind]} {number}: {vnd(one.amount)}"
