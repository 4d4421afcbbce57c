"""Words of who belongs to which firm."""

from domain.people import Accountant, Firm, FirmState, Role
from domain.proofs import ProofKind
from services.back_office.places import PersonView
from texts.apps import APP_NAMES
from texts.common import name_label

STATES = {
    FirmState.WAITING: "chờ duyệt",
    FirmState.APPROVED: "đang hoạt động",
    FirmState.REFUSED: "đã từ chối",
    FirmState.CLOSED: "đã đóng",
}
ROLES = {Role.OWNER: "chủ đơn vị", Role.STAFF: "nhân viên"}

PEOPLE = "👥 Người và đơn vị"

FIRM = """\
👥 <b>{{ firm.name|named(120) }}</b> · {{ state }}

Mã số thuế: <code>{{ firm.tax_code }}</code>
{% if firm.note %}
Lý do: {{ firm.note }}
{% endif %}
{% if rivals %}

⚠️ Cùng mã số thuế này còn {{ rivals|length }} đơn vị khác, ở cuối các nút dưới.
{% endif %}

{{ "Chọn một người để xem, chuyển hoặc đổi chủ." if items else "Đơn vị này không còn ai." }}
{% if more %}
Em hiện {{ items|length }} người đầu.
{% endif %}"""

CLOSE = "✖️ Đóng đơn vị"
REOPEN = "Mở lại đơn vị"

ASK_CLOSE = """\
✖️ <b>Đóng {{ firm.name|named(120) }}</b>

Đơn vị đã đóng thì không đặt đơn, kích hoạt, mời người hay gửi tin được nữa; vẫn xem được đơn và khách vẫn trả tiền được. Tin đang giữ em bỏ.

Anh/chị gõ lý do. Mọi người trong đơn vị sẽ đọc được."""
CHECK_CLOSE = """\
Đóng <b>{{ firm.name|named(120) }}</b>?

Lý do: {{ typed }}

Gõ lại nếu muốn đổi lý do."""
CLOSE_FOR_GOOD = "✖️ Đóng và báo mọi người"

ASK_REOPEN = """\
<b>Mở lại {{ firm.name|named(120) }}</b>

Đơn vị đặt đơn và gửi tin được ngay.

Anh/chị gõ lý do để ghi nhật ký."""
CHECK_REOPEN = """\
Mở lại <b>{{ firm.name|named(120) }}</b>?

Lý do: {{ typed }}

Gõ lại nếu muốn đổi lý do."""
REOPEN_FOR_GOOD = "Mở lại và báo mọi người"

PERSON = """\
👤 <b>{{ person.name }}</b> · {{ role }}

{{ person.phone|phone }} · {{ phone_proved }}
{{ person.email }} · {{ email_proved }}
Đơn vị: {{ firm.name|named(120) }}
Chat: {{ chats or "chưa có" }}"""

MOVE = "➡️ Chuyển sang đơn vị khác"
GIVE_OWN = "🏢 Cho làm chủ đơn vị này"
GIVE_OTHER = "🏢 Cho làm chủ đơn vị khác"
RECOVER = "🔗 Mất chat: tạo mã nối"

ASK_TARGET = """\
{{ "🏢 <b>Cho %s làm chủ đơn vị nào?</b>"|format(person.name) if gives else "➡️ <b>Chuyển %s sang đơn vị nào?</b>"|format(person.name) }}

Anh/chị gõ mã số thuế hoặc tên đơn vị, rồi chọn.
{% if sought %}

{{ "Thấy:" if items else "Không thấy đơn vị nào khác." }} <b>{{ sought|short(60) }}</b>
{% endif %}"""

_WHAT = """\
{% if gives %}
Cho <b>{{ person.name }}</b> làm chủ <b>{{ target.name|named(120) }}</b> (<code>{{ target.tax_code }}</code>)
Chủ cũ, nếu có, thành nhân viên.
{% else %}
Chuyển <b>{{ person.name }}</b> sang <b>{{ target.name|named(120) }}</b> (<code>{{ target.tax_code }}</code>)
{% endif %}
{% if target.id != firm.id %}
Khách và đơn cũ ở lại {{ firm.name|named(120) }}.{{ " Đơn vị này đóng luôn, vì không còn ai." if alone else "" }}
{% endif %}
"""
ASK_WHY = _WHAT + "\nAnh/chị gõ lý do. Những người liên quan sẽ đọc được."
CHECK_WHY = _WHAT + "\nLý do: {{ typed }}\n\nGõ lại nếu muốn đổi lý do."
DO = "Làm và báo những người liên quan"

ASK_RECOVER = """\
🔗 <b>Mã nối khung chat mới cho {{ person.name }}</b>

Chỉ tạo khi anh/chị đã chắc người đang gọi đúng là {{ person.name }}: gọi lại số {{ person.phone|phone }}, hoặc xem giấy tờ. \
Em báo vào email {{ person.email }}.

Anh/chị gõ lý do để ghi nhật ký, ví dụ: mất điện thoại, đã gọi lại số cũ."""
CHECK_RECOVER = """\
Tạo mã cho <b>{{ person.name }}</b>?

Lý do: {{ typed }}

Gõ lại nếu muốn đổi lý do."""
RECOVER_FOR_GOOD = "Tạo mã và báo qua email"

CODE = """\
🔗 <b>Mã nối của {{ person.name }}</b>

{% if code %}
<code>{{ code }}</code>

Anh/chị đọc mã này cho {{ person.name }}: gửi nguyên dòng trên cho bot từ khung chat mới, trong {{ minutes }} phút.
{% else %}
Mã chỉ hiện một lần. Cần mã khác, anh/chị tạo lại.
{% endif %}"""


def person_button(person: Accountant) -> str:
    sign = "👑" if person.role is Role.OWNER else "👤"
    return f"{sign} {name_label(person.name)}"


def firm_button(firm: Firm) -> str:
    return f"🏢 {name_label(firm.name, 26)} · {firm.tax_code[-4:]}"


def person_words(view: PersonView) -> dict[str, object]:
    """The values of `PERSON`."""
    proved = {kind: "đã xác nhận" if kind in view.proved else "chưa xác nhận" for kind in ProofKind}
    return {
        "person": view.person,
        "role": ROLES.get(view.person.role, ""),
        "firm": view.firm,
        "phone_proved": proved[ProofKind.PHONE],
        "email_proved": proved[ProofKind.EMAIL],
        "chats": ", ".join(APP_NAMES[chat.channel] for chat in view.chats),
    }


def closed(firm: Firm) -> str:
    return f"✅ Đã đóng {firm.name}. Em đã báo mọi người trong đơn vị."


def reopened(firm: Firm) -> str:
    return f"✅ Đã mở lại {firm.name}. Em đã báo mọi người trong đơn vị."


def moved(person: Accountant, firm: Firm) -> str:
    return f"✅ {person.name} nay thuộc {firm.name}. Em đã báo những người liên quan."


def given(person: Accountant, firm: Firm) -> str:
    return f"✅ {person.name} nay làm chủ {firm.name}. Em đã báo những người liên quan."
