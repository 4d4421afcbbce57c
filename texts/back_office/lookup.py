"""Words of looking up anything: what was found, a firm, a customer, an order."""

from domain.money import vnd
from domain.transfers import Attention, Transfer
from services.back_office.lookup import OrderLook
from services.back_office.searching import FoundThings, Matches
from services.ports import COUNTED, FoundCustomer, Purchase
from texts.common import name_label, short
from texts.filters import day, told
from texts.money.transfers import SETTLED
from texts.orders.orders import MARKS, STATES
from texts.widths import BUTTON, width

ASK = """\
🔎 <b>Tra cứu</b>

Anh/chị gõ bất cứ điều gì đang có: mã đơn hoặc nội dung chuyển khoản, mã số thuế, số điện thoại, tên đơn vị, khách hay kế toán, số tiền, mã giao dịch ngân hàng.

Lần xem đơn và đơn vị được ghi vào nhật ký."""

FOUND = """\
🔎 <b>{{ sought|short(60) }}</b>

{% for line in counts %}
{{ line }}
{% endfor %}"""

FIRM = """\
🏢 <b>{{ firm.name|named(120) }}</b>

Mã số thuế: <code>{{ firm.tax_code }}</code>
Địa chỉ: {{ firm.address|short(200) or "chưa có" }}
{% for one in people[:8] %}
👤 {{ one.name|named(60) }} · {{ one.phone|phone }}
{% endfor %}
{% if people|length > 8 %}
và {{ people|length - 8 }} người khác
{% endif %}

{{ "%d đơn, mới nhất ở trên."|format(total) if total else "Chưa có đơn nào." }}"""

CUSTOMER = """\
👥 <b>{{ customer.called|named(120) }}</b>

Mã số thuế: <code>{{ customer.tax_code }}</code>
Khách của: {{ firm|short(120) }}

{{ "%d đơn gần nhất:"|format(items|length) if items else "Chưa có đơn nào." }}"""

TO_FIRM = "🏢 Đơn vị"

HEAD = """\
<b>Đơn {{ order.code }}</b> · {{ state }}

{{ order.package_name }} · năm {{ order.fiscal_year }} · {{ order.line_count }} khách
{{ firm.name|named(120) }} · <code>{{ firm.tax_code }}</code>
Kế toán: {{ accountant.name }}, {{ accountant.phone|phone }}, {{ accountant.email }}
Đặt lúc: {{ order.placed_at|moment }}
Tổng tiền: <b>{{ order.total|vnd }}</b>, đã nhận {{ sums.received|vnd }}
Khoản thanh toán: {{ sums.paid }}/{{ sums.requests }} đã trả đủ
{% if invoices %}
{{ invoices }}
{% endif %}
"""

_LINES = """\
{% for line in lines %}
{{ line.position }}. <b>{{ line.name|named(60) }}</b> · <code>{{ line.tax_code }}</code>
{{ line.representative|short(40) }} · {{ line.phone|phone }} · {{ line.email|short(60) }}
{{ line.amount|vnd }} · <code>{{ line.payment_code }}</code> {{ line.paid }} · {{ line.licence }}
🧾 {{ "chính khách này" if line.invoice.tax_id == line.tax_code else "%s · %s"|format(line.invoice.unit_name|named(24), line.invoice.tax_id) }}

{% endfor %}
"""

ORDER = (
    HEAD
    + """
{% if few %}
"""
    + _LINES
    + """\
{% if events %}
<b>Gần đây</b>
{% for event in events %}
{{ event }}
{% endfor %}
{% endif %}
{% endif %}"""
)

LINES = (
    """\
<b>Đơn {{ order.code }}</b> · {{ order.line_count }} khách

"""
    + _LINES
)

LOG = """\
<b>Đơn {{ order.code }}</b> · Lịch sử

{% for event in events %}
{{ event }}
{% endfor %}"""

SEE_LINES = "👥 Khách trong đơn ({order.line_count})"
SEE_LOG = "🕒 Lịch sử"
TO_ORDER = "‹ Về đơn"
TO_INVOICES = "🧾 Hóa đơn của đơn này"


def head_words(look: OrderLook) -> dict[str, object]:
    """The values of `HEAD`."""
    return {
        "order": look.order,
        "state": STATES[look.order.state],
        "firm": look.firm,
        "accountant": look.accountant,
        "sums": look.sums,
        "invoices": invoices_line(look),
    }


def invoices_line(look: OrderLook) -> str:
    """How many invoices the order has, with the newest numbers; empty if none."""
    if not look.invoice_count:
        return ""
    numbers = [f"số {one.number.number}" if one.number else "chưa có số" for one in look.invoices]
    more = look.invoice_count - len(numbers)
    return f"Hóa đơn: {look.invoice_count} ({', '.join(numbers)}{', …' if more else ''})"


ANOTHER = "🔎 Tra cứu khác"


def counts(found: FoundThings) -> list[str]:
    """What was found, by kind; kinds without anything are left out."""
    kinds: tuple[tuple[str, Matches], ...] = (  # type: ignore[type-arg]
        ("🏢 Đơn vị", found.firms),
        ("👥 Khách hàng", found.customers),
        ("📦 Đơn hàng", found.orders),
        ("🏦 Chuyển khoản", found.transfers),
    )
    return [f"{name}: {_count(of)}" for name, of in kinds if of.count]


def _count(of: Matches) -> str:  # type: ignore[type-arg]
    number = f"{COUNTED} trở lên" if of.count >= COUNTED else str(of.count)
    shown = len(of.items)
    return f"{number}, đây là {shown} mục mới nhất" if of.count > shown else number


def customer_button(found: FoundCustomer) -> str:
    sign = "👥 "
    return f"{sign}{name_label(found.customer.called, BUTTON - width(sign), found.customer.tax_code)}"


def purchase_button(purchase: Purchase) -> str:
    order = purchase.order
    return f"{MARKS[order.state]} {order.code} · năm {order.fiscal_year} · {vnd(purchase.line.amount)}"


def transfer_button(transfer: Transfer) -> str:
    became = "cần xử lý" if isinstance(transfer.attention, Attention) else SETTLED[transfer.state]
    return short(f"🏦 {told(transfer.reported)} · {day(transfer.reported.occurred_at)[:5]} · {became}", 48)
