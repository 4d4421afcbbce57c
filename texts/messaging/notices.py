"""Words of the notices: a line for each, the list of them, and how they may come."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.messaging.contents import (
    AccessByHandContent,
    ActivationResultContent,
    ChatLinkedContent,
    ClaimMadeContent,
    ClaimSettledContent,
    DeliveryFailedContent,
    FirmDecidedContent,
    FirmWaitingContent,
    OrderCancelledContent,
    OrderPlacedContent,
    PaymentContent,
    PaymentReceiptContent,
    PaymentWithdrawnContent,
    PushContent,
    RunNeedsHelpContent,
    StaffJoinedContent,
    TransferContent,
    TransferOpenContent,
    TrialReminderContent,
)
from domain.messaging.notices import QuietHours, Topic
from domain.money import vnd
from domain.payments import ClaimState
from domain.people import FirmState
from texts.apps import APP_NAMES
from texts.common import short
from texts.filters import day


def _activation(content: ActivationResultContent) -> str:
    counts = content.counts
    if counts.failed:
        return f"⚠️ Kích hoạt {content.order.code}: {counts.failed} lỗi, {counts.done} xong"
    return f"⚡ Kích hoạt {content.order.code}: {counts.done} xong"


def _transfer(content: TransferContent) -> str:
    received = vnd(sum(part.amount for part in content.parts))
    orders = {part.order.code for part in content.parts}
    return f"💰 {received} vào " + (orders.pop() if len(orders) == 1 else f"{len(orders)} đơn")


def _claim_settled(content: ClaimSettledContent) -> str:
    order = content.about.order.code
    if content.about.claim.state is ClaimState.ACCEPTED:
        return f"✅ Đã thấy tiền chuyển cho đơn {order}"
    return f"✖️ Chưa thấy tiền chuyển cho đơn {order}"


def _access_by_hand(content: AccessByHandContent) -> str:
    return f"🖐 Đơn {content.order.code}: {content.suspend + content.restore} phần mềm chờ làm tay"


def _needs_help(content: RunNeedsHelpContent) -> str:
    if content.by_hand:
        return f"🖐 {content.by_hand} phần mềm chờ kích hoạt tay"
    return f"⚠️ {content.counts.failed} khách kích hoạt lỗi, đơn {content.order.code}"


def _firm_decided(content: FirmDecidedContent) -> str:
    approved = content.firm.state is FirmState.APPROVED
    return "✅ Đơn vị đã được duyệt" if approved else "✖️ Đơn vị chưa được duyệt"


# Each function takes the one content that it stands under.
TITLES: Mapping[type[PushContent], Callable[[Any], str]] = {
    PaymentContent: lambda it: f"💳 Thanh toán đơn {it.order.code}",
    PaymentWithdrawnContent: lambda it: f"✖️ Đừng chuyển tiền đơn {it.instruction.order.code} nữa",
    PaymentReceiptContent: lambda it: f"💰 Nhận {vnd(it.amount)} cho đơn {it.instruction.order.code}",
    OrderPlacedContent: lambda it: f"✅ Đã đặt đơn {it.order.code}",
    OrderCancelledContent: lambda it: f"✖️ Đơn {it.order.code} đã hủy",
    DeliveryFailedContent: lambda it: f"⚠️ {it.count} tin chưa gửi được",
    StaffJoinedContent: lambda it: f"👤 {it.accountant.name} đã vào đơn vị",
    ActivationResultContent: _activation,
    TransferContent: _transfer,
    TransferOpenContent: lambda it: f"🏦 Giao dịch cần xử lý: {vnd(it.transfer.reported.amount)}",
    TrialReminderContent: lambda it: f"⏰ {sum(group.count for group in it.groups)} khách chưa thanh toán",
    ClaimMadeContent: lambda it: f"🖼 Cần xem ảnh chuyển tiền đơn {it.about.order.code}",
    ClaimSettledContent: _claim_settled,
    FirmDecidedContent: _firm_decided,
    FirmWaitingContent: lambda it: f"🏢 {it.firm.name} chờ duyệt",
    RunNeedsHelpContent: _needs_help,
    AccessByHandContent: _access_by_hand,
    ChatLinkedContent: lambda it: f"🔗 Đã nối một chat {APP_NAMES[it.channel]}",
}

PAST = {
    Topic.ORDERS: "📦 Tin về đơn hàng",
    Topic.MONEY: "💰 Tin về thanh toán",
    Topic.ACTIVATION: "⚡ Tin về kích hoạt",
    Topic.REMINDERS: "⏰ Nhắc khách chưa thanh toán",
    Topic.DELIVERY: "⚠️ Tin gửi chưa tới",
    Topic.STAFF: "👤 Tin về đơn vị",
    Topic.BACK_OFFICE: "🏦 Việc đã xử lý",
}
"""For what is settled since, or would take long to count."""

TITLE_LIMIT = 48


def title(content: PushContent) -> str:
    """One line of plain text."""
    return TITLES[type(content)](content)


def notice_button(content: PushContent | None, topic: Topic, at: datetime, read: bool) -> str:
    words = title(content) if content is not None else PAST[topic]
    return f"{'' if read else '🔵 '}{day(at)[:5]} {short(words, TITLE_LIMIT)}"


LIST = """\
🔔 <b>Thông báo</b>

