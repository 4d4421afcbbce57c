"""Words of looking up an order."""

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

{% for line in lines %}
{{ line.position }}. <b>{{ line.name|short(60) }}</b> · <code>{{ line.tax_code }}</code>
{{ line.representative|short(40) }} · {{ line.phone|phone }} · {{ line.email|short(60) }}
{{ line.amount|vnd }} · <code>{{ line.payment_code }}</code> {{ line.paid }} · {{ line.licence }}

{% endfor %}
{% if events %}
<b>Gần đây</b>
{% for event in events %}
{{ event }}
{% endfor %}
{% endif %}"""

ANOTHER = "🔎 Tra đơn khác"
