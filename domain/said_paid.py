"""Whether somebody says that money was transferred: "ck rồi", "e chuyen khoan roi nhe", "đã tt"."""

import re

from domain.text import fold

_LIMIT = 120
"""A longer message says more than that."""

_SURE = r"(?:ck|c k|tt|thanh toan|banking|chuyen (?:khoan|tien|du)|tra (?:tien|du)|(?:gui|nop|ban) tien)"
_DONE = r"(?:roi|r|xong|rui|roai|xog|thanh cong)"
_NOW = r"(?:da|vua|moi|vua moi|dc|duoc)"
_SUM = r"\d[\d ]*(?:k|tr|trieu|d|dong|vnd)?"
_CLAIMS = re.compile(
    # "e da ck roi nhe", "chuyen khoan xong cho 2 khach a"
    rf"\b{_SURE}\b(?: \w+){{0,8}}? {_DONE}\b"
    # "da tt", "em vua thanh toan 2 950 000"
    rf"|\b{_NOW} {_SURE}\b"
    # The bare words mean money only at the end, or before a sum.
    rf"|\b(?:{_NOW} )?(?:chuyen|tra) (?:{_DONE})(?: \w+){{0,3}}$"
    rf"|\b{_NOW} (?:chuyen|tra)(?: {_SUM})?(?: (?:{_DONE}|nhe|nha|a|ah|em|ban|ad|shop|cho em))*$"
)
_NOT = re.compile(
    r"\b(?:chua|khong|ko|kh|hong|dung|sao|dau|nao|gi|may gio|bao nhieu|ntn|huong dan|cach"
    r"|nham|sai|hoan|huy|thua|loi|hang|danh sach|file|tep|neu|khi|se|sap|dinh|mai)\b"
)


def says_paid(text: str) -> bool:
    """Whether a message says that its sender has transferred money, and neither asks nor denies it."""
    if len(text) > _LIMIT or "?" in text:
        return False
    words = fold(text)
    return _CLAIMS.search(words) is not None and _NOT.search(words) is None
