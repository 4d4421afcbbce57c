"""Words around choices that are typed, in apps that have no buttons."""

from texts import common
from texts.intakes import entries, summary

BACKWARD = ("‹ ", common.CANCEL, summary.TO_LIST, entries.ALL)
"""The beginnings of labels that lead back or call off."""
HOMEWARD = (common.TO_MENU, "🗂 Bàn làm việc")
"""The beginnings of labels that lead home, used if none leads back."""

HOME = common.TO_MENU

EMPTY_BOX, TICKED_BOX = "☐", "☑"
BOXES = (("⬜️", EMPTY_BOX), ("☑️", TICKED_BOX), ("✅", TICKED_BOX))
"""How a ticked or unticked item begins on a button, and in a line."""

_ARROWS = {"‹": "‹ Trước", "›": "Sau ›"}

CHOOSE = "👉 Trả lời bằng số."
CHOOSE_SEVERAL = "👉 Trả lời bằng số, nhiều số cùng lúc cũng được, như 1 2."
SEARCH = "👉 Gõ số để chọn, gõ chữ để tìm."
PASTE = "👉 Gõ số để chọn, hoặc dán thêm khách vào đây."
SEARCH_SEVERAL = "👉 Gõ số để chọn (1 3 5 chọn ba), gõ chữ để tìm."
ANSWER = "👉 Gõ câu trả lời, hoặc #1 để chọn."
SEND_PHOTO = "👉 Gửi ảnh ngay tại đây."


def upload_here(url: str) -> str:
    return f"📎 Gửi tệp tại đây (dùng một lần, trong 30 phút):\n{url}"


FILE_BY_WORD = "📎 Gửi tệp Excel: gõ “tệp”."


def to_confirm(label: str, phrase: str) -> str:
    """How to confirm something that cannot be undone."""
    return f"Để “{label}”, trả lời: {phrase}"


def page(label: str) -> str:
    return f"Trang {label}"


def is_arrow(label: str) -> bool:
    return label in _ARROWS


def arrow(label: str) -> str:
    """The words of an arrow between pages, which say where it leads."""
    return _ARROWS.get(label, label)


NOT_ALL = "Em làm tới đó thì danh sách đã khác. Các số còn lại anh/chị chọn lại giúp em nhé."

AND = "va"
"""The word before the last of several numbers, folded."""
BEFORE = ("chon", "so", "muc", "bam", "nhan", "ma")
AFTER = ("a", "nhe", "nha", "em")
"""Words that people put around what they choose, folded: "chọn số 1 nhé"."""

COMMANDS = {
    "menu": "/start",
    "bat dau": "/start",
    "mua": "/mua",
    "mua hang": "/mua",
    "mua hang loat": "/mua",
    "khach hang": "/khachhang",
    "don hang": "/donhang",
    "kich hoat": "/kichhoat",
    "thong bao": "/thongbao",
    "huy": "/huy",
    "thoi": "/huy",
    "tro giup": "/trogiup",
    "help": "/trogiup",
    "tep": "/tep",
    "gui tep": "/tep",
}
"""Commands by the words that people type for them, folded."""

BACK_TO_START = "/start"

# Words that confirm what cannot be undone; each is typed with a code behind it.
PLACE = "DAT"
CANCEL_ORDER = "HUY"
ERASE = "XOA"
REMOVE = "NGHI"
REVOKE = "THU HOI"
ACTIVATE = "KICH HOAT"
DISCARD = "BO"
RECORD = "GHI"
APPROVE = "DUYET"
REPLACE = "THAY"
ISSUE = "XUAT"
