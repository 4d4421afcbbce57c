"""Words of reminders of unpaid licences: in the chat, by mail and by SMS."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from domain.calendar import VIETNAM, day_of
from domain.messaging.contents import ReminderGroup, TrialReminderContent
from domain.messaging.reminder_contents import ReminderInBriefContent
from domain.messaging.targets import CardsOf, Place, Resending, button_data
from domain.money import vnd
from domain.orders import Order
from domain.recipients import RecipientMode
from domain.reminders import Stage
from domain.text import without_diacritics
from services.messaging.messages import ChatButton, ChatMessage, Mail
from texts.common import name_label
from texts.filters import for_reader
from texts.messaging.pushes.reminder_mail import HTML, SUBJECT, TEXT
from texts.messaging.pushes.words import Wording, Wordings, Words, bank_name, opens, sms_of
from texts.widths import width

OPEN_ORDERS = "📦 Xem các đơn hàng"
OPEN_PAYMENTS = "💳 Ai chưa trả"
RESEND = "🔁 Gửi lại cho {count} {whom}{of}"
CARDS = "🖼 Lấy phiếu cả {count}{of}"
CARD = "🖼 Lấy phiếu{of}"

_DAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
_LINE, _LEAST = 35.0, 12.0
"""The room of a line of a message at 390 px, and of a name at least."""
_MARKS = {Stage.ENDED: "🔴", Stage.ONE_DAY: "🟠", Stage.THREE_DAYS: "🟡"}

REMINDER = """⏰ <b>{{ count }} khách {{ "chưa trả đủ" if partly else "chưa thanh toán" }}</b>

{% for group in groups %}
<b>{{ group.mark }} {{ group.heading }}</b> · {{ group.customers }} khách, {{ group.amount|vnd }}
{% for order in group.orders %}
<b>{{ order.code }}</b> · {{ order.package }}{{ order.sum }}{{ " · cả đơn %d khách chưa trả"|format(order.unpaid) if order.unpaid }}
{% for name, left in order.lines %}
• {{ name }}: {{ left }}
{% endfor %}
{% endfor %}
{% if group.more %}
• và {{ group.more }} phần mềm khác
{% endif %}

