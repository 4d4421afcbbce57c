"""Words of what the messages of a month cost."""

from collections.abc import Callable, Iterable
from typing import Any

from domain.chats import Channel
from domain.messaging.kinds import KINDS
from domain.money import vnd
from services.back_office.messages import MonthOfMessages
from services.ports.message_costs import MessageCost
from texts.apps import APP_NAMES
from texts.filters import count
from texts.messaging.notices import TOPICS

BUTTON = "💬 Tin nhắn và chi phí"

WINDOW = """\
💬 <b>Tin nhắn tháng {{ month }}</b>

{% for line in money %}
{{ line }}
{% endfor %}
{% if ways %}

<b>Theo cách gửi</b>
{% for line in ways %}
• {{ line }}
{% endfor %}
{% else %}

Tháng này em chưa tự gửi tin nào.
{% endif %}
{% if kinds %}

<b>Theo loại tin</b>
{% for line in kinds %}
• {{ line }}
{% endfor %}
{% endif %}

Tiền chưa gồm thuế. SMS tính theo giá trong cấu hình."""

BY_TEMPLATE = "Zalo theo mẫu"
WAYS = {**APP_NAMES, Channel.EMAIL: "Email", Channel.SMS: "SMS"}
CODES = "Mã xác minh số điện thoại"
ANSWERS = "Trả lời trong hội thoại Zalo"


def shown(month: MonthOfMessages) -> dict[str, Any]:
    """The values of the window."""
    kinds = _summed(
        month.pushes, lambda one: TOPICS[KINDS[one.kind].kind.topic] if one.kind in KINDS else "Khác"
    )
    others = ((CODES, month.codes), (ANSWERS, month.unlisted))
    return {
        "month": f"{month.day:%m/%Y}",
        "money": _money(month),
        "ways": _summed(month.pushes, _way),
        "kinds": [*kinds, *(f"{what}: {vnd(cost)}" for what, cost in others if cost)],
    }


def _money(month: MonthOfMessages) -> list[str]:
    spent, limits = month.spent, month.spending
    lines = [f"Đã tốn: {vnd(spent.this_month)}"]
    if limits.month:
        lines.append(f"Còn lại của tháng: {vnd(max(0, limits.month - spent.this_month))}")
    if limits.day:
        lines.append(f"Còn lại của ngày {month.day:%d/%m}: {vnd(max(0, limits.day - spent.today))}")
    sent = count(month.zalo_sent)
    if month.zalo_limit:
        left = count(max(0, month.zalo_limit - month.zalo_sent))
        lines.append(f"Tin Zalo: {sent} / {count(month.zalo_limit)}, còn {left}")
    elif month.zalo_sent:
        lines.append(f"Tin Zalo, kể cả trả lời: {sent}")
    return lines


def _way(one: MessageCost) -> str:
    return BY_TEMPLATE if one.by_template else WAYS[one.channel]


def _summed(pushes: Iterable[MessageCost], name: Callable[[MessageCost], str]) -> list[str]:
    """One line for each name: the dearest first, then the most frequent."""
    sums: dict[str, tuple[int, int]] = {}
    for one in pushes:
        cost, sent = sums.get(name(one), (0, 0))
        sums[name(one)] = cost + one.cost, sent + one.count
    rows = sorted(sums.items(), key=lambda row: row[1], reverse=True)
    return [f"{what}: {count(sent)} tin, {vnd(cost)}" for what, (cost, sent) in rows]
