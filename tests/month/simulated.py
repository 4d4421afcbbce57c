"""A month of accountants on an Official Account: real orders, routing, budgets and pace, and no network."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

from sqlalchemy import text

from domain.calendar import VIETNAM, SendingHours
from domain.chats import Channel, zalo_chat_id
from domain.messaging.oa_windows import OaTerms
from domain.messaging.quota import NO_QUOTA
from domain.messaging.spending import Spending, Tariff
from domain.messaging.templates import Template
from domain.packages import sample_price_list
from domain.people import Actor
from domain.recipients import RecipientMode
from gateways.chat_pace import ChatPace, of_calls_a_minute
from gateways.workbooks.workbooks import CalamineReader
from gateways.zalo.push import ZaloSender
from services.back_office.messages import MonthOfMessages, ShowMessages
from services.housekeeping import EnsurePriceList
from services.messaging.ways import spent_by
from services.messaging.zalo_templates import KeepTemplates, QueueReceipt
from services.money.transfers import TakeTransfers
from services.operations import Operations, build_operations
from services.people.people import ChatIdentity
from services.ports.zalo_templates import KnownTemplate
from storage.database import Database
from storage.zalo_oa import SqlOaChats
from tests.month.referee import CALLS_A_MINUTE, FREE, PRICE, SMS_PRICE, TEMPLATE_PRICE, Referee
from tests.services.paying import requests_of
from tests.support import builders
from tests.support.banks import add_back_office, reported
from tests.support.clock import FixedClock
from tests.support.senders import ScriptedSender
from tests.support.working import Working
from texts.messaging.pushes import PushTexts

BEGINS = datetime(2026, 6, 1, 7, tzinfo=VIETNAM)
ENDS = datetime(2026, 6, 30, 22, tzinfo=VIETNAM)
MONEY_AN_ORDER = 4_000
"""VND of the month's budget for each accountant."""

ANSWERS = (6, 4, 2)
"""How many messages of ours a person gets in the dialogs: to order, to pay, and for a word in between."""


NEWS = "SELECT created_at, settled_at FROM pushes WHERE kind = 'transfer_received' AND state = 'sent'"


class NoLinks:
    async def share(self, content: bytes, name: str, mime: str, chat_id: int) -> str:
        return f"https://bot.example/files/{name}"


@dataclass
class Accountant:
    number: int
    actor: Actor
    user: str
    """The id of the chat on Zalo; empty for who is on Telegram alone."""

    @property
    def chat(self) -> int:
        return zalo_chat_id(self.user)


@dataclass
class Figures:
    """What a month came to. Each of the `accountants` stands for `each` of them."""

    accountants: int
    each: int
    orders: int
    month: MonthOfMessages
    referee: Referee
    news_seconds: list[float] = field(default_factory=list)
    """How long each news of money took."""
    unsettled: int = 0
    least_left: float = 1.0
    """The smallest share of a day's or the month's money that was left."""

    @property
    def cost(self) -> int:
        return sum(self.referee.cost.values())

    @property
    def price_of_order(self) -> float:
        return self.cost / max(1, self.orders)

    @property
    def p95(self) -> float:
        ordered = sorted(self.news_seconds)
        return ordered[int(0.95 * (len(ordered) - 1))] if ordered else 0.0

    @property
    def against(self) -> list[str]:
        """What is against the rules; empty for nothing."""
        spent, limits = self.month.spent, self.month.spending
        asked = {
            f"news of money takes {self.p95:.0f} s at p95": self.p95 > 60,
            f"{self.unsettled} pushes were left": self.unsettled > 0,
            "the money of a day or of the month was used up": self.least_left <= 0,
            f"{spent.this_month} VND of {limits.month} were spent": spent.this_month > limits.month,
            f"{spent.this_month} VND were counted, {self.cost} spent": spent.this_month != self.cost,
        }
        return [*self.referee.against, *(what for what, broken in asked.items() if broken)]

    @property
    def most_calls(self) -> int:
        return max(self.referee.calls.values(), default=0)


