"""What the words of all pushes are made with."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, Template

from domain.banks import bank_by_bin
from domain.messaging.contents import PushContent
from domain.payments import PaymentRequest
from services.messaging.messages import ChatButton, ChatMessage, Mail
from texts.filters import FILTERS

OPEN_ORDER = "📦 Mở đơn hàng"
OPEN_PAYMENTS = "💳 Xem thanh toán"

SMS_LIMIT = 160


class Words:
    """Templates filled in. `qr` draws the VietQR picture of a payment as PNG."""

    def __init__(self, qr: Callable[[PaymentRequest], bytes]) -> None:
        self.qr = qr
        self._html, self._plain = _templates(autoescape=True), _templates(autoescape=False)

    def html(self, template: str, **values: object) -> str:
        """Values are escaped."""
        return self._html(template).render(**values).strip()

    def plain(self, template: str, **values: object) -> str:
        return self._plain(template).render(**values).strip()


def _templates(autoescape: bool) -> Callable[[str], Template]:
    """Compiles each template once: that takes longer than all else that a push asks of Jinja."""
    environment = Environment(autoescape=autoescape, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(FILTERS)
    return cache(environment.from_string)


# Each function takes the one content that it stands under.
Chats = Mapping[type[PushContent], Callable[[Words, Any], ChatMessage]]
Mails = Mapping[type[PushContent], Callable[[Words, Any], Mail]]
Smses = Mapping[type[PushContent], Callable[[Words, Any], str]]


def order_button_data(order_id: int) -> str:
    """Callback data that `dialogs/push_buttons.py` takes."""
    return f"open:order:{order_id}"


def open_order(order_id: int) -> tuple[ChatButton, ...]:
    return (ChatButton(OPEN_ORDER, data=order_button_data(order_id)),)


def open_payments(order_id: int) -> tuple[ChatButton, ...]:
    return (ChatButton(OPEN_PAYMENTS, data=f"open:payments:{order_id}"),)


def bank_name(payment: PaymentRequest) -> str:
    bank = bank_by_bin(payment.payee.bank_bin)
    return bank.short_name if bank else payment.payee.bank_bin
