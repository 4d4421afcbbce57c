"""Words about colleagues."""

from datetime import datetime

from texts.filters import moment
from texts.filters import phone as national
from texts.widths import fit, width

LIST = """\
<b>Nhân viên của {{ firm.name }}</b> ({{ staff | length }})
Địa chỉ trên hóa đơn: {{ firm.address or "chưa có" }}

{% for one in staff[:limit] %}
{{ "👑" if one.role == "owner" else "👤" }} {{ one.name | short(30) }} · {{ one.phone | phone }}{{ " (chủ đơn vị)" if one.role == "owner" else "" }}
{% endfor %}
{% if staff | length > limit %}
… và {{ staff | length - limit }} người nữa
{% endif %}"""

INVITE = "➕ Mời nhân viên"
REMOVE = "🚪 Cho nhân viên nghỉ"
ADDRESS = "🏢 Địa chỉ đơn vị"


def invitations_label(count: int) -> str:
    return f"✉️ Lời mời đang chờ ({count})"


PEOPLE = """\
<b>Cho nhân viên nghỉ</b>

Ai không còn làm ở đơn vị? Chọn tên; em hỏi lại trước khi làm."""

CONFIRM_REMOVE = """\
<b>Cho {{ person.name }} nghỉ?</b>

{{ person.phone | phone }} · {{ person.email }}

Người này không vào được bot nữa. Khách hàng và đơn hàng vẫn còn; khách đang giao cho người này thành chưa giao ai; tin về các đơn họ đã đặt em gửi cho anh/chị."""
CONFIRM = "🚪 Cho nghỉ"

INVITATIONS = """\
<b>Lời mời đang chờ</b>

{{ "Chọn lời mời để thu hồi." if items else "Không còn lời mời nào đang chờ." }}"""

REVOKE = """\
<b>Thu hồi lời mời này?</b>

Hết hạn lúc {{ expires_at | moment }}. Thu hồi rồi, lời mời đã gửi không dùng được nữa."""
CONFIRM_REVOKE = "✖️ Thu hồi"
REVOKED = "✅ Đã thu hồi lời mời."


def removed(name: str) -> str:
    return f"✅ {name} đã nghỉ ở đơn vị."


def person_button(name: str, phone: str) -> str:
    number = f" · {national(phone)}"
    return f"👤 {fit(name, 31 - width(number))}{number}"


def invitation_button(expires_at: datetime) -> str:
    return f"✉️ Hết hạn {moment(expires_at)}"


INVITATION = """\
{% if made %}
<b>Lời mời vào đơn vị</b>

{% if link %}
Gửi liên kết này cho đồng nghiệp{{ " dùng Telegram" if message else "" }}{{ "" if numbered else " (chạm để chép)" }}:
<code>{{ link }}</code>

{% endif %}
{% if message %}
{% for one in others %}
Đồng nghiệp dùng {{ one.app }} thì tìm {{ one.name or "em" }} trên {{ one.app }}, rồi gửi em tin này:
{% endfor %}
<code>{{ message }}</code>

{% endif %}
{{ "Lời mời" if message else "Liên kết" }} dùng một lần, hết hạn sau {{ hours }} giờ.
{% else %}
Liên kết mời em đã gửi ở tin nhắn trên. Cần mời thêm người, anh/chị chọn tạo liên kết khác.
{% endif %}"""

COPY = "📋 Sao chép liên kết"
COPY_MESSAGE = "📋 Sao chép tin cho Zalo"
ANOTHER = "➕ Tạo liên kết khác"
