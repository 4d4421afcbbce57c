"""Words of the order, step by step."""

from collections.abc import Sequence

from dialogs.texts.common import name_label
from domain.customers import CustomerField, CustomerKind
from domain.orders import Gap
from domain.pushes import Channel
from domain.recipients import RecipientMode

RECIPIENTS = {
    RecipientMode.CUSTOMER: "Khách hàng",
    RecipientMode.ACCOUNTANT: "Kế toán dịch vụ",
    RecipientMode.OTHER: "Người khác",
}
OTHERS_AND_CUSTOMERS = "{sums.recipients} người khác; {sums.without_other} khách tự nhận"
INVOICES = {
    RecipientMode.CUSTOMER: "Khách hàng",
    RecipientMode.ACCOUNTANT: "Đơn vị kế toán",
    RecipientMode.OTHER: "Người khác",
}
CHANNELS = {Channel.EMAIL: "email", Channel.SMS: "tin nhắn SMS", Channel.CHAT: "tin nhắn"}
KINDS = {CustomerKind.ENTERPRISE: "doanh nghiệp", CustomerKind.HOUSEHOLD: "hộ kinh doanh"}
KIND_MARKS = {CustomerKind.ENTERPRISE: "🏢", CustomerKind.HOUSEHOLD: "🏪"}
FIELDS = {
    CustomerField.KIND: "loại khách hàng",
    CustomerField.TAX_CODE: "mã số thuế",
    CustomerField.NAME: "tên",
    CustomerField.ADDRESS: "địa chỉ",
    CustomerField.REPRESENTATIVE: "người đại diện",
    CustomerField.EMAIL: "email",
    CustomerField.PHONE: "điện thoại",
    CustomerField.OWN_CODE: "mã riêng",
    Gap.OTHER_RECIPIENT: "người nhận",
}

NAME_WITH_GAPS = 22
NAME_WITH_MARKS = 30

# Resume and discard
RESUME = """\
<b>Đơn đang làm dở</b>

{% if view.package %}
Gói: <b>{{ view.package.name }}</b>
{% endif %}
{% if view.draft.fiscal_year %}
Năm tài chính: <b>{{ view.draft.fiscal_year }}</b>
{% endif %}
{% if recipient %}
Đối tượng nhận: <b>{{ recipient }}</b>
{% endif %}
{% if view.sums.lines %}
Đã chọn: <b>{{ view.sums.lines }} khách</b>{{ " · " ~ view.total|vnd if view.package else "" }}
{% endif %}
{% if waiting %}
{{ waiting }}
{% endif %}

Sửa lần cuối: {{ view.draft.updated_at|moment }}"""
GO_ON = "▶️ Làm tiếp"
DROP = "🗑️ Bỏ, làm đơn mới"
DISCARD = """\
<b>Bỏ hẳn đơn nháp này{{ " (%d khách đã chọn)"|format(view.sums.lines) if view.sums.lines else "" }}?</b>

{% if waiting %}
{{ waiting }}, em mở ngay sau khi bỏ đơn này.

{% endif %}
Danh mục khách hàng vẫn giữ nguyên."""
DROP_FOR_GOOD = "🗑️ Bỏ hẳn"
KEEP = "‹ Giữ lại"

# 1 Package
PACKAGE = """\
<b>Bước 1/6 · Gói sản phẩm</b>

{% for package in packages %}
{{ marks[package.kind] }} <b>{{ package.name }}</b>: {{ package.summary }}
{% endfor %}

🏢 doanh nghiệp   🏪 hộ kinh doanh
Một đơn chỉ gồm một loại khách. Giá cho một năm tài chính.
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

# 2 Fiscal year
FISCAL_YEAR = """\
<b>Bước 2/6 · Năm tài chính</b>

Anh/chị mua phần mềm cho năm nào?"""


def fiscal_year_label(year: int, this_year: int) -> str:
    names = {this_year - 1: "năm trước", this_year: "năm nay", this_year + 1: "năm sau"}
    return f"{year} · {names[year]}" if year in names else str(year)


# 3 Recipient
RECIPIENT = """\
<b>Bước 3/6 · Đối tượng nhận</b>

Ai nhận hóa đơn và thông báo đơn hàng?

<b>Khách hàng</b> (nên chọn): từng khách nhận hướng dẫn thanh toán và hóa đơn qua email và SMS.

<b>Kế toán dịch vụ</b>: anh/chị nhận một hướng dẫn thanh toán cho cả đơn ngay tại đây; hóa đơn ghi cho đơn vị của anh/chị.

