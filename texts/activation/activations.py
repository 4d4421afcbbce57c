"""Words of activation: its windows, states of a licence, reasons of failures, days left."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.activations import RunItem
from domain.customers import CustomerField
from domain.licences import ActivationFailure, FailureReason, Licence, LicenceLine, LicenceState
from domain.orders import OrderLine
from texts.common import name_label
from texts.customer_fields import WORDS

STATES = {
    LicenceState.ORDERED: "chưa kích hoạt",
    LicenceState.PAID_WAITING: "đã trả tiền, chưa kích hoạt",
    LicenceState.ACTIVATING: "đang kích hoạt",
    LicenceState.FAILED: "kích hoạt lỗi",
    LicenceState.ACTIVE_UNPAID: "đang dùng, chưa trả tiền",
    LicenceState.ACTIVE: "đang dùng",
    LicenceState.SUSPENDED: "tạm dừng, chỉ xem và in",
    LicenceState.CANCELLED: "đã hủy",
}

MARKS = {
    LicenceState.ORDERED: "⚪️",
    LicenceState.PAID_WAITING: "🔵",
    LicenceState.ACTIVATING: "🔄",
    LicenceState.FAILED: "⚠️",
    LicenceState.ACTIVE_UNPAID: "🟡",
    LicenceState.ACTIVE: "🟢",
    LicenceState.SUSPENDED: "🔴",
    LicenceState.CANCELLED: "✖️",
}

MENDED = "✅ Đã sửa, chờ thử lại."
STOPPING = "Em đang dừng. Khách nào đang kích hoạt dở thì em làm nốt."

_WRONG_FIELDS = {
    CustomerField.TAX_CODE: "Mã số thuế không được chấp nhận.",
    CustomerField.NAME: "Tên khách hàng không được chấp nhận.",
    CustomerField.ADDRESS: "Địa chỉ không được chấp nhận.",
    CustomerField.REPRESENTATIVE: "Tên người đại diện không được chấp nhận.",
    CustomerField.EMAIL: "Email người đại diện không dùng được.",
    CustomerField.PHONE: "Số điện thoại người đại diện không dùng được.",
}

_REASONS = {
    FailureReason.INVALID: "Thông tin khách hàng chưa đúng.",
    FailureReason.LOGIN_TAKEN: "Email hoặc số điện thoại này đã có người khác dùng để đăng nhập.",
    FailureReason.TAX_CODE_REFUSED: "Mã số thuế này không mua được phần mềm.",
    FailureReason.ALREADY_LICENSED: "Khách này đã có phần mềm cho năm này rồi.",
    FailureReason.NOT_REACTIVATED: "Phần mềm của khách này còn gắn với đơn đã hủy, em chưa tự chuyển sang đơn này được."
    " Nhân viên hỗ trợ chuyển xong thì anh/chị thử lại giúp em.",
    FailureReason.TRIAL_USED: "Khách này đã dùng hết 7 ngày chưa trả tiền ở đơn đã hủy."
    " Anh/chị thanh toán trước, rồi kích hoạt lại giúp em.",
    FailureReason.PACKAGE_UNKNOWN: "Gói này chưa kích hoạt được. Nhân viên hỗ trợ đang xem.",
    FailureReason.UNAVAILABLE: "Hệ thống phần mềm chưa trả lời. Anh/chị thử lại sau giúp em.",
    FailureReason.OTHER: "Phần mềm chưa nhận. Nhân viên hỗ trợ đang xem.",
}


def failure_words(failure: ActivationFailure) -> str:
    """Why the activation failed, in a sentence; back office's own words go before ours."""
    if failure.note:
        return failure.note
    if failure.reason is FailureReason.INVALID and failure.field in _WRONG_FIELDS:
        return _WRONG_FIELDS[failure.field]
    return _REASONS[failure.reason]


def time_left_words(left: timedelta) -> str:
    """Such as `còn 3 ngày` or `còn 2 ngày 15 giờ`, to the nearest hour."""
    if left <= timedelta():
        return "đã hết hạn"
    days, hours = divmod(round(left / timedelta(hours=1)), 24)
    parts = [f"{count} {unit}" for count, unit in ((days, "ngày"), (hours, "giờ")) if count]
    return f"còn {' '.join(parts)}" if parts else "còn chưa đến 1 giờ"


def state_words(licence: Licence, now: datetime) -> str:
    """The state, and the time left of the seven days while they run."""
    words = STATES[licence.state]
    left = licence.time_left(now)
    if licence.state is LicenceState.ACTIVE_UNPAID and left is not None:
        words += f", {time_left_words(left)}"
    return words


def state_counts(states: Mapping[LicenceState, int]) -> list[str]:
    """One line for each state, in the order in which licences go through them."""
    return [f"{MARKS[state]} {STATES[state]}: {states[state]}" for state in LicenceState if states.get(state)]


