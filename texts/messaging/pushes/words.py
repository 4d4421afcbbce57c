"""How the wording of a push is declared, and what all of them are made with."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, Template

from domain.banks import bank_by_bin
from domain.messaging.contents import PushContent
from domain.messaging.targets import Place, Target, button_data
from domain.payments import INSTANT_LIMIT, PaymentRequest
from domain.text import without_diacritics
from services.messaging.messages import ChatButton, ChatMessage, Mail
from texts.common import own_part
from texts.filters import FILTERS

OPEN_ORDER = "📦 Mở đơn"
OPEN_PAYMENTS = "💳 Xem thanh toán"

SMS_LIMIT = 160
OF = "{of}"
"""Where an SMS names the customer whose software is paid."""


class Words:
    """Fills in templates. `qr` draws the VietQR picture of a payment as PNG; `title` is the line of a content
    in the list of notices. Each template knows `most`, the VND that one instant transfer carries at most, and
    `check`, the page on which an instruction is checked, empty where there is none."""

    def __init__(
        self,
        qr: Callable[[PaymentRequest], bytes],
        title: Callable[[PushContent], str],
        most: int = INSTANT_LIMIT,
        check: str = "",
    ) -> None:
        self.qr, self.title, self.most = qr, title, most
        self._all = {"most": most, "check": check}
        self._html, self._plain = _templates(autoescape=True), _templates(autoescape=False)

    def html(self, template: str, **values: object) -> str:
        """HTML; values are escaped."""
        return self._html(template).render(**self._all, **values).strip()

    def plain(self, template: str, **values: object) -> str:
        """Plain text; values stay as they are."""
        return self._plain(template).render(**self._all, **values).strip()


def _templates(autoescape: bool) -> Callable[[str], Template]:
    """Compiles each template once: compiling is the slowest thing that Jinja does for a push."""
    environment = Environment(autoescape=autoescape, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(FILTERS)
    return cache(environment.from_string)


def unworded(*_: Any) -> Any:
    """The words of a content that is never sent that way."""
    raise LookupError("this content has no words for that")


@dataclass(frozen=True, slots=True)
class Wording:
    """How one content is worded; each function takes the content that it is declared for.

    `title` is the line in the list of notices, as plain text. What goes by SMS is mailed, too, so it has both
    words.
    """

    chat: Callable[[Words, Any], ChatMessage] = unworded
    title: Callable[[Any], str] = unworded
    mail: Callable[[Words, Any], Mail] = unworded
    sms: Callable[[Words, Any], str] = unworded


Wordings = Mapping[type[PushContent], Wording]


def opens(text: str, place: Place, id: int = 0) -> ChatButton:
    """A button that opens the place."""
    return ChatButton(text, data=button_data(Target(place, id)))


def open_order(order_id: int) -> tuple[ChatButton, ...]:
    """A row with the button that opens the order."""
    return (opens(OPEN_ORDER, Place.ORDER, order_id),)


def open_payments(order_id: int) -> tuple[ChatButton, ...]:
    """A row with the button that shows who has paid for the order."""
    return (opens(OPEN_PAYMENTS, Place.PAYMENTS, order_id),)


_LEGAL_FORM = re.compile(
    r"(?:Cong ty|Cty) (?:(?:TNHH|CP|Co phan|Hop danh) )?(?:(?:MTV|Mot thanh vien) )?(?:Dich vu )?",
    re.IGNORECASE,
)


def sms_of(text: str, firm: str, customer: str = "") -> str:
    """`text` and the firm's name, if that fits in one part: a name is shown whole, perhaps without its legal
    form, or not at all. Where there is room left, `text` is "for" the `customer` at its place `{of}`."""
    name = without_diacritics(firm)
    plain = text.strip().replace(OF, "")
    firms = [f" Don vi ke toan: {shown}" for shown in (name, _LEGAL_FORM.sub("", name, count=1))]
    named = [f" cho {one}" for one in _both_forms(customer)] if customer and OF in text else []
    for firm_part in firms:
        for of in (*named, ""):
            if len(whole := text.strip().replace(OF, of) + firm_part) <= SMS_LIMIT:
                return whole
    return plain


def _both_forms(name: str) -> tuple[str, str]:
    """A name without diacritics, whole and without its legal form."""
    return without_diacritics(name), without_diacritics(own_part(name))


def bank_name(payment: PaymentRequest) -> str:
    bank = bank_by_bin(payment.payee.bank_bin)
    return bank.short_name if bank else payment.payee.bank_bin
