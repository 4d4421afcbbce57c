"""Words of limits that were reached."""

from domain.chats import Channel
from domain.messaging.budgets import Bound
from domain.messaging.limit_contents import (
    AnswerRefusedContent,
    AnswerWaitsContent,
    BudgetReachedContent,
    InstructionsHeldContent,
    InstructionsReleasedContent,
    LinkCodeSeenContent,
    MessagesWaitContent,
    ZaloGrantLostContent,
    ZaloMoneyOutContent,
    ZaloPeopleContent,
    ZaloPlanEndsContent,
    ZaloQuotaContent,
    ZaloSilentContent,
)
from domain.messaging.quota import ALL, REFUSED, RESERVE_PERCENT, STRANGERS_PERCENT
from domain.messaging.targets import Place
from services.messaging.messages import ChatMessage
from texts.apps import APP_NAMES
from texts.common import CONNECT_ZALO, TO_DESK
from texts.messaging.pushes.reminders import OPEN_ORDERS
from texts.messaging.pushes.words import Wording, Wordings, Words, opens

ZALO_QUOTA = """\
📉 <b>{{ title }}</b>

Tháng {{ month }} em đã gửi {{ sent | count }} tin Zalo.
{% if refused %}
Zalo không nhận tin nữa. Em gửi qua Telegram và e-mail; mỗi giờ em thử lại Zalo một lần.
{% else %}
Người lạ dùng nhiều nhất {{ strangers }}% số tin của tháng. {{ reserve }}% cuối em giữ cho người đã đăng ký \
và tin về tiền, về kích hoạt; tin khác đi qua Telegram hoặc e-mail.
{% endif %}"""


PEOPLE = """\
👥 <b>{{ title }}</b>

Gói Zalo của bot cho em nhắn với nhiều nhất {{ limit | count }} người. \
{{ "Người đến sau" if full else "Đủ số đó, người đến sau" }} có thể không nhận được câu trả lời. \
Muốn nhiều người hơn, anh/chị nối Zalo OA thay cho bot này."""
MONEY_OUT = """\
💸 <b>Tài khoản trả tiền tin Zalo đã hết tiền</b>

Tin miễn phí vẫn đi. Tin phải trả tiền em gửi bằng cách khác, và thử lại Zalo mỗi giờ.
Quản trị viên nạp tiền vào tài khoản ZBS nối với OA."""
GRANT_LOST = """\
🔌 <b>Zalo OA mất kết nối</b>

Zalo không nhận khóa của chương trình nữa, nên em chưa gửi được tin trên Zalo. Quản trị viên của OA mở Bàn làm việc \
và bấm “{{ connect }}”. Tin của khách đi qua Telegram hoặc e-mail trong lúc này."""
PLAN_ENDS = """\
📅 <b>Gói Zalo OA hết hạn ngày {{ ends | date }}</b>

Sau ngày này chương trình không gửi được tin trên Zalo. Anh/chị gia hạn gói trong trang quản trị OA của Zalo."""
ANSWER_WAITS = """\
⏳ <b>Em chưa trả lời được anh/chị trên {{ app }}</b>

{{ app }} đang không nhận tin của em. Em giữ tin anh/chị vừa nhắn, và trả lời ở đó ngay khi gửi được.

Cần gấp: nếu đọc tin này trong một khung chat với em, anh/chị làm tiếp được ngay tại đây."""
ANSWER_REFUSED = """\
🚫 <b>{{ app }} không cho em trả lời anh/chị</b>

Em chưa trả lời tin anh/chị vừa nhắn ở đó. Anh/chị bấm “Quan tâm” hoặc bỏ chặn em trên {{ app }}, rồi nhắn lại giúp em.

Nếu đọc tin này trong một khung chat với em, anh/chị làm tiếp được ngay tại đây."""
SILENT = """\
🔇 <b>Zalo OA không chuyển tin của khách nữa</b>

Zalo đã tắt webhook, có lẽ vì chương trình từng ngừng hơn hai giờ. Em vẫn tự đọc tin mới, nhưng trả lời chậm.
Quản trị viên mở developers.zalo.me, chọn ứng dụng, mục Webhook, rồi bật lại địa chỉ và các sự kiện."""
CODE_SEEN = """\
🔗 <b>Mã nối chat của anh/chị đã bị hủy</b>

Có người gửi mã đó trong một nhóm, nên em không nhận mã đó nữa. Anh/chị tạo mã mới, rồi gửi trong khung chat riêng với em."""
HELD = """\
✋ <b>Có tin đang giữ</b>

<b>{{ firm.name }}</b> · MST <code>{{ firm.tax_code }}</code>
Em đang giữ hướng dẫn thanh toán cho {{ count | count }} người nhận: đơn vị này chưa trả tiền và chưa được duyệt."""
RELEASED = """\
📨 <b>Em đã gửi hướng dẫn thanh toán cho {{ count | count }} người nhận</b>

Đơn vị của anh/chị đã có khoản trả hoặc được duyệt, nên các tin em giữ được gửi đi. Tin nào không gửi được, em báo anh/chị."""
WAIT = """\
⏳ <b>{{ title }}</b>

{{ why }} Em đang giữ {{ count | count }} {{ what }} và gửi từ 7:00 sáng mai; tin nào đã hết cần gửi thì em bỏ qua.
{% if asks %}
Cần gửi ngay, anh/chị báo nhà cung cấp. Hoặc anh/chị lấy phiếu ở mục Thanh toán rồi tự chuyển cho khách.
{% endif %}"""
WHY = {
    Bound.AGAIN: "Trong 24 giờ qua người nhận đã hai lần nhận tin không chuyển khoản nữa.",
    Bound.RECIPIENT: "Người nhận đã nhận nhiều tin trong hôm nay.",
    Bound.FIRM: "Hôm nay đơn vị của anh/chị đã gửi hết số tin của một ngày.",
    Bound.MONTH: "Nhà cung cấp đã gửi hết số tin của tháng này.",
}
REACHED = """\
📉 <b>{{ title }}</b>

<b>{{ firm.name|named(60) }}</b> · MST <code>{{ firm.tax_code }}</code>
{% if of_firm %}
Đơn vị này đã gửi hết {{ what }} của hôm nay.
{% elif again %}
Đơn vị này đặt, hủy rồi đặt lại cho cùng người nhận nhiều lần trong ngày.
{% else %}
Có người nhận đã nhận nhiều {{ what }} trong hôm nay.
{% endif %}
Tin còn lại chờ đến 7:00 sáng mai."""
MONTH = """\
📉 <b>{{ title }}</b>

Tháng {{ month }} em đã gửi {{ count | count }} {{ what }} cho khách hàng và người nhận khác.
{% if refused %}
Tin còn lại chờ đến tháng sau, hoặc đến khi anh/chị nâng mức trong cấu hình.
{% endif %}"""
MONEY = """\
📉 <b>{{ title }}</b>

{{ period | capitalize }} các tin đã tốn {{ count | vnd }} chưa thuế. {{ reserve }}% cuối em giữ cho tin có người đang chờ và \
tin về tiền, về kích hoạt; tin khác em gửi bằng cách không mất tiền. Hết mức, tin chỉ còn cách mất tiền chờ đến sáng mai."""
CODES = """\
📉 <b>{{ title }}</b>

{{ period | capitalize }} em đã gửi {{ count | count }} mã xác nhận qua {{ what }} cho người đăng ký.
{% if used_up %}
Đã hết mức của ngày: đến 0 giờ, ai cần mã qua {{ what }} chưa đăng ký được.
{% endif %}

Nhiều hơn ngày thường thì có thể có người cố tình xin mã. Quản trị viên đổi mức ở PROOF_CODES_A_DAY."""
CHANNELS = {Channel.EMAIL: "email", Channel.SMS: "SMS"}
SEE_HELD = "✋ Xem và cho gửi"
SEE_CHATS = "📱 Xem các chat đã nối"


