"""Words of changing an order that was placed."""

from collections.abc import Sequence
from typing import Any

from domain.accounting import AccountingData, option_label
from domain.customers import DECLARED, CustomerField
from domain.money import vnd
from domain.orders import OrderLine
from domain.packages import Package
from domain.recipients import NoticeRecipient, RecipientMode
from texts.catalogue.accounting import LABELS
from texts.common import DONE, name_label
from texts.customer_fields import WORDS, shown
from texts.filters import day
from texts.ordering.words import RECIPIENTS

EDIT = "✏️ Sửa đơn"

HOME = """\
<b>✏️ Sửa đơn {{ order.code }}</b>

{{ order.package_name }} · năm {{ order.fiscal_year }}
{{ order.line_count }} khách · {{ order.total|vnd }}
Đối tượng nhận: {{ recipient }}

Sửa được khi tiền chưa về. Em cho anh/chị xem trước và sau, đồng ý rồi em mới đổi."""
DROP = "👥 Bỏ khách"
MEND = "📝 Sửa khách"
PACKAGE = "📦 Đổi gói"
PAYER = "🙋 Đổi người nhận"

WHOM_TO_DROP = """\
<b>Bỏ khách khỏi đơn {{ order.code }}</b>

{% if query %}
Đang tìm: {{ query }} · {{ found }} khách
{% endif %}
{{ "Đã chọn: <b>%d khách</b>"|format(number)|safe if number else "Chọn khách cần bỏ, hoặc gõ tên, mã số thuế để tìm." }}

Khách đã có tiền về hoặc đã kích hoạt thì em không bỏ được."""
DROP_PICKED = "✖️ Bỏ {number} khách"

DROP_SHOWN = """\
<b>Bỏ khỏi đơn {{ change.before.code }}?</b>

{% for line in first %}
• {{ line.name|named(60) }} · {{ line.amount|vnd }}
{% endfor %}
{% if more %}
• và {{ more }} khách khác
{% endif %}

Khách: {{ change.before.line_count }} → <b>{{ change.after.line_count }}</b>
Tổng tiền: {{ change.before.total|vnd }} → <b>{{ change.after.total|vnd }}</b>
{% if change.told %}

{% if change.stopped %}
{{ change.stopped }} hướng dẫn đã gửi: em báo người trả đừng chuyển nữa.
{% endif %}
{% if change.told > change.stopped %}
{{ change.told - change.stopped }} hướng dẫn đã gửi: em gửi số tiền mới, thay cho tin trước.
{% endif %}
{% endif %}

Muốn mua lại cho khách đã bỏ, anh/chị đặt đơn mới."""
DROP_FOR_GOOD = "✖️ Bỏ khỏi đơn"
KEEP = "‹ Không bỏ"

WHOM_TO_MEND = """\
<b>Sửa thông tin khách trong đơn {{ order.code }}</b>

{% if query %}
Đang tìm: {{ query }} · {{ found }} khách
{% endif %}
Chọn khách cần sửa, hoặc gõ tên, mã số thuế để tìm."""

LINE = """\
<b>{{ line.name }}</b>
Mã số thuế: <code>{{ line.tax_code }}</code>

{% for label, value in values %}
{{ label }}: <b>{{ value }}</b>
{% endfor %}

Sửa được khi phần mềm chưa kích hoạt; tên và địa chỉ, khi hóa đơn chưa lập."""
ACCOUNTING = "📘 Kế toán"
OTHERS = "‹ Khách khác"

FIELD = """\
<b>{{ name|named(60) }}</b>
{{ label }} đang ghi: <b>{{ value }}</b>

Anh/chị gõ {{ inside }} đúng, ví dụ: {{ example }}"""

BEFORE_AND_AFTER = """\
<b>{{ title }}</b>

{% for label, before, after in changes %}
{{ label }}
• Trước: {{ before }}
• Sau: <b>{{ after }}</b>
{% endfor %}
{% if notes %}

{% endif %}
{% for note in notes %}
{{ note }}
{% endfor %}"""
CHANGE = "Đồng ý đổi ▶"
DO_NOT = "✖️ Không đổi"
BACK_TO = "↩️ Trở lại như trước"
MADE = """\
{% for one in said %}
{{ one }}
{% endfor %}

{% if back %}
Chưa đúng thì anh/chị chọn “Trở lại như trước”.
{% endif %}"""
TAKEN_BACK = f"{DONE} Em đã đổi lại như trước."
NOTHING = "Không có gì khác so với đơn ạ."