<b>Người khác</b>: anh/chị khai người nhận của từng khách."""
RECIPIENT_BUTTONS = (
    (RecipientMode.CUSTOMER, "✅ Khách hàng (nên chọn)"),
    (RecipientMode.ACCOUNTANT, "Kế toán dịch vụ"),
    (RecipientMode.OTHER, "Người khác"),
)
OTHER = """\
<b>Người nhận khác</b>

{% if other %}
Đang dùng chung: <b>{{ other.notice.name }}</b>
{{ other.notice.email }} · {{ other.notice.phone|phone }}
Hóa đơn ghi: {{ other.invoice.unit_name if other.invoice else "tên từng khách hàng" }}
{% else %}
Khai một người nhận chung cho mọi khách, hay khai riêng từng khách?
{% endif %}

Khai chung rồi vẫn đổi riêng được ở bước kiểm tra."""
OTHER_FOR_ALL = "Một người cho tất cả"
OTHER_EACH = "Khai riêng từng khách ▶"
OTHER_KEEP = "Giữ người này ▶"

# 4 Customers
CUSTOMERS = """\
<b>Bước 4/6 · Chọn khách hàng</b>

{% if criteria %}
🔽 Đang lọc: <b>{{ criteria }}</b>
{% endif %}
{% if query %}
Tìm “{{ query }}”: {{ total }} khách
{% elif criteria %}
{{ total }} {{ kind }}
{% elif total %}
{{ total }} {{ kind }} trong danh mục
{% else %}
Danh mục chưa có {{ kind }} nào. Anh/chị dán danh sách hoặc gửi tệp Excel ngay tại đây nhé.
{% endif %}
{% if total or picked_total or narrowed %}
Đã chọn: <b>{{ picked_total }}</b>{{ " · " ~ amount|vnd if picked_total else "" }}
{% endif %}

{% if total > 8 or narrowed %}
Gõ tên, mã số thuế hoặc mã riêng để tìm.
{% endif %}"""
CUSTOMER_BUTTON = "{item[label]}"


def pick_button(name: str, picked: bool, missing: bool) -> str:
    mark = "☑️" if picked else "⬜️"
    return f"{mark} ⚠️ {name_label(name, NAME_WITH_MARKS)}" if missing else f"{mark} {name_label(name)}"


PICK_ALL_AND_GO = "✅ Chọn cả {total} & tiếp tục ▶"
PICK_ALL = "☑️ Chọn cả {total}"
UNPICK_ALL = "⬜️ Bỏ chọn {page_scope}"
UNPICK_EVERY = "hết"
UNPICK_MATCHING = "khách tìm thấy"
PICKED = "✅ Đã chọn {name}."
GO_WITH = "Tiếp tục với {picked_total} khách ▶"
ADD_CUSTOMER = "➕ Thêm khách"
UPLOAD = "📋 Thêm nhiều khách"

# 5 Accounting
ACCOUNTING = """\
{% if customer %}
<b>Dữ liệu kế toán riêng</b>
{{ customer }}
{% else %}
<b>Bước 5/6 · Dữ liệu kế toán và thuế GTGT</b>

{% if saved and keep %}
{{ saved }} khách đã khai từ trước, em giữ nguyên.
{% endif %}
{% if own %}
{{ own }} khách khai riêng trong đơn này.
{% endif %}
{% if common_count %}
Dùng chung cho <b>{{ common_count }} khách</b>:
{% else %}
Khách nào chưa khai thì dùng:
{% endif %}
{% endif %}

Chế độ: <b>{{ regime }}</b>
Thuế GTGT: <b>{{ vat_method }}</b>
Bắt đầu dữ liệu: <b>{{ starts_on|date }}</b>
Giá xuất kho: {{ costing }}
Tiền tệ: {{ currency }}"""
FOR_ALL_ANYWAY = "📘 Dùng cho cả {saved} khách đã khai"
KEEP_DECLARED = "↩️ Giữ dữ liệu {saved} khách đã khai"
USE_ACCOUNTING = "✅ Dùng thông tin này ▶"
USE_FOR_CUSTOMER = "✅ Xong"
AS_FOR_ALL = "↩️ Dùng như mọi khách"
CHANGE_REGIME = "Chế độ kế toán"
CHANGE_VAT = "Thuế GTGT"
CHANGE_MONTH = "Tháng bắt đầu"
CHANGE_COSTING = "Giá xuất kho"
CHOICES = {
    "regime": "<b>Chế độ kế toán</b>",
    "vat_method": "<b>Phương pháp tính thuế GTGT</b>",
    "first_month": "<b>Năm tài chính bắt đầu từ tháng mấy?</b>",
    "costing": "<b>Phương pháp tính giá xuất kho</b>",
}
ACCOUNTING_CHOICE = """\
{{ title|safe }}
{% for option in options if option.note %}
{{ "\n" if loop.first else "" }}{{ option.label }}: {{ option.note }}
{% endfor %}"""


def month_label(month: int) -> str:
    return f"Tháng {month}"


# 6 Review
REVIEW = """\
<b>Bước 6/6 · Kiểm tra đơn hàng</b>
{% if waiting %}
Đơn 1/2 · {{ waiting[0]|lower ~ waiting[1:] }}
{% endif %}

