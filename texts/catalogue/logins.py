"""Words for doubts about the e-mail and phone that become a customer's login."""

from collections.abc import Sequence

from domain.customers import CustomerField
from domain.logins import Doubt, LoginDoubt
from texts.common import named
from texts.customer_fields import shown

LANDLINE = (
    "Số cố định không nhận được tin nhắn của phần mềm. Có số di động của người đại diện thì anh/chị gõ lại ạ."
)
USE = "⭐ Dùng {better}"
SURE = "Đúng rồi, giữ nguyên"
SURE_SAVED = "✅ Đã ghi: email và điện thoại này đúng rồi."
_SHARED = "{whose} đang dùng {what} này: các khách sẽ chung một tài khoản đăng nhập."
_OTHERS = "Khách khác trong danh mục"


def shared(field: CustomerField, names: Sequence[str] = ()) -> str:
    """Who else has the login; without `names`, somebody."""
    whose = ", ".join(named(name, 60) for name in names) or _OTHERS
    return _SHARED.format(whose=whose, what="email" if field is CustomerField.EMAIL else "số")


def doubt_lines(doubts: Sequence[Doubt]) -> list[str]:
    """Doubts about a customer's login, a line for each kind."""
    said = []
    for doubt in doubts:
        if doubt.kind is LoginDoubt.NEAR_MISS:
            said.append(f"Email {doubt.value} có vẻ gõ nhầm, đúng ra có phải là {doubt.better} không ạ?")
        if doubt.kind is LoginDoubt.LANDLINE:
            said.append(f"{_value(doubt)} là số cố định, không nhận được tin nhắn.")
    if common := [_value(doubt) for doubt in doubts if doubt.kind is LoginDoubt.SHARED]:
        said.append(f"{', '.join(common)} cũng là của khách khác: sẽ chung một tài khoản đăng nhập.")
    return said


def _value(doubt: Doubt) -> str:
    return shown(CustomerField.PHONE, doubt.value)