def licence_button(one: LicenceLine, picked: bool) -> str:
    mark = "☑️" if picked else "⬜️"
    return f"{mark} {name_label(one.line.name, 31, one.line.tax_code)}"


def failed_button(item: RunItem, mended: bool) -> str:
    return f"{'✅' if mended else MARKS[item.licence.state]} {name_label(item.line.name, 31, item.line.tax_code)}"


def failure_line(item: RunItem, mended: bool) -> dict[str, str]:
    words = MENDED if mended else why(item.licence)
    return {"name": item.line.name, "tax_code": item.line.tax_code, "why": words}


def why(licence: Licence) -> str:
    """Why it failed; once it is tried again, its state."""
    return failure_words(licence.failure) if licence.failure else STATES[licence.state].capitalize() + "."


def not_read(line: str) -> str:
    return f"Em chưa rõ “{line}”. Anh/chị ghi số thứ tự, rồi email hoặc số di động, mỗi khách một dòng ạ."


def mended(line: OrderLine, field: CustomerField) -> str:
    return f"✅ Đã sửa {WORDS[field].inside} của {line.name}."


ORDERS = """\
⚡ <b>Kích hoạt hàng loạt</b>

{{ "Anh/chị chọn đơn muốn kích hoạt." if total else "Không còn khách nào chờ kích hoạt." }}"""

CONFIRM = """\
⚡ <b>Kích hoạt đơn {{ order.code }}</b>

{{ order.package_name }} · năm {{ order.fiscal_year }}
{% if begun %}

Lần kích hoạt này đã bắt đầu. Em báo kết quả bằng tin riêng.
{% elif possible %}

Sẽ kích hoạt: <b>{{ picked }}</b>{{ "/%d"|format(possible) if picked != possible else "" }} khách.

Mỗi người đại diện nhận email đăng nhập và dùng được ngay. Chưa thanh toán thì được dùng 7 ngày\
{{ ", tính cả những ngày đã dùng ở đơn đã hủy" if any_used else "" }}.
{% else %}

Không còn khách nào để kích hoạt:
{% for state in states %}
{{ state }}
{% endfor %}
{% endif %}"""
ACTIVATE = "⚡ Kích hoạt {picked} khách"
PICK = "Chọn từng khách"
TO_ORDER = "📦 Mở đơn"

PICKING = """\
⚡ <b>Kích hoạt đơn {{ order.code }}</b>

Đã chọn <b>{{ picked }}</b>/{{ possible }} khách. Chọn tên để thêm hoặc bớt."""
PICK_ALL = "Chọn tất cả"
PICK_NONE = "Bỏ chọn tất cả"

BEGUN = """\
{% if over %}
⚡ <b>Kích hoạt đơn {{ order.code }}: đã xong</b>

{{ picked }} khách. Kết quả em đã báo bằng tin riêng.
{% else %}
⚡ <b>Em đang kích hoạt đơn {{ order.code }}</b>

{{ picked }} khách. Xong em báo kết quả; anh/chị cứ làm việc khác.
{% endif %}"""

FAILED = """\
{% if count %}
⚠️ <b>Đơn {{ order.code }}: {{ count }} khách chưa kích hoạt được</b>

{% for failure in failures %}
{{ loop.index }}. <b>{{ failure.name }}</b> · <code>{{ failure.tax_code }}</code>
   {{ failure.why }}
{% endfor %}

{% if all_mended %}
Anh/chị chọn “Thử lại” để em kích hoạt.
{% elif failures|length == 1 %}
Anh/chị chọn tên khách để sửa, hoặc trả lời ngay email, số di động mới, ví dụ:
1: 0912345678
rồi chọn “Thử lại”.
{% else %}
Anh/chị trả lời cả trong một tin, ví dụ:
1: 0912345678
2: binh@hoasen.vn
hoặc chọn tên khách để sửa, rồi chọn “Thử lại”.
{% endif %}
{% else %}
✅ <b>Đơn {{ order.code }}: không còn khách nào lỗi</b>
{% endif %}"""
RETRY = "🔁 Thử lại {count} khách"

MEND = """\
<b>{{ line.name }}</b>
<code>{{ line.tax_code }}</code>

⚠️ {{ why }}

Đại diện: {{ line.representative }}
Email: {{ line.email }}
Điện thoại: {{ line.phone|phone }}

Anh/chị gõ email hoặc số điện thoại mới, hoặc chọn mục cần sửa."""
NEITHER_EMAIL_NOR_PHONE = "Em chưa rõ đây là mục nào. Anh/chị chọn mục cần sửa giúp em nhé."

MEND_FIELD = """\
<b>{{ label }}</b> của {{ line.name }}

⚠️ {{ why }}

Đang ghi: <b>{{ value }}</b>

Anh/chị gõ nội dung mới, ví dụ: {{ example }}"""
OTHER_FIELD = "✏️ Sửa mục khác"