Gói: <b>{{ view.package.name }}</b> · {{ view.package.amount|vnd }}
Năm tài chính: <b>{{ view.draft.fiscal_year }}</b>
Đối tượng nhận: <b>{{ recipient }}</b>
{% if invoice %}
Hóa đơn ghi: <b>{{ invoice }}</b>
{% endif %}
Khách hàng: <b>{{ view.sums.lines }}</b>
Tổng tiền: <b>{{ view.total|vnd }}</b>

{% for line in lines %}
{{ line.mark }} {{ line.name }}
<i>{{ view.draft.fiscal_year }} · {{ view.package.amount|vnd }}</i>{{ " · <b>thiếu %s</b>"|safe|format(line.gaps) if line.gaps else "" }}
{% endfor %}
{% if more %}
… và {{ more }} khách nữa
{% endif %}
{% if view.sums.incomplete %}

⚠️ <b>{{ view.sums.incomplete }} khách còn thiếu thông tin.</b> Chọn “Xem từng khách” để bổ sung.
{% endif %}
{% if already %}

⚠️ <b>{{ already }} khách đã có đơn</b> cùng gói, cùng năm. Anh/chị bỏ các khách đó, hoặc đổi gói, đổi năm.
{% endif %}

{{ "☑️" if view.draft.confirmed else "⬜️" }} Tôi đã kiểm tra và xác nhận thông tin trên là đúng"""
TICK = "⬜️ Tích xác nhận"
TICKED = "☑️ Đã xác nhận"
CONTINUE = "Tiếp tục ▶"
SEE_LINES = "🔎 Xem từng khách ({view.sums.lines})"
CHANGE_PACKAGE = "Đổi gói"
CHANGE_YEAR = "Đổi năm"
CHANGE_RECIPIENT = "Đối tượng nhận"
CHANGE_CUSTOMERS = "Đổi khách"
CHANGE_ACCOUNTING = "Dữ liệu kế toán"

SEE_ALREADY = "⚠️ Khách đã có đơn ({already})"
ALREADY = """\
<b>{{ total }} khách đã có đơn</b>
{{ view.package.name }} · năm {{ view.draft.fiscal_year }}

{% for one in items %}
• <b>{{ one.before.name|short(60) }}</b>
Đơn {{ one.before.order_code }} · {{ one.by|short(60) }} · {{ one.before.placed_at|date }}
{% endfor %}
{% if total > items|length %}
… và {{ total - items|length }} khách nữa
{% endif %}

Anh/chị bỏ các khách này, hoặc về bước kiểm tra để đổi gói, đổi năm."""
OPEN_ORDER_OF = "📦 Mở đơn {code}"
DROP_ALREADY = "🗑️ Bỏ hết {total} khách này khỏi đơn"
DROPPED_ALREADY = "✅ Đã bỏ {count} khách đã có đơn."
NONE_ALREADY = "✅ Không còn khách nào đã có đơn."

LINES = """\
<b>Khách hàng trong đơn</b> · {{ total }} khách
Năm {{ view.draft.fiscal_year }} · {{ view.package.amount|vnd }} mỗi khách
{% if view.sums.incomplete %}

⚠️ {{ view.sums.incomplete }} khách còn thiếu thông tin, em xếp lên đầu.
{% endif %}

Chọn khách để xem chi tiết."""
TO_REVIEW = "‹ Về kiểm tra"
UNDO_REMOVE = "↩️ Chọn lại khách vừa bỏ"
REMOVED = "✅ Đã bỏ {name} khỏi đơn."


def line_button(name: str, gaps: Sequence[str]) -> str:
    """A customer's button; of one gap the name, of several their number."""
    if not gaps:
        return f"✅ {name_label(name)}"
    what = gaps[0] if len(gaps) == 1 else f"{len(gaps)} mục"
    return f"⚠️ {name_label(name, NAME_WITH_GAPS)} · thiếu {what}"


