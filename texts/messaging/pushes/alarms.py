"""Words of alarms."""

from typing import NamedTuple

from domain.alarms import Alarm, AlarmKind
from domain.messaging.alarm_contents import AlarmContent
from services.messaging.messages import ChatMessage
from texts.messaging.pushes.words import Wording, Wordings, Words

ALARM = """\
🚨 <b>{{ title }}</b>

{{ text }}

Từ {{ since | moment }}. Khi hết, em báo lại một lần."""
OVER = """\
✅ <b>{{ title }}</b>

Lần này kéo dài từ {{ since | moment }} đến {{ over | moment }}."""

LANES = {
    "main": "nhắc nhở, thư và SMS",
    "vendor": "kích hoạt phần mềm",
    "chat": "tin gửi vào chat",
    "mailing": "tin nhắc hàng loạt",
    "awaited": "khớp chuyển khoản và đọc danh sách",
}
PARTS = {
    "database": "cơ sở dữ liệu",
    "telegram": "Telegram",
    "zalo": "Zalo",
    "smtp": "máy chủ thư",
    "sms": "dịch vụ SMS",
    "vendor": "hệ thống kích hoạt của nhà cung cấp",
    "registry": "nơi tra cứu mã số thuế",
    "einvoice": "SePay eInvoice",
    "sepay_list": "danh sách giao dịch của SePay",
    "casso_list": "danh sách giao dịch của Casso",
    "sepay_numbers": "SePay (cấp số tài khoản riêng)",
}


class _Said(NamedTuple):
    """How an alarm is called while it lasts and when it is over, and what it means for people."""

    begins: str
    ends: str
    means: str


_WORDS = {
    AlarmKind.LANE: _Said(
        "Việc bị ứ: {}",
        "Đã chạy lại: {}",
        "Việc đến lượt từ 10 phút trước vẫn chưa bắt đầu. Không việc nào mất, nhưng mọi người phải chờ. "
        "Anh/chị báo người vận hành.",
    ),
    AlarmKind.PART: _Said(
        "Không gọi được {}",
        "Đã gọi lại được {}",
        "Em thử từ 10 phút nay mà không được. Việc cần đến nơi này đang chờ, em tự thử lại. "
        "Nếu kéo dài, anh/chị báo người vận hành.",
    ),
    AlarmKind.DISK: _Said(
        "Đĩa của máy chủ sắp đầy",
        "Đĩa của máy chủ đã có chỗ",
        "Em không nhận tệp ở trang gửi tệp nữa. Đĩa đầy hẳn thì em không ghi được gì. "
        "Anh/chị báo người vận hành dọn đĩa.",
    ),
    AlarmKind.MONTH: _Said(
        "Zalo hết lượt gửi tin",
        "Zalo lại nhận tin",
        "Zalo không nhận tin nữa. Em gửi qua Telegram và e-mail; mỗi giờ em thử lại Zalo một lần.",
    ),
    AlarmKind.CANARY: _Said(
        "Đơn thử không đặt được",
        "Đơn thử lại đặt được",
        "Em tự đặt thử một đơn của một đơn vị không có thật, không lưu lại gì, mà không xong. "
        "Có thể người dùng cũng không đặt được đơn. Anh/chị báo người vận hành.",
    ),
}


def _title(content: AlarmContent) -> str:
    said, alarm = _WORDS[content.alarm.kind], content.alarm
    return (said.ends if alarm.over_at else said.begins).format(_named(alarm))


def _named(alarm: Alarm) -> str:
    return (LANES if alarm.kind is AlarmKind.LANE else PARTS).get(alarm.about, alarm.about)


def _chat(words: Words, content: AlarmContent) -> ChatMessage:
    alarm, title = content.alarm, _title(content)
    if alarm.over_at:
        return ChatMessage(words.html(OVER, title=title, since=alarm.since, over=alarm.over_at))
    text = _WORDS[alarm.kind].means
    return ChatMessage(words.html(ALARM, title=title, text=text, since=alarm.since))


WORDINGS: Wordings = {
    AlarmContent: Wording(_chat, lambda it: f"{'✅' if it.alarm.over_at else '🚨'} {_title(it)}"),
}
