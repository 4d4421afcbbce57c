"""The conversation on Zalo in this process. Events are stored and handled as in the program; messages of the
bot are recorded."""

import itertools
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, cast

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.fsm.storage.memory import SimpleEventIsolation
from aiogram.types import Message

from bot.dispatcher import OneWriteAnUpdate, build_dispatcher
from bot.files import Links
from bot.inbox import InboxReader
from bot.zalo.answers import OneAnswer, OnlyLiveWindows
from bot.zalo.delivery import Delivery
from bot.zalo.session import ZaloSession
from bot.zalo.strangers import FewAnswersToStrangers
from bot.zalo.updates import arrival_of_event, source_of
from dialogs.context import RENDERER
from domain.chats import Channel, zalo_chat_id
from domain.choices import WINDOW
from domain.files import FileRef
from domain.messaging.quota import MonthlyQuota
from domain.packages import sample_price_list
from domain.people import Actor
from gateways.chat_pace import ChatPace
from gateways.totals_picture import PillowPainter
from gateways.workbooks.export import OpenpyxlWriter
from gateways.workbooks.workbooks import CalamineReader
from gateways.zalo.abilities import BOT_PLATFORM, Abilities
from gateways.zalo.client import SentMessage, ZaloClient
from gateways.zalo.events import EventKind, Received, ZaloEvent
from services.housekeeping import EnsurePriceList
from services.operations import build_operations
from services.people.people import ChatIdentity
from storage.database import Database
from storage.dialog_states import DialogStorage
from storage.inbox import SqlInbox
from storage.shared_files import SqlSharedFiles
from storage.zalo_chats import SqlZaloChats
from tests.support import builders
from tests.support.clock import FixedClock
from tests.support.pace import UNLIMITED
from tests.support.rows import Row, rows_of
from texts.messaging.pushes import PushTexts
from texts.plain import unmarked

TOKEN = "515151:direct-to-zalo"
URL = "https://bot.example"
LAN = "6ede9afa66b88fe6d6a9"
"""Zalo's id of the person in most tests."""
ROUNDS = 10_000
"""How often the reader may look at most until nothing is due."""

MakeDispatcher = Callable[[DialogStorage, Iterable[BaseMiddleware]], Dispatcher]


def only(handler: Callable[[Message], Awaitable[None]]) -> MakeDispatcher:
    """A dispatcher whose updates go to `handler`, which takes every message, instead of to the dialogs."""

    def make(storage: DialogStorage, around_updates: Iterable[BaseMiddleware]) -> Dispatcher:
        dispatcher = Dispatcher(storage=storage, events_isolation=SimpleEventIsolation())
        dispatcher.update.outer_middleware(OneWriteAnUpdate(storage))
        for middleware in around_updates:
            dispatcher.update.outer_middleware(middleware)
        dispatcher.message.register(handler)
        return dispatcher

    return make


@dataclass
class Sent:
    """One message of the bot."""

    chat: str
    text: str
    photo: str = ""


@dataclass
class RecordingClient:
    """The methods of `ZaloClient` that the conversation calls. Each call raises the next of `failures`;
    `None` lets it through. If the answer was lost, the message has arrived."""

    abilities: ClassVar[Abilities] = BOT_PLATFORM
    sent: list[Sent] = field(default_factory=list)
    failures: list[Exception | None] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    """The chats in which it was shown that something is being done."""

    async def send_chat_action(self, chat_id: str) -> None:
        self.typing.append(chat_id)

    async def send_message(self, chat_id: str, text: str, buttons: Sequence[Any] = ()) -> SentMessage:
        text = unmarked(text)
        return self._send(Sent(chat_id, text))

    async def send_photo(self, chat_id: str, photo_url: str, caption: str = "") -> SentMessage:
        return self._send(Sent(chat_id, caption, photo_url))

    def _send(self, message: Sent) -> SentMessage:
        failure = self.failures.pop(0) if self.failures else None
        if failure is None or not getattr(failure, "nothing_delivered", True):
            self.sent.append(message)
        if failure is not None:
            raise failure
        return SentMessage(f"{len(self.sent):x}", 0)

    def to(self, chat: str) -> list[Sent]:
        return [message for message in self.sent if message.chat == chat]


