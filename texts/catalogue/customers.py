"""Words of the catalogue: its list, a customer's card, editing a field."""

from collections.abc import Iterable

from domain.accounting import option_label
from domain.customers import REQUIRED_FOR_ORDER, Customer, CustomerData, CustomerField, CustomerKind
from texts.common import name_label
from texts.customer_fields import WORDS, shown
from texts.filtering import SHOWING
from texts.filters import day
from texts.widths import BUTTON, width

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

WITH_SIGN = BUTTON - width("⚠️ ")
KIND_SIGNS = {CustomerKind.ENTERPRISE: "🏢", CustomerKind.HOUSEHOLD: "🏪"}


def item(customer: Customer) -> str:
    """A customer's button in the list; the warning sign says that something is missing."""
    sign = "⚠️" if customer.missing else KIND_SIGNS[customer.kind]
    return f"{sign} {name_label(customer.name or customer.tax_code, WITH_SIGN, customer.tax_code)}"


MORE_WORK = "🧰 Việc khác"


MISSING = "⚠️ chưa có"
KIND_DOUBT = """\
{% if customer.name|name_doubt %}

⚠️ {{ customer.name|name_doubt }}
{% endif %}
{% if "kind" in customer.missing %}

⚠️ Tên hoặc mã số thuế không hợp với {{ customer.kind|kind|lower }}. Anh/chị sửa lại, hoặc đổi loại khách ở “Việc khác” trong thẻ khách.
{% endif %}
"""

VALUES = """\
{% for label, value in values %}
{{ label }}: {{ value }}
{% endfor %}
"""
"""What an order needs besides the name; the window gives `values` as `needed` makes them."""


def labelled(customer: CustomerData, fields: Iterable[CustomerField], empty: str) -> list[tuple[str, str]]:
    """Labels and values of `fields`; `empty` stands for a value that is not known."""
    return [(WORDS[field].label, shown(field, getattr(customer, field)) or empty) for field in fields]


def needed(customer: CustomerData) -> list[tuple[str, str]]:
    """Labels and values of what an order needs besides the name."""
    fields = (field for field in REQUIRED_FOR_ORDER if field is not CustomerField.NAME)
    return labelled(customer, fields, MISSING)


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
    + KIND_DOUBT
    + """\
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
{% for doubt in doubts %}

⚠️ {{ doubt }}
{% endfor %}
{% if view.sharing %}

Cùng email hoặc điện thoại với: {% for other in view.sharing %}{{ other.name }}{{ ", " if not loop.last else "" }}{% endfor %}. \
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


def declared(customer: CustomerData) -> str:
    """The accounting data last declared, in one line; empty if never declared."""
    month = f"năm tài chính từ tháng {customer.first_month}" if customer.first_month else None
    vat_method = VAT_WORDS.get(customer.vat_method, customer.vat_method) if customer.vat_method else None
    start = f"bắt đầu {day(customer.data_start)}" if customer.data_start else None
    costing = option_label(customer.costing).lower() if customer.costing else None
    income = (
        f"thuế thu nhập {option_label(customer.income_method).lower()}" if customer.income_method else None
    )
    return " · ".join(part for part in (customer.regime, vat_method, income, month, start, costing) if part)


def edit_label(field: CustomerField, missing: bool = False) -> str:
    return f"{'⚠️' if missing else '✏️'} {WORDS[field].label}"


EDIT_FIELD = (
    """\
<b>{{ label }}</b> của {{ customer.name }}
{% if value %}

Đang ghi: <b>{{ value }}</b>
{% endif %}
{% if for_login %}

"""
    + LOGIN_NOTE
    + """
{% endif %}

Anh/chị gõ nội dung mới, ví dụ: {{ example }}"""
)

MORE_OF = """\
<b>{{ customer.name }}</b>

Mã số thuế: <code>{{ customer.tax_code }}</code>
{% for label, value in optional %}
{{ label }}: {{ value }}
{% endfor %}
Loại khách: {{ customer.kind | kind }}

Đổi loại thì khách này bị bỏ khỏi đơn nháp, và dữ liệu kế toán phải khai lại."""

NOT_SET = "chưa đặt"
TO_ENTERPRISE = "🏢 Đổi thành doanh nghiệp"
TO_HOUSEHOLD = "🏪 Đổi thành hộ kinh doanh"


def saved(field: CustomerField) -> str:
    return f"✅ Đã lưu: {WORDS[field].inside}."


def cleared(field: CustomerField) -> str:
    return f"✅ Đã xóa: {WORDS[field].inside}."


ADDED = "✅ Đã lưu khách mới vào danh mục."
KNOWN = "✅ Khách này đã có sẵn, không cần thêm."
UNREADABLE_SEARCH = "Anh/chị gõ chữ hoặc số để tìm giúp em nhé."
