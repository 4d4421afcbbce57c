"""Words of the form for another recipient."""

from domain.invoices import BuyerKind
from texts.forms import FOUND

NAME = """\
<b>Người nhận khác</b>{{ " của " ~ customer if customer else "" }}

{% if form.email or form.phone %}
Đã có: {{ form.email }}{{ " · " if form.email and form.phone else "" }}{{ form.phone|phone if form.phone else "" }}
{% endif %}
Ai nhận thông báo đơn hàng và hướng dẫn thanh toán?
Anh/chị gõ họ tên, hoặc cả email và số di động trong một dòng, ví dụ:
Trần Văn Bình binh@hoasen.vn 0912345678"""
EMAIL = """\
<b>Email của {{ form.name }}?</b>

Ví dụ: binh@hoasen.vn"""
PHONE = """\
<b>Số di động của {{ form.name }}?</b>

Email: {{ form.email }}
Ví dụ: 0912345678"""
INVOICE = """\
<b>Hóa đơn ghi tên ai?</b>

Người nhận thông báo: {{ form.name }}
{{ form.email }} · {{ form.phone|phone }}

Đơn vị khác: anh/chị gõ luôn mã số thuế, em tra tên và địa chỉ."""
INVOICE_CUSTOMER = "Tên từng khách hàng"
INVOICE_OTHER = "Đơn vị khác…"
MAIL_TO = """\
<b>Hóa đơn gửi về email nào?</b>

Hóa đơn ghi tên {{ customer or "từng khách hàng" }}, gửi khi được xuất.
Anh/chị chọn, hoặc gõ email khác."""
OWN_EMAIL = "Dùng {own_email}"
OWN_EMAILS = "Email của từng khách"
TAX_ID = """\
<b>Mã số thuế, số định danh cá nhân hoặc mã ngân sách của bên mua?</b>

Ví dụ: 0101243150"""
BUYER_KIND = """\
<b>{{ form.tax_id }} là mã gì?</b>

Hóa đơn ghi đúng loại mã của bên mua."""
KINDS = {
    BuyerKind.HOUSEHOLD: "Mã số thuế hộ kinh doanh",
    BuyerKind.PERSON: "Số định danh cá nhân",
}
UNIT_NAME = (
    """\
<b>Tên đơn vị hoặc cá nhân ghi trên hóa đơn?</b>

{{ form.kind|buyer_number }}: {{ form.tax_id }}
Ví dụ: Công ty TNHH Hoa Sen"""
    + FOUND
)
ADDRESS = """\
<b>Địa chỉ ghi trên hóa đơn?</b>

Hóa đơn ghi: {{ form.unit_name }}
{{ form.kind|buyer_number }}: {{ form.tax_id }}"""
INVOICE_EMAIL = """\
<b>Email nhận hóa đơn?</b>

Hóa đơn ghi: {{ form.unit_name }}
{{ form.kind|buyer_number }}: {{ form.tax_id }}
{{ form.address }}{{ "\n<i>(tên, địa chỉ tra cứu theo mã số thuế)</i>"|safe if registered else "" }}"""
OTHER_UNIT = "✏️ Tên, địa chỉ khác"
SAME_EMAIL = "Dùng {form[email]}"
