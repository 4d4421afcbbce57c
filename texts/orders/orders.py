"""Words of the placed orders: the list and one order."""

from domain.money import vnd
from domain.orders import Order, OrderState
from texts.common import DONE
from texts.filters import day
from texts.widths import BUTTON, fit, width

STATES = {
    OrderState.PLACED: "chờ thanh toán",
    OrderState.PARTLY_PAID: "đã thanh toán một phần",
    OrderState.PAID: "đã thanh toán",
    OrderState.CANCELLED: "đã hủy",
}

MARKS = {
    OrderState.PLACED: "⏳",
    OrderState.PARTLY_PAID: "⏳",
    OrderState.PAID: "✅",
    OrderState.CANCELLED: "✖️",
}

LIST = """\
📦 <b>Đơn hàng</b>

{% if query %}
Đang tìm: {{ query }}
{% endif %}
{% if total %}
{{ "%d đơn, mới nhất ở trên."|format(total) if total > 1 else "1 đơn." }}
{% elif query or filtered %}
Không thấy đơn nào khớp.
{% else %}
Anh/chị chưa có đơn nào. Gõ /mua để đặt đơn đầu tiên.
{% endif %}
{% if total or query %}

Gõ mã đơn, tên khách hoặc mã số thuế để tìm.
{% endif %}"""

JOIN = "{join}"
JOINT_COMING = f"{DONE} Em gửi mã QR chung ngay bên dưới."


def join(count: int) -> str:
    """The button of one transfer for several orders that the accountant pays."""
    return f"📲 Một QR cho {count} đơn chưa trả"


FILTERS: dict[str, tuple[str, tuple[OrderState, ...]]] = {
    "all": ("Tất cả", ()),
    "unpaid": ("Chờ tiền", (OrderState.PLACED, OrderState.PARTLY_PAID)),
    "paid": ("Đã trả", (OrderState.PAID,)),
    "cancelled": ("Đã hủy", (OrderState.CANCELLED,)),
}
CLEAR_SEARCH = "✖️ Bỏ tìm"


FILTER = "🔽 <b>Xem đơn nào?</b>"


def filter_button(chosen: str) -> str:
    """The button that leads to the filters; it says which one is set."""
    return "🔽 Lọc" if chosen == "all" else f"🔽 {FILTERS[chosen][0]}"


def filter_label(name: str, chosen: bool) -> str:
    label, _ = FILTERS[name]
    return f"• {label}" if chosen else label


def order_button(order: Order) -> str:
    """What people know an order by; its code stands on its card."""
    begin = f"{MARKS[order.state]} {order.line_count} khách · "
    end = f" {order.fiscal_year} · {_millions(order.total)}"
    return f"{begin}{fit(order.package_name, BUTTON - width(begin + end))}{end}"


def coded_button(order: Order) -> str:
    """What back office tells an order by."""
    return f"{MARKS[order.state]} {order.code} · {day(order.placed_at)[:5]} · {vnd(order.total)}"


def _millions(amount: int) -> str:
    return f"{amount / 1_000_000:.3f}".rstrip("0").rstrip(".").replace(".", ",") + " tr"


CARD = """\
<b>Đơn {{ order.code }}</b> · {{ state }}

{{ order.package_name }} · năm {{ order.fiscal_year }}
Khách hàng: <b>{{ order.line_count }}</b>
Tổng tiền: <b>{{ order.total|vnd }}</b>
{% if received %}
Đã nhận: <b>{{ received|vnd }}</b>{{ " (%d/%d khoản)"|format(paid, requests) if requests > 1 else "" }}
{% endif %}
{% if waits %}
Có tiền chờ chọn khách đã trả, trong mục Thanh toán.
{% endif %}
{% for said in receivers %}
{{ said }}
{% endfor %}
{% if held %}
✋ Em giữ hướng dẫn cho <b>{{ held }}</b> người nhận, gửi khi đơn vị có khoản trả đầu tiên hoặc được duyệt. Anh/chị lấy phiếu ở mục \
Thanh toán rồi tự chuyển cho họ được ạ.
{% endif %}
Đặt lúc: {{ order.placed_at|moment }} · {{ accountant }}

<b>Phần mềm</b>
{% for one in licences %}
{{ one.mark }} {{ one.words }}: {{ one.count }}
{% endfor %}
{% if urgent %}
⏰ Hạn gần nhất: <b>{{ urgent }}</b>
{% endif %}
{% if payment %}

<b>Chuyển khoản</b>
{{ bank }} · <code>{{ payment.payee.account }}</code>
{{ payment.payee.holder }}
Số tiền: <code>{{ payment.left }}</code> ({{ payment.left|vnd }})
Nội dung: <code>{{ payment.code }}</code>
Hạn: {{ deadline|deadline }}
{% elif several and not held %}

Mỗi người nhận có hướng dẫn thanh toán riêng.
{% endif %}"""
COPY_AMOUNT = "📋 Số tiền"
COPY_CONTENT = "📋 Nội dung"
ACTIVATE = "⚡ Kích hoạt"
PAYMENTS = "💳 Thanh toán"
INVOICES = "🧾 Hóa đơn"
SEE_LINES = "👥 Khách trong đơn ({order.line_count})"
TIMELINE = "🕒 Lịch sử"
MORE = "⋯ Việc khác"
TO_LIST = "‹ Các đơn hàng"
TO_ORDER = "‹ Về đơn"