{% if not total %}
Chưa có tin nào. Em báo ở đây khi đơn được đặt, có tiền vào hay kích hoạt xong.
{% elif unread %}
{{ total }} tin, <b>{{ unread }} tin chưa đọc</b> (🔵). Chọn tin để mở.
{% else %}
{{ total }} tin, đã đọc hết. Chọn tin để mở.
{% endif %}"""

MARK_ALL = "✔️ Đánh dấu đã đọc hết"
PREFERENCES = "⚙️ Tùy chọn"
ALL_READ = "✅ Đã đánh dấu đọc hết."

TOPICS = {
    Topic.ORDERS: "Đơn hàng",
    Topic.MONEY: "Tiền",
    Topic.ACTIVATION: "Kích hoạt",
    Topic.REMINDERS: "Nhắc hạn thanh toán",
    Topic.DELIVERY: "Tin gửi chưa tới",
    Topic.STAFF: "Nhân viên, đơn vị",
    Topic.BACK_OFFICE: "Việc cần xử lý",
}

PREFERENCES_TEXT = """\
⚙️ <b>Tùy chọn nhận tin</b>

Tin về <b>tiền</b> và <b>kích hoạt</b> luôn đến ngay. Các tin khác, chọn để đổi:
☑️ gửi ngay
🗞 gom lại, mỗi ngày một tin lúc {{ digest_hour }}h

Giờ yên lặng: <b>{{ quiet }}</b>
{% if is_quiet %}
Trong giờ này, tin về tiền và kích hoạt {{ "vẫn đến" if app == "zalo" else "đến không kêu" }}, tin khác em gom lại gửi sau.
{% endif %}
{% if app == "zalo" %}

Trên Zalo, các tin đến trong 10 phút em gom thành một.
{% endif %}"""

QUIET_HOURS = "🌙 Giờ yên lặng"
CHATS = "📱 Telegram và Zalo"
NO_QUIET_HOURS = "không có"
QUIET_OFF = "🔊 Bỏ giờ yên lặng"

QUIET_TEXT = """\
🌙 <b>Giờ yên lặng</b>

Hiện tại: <b>{{ quiet }}</b>

Anh/chị chọn, hoặc gõ giờ bắt đầu và giờ kết thúc, ví dụ <code>22-7</code>."""


def topic_button(topic: Topic, in_digest: bool) -> str:
    return f"🗞 {TOPICS[topic]}: gom lại" if in_digest else f"☑️ {TOPICS[topic]}: gửi ngay"


def hours(quiet: QuietHours | None) -> str:
    return f"{quiet.start}h – {quiet.end}h" if quiet else NO_QUIET_HOURS


def quiet_saved(quiet: QuietHours | None) -> str:
    return f"✅ Giờ yên lặng: {hours(quiet)}." if quiet else "✅ Đã bỏ giờ yên lặng."
