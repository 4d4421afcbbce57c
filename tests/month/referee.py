"""An Official Account, its templates and SMS by rules of their own: what is against them is noted."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.calendar import VIETNAM
from domain.choices import QuickButton
from domain.messaging.contents import PushContent
from domain.messaging.templates import Template
from gateways.zalo.abilities import OFFICIAL_ACCOUNT, Abilities
from gateways.zalo.client import SentMessage
from services.ports import Undeliverable
from tests.support.clock import FixedClock
from texts.messaging.pushes import PushTexts
from texts.messaging.templates import values_of

FREE, FREE_HOURS, OPEN_DAYS, PRICE = 8, 48, 7, 55
CALLS_A_MINUTE = 100
TEMPLATE_PRICE, SMS_PRICE = 300, 850
WITHOUT_ZALO, OFF = 11, 41
"""Every so many phones one has no Zalo, and one is off."""


@dataclass
class Heard:
    at: datetime
    answered: int = 0


@dataclass
class Referee:
    """`Transport` of an account, `TemplateSender` and `PricedSender` in one place."""

    clock: FixedClock
    receipt: Callable[[str], Awaitable[None]]
    texts: PushTexts
    calls_a_minute: int = CALLS_A_MINUTE
    token: str = "1:referee"
    abilities: Abilities = OFFICIAL_ACCOUNT
    heard: dict[str, Heard] = field(default_factory=dict)
    calls: Counter[int] = field(default_factory=Counter)
    """By minute."""
    sent: Counter[str] = field(default_factory=Counter)
    cost: Counter[str] = field(default_factory=Counter)
    """VND, and messages, by way."""
    against: list[str] = field(default_factory=list)
    """What was done outside of the rules."""

    def hear(self, user: str) -> None:
        self.heard[user] = Heard(self.clock.now())

    async def send_message(self, chat_id: str, text: str, buttons: Sequence[QuickButton] = ()) -> SentMessage:
        if not 0 < len(text) <= 2_000 or len(buttons) > self.abilities.buttons:
            self.against.append("a message that is no message")
        return self._send(chat_id)

    async def send_photo(self, chat_id: str, photo_url: str, caption: str = "") -> SentMessage:
        return self._send(chat_id)

    async def send_file(self, chat_id: str, name: str, content: bytes) -> SentMessage:
        return self._send(chat_id)

    async def send_chat_action(self, chat_id: str) -> None: ...

    def _send(self, user: str) -> SentMessage:
        now, heard = self.clock.now(), self.heard.get(user)
        minute = int(now.timestamp()) // 60
        self.calls[minute] += 1
        if self.calls[minute] == self.calls_a_minute + 1:
            self.against.append(f"more than {self.calls_a_minute} calls in the minute of {now}")
        if heard is None or now - heard.at > timedelta(days=OPEN_DAYS):
            self.against.append(f"a message after {OPEN_DAYS} days of silence")
            return SentMessage("-", 0)
        heard.answered += 1
        paid = heard.answered > FREE or now - heard.at > timedelta(hours=FREE_HOURS)
        self._count("zalo", PRICE if paid else 0)
        return SentMessage(str(sum(self.sent.values())), 0)

    async def send_template(
        self, phone: str, template: Template, template_id: str, content: PushContent, message_ref: str
    ) -> None:
        values = values_of(template, content)
        if not phone.startswith("+84") or not all(values.values()):
            self.against.append("a template message that is not whole")
        number = int(phone[-7:])
        if number % WITHOUT_ZALO == 0:
            raise Undeliverable("no Zalo on this phone")
        if number % OFF:
            self._count("zalo_template", TEMPLATE_PRICE)
            await self.receipt(message_ref)

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        """An SMS."""
        if not 7 <= self.clock.now().astimezone(VIETNAM).hour < 22:
            self.against.append("an SMS by night")
        self._count("sms", self.price(content))
        return ""

    def price(self, content: PushContent) -> int:
        return -(-len(self.texts.sms(content)) // 160) * SMS_PRICE

    def _count(self, way: str, cost: int) -> None:
        self.sent[way] += 1
        self.cost[way] += cost
