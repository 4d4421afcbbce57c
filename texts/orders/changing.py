"""Words of what can be done with an order: cancel it, buy again, renew, export."""

from collections.abc import Iterator, Sequence

from domain.money import vnd
from domain.recipients import RecipientMode
from services.ordering.repeating import Differs, RepeatedOrder
from texts.common import own_part
from texts.customer_fields import WORDS

_NAMED = 3
"""How many customers that differ are named."""

MORE = """\
<b>Đơn {{ order.code }}</b>

{{ order.package_name }} · năm {{ order.fiscal_year }} · {{ order.line_count }} khách

<b>Mua lại</b>: đơn nháp mới với các khách của đơn này.
{% if renewable %}
<b>Gia hạn</b>: các khách của đơn này cho năm {{ order.fiscal_year + 1 }}.
{% endif %}
<b>Xuất Excel</b>: khách, thanh toán, đăng nhập phần mềm."""
CANCEL = "✖️ Hủy đơn"
AGAIN = "🔁 Mua lại"
RENEW = "📅 Gia hạn sang {next_year}"
EXPORT = "📄 Xuất Excel"

CANCEL_TEXT = """\
<b>Hủy đơn {{ order.code }}?</b>

{{ order.line_count }} khách · {{ order.total|vnd }}

• Không ai phải chuyển khoản cho đơn này nữa.
{% if told %}
• Ai đã nhận hướng dẫn thanh toán, em báo để đừng chuyển.
{% endif %}
{% if activated %}
• {{ activated }} phần mềm đã kích hoạt sẽ tạm dừng: chỉ xem và in.
{% endif %}
• Đơn đã hủy không mở lại được; cần thì chọn “Mua lại”."""
CANCEL_FOR_GOOD = "✖️ Hủy đơn này"
DO_NOT_CANCEL = "‹ Không hủy"
CANCELLED = "✅ Đã hủy đơn {code}."

RENEW_TEXT = """\
<b>Gia hạn đơn {{ order.code }} sang năm {{ year }}</b>

{% if package %}
Gói: <b>{{ package.name }}</b> · {{ package.amount|vnd }} mỗi khách
{% else %}
Gói {{ order.package_name }} không còn bán. Bước sau anh/chị chọn gói khác.
{% endif %}
Khách hàng: {{ order.line_count }}, trừ khách đã ngừng theo dõi và khách đã có năm {{ year }}.

① <b>Ai nhận thông báo và thanh toán?</b> {{ recipient }}
② <b>Hóa đơn ghi cho ai?</b> {{ invoice }}"""
NOTICE_TO = {
    RecipientMode.CUSTOMER: "Khách hàng",
    RecipientMode.ACCOUNTANT: "Kế toán",
    RecipientMode.OTHER: "Như năm trước",
}
INVOICE_TO = {
    RecipientMode.CUSTOMER: "Khách hàng",
    RecipientMode.ACCOUNTANT: "Đơn vị kế toán",
    RecipientMode.OTHER: "Như năm trước",
}
MAKE_RENEWAL = "Lập đơn năm {year} ▶"


def choice(step: str, label: str, chosen: bool) -> str:
    """A button of one of several answers."""
    return f"{step} {'🔘' if chosen else '⚪️'} {label}"


def repeated(made: RepeatedOrder) -> str:
    """What was taken from the order, what was left out, and what has changed since."""
    lines = [f"✅ Em đã lập đơn nháp với {made.picked} khách."]
    left_out = {
        "ngừng theo dõi": made.archived,
        "đã đổi loại": made.other_kind,
        f"đã có năm {made.draft.fiscal_year}": made.already,
    }
    told = [f"{count} khách {why}" for why, count in left_out.items() if count]
    if told:
        lines[0] += f" Không gồm: {', '.join(told)}."
    if made.differs:
        lines.append(f"Thông tin mới so với đơn trước: {'; '.join(_differing(made.differs))}.")
    if made.prices:
        before, now = made.prices
        lines.append(f"Giá một khách: {vnd(before)} → {vnd(now)}.")
    return "\n".join(lines)


def _differing(those: Sequence[Differs]) -> Iterator[str]:
    for one in those[:_NAMED]:
        fields = ", ".join(WORDS[field].inside for field in one.fields)
        yield f"{own_part(one.name)} ({fields})"
    if len(those) > _NAMED:
        yield f"và {len(those) - _NAMED} khách nữa"
