"""Words of transfers: to the accountant whose customers paid, to back office where a person is needed."""

from domain.messaging.contents import (
    BankListRefusedContent,
    BooksDifferContent,
    ChoosePayersContent,
    PaidPart,
    TransferContent,
    TransferOpenContent,
)
from domain.messaging.targets import Place
from domain.money import vnd
from domain.recipients import RecipientMode
from services.messaging.messages import ChatMessage
from texts.common import named, own_part
from texts.filters import told
from texts.messaging.pushes.payments import HOW_TO_PAY, copy_buttons
from texts.messaging.pushes.words import Wording, Wordings, Words, bank_name, open_payments, opens
from texts.money.books import BOOKS_DIFFER, PARTS
from texts.money.transfers import ABOUT_OTHER, PROVIDERS, other_words, why

OPEN_TRANSFER = "🏦 Xử lý"

NAME_LIMIT = 60

RECEIVED = (
    """💰 <b>{{ headline }}</b>

{% if headline != came %}
{{ came }}
{% endif %}
{% if count == 1 %}
{{ parts[0].name }}
{{ parts[0].outcome|capitalize }}
{% else %}
{% for part in parts %}
• {{ part.name }}: {{ part.amount|vnd }}, {{ part.outcome }}
{% endfor %}
{% endif %}
{% if count > parts|length %}
• và {{ count - parts|length }} khoản khác
{% endif %}
{% if bundle %}

{% if bundle.left %}
Đơn {{ order.code }}: đã trả <b>{{ paid }}/{{ bundle.line_count }}</b> khách, còn {{ bundle.left|vnd }}
{% else %}
Đã trả đủ <b>{{ paid }}/{{ bundle.line_count }}</b> khách của đơn {{ order.code }}
{% endif %}
{% endif %}
{% if not bundle and requests %}

Đơn {{ order.code }}{{ ": đã trả <b>%d/%d</b>"|safe|format(paid, requests) if requests > 1 else "" }}
{% endif %}
{% if reopened %}

{{ "Phần mềm của %d khách"|format(reopened) if reopened > 1 else "Phần mềm" }} {{ reopening }}.
{% endif %}
{% if surplus %}

Khoản thừa bên em sẽ liên hệ hoàn lại.
{% endif %}
{% if payment %}

Mời anh/chị chuyển nốt:
"""
    + HOW_TO_PAY
    + "{% endif %}"
)

CHOOSE = """💰 <b>Đã nhận {{ waiting|vnd }} cho đơn {{ order.code }}</b>

{% if enough %}
Đủ cho <b>{{ enough }}/{{ count }}</b> khách chưa trả. Khách nào đã trả?
{% else %}
Chưa đủ cho một khách nào trong {{ count }} khách chưa trả. Ghi cho khách nào?
{% endif %}

Chưa chọn thì 23:45 hôm nay em ghi theo thứ tự trong đơn."""
CHOOSE_PAYERS = "👥 Chọn khách đã trả"

OPEN = (
    """🏦 <b>Chuyển khoản cần xử lý</b>
{{ why }}

Số tiền: <b>{{ transfer.reported|told }}</b>
Nội dung: <code>{{ transfer.reported.content|short(300) }}</code>
Lúc: {{ transfer.reported.occurred_at|moment }}
Báo bởi: {{ provider }}{{ " · %s"|format(transfer.reported.reference|short(60)) if transfer.reported.reference else "" }}
{% if parts %}

Đã ghi cho:
{% for part in parts %}
• {{ part.name }}: {{ part.amount|vnd }}, {{ part.outcome }}
{% endfor %}
{% endif %}
"""
    + ABOUT_OTHER
)

LIST_REFUSED = """\
🏦 <b>Chưa xem được danh sách giao dịch ở {{ provider }}</b>

{{ provider }} từ chối mã truy cập của bên mình. Khoản nào {{ provider }} báo sót thì em chưa tự bổ sung được, đến khi xem lại được danh sách.

Nhờ anh/chị báo người quản trị kiểm tra mã truy cập {{ provider }}."""


def part_words(part: PaidPart) -> dict[str, object]:
    """The name of the request, what came in, and what is left to pay."""
    payment = part.payment
    if payment.recipient is RecipientMode.ACCOUNTANT and part.order.code == payment.code:
        name = f"Đơn {part.order.code}"
    else:
        name = named(part.line.name if payment.line_count == 1 else payment.notice.name, NAME_LIMIT)
    if payment.line_count > 1:
        name += f" ({payment.line_count} khách)"
    if payment.left:
        outcome = f"còn thiếu {vnd(payment.left)}"
    elif payment.received > payment.amount:
        outcome = f"thừa {vnd(payment.received - payment.amount)}"
    else:
        outcome = "đã trả đủ"
    return {"name": name, "amount": part.amount, "outcome": outcome}