class KeptFiles:
    """`Attachments` that were put here under their addresses."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    async def fetch(self, file: FileRef) -> bytes:
        assert file.channel == Channel.ZALO
        return self.contents[file.file_id]


class ZaloWorld:
    """People who write to the bot on Zalo, and the database. The clock stands still."""

    def __init__(self, database: Database, workbooks: CalamineReader, client: Any = None) -> None:
        self.database = database
        self.clock = FixedClock()
        self.client = RecordingClient() if client is None else client
        self.files = KeptFiles()
        self.quota = MonthlyQuota(3_000)
        self.chats = SqlZaloChats(database, self.clock.now)
        self.inbox = SqlInbox(database, Channel.ZALO, self.chats.met)
        self.storage = DialogStorage(database, self.clock.now)
        self.shared = SqlSharedFiles(database, self.clock.now)
        self.operations = build_operations(database, self.clock, builders.PAYEE, builders.CHANNELS, workbooks)
        links = Links(self.shared, URL)
        self.delivery = Delivery(
            cast(ZaloClient, self.client), self.chats, links, ChatPace(UNLIMITED), self.clock
        )
        self.bot: Bot
        self.dispatcher: Dispatcher
        self.reader: InboxReader
        self.a_minute = 0
        """How many updates of a chat are answered in a minute, for `talk`; 0 is without limit."""
        self._numbers = itertools.count(1)
        self.slept: list[float] = []
        self.meanwhile: list[str] = []
        """What is written while the reader waits for more."""
        self.talk(self._dialogs)

    def talk(self, make: MakeDispatcher) -> None:
        """Use this conversation instead of the program's own."""
        self.dispatcher = make(self.storage, [OneAnswer(self.storage, self.delivery)])
        self.bot = Bot(
            TOKEN,
            session=ZaloSession(
                self.delivery.at_once, self.files, lambda: "bot.KeToan", self.delivery.type_in
            ),
            default=DefaultBotProperties(parse_mode=ParseMode.HTML),
        )
        self.reader = InboxReader(
            self.inbox,
            source_of(self.bot, self.chats),
            self.dispatcher,
            self.clock,
            self.steady,
            a_minute=self.a_minute,
            sleep=self._sleep,
        )

    def _dialogs(self, storage: DialogStorage, around_updates: Iterable[BaseMiddleware]) -> Dispatcher:
        dispatcher = build_dispatcher(
            storage,
            self.operations,
            lambda: b"PK-template",
            OpenpyxlWriter(),
            PillowPainter(),
            around_updates,
        )
        dispatcher[RENDERER] = PushTexts(lambda _: b"")
        dispatcher.update.outer_middleware(OnlyLiveWindows())
        FewAnswersToStrangers(storage, self.chats, self.quota).join(dispatcher)
        return dispatcher

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.meanwhile:
            await self.take(self.received(ZaloEvent(EventKind.TEXT, self.meanwhile.pop(0), "Lan")))

    # People
    async def register(self, chat: str = LAN, number: int = 1) -> Actor:
        """Register a firm whose owner has this chat."""
        owner = await self.operations.register_firm(
            ChatIdentity(Channel.ZALO, str(zalo_chat_id(chat))),
            builders.person("Lan", number),
            "Kế toán Minh An",
            builders.enterprise_tax_code(80_000 + number),
            builders.FIRM_ADDRESS,
        )
        return builders.actor_of(owner)

    async def employ(self, chat: str = LAN) -> Actor:
        """Give this chat to the vendor's one person."""
        actor = await builders.back_office_person(self.database, self.clock)
        async with self.database.write() as uow:
            await uow.chats.link(Channel.ZALO, str(zalo_chat_id(chat)), actor.accountant_id, self.clock.now())
        return actor

    def received(self, event: ZaloEvent, chat: str = LAN, second: int | None = None) -> Received:
        """`event` from this chat, later than all before it unless `second` gives the time."""
        number = next(self._numbers)
        moment = self.clock.now() + timedelta(seconds=number if second is None else second)
        return Received(event, f"m{number}", chat, moment)

    async def brings(self, event: ZaloEvent, chat: str = LAN) -> list[Sent]:
        """Store an event and handle what is due. Returns the messages that answer it."""
        before = len(self.client.sent)
        await self.take(self.received(event, chat))
        await self.handle()
        return self.client.sent[before:]

    async def take(self, received: Received) -> None:
        """Store an event."""
        await self.reader.take([arrival_of_event(received)])

    def steady(self) -> float:
        """The clock as a steady one."""
        return self.clock.now().timestamp()

    async def says(self, text: str, chat: str = LAN) -> list[Sent]:
        return await self.brings(ZaloEvent(EventKind.TEXT, text, "Lan"), chat)

    async def says_all(self, *texts: str, chat: str = LAN) -> str:
        """Write these texts one after the other. Returns the last message."""
        for text in texts:
            await self.says(text, chat)
        return self.last(chat)

    async def taps(self, *labels: str, chat: str = LAN) -> list[Sent]:
        """Answer with the numbers before these labels, all in one message."""
        return await self.says(" ".join(self.key(label, chat) for label in labels), chat)

    async def handle(self) -> None:
        """Handle events until none is due."""
        await self._run_due()

    async def says_at_once(self, *texts: str, chat: str = LAN) -> list[Sent]:
        """Write texts that all wait before the first is read. Returns the messages that answer them."""
        before = len(self.client.sent)
        for text in texts:
            await self.take(self.received(ZaloEvent(EventKind.TEXT, text, "Lan"), chat))
        await self._run_due(of_a_chat=50)
        return self.client.sent[before:]

    async def _run_due(self, of_a_chat: int = 1) -> None:
        for _ in range(ROUNDS):
            if not await self.reader.run_due(of_a_chat):
                return
        raise AssertionError("the same updates are found again and again")

    # What people see
    def last(self, chat: str = LAN) -> str:
        return cast(str, self.client.to(chat)[-1].text)

    def key(self, label: str, chat: str = LAN) -> str:
        """The answer that the last message shows for the line with this label."""
        for line in self.last(chat).splitlines():
            if label not in line:
                continue
            if numbered := re.match(r"(#?\d{1,2})\. ", line):
                return numbered[1]
            if confirmed := re.fullmatch(r"Để “.*”, trả lời: (.+)", line):
                return confirmed[1]
        raise AssertionError(f"no line {label!r} in {self.last(chat)!r}")

    # What the bot remembers
    async def intent(self, chat: str = LAN) -> str:
        """The live window's intent, as `bot.screens` finds it."""
        return (await self._stack(chat))[-1]

    async def waiting(self) -> list[Row]:
        """The events that are not settled."""
        return [row for row in await rows_of(self.database, "inbox") if row["settled_at"] is None]

    async def menu(self, chat: str = LAN) -> list[str]:
        """The answers that may be typed now."""
        found = (await self.chats.menus(zalo_chat_id(chat))).get(WINDOW)
        return [choice.key for choice in found.choices] if found else []

    async def remembered(self, chat: str = LAN) -> dict[str, Any]:
        """Everything that the dialogs and the menus remember about a chat."""
        rows = await self.storage.read_chat(self.bot.id, zalo_chat_id(chat))
        return {"dialogs": rows, "menus": await self.chats.menus(zalo_chat_id(chat))}

    async def state(self, chat: str = LAN) -> str:
        """The name of the live window; empty when nothing is open."""
        intents = await self._stack(chat)
        known = await self._known(chat)
        return str(known[f"aiogd:context:{intents[-1]}"]["state"]) if intents else ""

    async def _stack(self, chat: str) -> Sequence[str]:
        return cast(Sequence[str], (await self._known(chat)).get("aiogd:stack:", {}).get("intents", ()))

    async def _known(self, chat: str) -> dict[str, Any]:
        rows = await self.storage.read_chat(self.bot.id, zalo_chat_id(chat))
        return {key[-1]: json.loads(row.data) for key, row in rows.items()}


@asynccontextmanager
async def zalo_world(database: Database, client: Any = None) -> AsyncIterator[ZaloWorld]:
    async with CalamineReader() as workbooks:
        world = ZaloWorld(database, workbooks, client)
        await EnsurePriceList(database, world.clock)(sample_price_list())
        yield world
