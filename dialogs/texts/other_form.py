"""Words of the form for another recipient."""

NAME = """\
<b>Người nhận khác</b>{{ " của " ~ customer if customer else "" }}

Ai nhận thông báo đơn hàng? Anh/chị gõ họ tên:"""
EMAIL = """{{ form.name }}
E-mail của người nhận là gì?"""
PHONE = """{{ form.name }} · {{ form.email }}
Số điện thoại của người nhận là gì?"""
INVOICE = """<b>{{ form.name }}</b>
{{ form.email }} · {{ form.phone|phone }}

Hóa đơn ghi tên ai?"""
INVOICE_CUSTOMER = "Tên từng khách hàng"
INVOICE_OTHER = "Đơn vị khác…"
UNIT_NAME = "Tên đơn vị (hoặc người) ghi trên hóa đơn?"
TAX_ID = """{{ form.unit_name }}
Mã số thuế, số định danh cá nhân hoặc mã đơn vị ngân sách?"""
ADDRESS = """{{ form.unit_name }} · {{ form.tax_id }}
Địa chỉ ghi trên hóa đơn?"""
INVOICE_EMAIL = """{{ form.unit_name }} · {{ form.tax_id }}
{{ form.address }}
E-mail nhận hóa đơn?"""
SAME_EMAIL = "Dùng {form[email]}"
SAVED = "Em đã ghi người nhận {name}."
