"""Words of people and firms."""

from domain.events import Verb
from domain.messaging.contents import (
    ChatLinkedContent,
    FirmDecidedContent,
    FirmWaitingContent,
    StaffActedContent,
    StaffJoinedContent,
)
from domain.messaging.people_contents import (
    FirmClaimedContent,
    FirmGivenContent,
    PersonMovedContent,
    RecoveryCodeMadeContent,
    WithdrawalWaitsContent,
)
from domain.messaging.targets import Place
from domain.people import FirmState
from services.messaging.messages import ChatMessage
from texts.apps import APP_NAMES
from texts.messaging.pushes.words import Wording, Wordings, Words, opens

STAFF_JOINED = """👤 <b>{{ accountant.name }}</b> đã vào đơn vị của anh/chị.
{{ accountant.phone|phone }} · {{ accountant.email }}

Không phải người anh/chị mời? Anh/chị cho nghỉ ngay giúp em."""

FIRM_APPROVED = """✅ <b>{{ firm.name }} đã được duyệt</b>

Giờ anh/chị đặt hàng được rồi. Gõ /mua để bắt đầu."""

FIRM_REFUSED = """✖️ <b>{{ firm.name }} chưa được duyệt</b>

Lý do: {{ firm.note }}

Anh/chị liên hệ nhân viên hỗ trợ (xem /trogiup) để được xem lại ạ."""

FIRM_CLOSED = """✖️ <b>{{ firm.name }} đã đóng trên hệ thống</b>

Lý do: {{ firm.note }}

Anh/chị vẫn xem được đơn và thanh toán; đặt đơn, kích hoạt, gửi tin và mời nhân viên thì không được nữa. \
Cần xem lại, anh/chị liên hệ nhân viên hỗ trợ (xem /trogiup)."""

FIRM_CLAIMED = """⚠️ <b>Hai đơn vị cùng mã số thuế</b>

Mã số thuế: <code>{{ firm.tax_code }}</code>
Đã có: <b>{{ earlier.name }}</b>
Mới đăng ký: <b>{{ firm.name }}</b>
Người đăng ký: {{ owner.name }}
{{ owner.phone|phone }} · {{ owner.email }}

Anh/chị hỏi lại hai bên, rồi chuyển người, đổi chủ hoặc đóng đơn vị sai. Em chưa nói gì với họ."""

WITHDRAWAL = """⚠️ <b>Chưa xóa được dữ liệu của {{ person.name }}</b>

{{ person.name }} ({{ firm.name }}) đã rút đồng ý trong ứng dụng chat, nên dữ liệu phải xóa. Việc còn lại:
{% if colleagues %}
• giao đơn vị cho một trong {{ colleagues }} đồng nghiệp
{% endif %}
{% for order in orders %}
• đơn <b>{{ order }}</b>: thanh toán và kích hoạt xong, hoặc hủy
{% endfor %}
{% if money %}
• tiền hoặc hóa đơn của đơn vị đang chờ xử lý
{% endif %}
{% if not (colleagues or orders or money) %}
• bỏ người này khỏi danh sách nhân viên của nhà cung cấp
{% else %}

Xong các việc đó, {{ person.name }} gõ /menu, mở ⚙️ Tùy chọn, 🔐 Tài khoản của tôi, rồi đóng tài khoản.
{% endif %}"""

PERSON_MOVED = """👤 <b>{{ person.name }}</b> nay thuộc <b>{{ firm.name }}</b>

Bộ phận hỗ trợ đã chuyển. Lý do: {{ reason }}
Khách và đơn cũ ở lại đơn vị cũ."""

FIRM_GIVEN = """🏢 <b>{{ firm.name }}</b> nay do <b>{{ owner.name }}</b> làm chủ

Bộ phận hỗ trợ đã đổi. Lý do: {{ reason }}
Chủ đơn vị xem và mời nhân viên ở Menu › Nhân viên."""

RECOVERY_CODE = """🔗 <b>Bộ phận hỗ trợ vừa tạo mã nối khung chat mới cho tài khoản của anh/chị</b>

Mã dùng trong {{ minutes }} phút. Ai gửi mã này từ khung chat khác thì khung chat đó thay khung chat cũ của anh/chị.

Không phải anh/chị nhờ? Anh/chị báo nhân viên hỗ trợ ngay giúp em."""

SEE_FIRM = "👥 Xem người và đơn vị"

FIRM_WAITING = """🏢 <b>Đơn vị mới chờ duyệt</b>

<b>{{ firm.name }}</b>
Mã số thuế: <code>{{ firm.tax_code }}</code>
Chủ đơn vị: {{ owner.name }}
{{ owner.phone|phone }} · {{ owner.email }}"""

CHAT_LINKED = """🔗 <b>Vừa nối một khung chat {{ app }} vào tài khoản của anh/chị</b>

Từ giờ chat đó thay chat {{ app }} trước (nếu có), và xem, đặt hàng được như ở đây.

Không phải anh/chị nối? Anh/chị mở các chat đã nối ở dưới, bỏ nối {{ app }} ngay giúp em."""

