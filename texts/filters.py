"""Filters of the templates: how values are shown."""

from collections.abc import Callable
from datetime import date, datetime

from markupsafe import Markup, escape

from domain.calendar import VIETNAM
from domain.customers import CustomerKind
from domain.invoices import BuyerKind
from domain.money import vnd
from domain.names import is_doubtful_name
from domain.transfers import VND, ReportedTransfer
from texts.common import named, short

KIND_WORDS = {CustomerKind.ENTERPRISE: "Doanh nghiệp", CustomerKind.HOUSEHOLD: "Hộ kinh doanh"}

BUYER_NUMBERS = {
    BuyerKind.COMPANY: "MST",
    BuyerKind.HOUSEHOLD: "MST",
    BuyerKind.PERSON: "Số định danh",
    BuyerKind.BUDGET_UNIT: "Mã ĐVQHNS",
}


NAME_DOUBT = "Tên có địa chỉ web, số điện thoại hay tên ngân hàng. Anh/chị xem lại giúp em."


def phone(e164: str) -> str:
    """`+84912345678` as read aloud: `0912 345 678`, a landline as `024 3825 1234`; anything else unchanged."""
    national = f"0{e164.removeprefix('+84')}"
    if e164.startswith("+842") and len(national) == 11:
        area = 3 if national.startswith(("024", "028")) else 4
        return f"{national[:area]} {national[area:7]} {national[7:]}"
    if not e164.startswith("+84") or len(national) != 10:
        return e164
    return f"{national[:4]} {national[4:7]} {national[7:]}"


def day(value: date) -> str:
    """dd/mm/yyyy; a moment (timezone-aware) is shown as its day in Vietnam."""
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM)
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """dd/mm/yyyy HH:MM in Vietnam."""
    return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def deadline(value: datetime | None) -> str:
    """Until when to pay; `None` while no clock runs."""
    since = "7 ngày từ khi kích hoạt"
    return f"{moment(value)} ({since})" if value else since


def for_reader(shown: str, at: datetime, form: str = "") -> Markup:
    """`shown` as Telegram's date-time entity (Bot API 9.5): the app shows the moment in the reader's own form, and
    in place of the words where `form` says so ("r": how long from now). Elsewhere the words stand as they are."""
    says = f' format="{form}"' if form else ""
    return Markup(f'<tg-time unix="{int(at.timestamp())}"{says}>{escape(shown)}</tg-time>')


def deadline_in_chat(value: datetime | None) -> Markup:
    """`deadline` for a message in a chat."""
    said = escape(deadline(value))
    return Markup(said.replace(at := moment(value), for_reader(at, value))) if value else said


def name_doubt(name: str) -> str:
    """What stays marked of a name that was kept though it leads elsewhere; empty for any other."""
    return NAME_DOUBT if is_doubtful_name(name) else ""


def kind(value: CustomerKind | str) -> str:
    return KIND_WORDS[CustomerKind(value)]


def buyer_number(kind: BuyerKind | str) -> str:
    """What a buyer's number of this kind is called on the invoice."""
    return BUYER_NUMBERS[BuyerKind(kind)]


def count(number: int) -> str:
    """A number as it is read, such as 1.234."""
    return f"{number:,}".replace(",", ".")


def told(reported: ReportedTransfer) -> str:
    """The amount of a transfer in the currency that was told."""
    amount = vnd(reported.amount)
    return amount if reported.currency == VND else f"{amount.removesuffix(' ₫')} {reported.currency}"


FILTERS: dict[str, Callable[..., str]] = {
    "vnd": vnd,
    "told": told,
    "date": day,
    "moment": moment,
    "deadline": deadline,
    "deadline_in_chat": deadline_in_chat,
    "name_doubt": name_doubt,
    "phone": phone,
    "kind": kind,
    "buyer_number": buyer_number,
    "named": named,
    "short": short,
    "count": count,
}
