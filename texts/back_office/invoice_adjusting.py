"""Words of adjusting an issued invoice by a difference that is typed."""

from typing import Any

from domain.invoices import InvoiceLine
from domain.money import vnd
from services.invoices.adjusting import Adjustment
from texts.back_office.invoice_corrections import rates_of
from texts.common import DONE, name_label

ADJUST = "➕ Điều chỉnh tiền, thuế suất"

ASK_LINE = """\
➕ <b>Hóa đơn điều chỉnh</b>

Dòng nào sai số tiền? Chỉ sai thuế suất thì giữ nguyên số tiền."""
KEEP_SUMS = "Giữ nguyên số tiền"
ASK_SUM = """\
➕ <b>Hóa đơn điều chỉnh</b> · {{ line.customer_name|named(60) }}

Số tiền đúng, gồm thuế, là bao nhiêu? Đang ghi: <b>{{ line.amount|vnd }}</b>

Tiền trả lại hay hủy đơn thì không sửa ở đây: em tự điều chỉnh theo khoản tiền của đơn."""
ASK_RATE = """\
Thuế suất đúng của cả hóa đơn là gì? Đang ghi: {{ stated }}"""

CHECK = """\
➕ <b>Hóa đơn điều chỉnh</b> · cho số {{ number.number }} ký hiệu {{ number.series }}

{{ buyer.name|named(120) }}
Trước: {{ before }}
Sau: {{ after }}
Chênh lệch: <b>{{ difference }}</b>

<b>Trên hóa đơn điều chỉnh</b>
{% for line in lines %}
• {{ line }}
{% endfor %}
{% if more %}
• và {{ more }} dòng khác
{% endif %}
{% if agreed %}

Thỏa thuận: {{ agreed }}
{% endif %}

Anh/chị xuất tay hóa đơn này: nó nằm trong tệp hàng chờ."""
ADJUST_FOR_GOOD = "Lập hóa đơn điều chỉnh"
ADJUSTED = f"{DONE} Hóa đơn điều chỉnh đang chờ xuất tay."

_SHOWN = 8


def line_button(line: InvoiceLine) -> str:
    return f"{name_label(line.customer_name, 19)} · {vnd(line.amount)}"


def check(seen: Adjustment) -> dict[str, Any]:
    """What `CHECK` needs, but for the agreement."""
    return {
        "number": seen.invoice.number,
        "buyer": seen.invoice.buyer,
        "before": _sums(seen.before),
        "after": _sums(seen.after),
        "difference": f"{_signed(_amount(seen.lines))}, thuế {_signed(_vat(seen.lines))}",
        "lines": [_line(one) for one in seen.lines[:_SHOWN]],
        "more": max(0, len(seen.lines) - _SHOWN),
    }


def _sums(lines: tuple[InvoiceLine, ...]) -> str:
    return f"{vnd(_amount(lines))}, trong đó thuế {vnd(_vat(lines))} ({rates_of(lines)})"


def _line(line: InvoiceLine) -> str:
    name = name_label(line.customer_name, 40)
    return f"{name}: {_signed(line.amount)}, thuế {_signed(line.vat)} ({rates_of((line,))})"


def _amount(lines: tuple[InvoiceLine, ...]) -> int:
    return sum(line.amount for line in lines)


def _vat(lines: tuple[InvoiceLine, ...]) -> int:
    return sum(line.vat for line in lines)


def _signed(amount: int) -> str:
    return f"+{vnd(amount)}" if amount > 0 else vnd(amount)
