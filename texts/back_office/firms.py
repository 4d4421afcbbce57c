"""Words of the firms that ask to order."""

from domain.people import Firm
from services.ports.held import HeldFirm
from texts.common import name_label
from texts.widths import BUTTON, width

WAITING = """\
🏢 <b>Đơn vị chờ duyệt</b>

{{ "%d đơn vị, chờ lâu nhất ở trên."|format(total) if total else "Không có đơn vị nào đang chờ." }}"""

REFUSED = """\
✖️ <b>Đơn vị đã từ chối</b>

{{ "%d đơn vị. Chọn để xem lại và duyệt."|format(total) if total else "Chưa từ chối đơn vị nào." }}"""

HELD = """\
✋ <b>Tin đang giữ</b>

{{ "%d đơn vị có tin đang giữ, hoặc chờ đến mai. Chọn để xem và cho gửi."|format(total) if total else "Không có tin nào đang giữ." }}"""
SEE_HELD = "✋ Tin đang giữ"

HELD_CARD = """\
✋ <b>{{ view.held.firm.name }}</b>

Mã số thuế: <code>{{ view.held.firm.tax_code }}</code>
Chủ đơn vị: {{ view.owner.name }}
{{ view.owner.phone|phone }} · {{ view.owner.email }}

{% if view.held.waiting %}
⏳ <b>{{ view.held.waiting | count }}</b> tin chờ đến 7:00 sáng mai, vì đơn vị hoặc người nhận đã hết số tin của hôm nay. Cho gửi hôm nay thì em gửi ngay, trừ tin tới người đã nhận đủ.

{% endif %}
{% if view.held.count %}
Đơn vị này chưa trả khoản nào. Em đang giữ hướng dẫn thanh toán cho <b>{{ view.held.count | count }}</b> người nhận:
{% for request in view.first %}
• {{ request.notice.name|named(60) }} · {{ request.notice.email }}
{% endfor %}
{% if view.held.count > view.first|length %}
• và {{ (view.held.count - view.first|length) | count }} người nữa
{% endif %}

Cho gửi thì em gửi ngay, và từ đó đơn vị này gửi không phải chờ.
{% endif %}"""
RELEASE = "Cho gửi"
RELEASE_TODAY = "⏳ Cho gửi hôm nay"

SEE_REFUSED = "✖️ Đã từ chối"
SEE_WAITING = "🏢 Đang chờ"

CARD = """\
🏢 <b>{{ firm.name }}</b>
{% if firm.note %}
✖️ Đã từ chối: {{ firm.note }}
{% endif %}

Mã số thuế: <code>{{ firm.tax_code }}</code>
Địa chỉ: {{ firm.address or "chưa có" }}
Chủ đơn vị: {{ owner.name }}
{{ owner.phone|phone }} · {{ owner.email }}"""

APPROVE = "Duyệt"
REFUSE = "✖️ Từ chối"

ASK_REASON = """\
✖️ <b>Từ chối {{ firm.name }}</b>

Anh/chị gõ lý do. Chủ đơn vị sẽ đọc được."""

CHECK_REFUSE = """\
Từ chối <b>{{ firm.name }}</b>?

Lý do: {{ typed }}

Gõ lại nếu muốn đổi lý do."""

REFUSE_FOR_GOOD = "✖️ Từ chối và báo chủ đơn vị"


def firm_button(firm: Firm) -> str:
    return name_label(firm.name, BUTTON - width("🏢 "), firm.tax_code)


def approved(firm: Firm) -> str:
    return f"✅ Đã duyệt {firm.name}. Em đã báo chủ đơn vị."


def refused(firm: Firm) -> str:
    return f"✅ Đã từ chối {firm.name}. Em đã báo chủ đơn vị."


def held_button(held: HeldFirm) -> str:
    count = f" ({held.count + held.waiting})"
    return f"{name_label(held.firm.name, BUTTON - width(count))}{count}"


def released(count: int) -> str:
    return f"✅ Em đang gửi cho {count} người nhận."


def released_today(count: int) -> str:
    return f"✅ Em đang gửi {count} tin."
