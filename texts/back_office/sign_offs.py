"""Words of the second person: what waits to be approved, and who may approve."""

from domain.messaging.claim_contents import SignOffContent
from domain.people import Accountant, Approver
from domain.sign_offs import SignOff
from texts.common import short
from texts.money.sign_offs import ABOUT, ACTS, amount_words

LIST = """\
✍️ <b>Chờ người thứ hai duyệt</b>

{{ "%d khoản, cũ nhất ở trên."|format(total) if total else "Không có khoản nào chờ duyệt." }}
{% if above %}

Trả lại hoặc nhập tay trên {{ above|vnd }} thì cần người thứ hai duyệt.
{% endif %}
{% if not names %}

⚠️ Chưa ai có quyền duyệt, nên một người vẫn tự làm được mọi khoản.
{% elif names|length == 1 %}

⚠️ Chỉ {{ names[0]|short(60) }} có quyền duyệt: khoản do chính người này gửi sẽ chờ đến khi có người duyệt khác.
{% endif %}"""

CARD = (
    """\
✍️ <b>{{ state|capitalize }}</b>

"""
    + ABOUT
    + """
{% if about.decider %}

{{ about.decider|short(60) }}: {{ state }}{{ ", %s"|format(about.sign_off.note) if about.sign_off.note else "" }}
{% endif %}
{% if own %}

Anh/chị gửi yêu cầu này, nên người khác duyệt.
{% elif waits and not may %}

Anh/chị chưa có quyền duyệt.
{% endif %}"""
)

APPROVE = "Duyệt"
REFUSE = "✖️ Không duyệt"
WITHDRAW = "↩️ Rút yêu cầu"
PEOPLE = "👥 Ai được duyệt"

APPROVED = "✅ Đã duyệt và ghi nhận. Em báo người gửi."
REFUSED = "✅ Đã báo người gửi là không duyệt."
WITHDRAWN = "✅ Đã rút yêu cầu duyệt."

ASK_REASON = (
    """✖️ <b>Không duyệt</b>

"""
    + ABOUT
    + """

Anh/chị gõ lý do. Người gửi sẽ đọc được."""
)
CHECK_REFUSE = """\
Không duyệt <b>{{ amount }}</b>?

Lý do: {{ typed }}"""
REFUSE_FOR_GOOD = "✖️ Không duyệt"

ASK_WHY = """\
✍️ <b>Gửi người thứ hai duyệt</b>

<b>{{ amount }}</b> · {{ act }}
Mã giao dịch: <code>{{ reference|short(60) }}</code>

{% if others %}
Người duyệt: {{ others|join(", ")|short(200) }}
{% else %}
⚠️ Chưa có ai khác có quyền duyệt. Anh/chị vẫn gửi được, khoản này chờ đến khi có người duyệt.
{% endif %}

Anh/chị gõ lý do để người duyệt đọc."""
CHECK_WHY = """\
Gửi người thứ hai duyệt <b>{{ amount }}</b>?

Lý do: {{ typed }}

Em chưa ghi gì cho đến khi có người duyệt."""
SEND = "✍️ Gửi duyệt"
SENT = "✅ Đã gửi duyệt. Có kết quả em báo anh/chị ngay."

NEEDED = """\
{% if second.needed %}

✍️ Trên {{ second.above|vnd }} cần người thứ hai duyệt. Chọn Gửi duyệt để em báo người đó.
{% endif %}"""
"""What a window says beneath an act that one person may not do alone."""

PEOPLE_LIST = """\
👥 <b>Ai được duyệt</b>

✅ là người có quyền duyệt khoản lớn. {{ "Chọn tên để cho hoặc bỏ quyền." if may else "Chỉ người có quyền duyệt mới cho người khác quyền này." }}"""

PERSON = """\
👤 <b>{{ name|named(80) }}</b>

{{ "✅ Có quyền duyệt khoản lớn." if approves else "Chưa có quyền duyệt khoản lớn." }}{{ " Quyền này do cài đặt BACK_OFFICE." if by_setting else "" }}"""
GIVE = "Cho quyền duyệt"
TAKE = "🚫 Bỏ quyền duyệt"
GIVEN = "✅ Đã cho quyền duyệt."
TAKEN = "✅ Đã bỏ quyền duyệt."


def sign_off_button(about: SignOffContent) -> str:
    one: SignOff = about.sign_off
    return short(f"{amount_words(one.amount, one.currency)} · {ACTS[one.act]} · {about.asker}", 48)


def person_button(person: Accountant) -> str:
    return short(("✅ " if person.approver is not Approver.NO else "") + person.name, 48)
