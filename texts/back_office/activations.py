"""Words of the licences that need the back office."""

from domain.licences import ActivationFailure
from services.back_office.activations import LicenceView, Task
from texts.activation.activations import failure_words
from texts.common import name_label

TASKS = {
    Task.ACTIVATE: "kích hoạt",
    Task.SUSPEND: "tạm dừng",
    Task.RESTORE: "mở lại",
}

MARKS = {Task.ACTIVATE: "⚡", Task.SUSPEND: "⏸", Task.RESTORE: "▶️"}

BY_HAND = """\
🖐 <b>Việc làm tay</b>

{{ "%d phần mềm chờ làm tay ở hệ thống của nhà cung cấp."|format(total) if total else "Không có phần mềm nào chờ làm tay." }}
{% if total %}
⚡ kích hoạt · ⏸ tạm dừng · ▶️ mở lại
{% endif %}"""

FAILED = """\
⚠️ <b>Kích hoạt lỗi</b>

{{ "%d phần mềm kích hoạt không được, mới nhất ở trên."|format(total) if total else "Không có phần mềm nào lỗi." }}"""

SEE_FAILED = "⚠️ Kích hoạt lỗi"
SEE_BY_HAND = "🖐 Việc làm tay"

CARD = """\
{% if task %}
🖐 <b>Cần {{ task }}</b>
{% elif why %}
⚠️ <b>Kích hoạt lỗi</b>
{{ why }}
{% else %}
<b>Không còn việc chờ làm</b>
{% endif %}

<b>{{ line.name }}</b>
Mã số thuế: <code>{{ line.tax_code }}</code>
Người đại diện: {{ line.representative }}
<code>{{ line.email }}</code>
{{ line.phone|phone }}

Gói <b>{{ order.package_name }}</b> ({{ order.package_code }}) · năm {{ order.fiscal_year }}
Đơn {{ order.code }} · {{ firm.name }}
{% if licence.login %}
Tên đăng nhập: <code>{{ licence.login }}</code>
{% endif %}
{% if earlier_login %}

Khách đã có phần mềm này từ đơn đã hủy, tên đăng nhập <code>{{ earlier_login }}</code>. \
Anh/chị mở lại phần mềm đó, không tạo thêm.
{% endif %}"""

DONE_ACTIVATE = "✅ Đã kích hoạt xong"
NOT_DONE = "✖️ Không kích hoạt được"
DONE_SUSPEND = "✅ Đã tạm dừng xong"
DONE_RESTORE = "✅ Đã mở lại xong"
RETRY = "🔁 Thử kích hoạt lại"

ASK_LOGIN = """\
✅ <b>Đã kích hoạt</b> · {{ line.name }}

Anh/chị gõ tên đăng nhập đã cấp, ví dụ <code>{{ line.email }}</code>."""
CHECK_LOGIN = """\
Ghi là đã kích hoạt cho <b>{{ line.name }}</b>?

Tên đăng nhập: <code>{{ typed }}</code>
7 ngày dùng chưa trả tiền được tính từ lúc này{{ ", trừ những ngày đã dùng ở đơn đã hủy" if earlier_login else "" }}."""
ACTIVATED_FOR_GOOD = "✅ Đã kích hoạt"
ACTIVATED = "✅ Đã ghi là kích hoạt xong."

ASK_REASON = """\
✖️ <b>Không kích hoạt được</b> · {{ line.name }}

Anh/chị gõ lý do, kế toán sẽ đọc được. Ví dụ: Email này đã có người dùng, cần email khác."""
CHECK_REASON = """\
Báo kế toán là không kích hoạt được cho <b>{{ line.name }}</b>?

Lý do: {{ typed }}"""
FAILED_FOR_GOOD = "✖️ Báo không kích hoạt được"
SAID_FAILED = "✅ Đã ghi lý do, kế toán sẽ được báo."

SUSPENDED = "✅ Đã ghi là tạm dừng."
RESTORED = "✅ Đã ghi là mở lại."
RETRIED = "✅ Đang kích hoạt lại. Kế toán của đơn được báo kết quả."


def by_hand_button(view: LicenceView) -> str:
    mark = MARKS[view.task] if view.task else "✅"
    return f"{mark} {name_label(view.found.line.name, 17)} · {view.order.code}"


def failed_button(view: LicenceView) -> str:
    return f"{name_label(view.found.line.name, 20)} · {view.order.code}"


def why(failure: ActivationFailure | None) -> str:
    return failure_words(failure) if failure else ""