STAFF_ACTED = {
    Verb.CATALOGUE_EXPORTED: "📤 <b>{{ name }}</b> vừa xuất {{ customers }} khách trong danh mục ra Excel.",
    Verb.CUSTOMERS_MERGED: "🔀 <b>{{ name }}</b> vừa gộp hai khách trùng nhau trong danh mục.",
    Verb.PERSON_ERASED: "🗑️ <b>{{ name }}</b> vừa xóa hẳn dữ liệu cá nhân của một khách.",
    Verb.FIRM_HANDED_OVER: "👑 <b>{{ name }}</b> vừa giao đơn vị cho anh/chị. Từ giờ anh/chị là chủ đơn vị.",
    Verb.ACCOUNT_CLOSED: """\
👤 <b>Một nhân viên ({{ name }}) vừa tự đóng tài khoản</b>

Khách hàng và đơn hàng vẫn còn; khách đang giao cho người này thành chưa giao ai; tin về các đơn họ đã đặt em gửi cho anh/chị.""",
}
_ACTED_TITLES = {
    Verb.CATALOGUE_EXPORTED: "📤 {} xuất danh mục",
    Verb.CUSTOMERS_MERGED: "🔀 {} gộp hai khách",
    Verb.PERSON_ERASED: "🗑️ {} xóa dữ liệu một khách",
    Verb.FIRM_HANDED_OVER: "👑 {} giao đơn vị cho anh/chị",
    Verb.ACCOUNT_CLOSED: "👤 Nhân viên {} đóng tài khoản",
}

REMOVE = "🚪 Cho người này nghỉ"
SEE_STAFF = "👤 Xem nhân viên"
SEE_CHATS = "📱 Xem các chat đã nối"
SEE_FIRMS = "🏢 Xem và duyệt"


_DECIDED = {FirmState.APPROVED: FIRM_APPROVED, FirmState.CLOSED: FIRM_CLOSED}
_DECIDED_TITLES = {FirmState.APPROVED: "✅ Đơn vị đã được duyệt", FirmState.CLOSED: "✖️ Đơn vị đã đóng"}


def _staff_joined(words: Words, content: StaffJoinedContent) -> ChatMessage:
    html = words.html(STAFF_JOINED, accountant=content.accountant)
    return ChatMessage(html, buttons=((opens(REMOVE, Place.MEMBER, content.accountant.id),),))


def _staff_acted(words: Words, content: StaffActedContent) -> ChatMessage:
    html = words.html(STAFF_ACTED[content.verb], name=content.accountant.name, customers=content.customers)
    return ChatMessage(html, buttons=((opens(SEE_STAFF, Place.STAFF),),))


def _firm_decided(words: Words, content: FirmDecidedContent) -> ChatMessage:
    said = _DECIDED.get(content.firm.state, FIRM_REFUSED)
    return ChatMessage(words.html(said, firm=content.firm))


def _claimed(words: Words, content: FirmClaimedContent) -> ChatMessage:
    html = words.html(FIRM_CLAIMED, firm=content.firm, owner=content.owner, earlier=content.earlier)
    return ChatMessage(html, buttons=((opens(SEE_FIRM, Place.FIRM, content.firm.id),),))


def _moved(words: Words, content: PersonMovedContent) -> ChatMessage:
    html = words.html(PERSON_MOVED, person=content.person, firm=content.firm, reason=content.reason)
    return ChatMessage(html)


def _given(words: Words, content: FirmGivenContent) -> ChatMessage:
    html = words.html(FIRM_GIVEN, owner=content.owner, firm=content.firm, reason=content.reason)
    return ChatMessage(html)


def _recovery(words: Words, content: RecoveryCodeMadeContent) -> ChatMessage:
    html = words.html(RECOVERY_CODE, minutes=content.minutes)
    return ChatMessage(html, buttons=((opens(SEE_CHATS, Place.CHATS),),))


def _firm_waiting(words: Words, content: FirmWaitingContent) -> ChatMessage:
    html = words.html(FIRM_WAITING, firm=content.firm, owner=content.owner)
    return ChatMessage(html, buttons=((opens(SEE_FIRMS, Place.FIRMS),),))


def _chat_linked(words: Words, content: ChatLinkedContent) -> ChatMessage:
    html = words.html(CHAT_LINKED, app=APP_NAMES[content.channel])
    return ChatMessage(html, buttons=((opens(SEE_CHATS, Place.CHATS),),))


def _decided_title(content: FirmDecidedContent) -> str:
    return _DECIDED_TITLES.get(content.firm.state, "✖️ Đơn vị chưa được duyệt")


def _withdrawal(words: Words, content: WithdrawalWaitsContent) -> ChatMessage:
    values = {"colleagues": content.colleagues, "orders": content.orders, "money": content.money}
    html = words.html(WITHDRAWAL, person=content.person, firm=content.firm, **values)
    return ChatMessage(html)


WORDINGS: Wordings = {
    FirmClaimedContent: Wording(_claimed, lambda it: f"⚠️ Trùng mã số thuế {it.firm.tax_code}"),
    PersonMovedContent: Wording(_moved, lambda it: f"👤 {it.person.name} nay thuộc {it.firm.name}"),
    FirmGivenContent: Wording(_given, lambda it: f"🏢 {it.firm.name} có chủ mới: {it.owner.name}"),
    WithdrawalWaitsContent: Wording(_withdrawal, lambda it: f"⚠️ Chưa xóa được dữ liệu của {it.person.name}"),
    RecoveryCodeMadeContent: Wording(_recovery, lambda _: "🔗 Mã nối khung chat mới"),
    StaffActedContent: Wording(_staff_acted, lambda it: _ACTED_TITLES[it.verb].format(it.accountant.name)),
    StaffJoinedContent: Wording(_staff_joined, lambda it: f"👤 {it.accountant.name} đã vào đơn vị"),
    FirmDecidedContent: Wording(_firm_decided, _decided_title),
    FirmWaitingContent: Wording(_firm_waiting, lambda it: f"🏢 {it.firm.name} chờ duyệt"),
    ChatLinkedContent: Wording(_chat_linked, lambda it: f"🔗 Đã nối một chat {APP_NAMES[it.channel]}"),
}