def _title(content: ZaloQuotaContent) -> str:
    if content.mark == REFUSED:
        return "Zalo hết lượt gửi tin"
    return f"Đã dùng {content.mark}% số tin Zalo của tháng"


def _quota(words: Words, content: ZaloQuotaContent) -> ChatMessage:
    year, _, month = content.month.partition("-")
    return ChatMessage(
        words.html(
            ZALO_QUOTA,
            title=_title(content),
            month=f"{month}/{year}",
            sent=content.sent,
            refused=content.mark == REFUSED,
            strangers=STRANGERS_PERCENT,
            reserve=RESERVE_PERCENT,
        )
    )


def _people_title(content: ZaloPeopleContent) -> str:
    return f"Đã có {content.people} / {content.limit} người nhắn trên Zalo"


def _people(words: Words, content: ZaloPeopleContent) -> ChatMessage:
    title, full = _people_title(content), content.people >= content.limit
    return ChatMessage(words.html(PEOPLE, title=title, limit=content.limit, full=full))


def _money_out(words: Words, content: ZaloMoneyOutContent) -> ChatMessage:
    return ChatMessage(words.html(MONEY_OUT))


def _grant(words: Words, content: ZaloGrantLostContent) -> ChatMessage:
    return ChatMessage(words.html(GRANT_LOST, connect=CONNECT_ZALO), buttons=((opens(TO_DESK, Place.MENU),),))


def _plan(words: Words, content: ZaloPlanEndsContent) -> ChatMessage:
    return ChatMessage(words.html(PLAN_ENDS, ends=content.ends))


def _answer_waits(words: Words, content: AnswerWaitsContent) -> ChatMessage:
    return ChatMessage(words.html(ANSWER_WAITS, app=APP_NAMES[content.channel]))


def _answer_refused(words: Words, content: AnswerRefusedContent) -> ChatMessage:
    return ChatMessage(words.html(ANSWER_REFUSED, app=APP_NAMES[content.channel]))