def _received(words: Words, content: TransferContent) -> ChatMessage:
    payment = content.rest
    html = words.html(
        RECEIVED,
        headline=_headline(content),
        came=f"Đã nhận {vnd(content.amount)}",
        requests=content.requests,
        reopened=len(content.reopened),
        reopening=_reopening(content),
        parts=[part_words(part) for part in content.parts],
        count=content.count,
        surplus=any(part.payment.received > part.payment.amount for part in content.parts),
        payment=payment,
        bundle=content.bundle,
        paid=content.paid,
        order=content.parts[0].order if content.parts else None,
        bank=bank_name(payment) if payment else "",
    )
    buttons = (copy_buttons(words, payment),) if payment else ()
    orders = {part.order.id for part in content.parts}
    if len(orders) == 1:
        buttons = (*buttons, open_payments(orders.pop()))
    return ChatMessage(html, words.qr(payment) if payment else None, buttons)


def _choose(words: Words, content: ChoosePayersContent) -> ChatMessage:
    html = words.html(
        CHOOSE, order=content.order, waiting=content.waiting, enough=content.enough, count=content.count
    )
    return ChatMessage(html, buttons=((opens(CHOOSE_PAYERS, Place.CHOICE, content.transfer_id),),))


def _open(words: Words, content: TransferOpenContent) -> ChatMessage:
    transfer = content.transfer
    html = words.html(
        OPEN,
        why=why(transfer),
        transfer=transfer,
        provider=PROVIDERS[transfer.reported.provider],
        parts=[part_words(part) for part in content.parts],
        **other_words(content.other),
    )
    return ChatMessage(html, buttons=((opens(OPEN_TRANSFER, Place.TRANSFER, transfer.id),),))


def _headline(content: TransferContent) -> str:
    """What the accountant has to know first: what is too much, complete, or usable again."""
    first = content.parts[0] if content.parts else None
    if content.transfer.surplus:
        return f"Nhận thừa {vnd(content.transfer.surplus)}"
    if first is None or not content.urgent:
        return f"Đã nhận {vnd(content.amount)}"
    if content.completed and content.requests > 1:
        done = f"{content.paid}/{content.requests}"
        return f"Đơn {first.order.code} đã trả đủ {vnd(first.order.total)}, {done} ✅"
    if content.count == 1 and not first.payment.left:
        name, reopened = part_words(first)["name"], bool(content.reopened)
        end = f", phần mềm {_reopening(content)}" if reopened else " ✅"
        return f"{name} đã trả đủ {vnd(first.payment.amount)}{end}"
    return f"Đã nhận {vnd(content.amount)}"


def _reopening(content: TransferContent) -> str:
    return "đang được mở lại" if content.waits else "dùng lại được"


def _received_title(content: TransferContent) -> str:
    """Who paid, first, since a button of the list shows only the beginning; then how the order stands, since
    several transfers to it may be told at once."""
    received = vnd(content.amount)
    orders = {part.order.code for part in content.parts}
    if len(orders) != 1:
        return f"💰 {received} vào {len(orders)} đơn"
    code = orders.pop()
    if content.requests < 2:
        return f"💰 {received} vào {code}"
    is_one = content.count == 1
    who = (
        named(own_part(str(part_words(content.parts[0])["name"])), 24) if is_one else f"{content.count} khách"
    )
    done = f"{content.paid}/{content.requests}"
    state = f"đủ {done} ✅" if content.paid == content.requests else f"đã trả {done}"
    return f"💰 {who} vừa trả {received}, đơn {code} {state}"


def _list_refused(words: Words, content: BankListRefusedContent) -> ChatMessage:
    return ChatMessage(words.html(LIST_REFUSED, provider=PROVIDERS[content.provider]))


def _differ(words: Words, content: BooksDifferContent) -> ChatMessage:
    names = [f"{PARTS[one.part]} {one.name}" for one in content.first]
    return ChatMessage(words.html(BOOKS_DIFFER, names=names, more=content.count - len(names)))


WORDINGS: Wordings = {
    BooksDifferContent: Wording(_differ, lambda it: f"⚠️ Sổ tiền không khớp ở {it.count} chỗ"),
    BankListRefusedContent: Wording(
        _list_refused, lambda it: f"🏦 Chưa xem được danh sách giao dịch ở {PROVIDERS[it.provider]}"
    ),
    TransferContent: Wording(_received, _received_title),
    ChoosePayersContent: Wording(
        _choose, lambda it: f"💰 {vnd(it.waiting)} vào {it.order.code}: khách nào đã trả?"
    ),
    TransferOpenContent: Wording(_open, lambda it: f"🏦 Giao dịch cần xử lý: {told(it.transfer.reported)}"),
}
