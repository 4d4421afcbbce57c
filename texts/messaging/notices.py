"""Words of the list of notices and of the preferences. A notice's title stands with the words of its push."""

from datetime import datetime

from domain.messaging.contents import PushContent
from domain.messaging.notices import QuietHours, Topic
from texts.apps import ALL_APPS
from texts.filters import day
from texts.messaging.pushes import title
from texts.widths import fit

PAST = {
    Topic.ORDERS: "📦 Tin về đơn hàng",
    Topic.MONEY: "💰 Tin về thanh toán",
    Topic.ACTIVATION: "⚡ Tin về kích hoạt",
    Topic.REMINDERS: "⏰ Nhắc khách chưa thanh toán",
    Topic.DELIVERY: "⚠️ Tin không gửi được",
    Topic.STAFF: "👤 Tin về đơn vị",
    Topic.BACK_OFFICE: "🏦 Việc đã xử lý",
}
"""The title where nothing is left to say, or where counting would take long."""


def notice_button(content: PushContent | None, topic: Topic, at: datetime, read: bool) -> str:
    words = title(content) if content is not None else PAST[topic]
    return fit(f"{'' if read else '🔵 '}{day(at)[:5]} {words}")


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
    Topic.DELIVERY: "Tin không gửi được",
    Topic.STAFF: "Nhân viên, đơn vị",
    Topic.BACK_OFFICE: "Việc cần xử lý",
}

PREFERENCES_TEXT = """\
⚙️ <b>Tùy chọn nhận tin</b>

Tin về <b>tiền</b> và <b>kích hoạt</b> không chờ đến cuối ngày. Các tin khác, chọn để đổi:
☑️ gửi ngay
🗞 gom lại, mỗi ngày một tin lúc {{ digest_hour }}h

Giờ yên lặng: <b>{{ quiet }}</b>
{% if is_quiet %}
Trong giờ này, tin về tiền và kích hoạt {{ "vẫn đến" if numbered else "đến không kêu" }}, tin khác em gom lại gửi sau.
{% endif %}
{% if gathered %}

Trên {{ app }}, các tin đến trong {{ gathered }} phút em gom thành một; đơn đã trả đủ, tiền thừa, phần mềm mở lại thì em báo ngay.
{% endif %}"""

QUIET_HOURS = "🌙 Giờ yên lặng"
CHATS = f"📱 {ALL_APPS}"
ACCOUNT = "🔐 Tài khoản của tôi"
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