LINE = """\
<b>{{ customer.called }}</b>
{% if gaps %}
⚠️ <b>Còn thiếu: {{ gaps }}</b>
{% endif %}

Mã số thuế: <code>{{ customer.tax_code }}</code>
Địa chỉ: {{ customer.address or missing }}

<b>Người đại diện pháp luật</b>
{{ customer.representative or missing }}
Email: {{ customer.email or missing }}
Điện thoại: {{ customer.phone|phone or missing }}
🔑 <i>Email và số này dùng để tạo tài khoản đăng nhập.</i>
{% if shared %}
⚠️ <i>Sẽ chung một tài khoản đăng nhập với: {{ shared }}</i>
{% endif %}
{% if accounting %}

<b>Dữ liệu kế toán</b>{{ " (khai riêng)" if own_accounting else "" }}
{{ regime }}
{{ vat_method }} · từ {{ starts_on|date }}
{{ costing }} · {{ currency }}
{% endif %}
{% if other_mode %}

<b>Người nhận hóa đơn, thông báo</b>
{% if other %}
{{ other.notice.name }} · {{ other.notice.phone|phone }}
{{ other.notice.email }}
{% if other.invoice %}
Hóa đơn ghi: {{ other.invoice.unit_name }}, {{ other.invoice.tax_id }}
{{ other.invoice.address }}
{{ other.invoice.email }}
{% else %}
Hóa đơn ghi tên khách hàng này.
{% endif %}
{% elif receives_itself %}
Khách hàng này tự nhận.
{% else %}
{{ missing }}
{% endif %}
{% endif %}

Năm {{ fiscal_year }} · <b>{{ amount|vnd }}</b>"""
EDIT_FIELDS = (
    (CustomerField.EMAIL, "✏️ Email"),
    (CustomerField.PHONE, "✏️ Điện thoại"),
    (CustomerField.REPRESENTATIVE, "✏️ Người đại diện"),
    (CustomerField.NAME, "✏️ Tên"),
    (CustomerField.ADDRESS, "✏️ Địa chỉ"),
)
LINE_ACCOUNTING = "📘 Kế toán riêng"
LINE_RECIPIENT = "📮 Người nhận"
REMOVE = "🗑️ Bỏ khỏi đơn"
TO_LINES = "‹ Danh sách"
LINE_EDIT = """\
<b>{{ field|capitalize }}</b> của {{ customer }}

Đang ghi: <b>{{ value or "chưa có" }}</b>

Anh/chị gõ {{ field }} mới, ví dụ: {{ example }}"""
LINE_RECIPIENT_TEXT = """\
<b>Người nhận của {{ customer }}</b>

{{ "Anh/chị chọn người đã khai, hoặc khai người mới." if others else "Anh/chị khai người nhận giúp em nhé." }}"""
NEW_RECIPIENT = "➕ Khai người mới"
EMAIL_HINT = "Em đã lưu {value}. Có phải anh/chị định gõ {hint}? Nếu đúng, anh/chị sửa lại giúp em."

# Last screen
PLACE = """\
<b>Đặt hàng?</b>

{{ view.package.name }} · năm {{ view.draft.fiscal_year }}
Khách hàng: <b>{{ view.sums.lines }}</b>
Tổng tiền: <b>{{ view.total|vnd }}</b>
Đối tượng nhận: <b>{{ recipient }}</b>
{% if invoice %}
Hóa đơn ghi: <b>{{ invoice }}</b>
{% endif %}

{% if view.message_count %}
Em sẽ gửi <b>{{ view.message_count }} tin</b>:
{% for channel in view.channels %}
• {{ view.recipient_count }} {{ channels[channel] }}
{% endfor %}
{% else %}
Em gửi hướng dẫn thanh toán cho anh/chị ngay tại đây.
{% endif %}"""
PLACE_BUTTON = "🛒 Đặt hàng"
BACK_TO_REVIEW = "‹ Kiểm tra lại"
PLACED = """\
✅ <b>Đã đặt đơn {{ order.code }}</b>
{{ order.line_count }} khách · {{ order.total|vnd }}

Em đang gửi hướng dẫn thanh toán. Anh/chị có thể kích hoạt ngay để khách dùng trước.
{% if following %}

Anh/chị còn một đơn chưa đặt: <b>{{ following }}</b>.
{% endif %}"""
FOLLOWING = "▶️ Sang đơn {following}"
ACTIVATE = "⚡ Kích hoạt hàng loạt"
SEE_ORDER = "📦 Xem đơn hàng"