{% endfor %}
{% if others %}
Khách đã nhận hướng dẫn cũng được nhắc qua email, SMS.
{% endif %}
{% if ended %}
Phần mềm tạm dừng chỉ xem và in được. Thanh toán xong là dùng lại được ngay.
{% else %}
Hết hạn mà chưa thanh toán, phần mềm chỉ xem và in được.
{% endif %}"""


def deadline_of(group: ReminderGroup) -> datetime:
    """The first deadline of those named."""
    return min(one.licence.deadline for one in group.licences if one.licence.deadline is not None)


def _is_one(group: ReminderGroup) -> bool:
    """Whether all of the group end in one minute, as far as they are named."""
    ends = {f"{one.licence.deadline:%Y%m%d%H%M}" for one in group.licences if one.licence.deadline}
    return len(ends) == 1 and group.count == len(group.licences)


def heading(group: ReminderGroup, now: datetime, live: bool = False) -> str:
    """When the licences of a group end or ended, and how long that is from `now`; `live` is HTML for a chat, in
    which an app that can counts the time on."""
    at = deadline_of(group).astimezone(VIETNAM)
    when = f"{at:%H:%M} {_DAYS[at.weekday()]} {at:%d/%m}"
    if at <= now:
        return f"Đã hết 7 ngày {'lúc' if _is_one(group) else 'từ'} {when}, đang tạm dừng"
    when = when if _is_one(group) else f"từ {when}"
    hours = int((at - now) / timedelta(hours=1))
    days = (day_of(at) - day_of(now)).days
    left = f"{days} ngày" if hours >= 24 else f"{hours} giờ" if hours else "dưới 1 giờ"
    left = f"còn {left}"
    return Markup(f"Hết hạn {when} ({for_reader(left, at, 'r')})") if live else f"Hết hạn {when} ({left})"


def how_many(content: TrialReminderContent) -> int:
    """How many customers are told of; one in several groups counts once as far as all are named."""
    if all(group.count == len(group.licences) for group in content.groups):
        return len({one.line.tax_code for group in content.groups for one in group.licences})
    return sum(group.customers for group in content.groups)


def _ended(content: TrialReminderContent) -> bool:
    return content.groups[0].stage is Stage.ENDED


def rest(owed: int, amount: int) -> str:
    """What is left to pay of a price. Where a request is for several customers, the first may have
    all of theirs."""
    if not owed:
        return "đã có tiền, chờ trả đủ cả khoản"
    return f"còn {vnd(owed)}" if owed < amount else vnd(owed)


def _partly(content: TrialReminderContent) -> bool:
    """Whether one of those named has paid a part."""
    named = (
        (one.line.amount, owed)
        for it in content.groups
        for one, owed in zip(it.licences, it.owed, strict=True)
    )
    return any(owed < amount for amount, owed in named)


def _group(group: ReminderGroup, content: TrialReminderContent) -> dict[str, Any]:
    """The values of a group: what is named stands under the code of its order."""
    lines: dict[int, list[tuple[str, str]]] = {}
    for one, owed in zip(group.licences, group.owed, strict=True):
        left = rest(owed, one.line.amount)
        name = name_label(one.line.name, max(_LEAST, _LINE - width(f"• : {left}")))
        lines.setdefault(one.licence.order_id, []).append((name, left))
    orders = [
        {
            "code": order.code,
            "package": f"{order.package_name} {order.fiscal_year}",
            "lines": lines[order.id],
            "sum": _sum(group, order.id),
            "unpaid": _unpaid(content, order),
        }
        for order in group.orders.values()
    ]
    return {
        "mark": _MARKS[group.stage],
        "heading": heading(group, content.now, live=True),
        "customers": group.customers,
        "amount": group.amount,
        "orders": orders,
        "more": group.count - len(group.licences),
    }


def _unpaid(content: TrialReminderContent, order: Order) -> int:
    """How many customers of an order owe, where they are more than those told of: some are not activated."""
    if order.recipient is not RecipientMode.CUSTOMER:
        return 0
    told = how_many(content)
    if content.order_id is None:
        if any(group.count > len(group.licences) for group in content.groups):
            return 0
        licences = (one for group in content.groups for one in group.licences)
        told = len({one.line.tax_code for one in licences if one.licence.order_id == order.id})
    owing = content.unpaid.get(order.id, 0)
    return owing if owing > told else 0


def _sum(group: ReminderGroup, order_id: int) -> str:
    """How many customers of an order are told of and what they owe, where all are named."""
    if group.count > len(group.licences) or len(group.orders) < 2:
        return ""
    of_order = [
        (one, owed)
        for one, owed in zip(group.licences, group.owed, strict=True)
        if one.licence.order_id == order_id
    ]
    customers = len({one.line.tax_code for one, _ in of_order})
    return f" · {customers} khách · {vnd(sum(owed for _, owed in of_order))}"


def _buttons(content: TrialReminderContent) -> Iterator[tuple[ChatButton]]:
    """What can be done about those who owe, order by order."""
    orders = {order.id: order for group in content.groups for order in group.orders.values()}
    for order_id, unpaid in content.unpaid.items():
        of = f" · {orders[order_id].code}" if len(orders) > 1 else ""
        if (recipient := orders[order_id].recipient) is not RecipientMode.ACCOUNTANT:
            whom = "khách" if recipient is RecipientMode.CUSTOMER else "người nhận"
            label = RESEND.format(count=unpaid, whom=whom, of=of)
            yield (ChatButton(label, data=button_data(Resending(order_id))),)
        cards = CARDS if unpaid > 1 else CARD
        yield (ChatButton(cards.format(count=unpaid, of=of), data=button_data(CardsOf(order_id))),)


def _chat(words: Words, content: TrialReminderContent) -> ChatMessage:
    html = words.html(
        REMINDER,
        count=how_many(content),
        groups=[_group(group, content) for group in content.groups],
        ended=_ended(content),
        partly=_partly(content),
        others=any(
            order.recipient is not RecipientMode.ACCOUNTANT
            for group in content.groups
            for order in group.orders.values()
        ),
    )
    see = opens(OPEN_ORDERS, Place.ORDERS)
    if content.order_id is not None:
        see = opens(OPEN_PAYMENTS, Place.PAYMENTS, content.order_id)
    return ChatMessage(html, buttons=(*_buttons(content), (see,)))


def _mail(words: Words, content: TrialReminderContent) -> Mail:
    values = {
        "content": content,
        "count": how_many(content),
        "groups": content.groups,
        "rest": rest,
        "headings": {group.stage: heading(group, content.now) for group in content.groups},
        "ended": _ended(content),
        "payments": [{"request": payment, "bank": bank_name(payment)} for payment in content.payments],
    }
    return Mail(
        subject=words.plain(SUBJECT, **values),
        text=words.plain(TEXT, **values) + "\n",
        html=words.html(HTML, **values),
    )


def _sms(words: Words, content: TrialReminderContent) -> str:
    first = content.groups[0]
    at = deadline_of(first).astimezone(VIETNAM)
    state = "dang tam dung" if at <= content.now else f"het han {at:%H:%M %d/%m}"
    text = f"Phan mem ke toan chua thanh toan, {state}. "
    if content.payments:
        payment = content.payments[0]
        text += (
            f"Chuyen {vnd(payment.left).removesuffix(' ₫')}d toi {without_diacritics(bank_name(payment))} "
            f"{payment.payee.account} noi dung {payment.code}. "
        )
    return sms_of(text, content.firm.name)


def _title(content: ReminderInBriefContent) -> str:
    until = f"{content.deadline.astimezone(VIETNAM):%d/%m}"
    if not content.customers:
        return f"⏰ Hạn {until}: đã trả hết"
    return f"⏰ Hạn {until}: {content.customers} chưa trả"


WORDINGS: Wordings = {
    TrialReminderContent: Wording(_chat, lambda it: f"⏰ {how_many(it)} khách chưa thanh toán", _mail, _sms),
    ReminderInBriefContent: Wording(title=_title),
}
