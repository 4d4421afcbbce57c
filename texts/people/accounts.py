"""Words of a person's own account, and the workbook with all that is kept of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.events import Verb
from domain.messaging.kinds import KINDS
from domain.people import Accountant
from services.people.accounts import AccountField, Closing
from services.ports import Cell, Table
from services.ports.accounts import Kept
from texts.apps import APP_NAMES
from texts.common import BACKUPS
from texts.messaging.notices import PAST
from texts.orders.orders import STATES
from texts.orders.timeline import WORDS
from texts.people import registration
from texts.people.consents import PRIVACY
from texts.widths import fit

HOME = """\
🔐 <b>Tài khoản của tôi</b>

Họ tên: <b>{{ me.name }}</b>
Điện thoại: <b>{{ me.phone | phone }}</b>
Email: <b>{{ me.email }}</b>
Đơn vị: <b>{{ firm.name }}</b>{{ " (chủ đơn vị)" if me.role == "owner" else "" }}
Chat đã nối: {{ chats }}
{% if agreed %}
Đã đồng ý cách dùng dữ liệu: {{ agreed | date }}
{% endif %}

Sửa ở đây dùng cho đơn và tin từ nay về sau; đơn đã đặt giữ như lúc đặt."""

EDIT = {
    AccountField.NAME: "✏️ Họ tên",
    AccountField.PHONE: "✏️ Điện thoại",
    AccountField.EMAIL: "✏️ Email",
}
_ASK = {
    AccountField.NAME: "Họ tên mới của anh/chị, ví dụ: Nguyễn Thị Lan",
    AccountField.EMAIL: "Email mới, ví dụ: lan@minhan.vn",
}
FIELD = """\
<b>{{ ask }}</b>

Đang ghi: {{ value }}"""
PHONE = registration.PHONE + "\n\nĐang ghi: {{ value }}"
PROOF = """\
🔐 <b>Gõ mã xác nhận</b>

{{ new }}: {{ standing }}

Anh/chị gõ mã 6 số, ví dụ: 123456
Chưa gõ mã thì em vẫn giữ {{ old }} như trước."""
ANOTHER = "✏️ Gõ lại"
SAVED = "✅ Đã sửa thông tin của anh/chị."

EXPORT = "📤 Lấy bản sao"
EXPORT_FIRST = "📤 Lấy bản sao trước"
FILE_NAME = "du-lieu-cua-toi.xlsx"
CAPTION = "Mọi điều em đang giữ về anh/chị. Tệp có thông tin riêng, anh/chị giữ cẩn thận ạ."

CONSENT = "🔒 Cách dùng dữ liệu"
CONSENT_TEXT = (
    PRIVACY
    + """

{% if due %}
Bản này mới thay bản anh/chị đã đồng ý. Anh/chị đồng ý thì chọn ở dưới; không đồng ý nữa thì đóng tài khoản.
{% endif %}"""
)
AGREED = "✅ Đã ghi nhận anh/chị đồng ý."

HEIR = """\
👑 <b>Giao đơn vị</b>

Chọn người nhận làm chủ đơn vị. Em hỏi lại trước khi làm."""
HAND_OVER = "👑 Giao đơn vị"
HAND_OVER_TEXT = """\
👑 <b>Giao đơn vị cho {{ heir }}?</b>

{{ heir }} thành chủ đơn vị: mời và cho nhân viên nghỉ, xem mọi đơn. Anh/chị thành nhân viên, và không tự lấy lại được."""

CLOSE = "✖️ Đóng tài khoản"
CLOSE_TEXT = """\
✖️ <b>Rút đồng ý và đóng tài khoản của anh/chị?</b>

<b>Xóa hẳn:</b>
• họ tên, điện thoại, email, các chat đã nối, tùy chọn
• danh sách, đơn nháp, tệp và sao kê hằng tháng của anh/chị
{% if last %}
• anh/chị là người cuối cùng của đơn vị, nên cả danh mục khách hàng và nhãn
{% endif %}

<b>Giữ lại 10 năm theo Luật Kế toán:</b>
• đơn hàng, thanh toán, hóa đơn và nhật ký; ở đó tên anh/chị thành số #{{ me.id }}{{ ", tên và mã số thuế đơn vị giữ nguyên nếu đã có đơn" if last else "" }}

{% if not last %}
Khách hàng và đơn hàng của đơn vị vẫn còn; tin về các đơn anh/chị đã đặt em gửi chủ đơn vị.

