"""Words of the steps that come before the customers: package, fiscal year, recipient."""

from domain.recipients import RecipientMode

PACKAGE = """\
<b>Bước 1/6 · Gói sản phẩm</b>

{% for package in packages %}
{{ marks[package.kind] }} <b>{{ package.name }}</b>: {{ package.summary }}
{% endfor %}

{% if packages|map(attribute="kind")|unique|list|length > 1 %}
🏢 doanh nghiệp   🏪 hộ kinh doanh
Một đơn chỉ gồm một loại khách. Giá cho một năm tài chính.
{% else %}
Giá cho một năm tài chính.
{% endif %}
{% if last %}

⚡ Lần trước: <b>{{ last }}</b>
{% endif %}
{% if sample %}

<i>Bảng giá mẫu, chưa phải giá bán thật.</i>
{% endif %}"""
PACKAGE_BUTTON = "{item[label]}"
REPEAT_LAST = "⚡ Như lần trước"
OTHER_KIND = """\
<b>Đổi sang gói {{ package }}?</b>

Đơn này đã chọn <b>{{ count }} {{ old_kind }}</b>.
Gói <b>{{ package }}</b> dành cho {{ new_kind }}, mà một đơn không gồm cả hai loại.

Đổi gói thì em bỏ {{ count }} khách đã chọn khỏi đơn (danh mục vẫn còn)."""
KEEP_PACKAGE = "‹ Giữ gói cũ"
CHANGE_KIND = "Đổi gói, chọn lại khách"
FISCAL_YEAR = """\
<b>Bước 2/6 · Năm tài chính</b>

Anh/chị mua phần mềm cho năm nào?"""


def fiscal_year_label(year: int, this_year: int) -> str:
    names = {this_year - 1: "năm trước", this_year: "năm nay", this_year + 1: "năm sau"}
    return f"{year} · {names[year]}" if year in names else str(year)


RECIPIENT = """\
<b>Bước 3/6 · Đối tượng nhận</b>

Ai nhận hóa đơn và thông báo đơn hàng?

<b>Khách hàng</b> (nên chọn): từng khách nhận hướng dẫn thanh toán qua email và SMS; hóa đơn về email khi được xuất.

<b>Kế toán dịch vụ</b>: anh/chị nhận một hướng dẫn thanh toán cho cả đơn ngay tại đây; hóa đơn ghi cho đơn vị của anh/chị, về email khi được xuất.

<b>Người khác</b>: anh/chị khai người nhận, và hóa đơn ghi tên ai, gửi về đâu."""
RECIPIENT_BUTTONS = (
    (RecipientMode.CUSTOMER, "⭐ Khách hàng (nên chọn)"),
    (RecipientMode.ACCOUNTANT, "Kế toán dịch vụ"),
    (RecipientMode.OTHER, "Người khác"),
)
OTHER = """\
<b>Người nhận khác</b>

{% if other %}
Đang dùng chung: <b>{{ other.notice.name }}</b>
{{ other.notice.email }} · {{ other.notice.phone|phone }}
{% if other.invoice %}
Hóa đơn ghi: {{ other.invoice.unit_name }} · {{ other.invoice.kind|buyer_number }} {{ other.invoice.tax_id }}
Gửi về: {{ other.invoice.email }}
{% else %}
Hóa đơn ghi tên từng khách hàng, gửi về: {{ other.invoice_email or "email của từng khách" }}
{% endif %}
{% else %}
Khai một người nhận chung cho mọi khách, hay khai riêng từng khách?
Một người cho tất cả: anh/chị gõ luôn họ tên, email, số di động, ví dụ:
Trần Văn Bình binh@hoasen.vn 0912345678
{% endif %}

Khai chung rồi vẫn đổi riêng được ở bước kiểm tra."""
OTHER_FOR_ALL = "Một người cho tất cả"
OTHER_EACH = "Khai riêng từng khách"
OTHER_KEEP = "Giữ người này ▶"
