"""Words for declaring a new customer."""

from domain.customers import CustomerField
from texts.catalogue.customers import LOGIN_NOTE, VALUES
from texts.common import named
from texts.customer_fields import WORDS

TAX_CODE = """\
<b>Mã số thuế của khách?</b>

{{ "Hộ kinh doanh có 12 số, ví dụ: 001085012345" if wanted == "household" \
else "Doanh nghiệp có 10 số (đơn vị phụ thuộc 13 số), ví dụ: 0101243150" if wanted == "enterprise" \
else "Doanh nghiệp 10 số, hộ kinh doanh 12 số. Ví dụ: 0101243150" }}{% if not answers %}


Có sẵn cả tên, địa chỉ, người đại diện, email, số di động thì anh/chị gõ hết trong một tin, em tự tách.{% endif %}"""

KIND = """\
<b>Khách là doanh nghiệp hay hộ kinh doanh?</b>

Mã số thuế: <code>{{ answers.tax_code }}</code>
{% if told %}
Tên: {{ named }}

Theo tên thì là {{ told|kind|lower }}, còn mã số thuế hợp với cả hai.
{% endif %}"""
NAME_AGAIN = "“{name}” là tên của loại khách kia. Anh/chị ghi lại tên giúp em."
ENTERPRISE = "🏢 Doanh nghiệp"
HOUSEHOLD = "🏪 Hộ kinh doanh"

NAME = """\
<b>Tên khách hàng?</b>

Ghi đúng như trên giấy đăng ký, ví dụ: {{ "Hộ kinh doanh Trần Thị Mai" if answers.kind == "household" else "Công ty TNHH Hoa Sen" }}"""

ADDRESS = f"""\
<b>Địa chỉ?</b>

Địa chỉ ghi trên hóa đơn, ví dụ: {WORDS[CustomerField.ADDRESS].example}"""

REPRESENTATIVE = f"""\
<b>Người đại diện pháp luật?</b>

Gõ đủ họ tên, ví dụ: {WORDS[CustomerField.REPRESENTATIVE].example}"""

EMAIL = f"""\
<b>Email của người đại diện?</b>

🔑 Email này dùng để tạo tài khoản đăng nhập phần mềm. Ví dụ: {WORDS[CustomerField.EMAIL].example}"""

PHONE = f"""\
<b>Số di động của người đại diện?</b>

🔑 Số này dùng để tạo tài khoản đăng nhập phần mềm. Ví dụ: {WORDS[CustomerField.PHONE].example}"""

SKIP_REST = "⏭️ Bỏ qua hết, bổ sung sau"

KNOWN = """\
<b>Khách này đã có{{ ", đang ngừng theo dõi" if customer.archived else " trong danh mục" }}</b>

<b>{{ customer.called }}</b>
{{ customer.kind | kind }} · <code>{{ customer.tax_code }}</code>
{% if other_kind %}

⚠️ Đơn đang làm dành cho {{ wanted | kind | lower }}, nên không thêm được khách này.
{% endif %}

{{ "Nếu gõ nhầm" if other_kind else "Không phải khách này" }}, anh/chị gõ mã số thuế khác."""
USE_KNOWN = "⭐ Dùng khách này"
OPEN_KNOWN = "👤 Mở khách này"

CHECK = (
    """\
<b>Bước {{ steps }}/{{ steps }} · Kiểm tra lại</b>

<b>{{ customer.called }}</b>
{{ customer.kind | kind }} · <code>{{ customer.tax_code }}</code>
"""
    + VALUES
    + """\
Dữ liệu kế toán: {{ accounting }}

"""
    + LOGIN_NOTE
    + """
{% if customer.missing %}

Mục có dấu ⚠️ có thể bổ sung sau, nhưng phải đủ trước khi đặt hàng.
{% endif %}"""
)

SAVE = "💾 Lưu khách hàng"
SAVE_AND_ADD = "➕ Lưu, thêm khách nữa"
SAVE_AND_PICK = "💾 Lưu vào danh mục & chọn"
PICK_ONLY = "Chỉ dùng cho đơn này"
CHANGE_TAX_CODE = "✏️ Mã số thuế"
DO_NOT_ADD = "✖️ Không thêm"

WARNINGS = {
    "household_old_code": "Đây là mã số thuế kiểu cũ. Từ 01/07/2025 hộ kinh doanh dùng số định danh 12 số; anh/chị nên hỏi lại khách.",
    "personal_id_doubtful": "Số này không giống số định danh (mã tỉnh, thế kỷ, giới tính). Anh/chị xem lại giúp em.",
}


def saved_and_next(name: str) -> str:
    return f"✅ Đã lưu {named(name, 60)}. Mời anh/chị nhập khách tiếp theo."
