"""Words of the catalogue: its list, a customer's card, editing a field."""

from domain.customers import Customer, CustomerField, CustomerKind
from texts.common import name_label
from texts.customer_fields import FIELDS
from texts.filtering import SHOWING

LIST = (
    """\
👥 <b>Khách hàng</b> · {{ total }} khách
"""
    + SHOWING
    + """
{% if items %}
Gõ tên, mã số thuế hoặc mã riêng để tìm, không cần dấu.
{% elif query %}
Không thấy khách nào khớp. Anh/chị gõ ít chữ hơn, hoặc thêm khách mới.
{% elif narrowed %}
Không có khách nào như vậy. Anh/chị bỏ lọc để xem lại tất cả.
{% else %}
Danh mục chưa có khách nào. Anh/chị dán danh sách hoặc gửi tệp Excel ngay tại đây, hoặc thêm từng khách.
{% endif %}"""
)

ADD = "➕ Thêm khách"
UPLOAD = "📋 Thêm nhiều khách"
ORDER = "🛒 Mua hàng loạt"

KIND_SIGNS = {CustomerKind.ENTERPRISE: "🏢", CustomerKind.HOUSEHOLD: "🏪"}


def item(customer: Customer) -> str:
    """A customer's button in the list; the warning sign says that something is missing."""
    sign = "⚠️" if customer.missing else KIND_SIGNS[customer.kind]
    return f"{sign} {name_label(customer.name or customer.tax_code)}"


def work_label(count: int) -> str:
    return f"🧰 Việc cho {count} khách" if count else "🧰 Việc khác"


MISSING = "⚠️ chưa có"

VALUES = """\
Địa chỉ: {{ customer.address or missing }}
Người đại diện: {{ customer.representative or missing }}
Email: {{ customer.email or missing }}
Điện thoại: {{ (customer.phone | phone) or missing }}
"""
"""What an order needs of `customer`; `missing` is `MISSING`."""

LOGIN_NOTE = (
    "🔑 Email và điện thoại này dùng để tạo tài khoản đăng nhập phần mềm cho khách. "
    "Anh/chị kiểm tra thật kỹ ạ."
)

CARD = (
    """\
<b>{{ customer.name }}</b>
{{ customer.kind | kind }}{% if customer.own_code %} · mã riêng {{ customer.own_code }}{% endif %}{% if customer.archived %} · <i>ngừng theo dõi</i>{% endif %}


Mã số thuế: <code>{{ customer.tax_code }}</code>
"""
    + VALUES
    + "\n"
    + LOGIN_NOTE
    + """
{% if declared %}

Dữ liệu kế toán: {{ declared }}
{% endif %}
{% if view.labels or view.assignee %}

{% if view.labels %}
🏷️ {{ view.labels | join(", ", attribute="name") }}
{% endif %}
{% if view.assignee %}
👤 {{ view.assignee }} phụ trách
{% endif %}
{% endif %}
{% if view.sharing %}

⚠️ Cùng email hoặc điện thoại với: {% for other in view.sharing %}{{ other.name }}{{ ", " if not loop.last else "" }}{% endfor %}. \
Các khách này sẽ chung một tài khoản đăng nhập.
{% endif %}
{% if view.merged %}

👯 Đã gộp vào đây: {% for other in view.merged[:5] %}{{ other.name | short(60) }} ({{ other.tax_code }}){{ ", " if not loop.last else "" }}{% endfor %}

{% endif %}
{% if merged %}

👯 Khách này đã gộp vào <b>{{ view.into.name if view.into else "" }}</b> ({{ view.into.tax_code if view.into else "" }}).
{% elif customer.missing %}

Anh/chị bổ sung các mục có dấu ⚠️ trước khi đặt hàng.
{% endif %}
{% if not customer.in_catalogue and not merged %}

Khách này chỉ dùng cho một đơn, không nằm trong danh mục.
{% endif %}"""
)

LABELS = "🏷️ Nhãn"
MORE = "⋯ Việc khác"
TIMELINE = "🕓 Các năm đã mua"
MERGE = "👯 Gộp với khách trùng"
PERSONAL_DATA = "🔐 Dữ liệu cá nhân"
SPLIT_AGAIN = "↩️ Tách ra"
OPEN_KEPT = "👤 Mở khách được giữ"
SPLIT = "✅ Đã tách ra: khách trở lại danh mục."
CLEAR_FIELD = "🗑️ Xóa mục này"
ERASED = "✅ Đã xóa dữ liệu của khách. Hóa đơn của các đơn đã đặt được giữ theo luật thuế."
ARCHIVE = "🗄️ Ngừng theo dõi"
RESTORE = "↩️ Theo dõi lại"
ARCHIVED = "✅ Đã ngừng theo dõi: khách không còn hiện trong danh mục. Cần lại thì chọn “Theo dõi lại”."
RESTORED = "✅ Khách đã trở lại danh mục."

VAT_WORDS = {
    "KHAU_TRU": "khấu trừ",
    "TT_DOANH_THU": "trực tiếp trên doanh thu",
    "TT_GTGT": "trực tiếp trên GTGT",
    "KHONG_CHIU": "không chịu thuế GTGT",
}


def declared(customer: Customer) -> str:
    """The accounting data last declared, in one line; empty when never."""
    month = f"năm tài chính từ tháng {customer.first_month}" if customer.first_month else None
    vat_method = VAT_WORDS.get(customer.vat_method, customer.vat_method) if customer.vat_method else None
    return " · ".join(part for part in (customer.regime, vat_method, month) if part)


def edit_label(field: CustomerField, missing: bool = False) -> str:
    return f"{'⚠️' if missing else '✏️'} {FIELDS[field]}"


EXAMPLES = {
    CustomerField.TAX_CODE: "0101243150",
    CustomerField.NAME: "Công ty TNHH Hoa Sen",
    CustomerField.ADDRESS: "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
    CustomerField.REPRESENTATIVE: "Trần Văn Bình",
    CustomerField.EMAIL: "binh@hoasen.vn",
    CustomerField.PHONE: "0912345678",
    CustomerField.OWN_CODE: "KH001",
}

EDIT_FIELD = """\
<b>{{ label }}</b> của {{ customer.name }}
{% if value %}

Đang ghi: <b>{{ value }}</b>
{% endif %}

Anh/chị gõ nội dung mới, ví dụ: {{ example }}"""

MORE_OF = """\
<b>{{ customer.name }}</b>

Mã số thuế: <code>{{ customer.tax_code }}</code>
Mã riêng: {{ customer.own_code or "chưa đặt" }}
Loại khách: {{ customer.kind | kind }}

Đổi loại thì khách này bị bỏ khỏi đơn nháp, và dữ liệu kế toán phải khai lại."""

TO_ENTERPRISE = "🏢 Đổi thành doanh nghiệp"
TO_HOUSEHOLD = "🏪 Đổi thành hộ kinh doanh"


def saved(field: CustomerField) -> str:
    return f"✅ Đã lưu: {FIELDS[field].lower()}."


def cleared(field: CustomerField) -> str:
    return f"✅ Đã xóa: {FIELDS[field].lower()}."


ADDED = "✅ Đã lưu khách mới vào danh mục."
KNOWN = "✅ Khách này đã có sẵn, không cần thêm."
UNREADABLE_SEARCH = "Anh/chị gõ chữ hoặc số để tìm giúp em nhé."
