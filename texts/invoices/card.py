"""What is said of one tax invoice in full."""

from collections.abc import Sequence
from typing import Any

from domain.invoices import Invoice, InvoiceLine
from domain.money import vnd
from texts.invoices.lines import line_name
from texts.invoices.words import KINDS, NUMBERS, corrects

SHOWN_LINES = 6

CARD = """\
🧾 <b>{{ title }}</b> · {{ state }}
{% if number %}
Mẫu số {{ number.form }} · ký hiệu <code>{{ number.series }}</code> · số <code>{{ number.number }}</code>
Ngày {{ number.date|date }}
{% if number.authority_code %}
Mã CQT: <code>{{ number.authority_code }}</code>
{% endif %}
{% if number.lookup_code %}
Mã tra cứu: <code>{{ number.lookup_code }}</code>
{% endif %}
{% else %}
Chưa có số · ngày phát sinh {{ invoice.day|date }}
{% endif %}
{% if corrects %}
{{ corrects }}
{% endif %}

<b>{{ invoice.buyer.name|short(120) }}</b>
{% if invoice.buyer.tax_id %}
{{ number_name }}: <code>{{ invoice.buyer.tax_id }}</code>
{% endif %}
{{ invoice.buyer.address|short(160) }}
{{ "E-mail: %s"|format(invoice.email|short(100)) if invoice.email else "Không có e-mail nhận hóa đơn" }}

{% for line in shown_lines %}
{{ line }}
{% endfor %}
{% if more_lines %}
… và {{ more_lines }} dòng khác.
{% endif %}
Tổng: <b>{{ invoice.amount|vnd }}</b>{{ ", trong đó thuế %s"|format(invoice.vat|vnd) if invoice.vat else "" }}
Đơn: {{ orders }}
"""

_SHOWN_ORDERS = 5


def card(invoice: Invoice, lines: Sequence[InvoiceLine], original: Invoice | None) -> dict[str, Any]:
    """What `CARD` needs, without the state in words."""
    orders = list(dict.fromkeys(line.order_code for line in lines))
    more = len(orders) - _SHOWN_ORDERS
    shown = ", ".join(orders[:_SHOWN_ORDERS]) + (f" và {more} đơn khác" if more > 0 else "")
    said = corrects(invoice, original)
    return {
        "invoice": invoice,
        "title": KINDS[invoice.kind],
        "number": invoice.number,
        "number_name": NUMBERS[invoice.buyer.kind],
        "corrects": said[:1].upper() + said[1:],
        "shown_lines": [_line(line) for line in lines[:SHOWN_LINES]],
        "more_lines": max(0, len(lines) - SHOWN_LINES),
        "orders": shown,
    }


def _line(line: InvoiceLine) -> str:
    rate = "KCT" if line.vat_rate is None else f"{line.vat_rate}%"
    name = line_name(line)
    return f"• {name[:90] + '…' if len(name) > 91 else name}: {vnd(line.amount)} ({rate})"
