"""The reminder of unpaid licences as a mail. No advertising: it is an order notice."""

from texts.messaging.pushes.mail_frame import framed

SUBJECT = """\
{% if ended %}
Phần mềm kế toán đang tạm dừng vì chưa thanh toán
{% else %}
Nhắc thanh toán phần mềm kế toán ({{ count }} {{ "phần mềm" if count > 1 else "khách hàng" }})
{% endif %}"""

TEXT = """Kính gửi {{ content.name }},

{% for group in groups %}
{{ headings[group.stage] }}:
{% for one in group.licences %}
{% set owed = group.owed[loop.index0] %}
- {{ one.line.name }}, mã số thuế {{ one.line.tax_code }}: {{ rest(owed, one.line.amount) }}
{% endfor %}
{% if group.count > group.licences|length %}
- và {{ group.count - group.licences|length }} khách hàng khác
{% endif %}

{% endfor %}
{{ "Phần mềm tạm dừng chỉ xem và in được" if ended else "Hết 7 ngày kể từ khi kích hoạt mà chưa thanh toán, phần mềm chỉ xem và in được" }}. Thanh toán xong là dùng lại được ngay.

CHUYỂN KHOẢN
{% for payment in payments %}
Ngân hàng:     {{ payment.bank }}
Số tài khoản:  {{ payment.request.payee.account }}
Chủ tài khoản: {{ payment.request.payee.holder }}
Số tiền:       {{ payment.request.left|vnd }}
Nội dung:      {{ payment.request.code }}

{% endfor %}
Mọi thắc mắc xin liên hệ đơn vị kế toán {{ content.firm.name }} (anh/chị {{ content.accountant.name }}, {{ content.accountant.phone|phone }}).
"""

HTML = framed(
    "Nhắc thanh toán phần mềm kế toán",
    """\
<tr><td style="padding:24px 20px 8px;">
<p style="margin:0 0 12px;">Kính gửi <b>{{ content.name }}</b>,</p>
{% for group in groups %}
<p style="margin:0 0 4px;"><b>{{ headings[group.stage] }}</b></p>
<ul style="margin:0 0 12px;padding-left:20px;">
{% for one in group.licences %}
{% set owed = group.owed[loop.index0] %}
<li>{{ one.line.name }}<br><span style="color:#667085;">Mã số thuế {{ one.line.tax_code }} · {{ rest(owed, one.line.amount) }}</span></li>
{% endfor %}
{% if group.count > group.licences|length %}
<li>và {{ group.count - group.licences|length }} khách hàng khác</li>
{% endif %}
</ul>
{% endfor %}
<p style="margin:0 0 12px;">{{ "Phần mềm tạm dừng chỉ xem và in được" if ended else "Hết 7 ngày kể từ khi kích hoạt mà chưa thanh toán, phần mềm chỉ xem và in được" }}. Thanh toán xong là dùng lại được ngay.</p>
</td></tr>
{% for payment in payments %}
<tr><td style="padding:0 20px 12px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f9fafb;border-radius:8px;">
<tr><td style="padding:12px 16px;">
<span style="color:#667085;">{{ payment.bank }}, tài khoản</span> <b>{{ payment.request.payee.account }}</b><br>
{{ payment.request.payee.holder }}<br>
<span style="color:#667085;">Số tiền</span> <b>{{ payment.request.left|vnd }}</b><br>
<span style="color:#667085;">Nội dung</span> <b>{{ payment.request.code }}</b>
</td></tr>
</table>
</td></tr>
{% endfor %}
<tr><td style="padding:8px 20px 24px;color:#667085;font-size:14px;line-height:20px;">
Mọi thắc mắc xin liên hệ đơn vị kế toán {{ content.firm.name }} (anh/chị {{ content.accountant.name }}, {{ content.accountant.phone|phone }}).
</td></tr>
""",
)
