"""Words of one tax invoice, and of mending its buyer."""

from collections.abc import Sequence
from typing import Any

from domain.invoices import BuyerKind, Invoice, InvoiceLine, InvoiceState
from domain.money import vnd
from texts.common import DONE
from texts.invoices.words import FIELDS, KINDS, corrects

CARD = """\
🧾 <b>{{ kind }}{{ " số %s"|format(number.number) if number else "" }}</b>
{{ state }}
{% if why %}
{{ why }}
{% endif %}

{% if original %}
{{ original }}
{% endif %}
{% if number %}
Ngày hóa đơn: {{ number.date|date }}
Mẫu số {{ number.form }} · ký hiệu {{ number.series }}
{% if number.lookup_code %}
Mã tra cứu: <code>{{ number.lookup_code }}</code>
{% endif %}
{% if number.authority_code %}
Mã của cơ quan thuế: <code>{{ number.authority_code }}</code>
{% endif %}
{% else %}
Cho ngày: {{ invoice.day|date }}
{% endif %}
Số tiền: <b>{{ invoice.amount|vnd }}</b>{{ vat }}

<b>Người mua</b>
{{ invoice.buyer.name }}
{{ invoice.buyer.kind|buyer_number }}: <code>{{ invoice.buyer.tax_id }}</code>
{% if invoice.buyer.address %}
{{ invoice.buyer.address }}
{% endif %}
{% if invoice.email %}
Email nhận: {{ invoice.email }}
{% endif %}

<b>Trên hóa đơn</b>
{% for line in lines %}
• {{ line.customer_name|named(60) }} · {{ line.amount|vnd }}
{% endfor %}
{% if more %}
• và {{ more }} khách khác
{% endif %}"""
RESEND = "📧 Gửi lại email"
OTHER_ADDRESS = "✏️ Gửi tới email khác"
ASK_ADDRESS = """\
📧 <b>Gửi tới email khác</b>

{% if email %}
Đang ghi: {{ email }}
{% endif %}
Anh/chị gõ email đúng của người nhận. Em sửa email nhận, gửi lại ngay và ghi vào nhật ký. Phần chưa xuất của đơn cũng theo email mới."""
PDF = "📄 Tải PDF"
XML = "🗂 Tải XML"
MEND = "✏️ Sửa và gửi lại"
TO_LIST = "‹ Các hóa đơn"


_SHOWN_LINES = 10


def shown(invoice: Invoice, lines: Sequence[InvoiceLine], original: Invoice | None) -> dict[str, Any]:
    """What `CARD` needs, but for the state in words; `original` is what the invoice adjusts or replaces."""
    return {
        "invoice": invoice,
        "number": invoice.number,
        "kind": KINDS[invoice.kind],
        "why": why(invoice),
        "original": corrects(invoice, original),
        "vat": vat(invoice),
        "lines": lines[:_SHOWN_LINES],
        "more": max(0, len(lines) - _SHOWN_LINES),
    }


def resent(address: str) -> str:
    return f"{DONE} Em gửi lại hóa đơn tới {address}."


def vat(invoice: Invoice) -> str:
    """The VAT in the amount, behind the amount; empty where there is none."""
    return f", trong đó thuế GTGT {vnd(invoice.vat)}" if invoice.vat else ""


def why(invoice: Invoice) -> str:
    """What of the buyer was refused, in a sentence; empty where nothing has to be mended."""
    if invoice.state is not InvoiceState.REFUSED:
        return ""
    field = FIELDS.get(invoice.refused_field, "thông tin")
    if invoice.refusal == "missing":
        return f"Thiếu {field} của người mua."
    return f"Nơi xuất hóa đơn không nhận {field} của người mua (mã {invoice.refusal})."


MENDING = """\
✏️ <b>Sửa người mua trên hóa đơn</b>
{{ invoice.amount|vnd }} · ngày {{ invoice.day|date }}

⚠️ {{ why }}

{% for row in rows %}
{% if row.after %}
{{ row.label }}: {{ row.before or "chưa có" }} → <b>{{ row.after }}</b>
{% else %}
{{ row.label }}: {{ row.before or "chưa có" }}
{% endif %}
{% endfor %}

Anh/chị chọn mục cần sửa rồi gõ nội dung mới. Xem lại thấy đúng thì chọn “Gửi lại để xuất”. Phần chưa xuất của đơn cho cùng người mua này cũng theo thông tin mới."""
SEND = "🔁 Gửi lại để xuất"

LABELS = {"name": "Tên", "tax_id": "Mã số", "address": "Địa chỉ", "email": "Email nhận"}
KIND_LABEL = "Loại"
EXAMPLES = {
    "name": "Công ty TNHH Hoa Sen",
    "tax_id": "0101243150",
    "address": "12 Lê Lợi, phường Sài Gòn, TP. Hồ Chí Minh",
    "email": "hoadon@hoasen.vn",
}

FIELD = """\
<b>{{ label }}</b> của người mua

⚠️ {{ why }}

Đang ghi: <b>{{ value or "chưa có" }}</b>

Anh/chị gõ nội dung mới, ví dụ: {{ example }}"""

KIND = """\
Số <code>{{ tax_id }}</code> có 12 chữ số. Đây là số của ai ạ?"""
BUYERS = {
    BuyerKind.COMPANY: "Tổ chức, doanh nghiệp",
    BuyerKind.HOUSEHOLD: "Hộ kinh doanh",
    BuyerKind.PERSON: "Cá nhân",
    BuyerKind.BUDGET_UNIT: "Đơn vị quan hệ ngân sách",
}


def field_button(field: str, refused: bool) -> str:
    return f"{'⚠️' if refused else '✏️'} {LABELS[field]}"


def sent_again(address: str) -> str:
    return f"{DONE} Em gửi lại để xuất. Có số, em gửi email tới {address}."
