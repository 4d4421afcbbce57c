"""Words of the firms that ask to order."""

from domain.people import Firm
from texts.common import name_label

WAITING = """\
🏢 <b>Đơn vị chờ duyệt</b>

{{ "%d đơn vị, chờ lâu nhất ở trên."|format(total) if total else "Không có đơn vị nào đang chờ." }}"""

REFUSED = """\
✖️ <b>Đơn vị đã từ chối</b>

{{ "%d đơn vị. Chọn để xem lại và duyệt."|format(total) if total else "Chưa từ chối đơn vị nào." }}"""

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

APPROVE = "✅ Duyệt"
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
    return name_label(firm.name)


def approved(firm: Firm) -> str:
    return f"✅ Đã duyệt {firm.name}. Em đã báo chủ đơn vị."


def refused(firm: Firm) -> str:
    return f"✅ Đã từ chối {firm.name}. Em đã báo chủ đơn vị."
