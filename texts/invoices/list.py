"""Words of an order's tax invoices."""

from domain.invoices import Invoice, InvoiceMoment
from texts.common import name_label
from texts.invoices.words import STATES, mark

LIST = """\
🧾 <b>Hóa đơn đơn {{ order.code }}</b>

{% if counts.total %}
Đã xuất: <b>{{ counts.issued }}</b>
{% if counts.waiting %}
Đang chờ: <b>{{ counts.waiting }}</b>
{% endif %}
{% if counts.refused %}
Cần sửa: <b>{{ counts.refused }}</b>
{% endif %}

{% for one in items %}
<b>{{ one.number }}</b> · {{ one.invoice.buyer.name|named(60) }}
{{ one.state }} · {{ one.invoice.amount|vnd }}

{% endfor %}
{% else %}
Chưa có hóa đơn nào.

{% endif %}
{{ rule }}"""
ALL_FILES = "📦 Tải tất cả (.zip)"
TO_ORDER = "‹ Về đơn"

_SENT = "Có số, em gửi email cho người nhận."
_RULES = {
    InvoiceMoment.PAID: f"Hóa đơn được lập khi hết ngày nhận tiền, cho số tiền nhận trong ngày đó. {_SENT}",
    InvoiceMoment.ACTIVATED: f"Hóa đơn được lập khi hết ngày kích hoạt, trả tiền hay chưa cũng vậy. {_SENT}",
    InvoiceMoment.PERIOD: f"Hóa đơn được lập khi hết tháng, cho số tiền nhận trong tháng đó. {_SENT}",
}
_CANCELLED = "Đơn đã hủy. Hóa đơn đã xuất mà không còn đúng thì được điều chỉnh giảm."


def rule(moment: InvoiceMoment | None) -> str:
    """When the next documents are made; `None` for an order that was cancelled."""
    return _RULES[moment] if moment else _CANCELLED


def number(invoice: Invoice) -> str:
    return f"Số {invoice.number.number}" if invoice.number else "Chưa có số"


def button(invoice: Invoice) -> str:
    """Half as wide as a message: the number, or the buyer of what has none."""
    return f"{mark(invoice)} {number(invoice) if invoice.number else name_label(invoice.buyer.name, 16)}"


def state(invoice: Invoice) -> str:
    return f"{mark(invoice)} {STATES[invoice.state]}"


def archive_name(order_code: str, part: int) -> str:
    """The name of an archive with an order's files; there are several if one would be too large."""
    return f"hoa-don-{order_code}.zip" if part == 1 else f"hoa-don-{order_code}-{part}.zip"
