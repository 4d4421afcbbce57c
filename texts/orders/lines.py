"""Words of an order's customers."""

LINES = """\
<b>Đơn {{ order.code }}</b> · {{ order.line_count }} khách

{% for one in lines %}
{{ one.view.line.position }}. <b>{{ one.view.line.name }}</b>
{{ one.mark }} {{ one.state }}
{{ one.view.line.amount|vnd }} · {{ one.money }}

{% endfor %}
Chọn số để xem từng khách."""

LINE = """\
<b>{{ line.name }}</b>
Mã số thuế: <code>{{ line.tax_code }}</code>

{{ mark }} <b>{{ state }}</b>
{% if failure %}
{{ failure }}
{% endif %}
{% if licence.login %}
Đăng nhập: <code>{{ licence.login }}</code>
{% endif %}
{% if licence.activated_at %}
Kích hoạt lúc: {{ licence.activated_at|moment }}
{% endif %}
{% if trial %}
Dùng chưa trả tiền đến: {{ licence.deadline|moment }}
{% endif %}

Đơn {{ order.code }} · {{ order.package_name }} · năm {{ order.fiscal_year }}
Số tiền: <b>{{ line.amount|vnd }}</b>
Thanh toán: {{ money }}{{ " (khoản chung %d khách)"|format(payment.line_count) if payment.line_count > 1 else "" }}
Nội dung chuyển khoản: <code>{{ payment.code }}</code>

<b>Người đại diện pháp luật</b>
{{ line.representative }}
{{ line.email }} · {{ line.phone|phone }}
{{ line.address }}

<b>Dữ liệu kế toán</b>
{{ regime }}
{{ taxes }} · từ {{ starts_on|date }}
{{ costing }} · {{ currency }}

<b>Nhận thông báo</b>
{{ line.notice.name }} · {{ line.notice.phone|phone }}
{{ line.notice.email }}

<b>Hóa đơn ghi</b>
{{ line.invoice.unit_name }}
{{ line.invoice.kind|buyer_number }}: {{ line.invoice.tax_id }}
{% if line.invoice.address %}
{{ line.invoice.address }}
{% endif %}
{{ line.invoice.email }}
{% for one in invoices %}
{{ one }}
{% endfor %}"""
TO_LINES = "‹ Danh sách"