PACKAGE_LABEL = "Gói"
WHO_PAYS = "Đối tượng nhận"
BUYER = "Hóa đơn ghi"
PACKAGES = """\
<b>Đổi gói của đơn {{ order.code }}</b>

Đang là: <b>{{ order.package_name }}</b> · {{ (order.total // order.line_count)|vnd }} mỗi khách

Chọn gói mới cho cả {{ order.line_count }} khách."""

PAYERS = """\
<b>Đổi người nhận của đơn {{ order.code }}</b>

Đang gửi cho: <b>{{ recipient }}</b>

Người mới nhận mã chuyển khoản mới. Mã cũ không dùng nữa."""
PAYER_FORM = """\
<b>Ai nhận và thanh toán đơn {{ order.code }}?</b>

Anh/chị gõ họ tên, email và số di động trong một dòng, ví dụ:
Trần Thị Mai mai@congty.vn 0912345678"""
PAYER_MISSING = "Em cần đủ họ tên, email và số di động. Anh/chị gõ lại cả ba trong một dòng giúp em."


def dropped(lines: Sequence[OrderLine], code: str) -> str:
    """Who was dropped from the order."""
    who = lines[0].name if len(lines) == 1 else f"{len(lines)} khách"
    return f"{DONE} Đã bỏ {who} khỏi đơn {code}."


def tick_button(line: OrderLine, ticked: bool) -> str:
    return f"{'☑️' if ticked else '⬜️'} {name_label(line.name)}"


def package_button(package: Package) -> str:
    return f"{package.name} · {vnd(package.amount)}"


def payer_button(mode: RecipientMode) -> str:
    return RECIPIENTS[mode]


def totals(before: int, after: int) -> tuple[str, str, str]:
    return "Tổng tiền", vnd(before), vnd(after)


def told_of_sum(told: int) -> str:
    return f"{told} hướng dẫn đã gửi: em gửi số tiền mới, thay cho tin trước." if told else ""


def told_to_stop(told: int) -> str:
    return f"{told} hướng dẫn đã gửi: em báo xin KHÔNG chuyển khoản theo mã cũ." if told else ""


def told_anew(told: int, held: int) -> str:
    """How many new payers are told, and how many of them have to wait."""
    if not told:
        return "Em gửi hướng dẫn và mã QR vào chat này."
    if not held:
        return f"Em gửi hướng dẫn mới cho {told} người."
    return f"Em gửi hướng dẫn mới cho {told - held} người, giữ của {held} người đến khi đơn vị có khoản trả đầu tiên."


def elsewhere(name: str, package: str, code: str, more: int) -> str:
    """A customer that has yet another package for the year."""
    others = f" và {more} khách nữa" if more else ""
    return f"⚠️ {name}{others} đã có gói khác cho năm này: {package} ({code}). Anh/chị vẫn đổi chứ ạ?"


def who(mode: RecipientMode, notice: NoticeRecipient) -> str:
    """Who is told and pays."""
    if mode is RecipientMode.OTHER:
        return f"{notice.name} · {notice.email}"
    return RECIPIENTS[mode]


def buyer(line: OrderLine) -> str:
    """In whose name the invoices are."""
    is_own = line.invoice.tax_id == line.tax_code
    return "tên từng khách hàng" if is_own else line.invoice.unit_name


def maybe_meant(email: str) -> str:
    return f"Có phải anh/chị định gõ {email} không ạ? Nếu đúng, anh/chị chọn “Không đổi” rồi gõ lại."


TOLD_ELSEWHERE = "Em gửi hướng dẫn thanh toán tới địa chỉ mới, và báo địa chỉ cũ đừng chuyển khoản."
CODE_OF_ACCOUNTANT = "Mã {code} anh/chị đã nhận không dùng nữa: xin đừng chuyển khoản theo mã đó."


def mended(field: CustomerField, before: str, after: str) -> tuple[str, str, str]:
    return WORDS[field].label, shown(field, before), shown(field, after)


def accounting_changes(before: AccountingData, after: AccountingData) -> list[tuple[str, str, str]]:
    """The accounting data that differ, in words."""
    return [
        (LABELS[name], _value(name, getattr(before, name)), _value(name, getattr(after, name)))
        for name in DECLARED
        if getattr(before, name) != getattr(after, name)
    ]


def _value(name: str, value: Any) -> str:
    if name == "data_start":
        return day(value) if value else "đầu năm tài chính"
    if value is None:
        return "chưa có"
    return str(value) if name == "first_month" else option_label(value)
