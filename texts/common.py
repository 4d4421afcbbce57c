"""Words that all windows share. They are polite and plain: the bot calls itself "em", the reader
"anh/chị"."""

import re

from markupsafe import escape

from domain.chats import NUMBERED, Channel
from texts.apps import APP_NAMES
from texts.widths import BUTTON, UNBROKEN, fit, width

RECOMMENDED = "⭐"
"""The sign of an answer that the bot proposes or recommends."""

DONE = "✅"
"""A notice that begins with this tells of a success, and gets no warning sign."""

NOTICE = "{% if notice %}{% if not notice.startswith('✅') %}⚠️ {% endif %}{{ notice }}\n\n{% endif %}"

TO_MENU = "🏠 Menu"
CONNECT_ZALO = "🔌 Kết nối Zalo OA"
TO_DESK = "🗂 Bàn làm việc"
BACK = "‹ Quay lại"
SKIP = "Bỏ qua"
PAGE_OF = "{page_label}"
"""Label between the arrows of a list; the getter gives `page_label` such as `2/5`."""


_JOINERS = " \u200d\ufe0f"


def short(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, for a button or a line that must stay one."""
    return text if len(text) <= limit else text[: limit - 1].rstrip(_JOINERS) + "…"


_FORM = re.compile(
    r"^(?:(?:công ty|cty|cổ phần|trách nhiệm hữu hạn|một thành viên|tnhh|mtv|cp|dntn|doanh nghiệp tư nhân"
    r"|hộ kinh doanh|hkd)(?:\s+|$))+",
    re.IGNORECASE,
)


_TRADE = re.compile(
    r"^(?:(?:thương mại|tm|dịch vụ|dv|sản xuất|sx|đầu tư|xuất nhập khẩu|xnk|kinh doanh|phát triển|tư vấn|xây dựng|và|&)"
    r"[\s,&-]+)+",
    re.IGNORECASE,
)
"""Words of trade that many names have in common, before the one that is a company's own."""


def own_part(name: str) -> str:
    """A name without its legal form, which many share."""
    return _FORM.sub("", name, count=1) or name


def named(name: str, limit: int) -> str:
    """A name in at most `limit` characters of a sentence. Where that is too few for all of it, it stands without
    its legal form, and then without its middle: its end, such as a number, tells it from others."""
    if len(name) <= limit:
        return name
    own = own_part(name)
    if len(own) <= limit:
        return own
    end = own[-limit // 3 :]
    end = (end.partition(" ")[2] or end).lstrip(_JOINERS)
    return f"{own[: limit - len(end) - 1].rstrip(_JOINERS)}…{end}"


def name_label(name: str, room: float = BUTTON, code: str = "") -> str:
    """A customer's or firm's name on a button of `room` units: without its legal form, nor the trade where there
    is no room for it, to show what tells it from others, and with its tax code, or the end of it."""
    own = own_part(name)
    if width(f"{own} · {code}" if code and code != own else own) > room:
        own = _TRADE.sub("", own, count=1) or own
    if not code or code == own:
        return fit(own, room)
    if width(whole := f"{own} · {code}") <= room:
        return whole
    end = f" ·{UNBROKEN}…{code[-4:]}"
    return f"{fit(own, room - width(end))}{end}"


def page_label(page: int, count: int) -> str:
    return f"{page + 1}/{count}"


_SUPPORT, _IN_HELP = "nhân viên hỗ trợ", " (xem /trogiup)"


def with_support(sentence: str, support: str) -> str:
    """The sentence with the contact of `support` where it first names these people; the help where none is set."""
    if not support:
        return sentence
    return sentence.replace(_IN_HELP, "").replace(_SUPPORT, f"{_SUPPORT} ({support})", 1)


NOT_AN_ANSWER = "Em chưa lấy được câu trả lời ạ. Anh/chị ghi giúp em đúng mục bên dưới nhé."


def not_understood(text: str, channel: Channel, support: str | None) -> str:
    """One sentence for a text that means nothing here, and the way to a person."""
    ways = (
        "gõ số ở dòng cần chọn, hoặc “menu” để về đầu"
        if channel in NUMBERED
        else "chọn nút ở trên, hoặc gõ “menu” để về đầu"
    )
    person = f"Cần gặp người: {support}" if support else "Cần hướng dẫn thì gõ “trợ giúp”"
    return f"Em chưa hiểu “{escape(short(' '.join(text.split()), 60))}” ạ. Anh/chị {ways}. {person}."


_UNEXPECTED = {
    "document": "Em chưa đọc được loại tệp này. Danh sách khách hàng thì anh/chị gửi tệp Excel (.xlsx, .xls), .ods hoặc .csv nhé.",
    "photo": "Bước này em chưa cần ảnh. Anh/chị gõ chữ hoặc bấm nút giúp em nhé.",
    "sticker": "Em cảm ơn! Bước này anh/chị gõ chữ hoặc bấm nút giúp em nhé.",
    "contact": "Bước này em chưa cần số liên lạc. Anh/chị gõ chữ hoặc bấm nút giúp em nhé.",
}


_UNEXPECTED_NUMBERED = {
    "photo": "Bước này em chưa cần ảnh. Anh/chị gõ chữ hoặc trả lời bằng số giúp em nhé.",
    "sticker": "Em cảm ơn! Bước này anh/chị gõ chữ hoặc trả lời bằng số giúp em nhé.",
    "voice": "Em chưa nghe được tin thoại. Anh/chị gõ chữ hoặc trả lời bằng số giúp em nhé.",
}
_NOT_READ_NUMBERED = "Em chưa đọc được loại tin này trên {app}."
_LIST_NUMBERED = "Danh sách khách hàng thì anh/chị dán vào đây, hoặc gõ “tệp” để lấy đường dẫn gửi tệp."
_PROTECTED = f"Nếu anh/chị gõ chữ mà vẫn nhận câu này: {{app}} đang bảo vệ tài khoản của anh/chị và không chuyển chữ cho em. Khi đó anh/chị liên hệ {_SUPPORT} giúp em."


def unread(channel: Channel, more: str = "") -> str:
    """The answer to what the app does not hand to bots, such as every word of a protected person."""
    return " ".join(filter(None, (_NOT_READ_NUMBERED, more, _PROTECTED))).format(app=APP_NAMES[channel])


def unexpected(content_type: str, channel: Channel = Channel.TELEGRAM) -> str:
    """The answer to a message of a kind that the window does not take."""
    if channel in NUMBERED:
        return _UNEXPECTED_NUMBERED.get(content_type.lower()) or unread(channel, _LIST_NUMBERED)
    return _UNEXPECTED.get(
        content_type.lower(),
        "Bước này em chưa đọc được loại tin này. Anh/chị gõ chữ hoặc bấm nút giúp em nhé.",
    )


REGISTER_FIRST = "Em nhận danh sách khách hàng sau khi anh/chị đăng ký xong. Xong bước này, anh/chị gửi lại tệp giúp em nhé."
STALE_BUTTON = "Nút này đã cũ. Em mở lại chỗ anh/chị đang làm nhé."
RENEWED = "Em vừa được cập nhật. Đơn nháp vẫn còn nguyên, anh/chị chọn Mua hàng loạt để làm tiếp."
UNKNOWN_COMMAND = "Em chưa có lệnh này. Anh/chị xem các lệnh ở /trogiup nhé."


def unforeseen(error_id: str) -> str:
    return (
        f"Em gặp trục trặc, chưa làm được việc này. Dữ liệu của anh/chị vẫn còn nguyên. "
        f"Anh/chị thử lại giúp em; nếu vẫn lỗi, báo giúp em mã {error_id}."
    )


BACKUPS = """\
{{ "Bản sao lưu máy chủ còn giữ các điều này tối đa " ~ controller.backup_days ~ " ngày; bản mà người vận hành chép riêng thì theo hạn của bản đó." \
if controller.backup_days else "Bản sao lưu máy chủ mất theo hạn của bản sao lưu." }}"""
"""What an erasure does not reach, and until when."""