class Month:
    """`people` accountants, each of whom orders once; what they do is the same in each run of one seed.

    One of `each` is played, with that share of the calls a minute and of the money. So what is played is as
    crowded as the whole, and less even: news wait rather longer.
    """

    def __init__(self, url: str, people: int, each: int = 1, seed: int = 1) -> None:
        self.each, self.people, self.random = each, people // each, random.Random(seed)
        calls = CALLS_A_MINUTE // each
        self.clock, self.database = FixedClock(BEGINS), Database(url)
        self.chats = SqlOaChats(self.database, self.clock.now, OaTerms(FREE, PRICE))
        self.pace = ChatPace(of_calls_a_minute(calls), lambda: self.clock.now().timestamp())
        texts = PushTexts(lambda _: b"")
        self.referee = Referee(self.clock, QueueReceipt(self.database, self.clock), texts, calls)
        self.spending = Spending(day=self.people * MONEY_AN_ORDER // 5, month=self.people * MONEY_AN_ORDER)
        zalo: Any = ZaloSender(self.referee, texts, self.pace, self.chats, NoLinks())
        self.working = Working(
            self.database,
            self.clock,
            senders={Channel.ZALO: zalo, Channel.SMS: self.referee},
            hours=SendingHours(),
            tariff=Tariff(SMS_PRICE, OaTerms(FREE, PRICE)),
            spending=self.spending,
            templates=self.referee,
            last_resort=ScriptedSender(),
        )
        self._steps: list[tuple[datetime, int, Any]] = []
        self._numbers = count()
        self.orders = 0

    async def run(self) -> Figures:
        """Let the month pass."""
        async with CalamineReader() as reader:
            self.operations: Operations = build_operations(
                self.database, self.clock, builders.PAYEE, builders.CHANNELS, reader
            )
            await EnsurePriceList(self.database, self.clock)(sample_price_list())
            desk = await add_back_office(self.database, self.clock)
            known = [KnownTemplate(name, str(at), TEMPLATE_PRICE) for at, name in enumerate(Template)]
            await KeepTemplates(self.database, self.clock)(known)
            for number in range(1, self.people + 1):
                self._later(self._working_hour(), self._arrives, number)
            least = 1.0
            while self._steps and self._steps[0][0] < ENDS:
                at, _, step = heappop(self._steps)
                if at > self.clock.now():
                    await self.working.work_until(at)
                await step()
                least = min(least, await self._left())
            await self.working.work_until(ENDS)
            shown = await ShowMessages(self.database, self.clock, NO_QUOTA, self.spending)(desk)
        found = Figures(self.people, self.each, self.orders, shown, self.referee, least_left=least)
        async with self.database.reading() as connection:
            rows = await connection.execute(text(NEWS))
            for created, settled in rows:
                since, until = (datetime.fromisoformat(str(moment)) for moment in (created, settled))
                found.news_seconds.append((until - since).total_seconds())
            late = "SELECT count(*) FROM pushes WHERE state = 'queued' AND waits = ''"
            found.unsettled = (await connection.execute(text(late))).scalar_one()
        await self.database.close()
        return found

    def _later(self, at: datetime, act: Any, *args: Any) -> None:
        async def step() -> None:
            await act(*args)

        heappush(self._steps, (at, next(self._numbers), step))

    def _working_hour(self) -> datetime:
        """A moment of the month's first three weeks, within hours of work; a quarter comes in the last two
        days of these."""
        day = self.random.choice((18, 19)) if self.random.random() < 0.25 else self.random.randrange(20)
        return BEGINS + timedelta(days=day, seconds=self.random.randrange(11 * 3600))

    async def _says(self, who: Accountant, answers: int) -> None:
        """Somebody writes, and gets so many messages in the dialogs."""
        if not who.user:
            return
        await self._hear(who.user)
        for _ in range(answers):
            await self.pace.count(str(who.chat))
            await self.referee.send_message(who.user, "…")
        await self.chats.count(who.chat, answers)

    async def _arrives(self, number: int) -> None:
        where = self.random.choices(("zalo", "both", "telegram"), (6, 2, 2))[0]
        user = "" if where == "telegram" else f"{10**18 + number}"
        on_zalo = ChatIdentity(Channel.ZALO, str(zalo_chat_id(user)))
        await self._hear(user)
        person = await self.operations.register_firm(
            on_zalo if user else builders.chat(f"owner-{number}"),
            builders.person(f"Phạm Chủ {number}", number),
            f"Đại lý thuế {number}",
            builders.enterprise_tax_code(80_000 + number),
            builders.FIRM_ADDRESS,
        )
        if where == "both":
            async with self.database.write() as uow:
                await uow.chats.link(Channel.TELEGRAM, f"owner-{number}", person.id, self.clock.now())
        await self._orders(Accountant(number, person.actor, user))

    async def _hear(self, user: str) -> None:
        if user:
            self.referee.hear(user)
            await self.chats.hear(user, self.clock.now())

    async def _orders(self, who: Accountant) -> None:
        await self._says(who, ANSWERS[0])
        several = self.random.choice((1, 1, 2, 3))
        first = 10 * who.number
        customers = await builders.add_customers(self.operations, who.actor, several, first=first)
        recipient = self.random.choice((RecipientMode.ACCOUNTANT, RecipientMode.CUSTOMER))
        order = await builders.placed_order(self.operations, who.actor, customers, recipient)
        self.orders += 1
        run = await self.operations.open_activation(who.actor, order.id)
        await self.operations.start_run(who.actor, run.id)
        await self.working.work()
        pays = self.random.random()
        hours = self.random.uniform(0.2, 40) if pays < 0.6 else self.random.uniform(60, 200)
        if pays < 0.9:
            for request in await requests_of(self.database, order):
                at = self.clock.now() + timedelta(hours=hours + self.random.uniform(0, 2))
                self._later(at, self._pays, who, request.code, request.amount)
        if self.random.random() < 0.3:
            self._later(self.clock.now() + timedelta(hours=30), self._says, who, ANSWERS[2])

    async def _pays(self, who: Accountant, code: str, amount: int) -> None:
        await TakeTransfers(self.database, self.clock)([reported(code, amount, occurred_at=self.clock.now())])
        await self.working.work()

    async def _left(self) -> float:
        async with self.database.read() as uow:
            spent = await spent_by(uow, self.clock.now())
        return min(1 - spent.today / self.spending.day, 1 - spent.this_month / self.spending.month)
