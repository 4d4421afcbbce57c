"""Words of statements of account that are mailed each month: where they go."""

from collections.abc import Sequence

from services.money.monthly_statements import WishedStatement
from texts.common import short

BUTTON = "📄 Sao kê hằng tháng"
SAVED = "✅ Đã đặt. Ngày 01 hằng tháng em gửi sao kê công nợ qua email."
STOPPED = "✅ Đã thôi gửi."

WINDOW = """\
📄 <b>Sao kê hằng tháng</b>

Ngày 01 hằng tháng, 8h sáng, em gửi sao kê công nợ qua email, kèm tệp Excel.

{% if items %}
Đang gửi {{ items|length }} nơi. Chọn để <b>thôi gửi</b>.
{% else %}
Hiện em chưa gửi cho ai.
{% endif %}

• Sao kê của cả đơn vị: gõ email, ví dụ <code>ketoan@congty.vn</code>
• Của một khách: gõ mã số thuế rồi email, ví dụ <code>0101243150 giamdoc@congty.vn</code>"""


def items(found: Sequence[WishedStatement], firm: str) -> list[dict[str, object]]:
    """The buttons, each of which stops one."""
    return [
        {"id": one.wish.id, "label": f"🛑 {short(one.customer or firm, 24)} → {short(one.wish.address, 30)}"}
        for one in found
    ]
