"""Words of looking up an order."""

from services.back_office.lookup import OrderLook

ASK_CODE = """\
🔎 <b>Tra đơn</b>

Anh/chị gõ mã đơn hoặc nội dung chuyển khoản, ví dụ KTM7R4Q2X. Lần xem được ghi vào nhật ký."""

ORDER = """\
<b>Đơn {{ order.code }}</b> · {{ state }}

{{ order.package_name }} · năm {{ order.fiscal_year }}
{{ firm.name }} · <code>{{ firm.tax_code }}</code>
Kế toán: {{ accountant.name }}, {{ accountant.phone|phone }}, {{ accountant.email }}
Đặt lúc: {{ order.placed_at|moment }}
Tổng tiền: <b>{{ order.total|vnd }}</b>, đã nhận {{ sums.received|vnd }}
Khoản thanh toán: {{ sums.paid }}/{{ sums.requests }} đã trả đủ
{% if invoices %}
{{ invoices }}
{% endif %}

{% for line in lines %}
{{ line.position }}. <b>{{ line.name|short(60) }}</b> · <code>{{ line.tax_code }}</code>
{{ line.representative|short(40) }} · {{ line.phone|phone }} · {{ line.email|short(60) }}
{{ line.amount|vnd }} · <code>{{ line.payment_code }}</code> {{ line.paid }} · {{ line.licence }}
🧾 {{ "chính khách này" if line.invoice.tax_id == line.tax_code else "%s · %s"|format(line.invoice.unit_name|short(24), line.invoice.tax_id) }}

{% endfor %}
{% if events %}
<b>Gần đây</b>
{% for event in events %}
{{ event }}
{% endfor %}
{% endif %}"""

TO_INVOICES = "🧾 Hóa đơn của đơn này"


def invoices_line(look: OrderLook) -> str:
    """How many invoices the order has, with the newest numbers; empty if none."""
    if not look.invoice_count:
        return ""
    numbers = [f"số {one.number.number}" if one.number else "chưa có số" for one in look.invoices]
    more = look.invoice_count - len(numbers)
    return f"Hóa đơn: {look.invoice_count} ({', '.join(numbers)}{', …' if more else ''})"


ANOTHER = "🔎 Tra đơn khác"
