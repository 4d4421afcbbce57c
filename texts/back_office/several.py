"""Words of decisions on several at once, in the chat and on the desk's page."""

from collections.abc import Sequence

from domain.people import Firm
from domain.transfers import Transfer
from services.back_office.several import Choosable, Outcome
from texts.back_office import transfers
from texts.common import name_label, short
from texts.errors import say
from texts.filters import day
from texts.money.sign_offs import amount_words
from texts.widths import width

PICK = """\
☑️ <b>Chọn nhiều khoản</b>

{{ "Đã chọn <b>%d</b> khoản."|safe|format(number) if number else "Chọn các khoản cần làm cùng một việc." }}"""
PICK_FIRMS = """\
☑️ <b>Chọn nhiều đơn vị</b>

{{ "Đã chọn <b>%d</b> đơn vị."|safe|format(number) if number else "Chọn các đơn vị cần duyệt." }}"""

SEVERAL = "Chọn nhiều"
WHOLE_PAGE = "☑️ Cả trang"
ASSIGN = "📌 Ghi cho khách nêu trong nội dung ({number})"
IGNORE = "🚫 Bỏ qua ({number})"
APPROVE = "Duyệt ({number})"

CHECK = """\
<b>{{ title }}</b>: {{ sums }}

{% for line in lines %}
• {{ line }}
{% endfor %}
{% if more %}
• và {{ more }} dòng khác
{% endif %}
{% if typed %}

Lý do: {{ typed }}
{% endif %}
{% if nobody %}

⚠️ Chưa khoản nào nêu đúng một khách, anh/chị mở từng khoản ạ.
{% endif %}"""

ASK_REASON = """\
🚫 <b>Bỏ qua {{ sums }}</b>

Anh/chị gõ lý do chung, ví dụ: lãi tiền gửi."""

RESULT = """\
<b>{{ head }}</b>

{% for line in lines %}
{{ line }}
{% endfor %}
{% if more %}
và {{ more }} dòng khác
{% endif %}"""

ASSIGN_TITLE = "Ghi cho khách nêu trong nội dung"
IGNORE_TITLE = "Bỏ qua"
APPROVE_TITLE = "Duyệt"
ASSIGN_FOR_GOOD = "📌 Ghi nhận"
IGNORE_FOR_GOOD = "🚫 Bỏ qua"
APPROVE_FOR_GOOD = "Duyệt và báo chủ đơn vị"
NOT_NAMED = "không nêu đúng một khách, em bỏ ra"
SHOWN = 20
"""How many lines a message shows."""


def tick_button(label: str, ticked: bool) -> str:
    return f"{'☑️' if ticked else '⬜️'} {short(label, 40)}"


def chosen(found: Choosable) -> str:
    """One line of what several are about."""
    one = found.transfer
    when = day(one.reported.occurred_at)
    return f"{transfers.shown_amount(one)} · {when} · {short(one.reported.content, 60)}"


def chosen_for(found: Choosable) -> str:
    if found.named is None:
        return f"{chosen(found)}: {NOT_NAMED}"
    (request,) = found.named.requests
    return (
        f"{chosen(found)} → {short(request.customer, 60)} ({request.code}, còn {amount_words(request.left)})"
    )


def summed(found: Sequence[Choosable]) -> str:
    """How many, and how much in each currency."""
    sums: dict[str, int] = {}
    for one in found:
        told = one.transfer.reported
        sums[told.currency] = sums.get(told.currency, 0) + (one.transfer.surplus or told.amount)
    return f"{len(found)} khoản, " + " + ".join(amount_words(sums[name], name) for name in sums)


def firms_summed(firms: Sequence[Firm]) -> str:
    return f"{len(firms)} đơn vị"


def firm_line(firm: Firm) -> str:
    code = f" · {firm.tax_code}"
    return f"{name_label(firm.name, 31 - width(code))}{code}"


def transfer_line(one: Transfer) -> str:
    return transfers.transfer_button(one)


def outcome(what: str, found: Outcome) -> str:
    return f"✅ {what}" if found.refusal is None else f"✖️ {what}: {say(found.refusal)}"


def outcomes(found: Sequence[Outcome]) -> str:
    failed = sum(one.refusal is not None for one in found)
    return f"{len(found) - failed} dòng xong" + (f", {failed} dòng chưa làm được." if failed else ".")