def _silent(words: Words, content: ZaloSilentContent) -> ChatMessage:
    return ChatMessage(words.html(SILENT))


def _seen(words: Words, content: LinkCodeSeenContent) -> ChatMessage:
    return ChatMessage(words.html(CODE_SEEN), buttons=((opens(SEE_CHATS, Place.CHATS),),))


def _held(words: Words, content: InstructionsHeldContent) -> ChatMessage:
    html = words.html(HELD, firm=content.firm, count=content.count)
    return ChatMessage(html, buttons=((opens(SEE_HELD, Place.HELD),),))


def _released(words: Words, content: InstructionsReleasedContent) -> ChatMessage:
    return ChatMessage(
        words.html(RELEASED, count=content.count), buttons=((opens(OPEN_ORDERS, Place.ORDERS),),)
    )


def _wait_title(content: MessagesWaitContent) -> str:
    return f"{content.count} {CHANNELS[content.channel]} chờ đến sáng mai"


def _wait(words: Words, content: MessagesWaitContent) -> ChatMessage:
    values = {"why": WHY[content.bound], "count": content.count, "what": CHANNELS[content.channel]}
    html = words.html(
        WAIT, title=_wait_title(content), asks=content.bound in (Bound.FIRM, Bound.MONTH), **values
    )
    return ChatMessage(html, buttons=((opens(OPEN_ORDERS, Place.ORDERS),),))


def _reached_title(content: BudgetReachedContent) -> str:
    if content.bound is Bound.MONEY:
        return f"Đã dùng {content.mark}% tiền gửi tin {_period(content.month)}"
    what = CHANNELS[content.channel]
    if content.bound is Bound.CODES:
        return f"Đã gửi {content.mark}% số mã đăng ký qua {what} của ngày"
    if content.firm:
        return f"{content.firm.name}: {what} chờ đến mai"
    if content.mark == REFUSED:
        return f"Hết số {what} của tháng"
    return f"Đã dùng {content.mark}% số {what} của tháng"


def _period(period: str) -> str:
    """A day or a month, from its form in the database."""
    year, month, *day = period.split("-")
    return f"ngày {day[0]}/{month}" if day else f"tháng {month}/{year}"


def _reached(words: Words, content: BudgetReachedContent) -> ChatMessage:
    if content.bound is Bound.MONEY:
        title, period = _reached_title(content), _period(content.month)
        said = {"count": content.count, "reserve": RESERVE_PERCENT}
        return ChatMessage(words.html(MONEY, title=title, period=period, **said))
    values = {"title": _reached_title(content), "count": content.count, "what": CHANNELS[content.channel]}
    if content.bound is Bound.CODES:
        period, used_up = _period(content.month), content.mark == ALL
        return ChatMessage(words.html(CODES, period=period, used_up=used_up, **values))
    if content.firm:
        of_firm = content.bound is Bound.FIRM
        again = content.bound is Bound.AGAIN
        html = words.html(REACHED, firm=content.firm, of_firm=of_firm, again=again, **values)
        return ChatMessage(html, buttons=((opens(SEE_HELD, Place.HELD),),))
    year, _, month = content.month.partition("-")
    html = words.html(MONTH, month=f"{month}/{year}", refused=content.mark == REFUSED, **values)
    return ChatMessage(html)


WORDINGS: Wordings = {
    MessagesWaitContent: Wording(_wait, lambda it: f"⏳ {_wait_title(it)}"),
    BudgetReachedContent: Wording(_reached, lambda it: f"📉 {_reached_title(it)}"),
    InstructionsReleasedContent: Wording(
        _released, lambda it: f"📨 Đã gửi hướng dẫn cho {it.count} người nhận"
    ),
    InstructionsHeldContent: Wording(_held, lambda it: f"✋ Đang giữ tin của {it.firm.name}"),
    ZaloQuotaContent: Wording(_quota, lambda it: f"📉 {_title(it)}"),
    ZaloPeopleContent: Wording(_people, lambda it: f"👥 {_people_title(it)}"),
    ZaloMoneyOutContent: Wording(_money_out, lambda _: "💸 Tài khoản trả tiền tin Zalo đã hết tiền"),
    ZaloGrantLostContent: Wording(_grant, lambda _: "🔌 Zalo OA mất kết nối"),
    ZaloPlanEndsContent: Wording(_plan, lambda it: f"📅 Gói Zalo OA hết hạn ngày {it.ends:%d/%m/%Y}"),
    AnswerWaitsContent: Wording(
        _answer_waits, lambda it: f"⏳ Chưa trả lời được trên {APP_NAMES[it.channel]}"
    ),
    AnswerRefusedContent: Wording(
        _answer_refused, lambda it: f"🚫 {APP_NAMES[it.channel]} không cho em trả lời"
    ),
    ZaloSilentContent: Wording(_silent, lambda _: "🔇 Zalo OA không chuyển tin của khách nữa"),
    LinkCodeSeenContent: Wording(_seen, lambda _: "🔗 Mã nối chat đã bị hủy"),
}
