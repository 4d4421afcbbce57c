"""Words around choices that are typed, in apps that have no buttons."""

from collections.abc import Mapping, Sequence

from domain.choices import Role
from texts import common
from texts.catalogue import new_customer
from texts.intakes import entries, summary
from texts.people import registration
from texts.widths import UNBROKEN

BACKWARD = ("‹ ", summary.TO_LIST, entries.ALL)
"""The beginnings of labels that lead back or call off."""
HOMEWARD = (common.TO_MENU, common.TO_DESK)
"""The beginnings of labels that lead home, used if none leads back."""

ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.YES: (
        f"{common.RECOMMENDED} Dùng ",
        new_customer.SAVE,
        new_customer.SAVE_AND_PICK,
        registration.AGREE,
    ),
    Role.AS_TYPED: ("Giữ ",),
    Role.SKIP: (common.SKIP,),
    Role.ALL: ("Chọn cả ", "Chọn tất cả"),
    Role.NONE: ("Bỏ chọn ",),
}
"""The beginnings of labels that say something to the question of their window."""

HOME = common.TO_MENU

EMPTY_BOX, TICKED_BOX = "☐", "☑"
BOXES = (("⬜️", EMPTY_BOX), ("▫️", EMPTY_BOX), ("☑️", TICKED_BOX), ("✅", TICKED_BOX))
"""How a ticked or unticked item begins on a button, and in a line."""

_ARROWS = {"‹": "‹ Trước", "›": "Sau ›"}

CHOOSE = "👉 Trả lời bằng số."
CHOOSE_SEVERAL = "👉 Trả lời bằng số, nhiều số cùng lúc cũng được, như 1 2; bỏ 2 để bỏ."
SEARCH = "👉 Gõ số để chọn, gõ chữ để tìm."
PASTE = "👉 Gõ số để chọn, hoặc dán thêm khách vào đây."
SEARCH_SEVERAL = "👉 Gõ số để chọn (1 3 5 hay 1-5), bỏ 3 để bỏ, gõ chữ để tìm."
ANSWER = "👉 Gõ câu trả lời, hoặc gõ số để chọn."
ANSWER_WITH_NUMBER = "👉 Gõ câu trả lời, hoặc #1 để chọn."
SEND_PHOTO = "👉 Gửi ảnh ngay tại đây."


def upload_here(url: str) -> str:
    return f"📎 Gửi tệp tại đây (dùng một lần, trong 30 phút):\n{url}"


FILE_BY_WORD = "📎 Gửi tệp Excel: gõ “tệp”."
FILE_HERE = "📎 Gửi tệp Excel ngay tại đây."


def to_confirm(label: str, phrase: str) -> str:
    """How to confirm something that cannot be undone."""
    return f"Để “{label}”, trả lời: {phrase.replace(' ', UNBROKEN)}"


def page(label: str) -> str:
    return f"Trang {label}"


def is_arrow(label: str) -> bool:
    return label in _ARROWS


def arrow(label: str) -> str:
    """The words of an arrow between pages, which say where it leads."""
    return _ARROWS.get(label, label)


ALREADY = "Đúng như đang chọn rồi ạ, em không đổi gì."


def absent(numbers: Sequence[int]) -> str:
    """What was named is not offered, so nothing was picked."""
    return f"Em không thấy số {', '.join(map(str, numbers))} nên chưa chọn gì ạ. Anh/chị xem lại giúp em nhé."


def one_only(choices: Sequence[tuple[str, str]]) -> str:
    """Several choices were named, each of which leads on by itself, so none was taken."""
    lines = [f"{key}. {label}" for key, label in choices]
    return "\n".join(["Bước này em chỉ nhận một lựa chọn nên chưa chọn gì ạ. Anh/chị chọn số nào?", *lines])


def code_is_old(code: str) -> str:
    """A code of a message that lies too far back."""
    return f"Mã {code} của tin cũ, nay không dùng nữa. Anh/chị gõ mã đơn (như KTC7WNC8J) để mở đơn ạ."


OLD_BUTTON = "Nút này ở tin cũ, nay không dùng nữa. Anh/chị chọn ở tin mới nhất giúp em nhé."
TOO_EARLY = "Số này anh/chị gõ trước khi em gửi danh sách trên. Anh/chị gõ lại số cần chọn giúp em nhé."
NOT_ALL = "Em làm tới đó thì danh sách đã khác. Các số còn lại anh/chị chọn lại giúp em nhé."

BACK_TO_START = "/start"

# Words that confirm what cannot be undone; each is typed with a code behind it.
PLACE = "DAT"
CANCEL_ORDER = "HUY"
ERASE = "XOA"
REMOVE = "NGHI"
CLOSE = "DONG"
HAND_OVER = "GIAO"
REVOKE = "THU HOI"
ACTIVATE = "KICH HOAT"
DISCARD = "BO"
DROP_LINES = "BO KHACH"
RECORD = "GHI"
APPROVE = "DUYET"
REPLACE = "THAY"
ISSUE = "XUAT"
