"""Words of the back office's menu."""

from services.back_office.menu import Waiting
from texts.common import CONNECT_ZALO as CONNECT_ZALO
from texts.common import TO_DESK as TO_DESK

VENDOR_FIRM = "Nhà cung cấp phần mềm"
"""What the vendor's own firm is called."""

HOME = """\
🗂 <b>Bàn làm việc</b>
Chào {{ waiting.name }}.

Số trong ngoặc là việc đang chờ.
{% if waiting.zalo_sent %}

Tin Zalo tháng này: <b>{{ waiting.zalo_sent | count }}{% if waiting.zalo_limit %} / {{ waiting.zalo_limit | count }}{% endif %}</b>\
{% if waiting.zalo_paid %}, {{ waiting.zalo_paid | count }} tin tính phí{% endif %}

{% endif %}
{% if waiting.zalo_people_limit and waiting.zalo_people %}
Người nhắn trên Zalo: <b>{{ waiting.zalo_people | count }} / {{ waiting.zalo_people_limit | count }}</b>\
{% if waiting.zalo_people > waiting.zalo_people_limit %}. Zalo có thể không cho em trả lời người đến sau.{% endif %}

{% endif %}
{% if zalo_link %}

⚠️ Zalo OA chưa kết nối: quản trị viên của OA bấm “{{ connect }}”.
{% endif %}"""


def _label(words: str, count: int) -> str:
    return f"{words} ({count})" if count else words


def labels(waiting: Waiting) -> dict[str, str]:
    """The buttons that say how much waits behind them."""
    return {
        "firms_label": _label("🏢 Duyệt đơn vị", waiting.firms),
        "transfers_label": _label("🏦 Chuyển khoản cần xử lý", waiting.transfers),
        "claims_label": _label("💰 Ghi nhận thanh toán", waiting.claims),
        "cases_label": _label("↩️ Trả lại", waiting.cases),
        "sign_offs_label": _label("✍️ Chờ duyệt", waiting.sign_offs),
        "activations_label": _label("⚡ Kích hoạt", waiting.by_hand + waiting.failed),
        "invoices_label": _label("🧾 Hóa đơn", waiting.invoices),
        "notices_label": _label("🔔 Thông báo", waiting.unread),
    }


PRICES = "💲 Bảng giá"
LOOKUP = "🔎 Tra cứu"
TOTALS = "📊 Số liệu ngày"
PAGE = "🖥 Mở trang"
LOG = "📜 Nhật ký"