{% endif %}
Đóng rồi <b>không lấy lại được</b>. Tin và tệp trong khung chat này thì anh/chị tự xóa. """
CLOSE_TEXT += BACKUPS

KEPT = """\
⚠️ <b>Chưa đóng được tài khoản</b>

{% if colleagues %}
Đơn vị còn {{ colleagues }} đồng nghiệp. Anh/chị giao đơn vị cho một người, rồi đóng lại.
{% endif %}
{% if orders %}
Đơn chưa thanh toán hoặc chưa kích hoạt xong:
{% for order in orders %}
• <b>{{ order }}</b>
{% endfor %}
Anh/chị chờ đơn xong, hoặc hủy đơn, rồi đóng lại.
{% endif %}
{% if money %}
Còn tiền hoặc hóa đơn của đơn vị đang chờ xử lý.{{ " Cần gấp: " + support if support else " Vài ngày nữa anh/chị thử lại ạ." }}
{% endif %}"""

CLOSED = "✅ Đã đóng tài khoản và xóa dữ liệu của anh/chị. Cảm ơn anh/chị đã dùng ạ."


def asking(field: AccountField) -> str:
    return _ASK[field]


def heir_button(person: Accountant) -> str:
    return f"👤 {fit(person.name, 29)}"


def refusal(closing: Closing) -> dict[str, object]:
    """Why the account stays, as JSON values that a dialog may keep."""
    return {
        "colleagues": len(closing.colleagues),
        "orders": list(closing.orders),
        "money": closing.money,
    }


_TITLES = {
    "accountants": "Tôi",
    "firms": "Đơn vị",
    "chats": "Chat đã nối",
    "consents": "Đồng ý",
    "preferences": "Tùy chọn",
    "monthly_statements": "Sao kê hằng tháng",
    "drafts": "Đơn nháp",
    "intakes": "Danh sách đã gửi",
    "orders": "Đơn hàng",
    "transfer_claims": "Báo chuyển khoản",
    "pushes": "Tin đã gửi",
    "events": "Nhật ký",
}
_HEADINGS = {
    "name": "Tên",
    "phone": "Điện thoại",
    "email": "Email",
    "role": "Vai trò",
    "created_at": "Lúc tạo",
    "tax_code": "Mã số thuế",
    "address": "Địa chỉ",
    "channel": "Kênh",
    "external_id": "Mã chat",
    "linked_at": "Nối từ",
    "used_at": "Dùng từ",
    "text_version": "Bản",
    "given_at": "Lúc đồng ý",
    "withdrawn_at": "Lúc rút",
    "in_digest": "Tin gom lại",
    "quiet_start": "Yên lặng từ",
    "quiet_end": "Yên lặng đến",
    "made_at": "Lúc tạo",
    "fiscal_year": "Năm tài chính",
    "recipient": "Đối tượng nhận",
    "updated_at": "Lúc sửa",
    "state": "Trạng thái",
    "total": "Tổng",
    "code": "Mã đơn",
    "package_name": "Gói",
    "line_count": "Số khách",
    "placed_at": "Lúc đặt",
    "payment_code": "Mã",
    "kind": "Loại",
    "about": "Về",
    "sent_on": "Gửi qua",
    "read_at": "Lúc đọc",
    "verb": "Việc",
    "at": "Lúc",
}


def tables(kept: Kept) -> list[Table]:
    """A sheet for each kind of rows; kinds without rows are left out."""
    return [_table(name, rows) for name, rows in kept.items() if rows]


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = list(rows[0])
    cells = [tuple(_cell(name, column, row[column]) for column in columns) for row in rows]
    return Table(_TITLES[name], tuple(_HEADINGS[column] for column in columns), cells)


def _cell(table: str, column: str, value: Any) -> Cell:
    """A value as it is read; what has no word stays as it is kept."""
    match table, column:
        case "events", "verb":
            return WORDS.get(Verb(value), str(value))
        case "pushes", "kind":
            return PAST[KINDS[value].kind.topic] if value in KINDS else str(value)
        case "orders", "state":
            return STATES[value]
        case _, "channel" | "sent_on":
            return APP_NAMES.get(value, str(value)) if value else ""
    return value if isinstance(value, int | datetime) or value is None else str(value)


def handed_over(name: str) -> str:
    return f"✅ {name} là chủ đơn vị từ bây giờ."
