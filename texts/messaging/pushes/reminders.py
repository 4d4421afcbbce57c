"""Words of reminders of unpaid licences: in the chat, by mail and by SMS."""

from domain.messaging.contents import TrialReminderContent
from domain.messaging.targets import Place
from domain.money import vnd
from domain.reminders import Stage
from domain.text import without_diacritics
from services.messaging.messages import ChatMessage, Mail
from texts.messaging.pushes.reminder_mail import HTML, SUBJECT, TEXT
from texts.messaging.pushes.words import SMS_LIMIT, Wording, Wordings, Words, bank_name, opens

OPEN_ORDERS = "📦 Xem các đơn hàng"
OPEN_PAYMENTS = "💳 Xem ai chưa trả"

HEADINGS = {
    Stage.ENDED: "🔴 Đã hết 7 ngày, đang tạm dừng",
    Stage.ONE_DAY: "🟠 Còn 1 ngày",
    Stage.THREE_DAYS: "🟡 Còn 3 ngày",
}

REMINDER = """⏰ <b>{{ count }} khách {{ "chưa trả đủ" if partly else "chưa thanh toán" }}</b>

{% for group in groups %}
<b>{{ headings[group.stage] }}</b> ({{ group.count }} khách, {{ group.amount|vnd }})
{% for one in group.licences %}
{% set owed = group.owed[loop.index0] %}
• {{ one.line.name|short(40) }}{{ ": còn %s"|format(owed|vnd) if owed < one.line.amount else "" }}
{% endfor %}
{% if group.count > group.licences|length %}
• và {{ group.count - group.licences|length }} khách khác
{% endif %}

{% endfor %}
{% if ended %}
Phần mềm tạm dừng chỉ xem và in được. Thanh toán xong là dùng lại được ngay.
{% else %}
Hết 7 ngày mà chưa thanh toán, phần mềm chỉ xem và in được.
{% endif %}"""


def _count(content: TrialReminderContent) -> int:
    return sum(group.count for group in content.groups)


def _ended(content: TrialReminderContent) -> bool:
    return content.groups[0].stage is Stage.ENDED


def _partly(content: TrialReminderContent) -> bool:
    """Whether one of those named has paid a part."""
    named = (
        (one.line.amount, owed)
        for it in content.groups
        for one, owed in zip(it.licences, it.owed, strict=True)
    )
    return any(owed < amount for amount, owed in named)


def _chat(words: Words, content: TrialReminderContent) -> ChatMessage:
    html = words.html(
        REMINDER,
        count=_count(content),
        groups=content.groups,
        headings=HEADINGS,
        ended=_ended(content),
        partly=_partly(content),
    )
    if content.order_id is not None:
        button = opens(OPEN_PAYMENTS, Place.PAYMENTS, content.order_id)
    else:
        button = opens(OPEN_ORDERS, Place.ORDERS)
    return ChatMessage(html, buttons=((button,),))


def _mail(words: Words, content: TrialReminderContent) -> Mail:
    values = {
        "content": content,
        "count": _count(content),
        "groups": content.groups,
        "headings": {stage: heading[2:] for stage, heading in HEADINGS.items()},
        "ended": _ended(content),
        "payments": [{"request": payment, "bank": bank_name(payment)} for payment in content.payments],
    }
    return Mail(
        subject=words.plain(SUBJECT, **values),
        text=words.plain(TEXT, **values) + "\n",
        html=words.html(HTML, **values),
    )


_SMS_STAGES = {
    Stage.ENDED: "chua thanh toan, dang tam dung",
    Stage.ONE_DAY: "chua thanh toan, con dung 1 ngay",
    Stage.THREE_DAYS: "chua thanh toan, con dung 3 ngay",
}


def _sms(words: Words, content: TrialReminderContent) -> str:
    """The firm's name is cut where it does not fit."""
    stage = content.groups[0].stage
    text = f"Phan mem ke toan {_SMS_STAGES[stage]}. "
    if content.payments:
        payment = content.payments[0]
        text += (
            f"Chuyen {vnd(payment.left).removesuffix(' ₫')}d toi {without_diacritics(bank_name(payment))} "
            f"{payment.payee.account} noi dung {payment.code}. "
        )
    text += "Don vi ke toan: "
    return (text + without_diacritics(content.firm.name)[: max(0, SMS_LIMIT - len(text))]).strip()


WORDINGS: Wordings = {
    TrialReminderContent: Wording(_chat, lambda it: f"⏰ {_count(it)} khách chưa thanh toán", _mail, _sms)
}
