"""The conversation against the sandbox's Telegram in this process, equally strict but without HTTP."""

import io
import json
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Any, NamedTuple, cast

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from bot.dispatcher import build_dispatcher
from bot.inbox import InboxReader
from bot.telegram.updates import arrival_of, source_of
from dialogs.bottom import LEFT
from dialogs.context import RENDERER
from domain.chats import Channel
from domain.packages import sample_price_list
from domain.people import Actor
from gateways.totals_picture import PillowPainter
from gateways.workbooks.export import OpenpyxlWriter
from gateways.workbooks.template import template
from gateways.workbooks.workbooks import CalamineReader
from sandbox.telegram import account, editing, sending  # noqa: F401  (they register the methods)
from sandbox.telegram.errors import ApiError
from sandbox.telegram.params import Params
from sandbox.telegram.phone import Phone
from sandbox.telegram.state import Tap, Telegram
from sandbox.world import Message, World
from services.housekeeping import EnsurePriceList
from services.operations import Operations, build_operations
from services.people.people import ChatIdentity
from storage.database import Database
from storage.dialog_states import DialogStorage
from storage.inbox import SqlInbox
from tests.support import builders, once
from tests.support.clock import FixedClock
from tests.support.labels import check_labels, without_form
from texts.messaging.pushes import PushTexts

SERVER = TelegramAPIServer.from_base("http://sandbox")
TOKEN = "424242:direct-to-the-sandbox"


class DirectSession(BaseSession):
    """aiogram's session to this Telegram. `refusals` are the calls that it refused, in its words;
    `cut` says which windows have too many buttons, or labels that a phone cuts."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__(api=SERVER)
        self._telegram = telegram
        self.refusals: list[str] = []
        self.cut: list[str] = []

    async def close(self) -> None:
        """Nothing is open."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  (the library's signature)
    ) -> TelegramType:
        markup = getattr(method, "reply_markup", None)
        if isinstance(markup, InlineKeyboardMarkup):
            try:
                check_labels([[button.text for button in row] for row in markup.inline_keyboard])
            except AssertionError as cut:
                self.cut.append(str(cut))
        files: dict[str, Any] = {}
        given = method.model_dump(warnings=False).items()
        values = {name: self.prepare_value(value, bot=bot, files=files) for name, value in given}
        uploads = {
            name: web.FileField(
                name,
                file.filename or name,
                cast(io.BufferedReader, io.BytesIO(b"".join([chunk async for chunk in file.read(bot)]))),
                "application/octet-stream",
                CIMultiDictProxy(CIMultiDict()),
            )
            for name, file in files.items()
        }
        # Through JSON, as in a form, because enumerations are no plain texts.
        params = Params(json.loads(json.dumps({n: v for n, v in values.items() if v})), uploads)
        try:
            result = await self._telegram.call(method.__api_method__, params)
        except ApiError as refusal:
            self.refusals.append(f"{method.__api_method__}: {refusal.description}")
            code, body = refusal.code, refusal.body()
        else:
            code, body = 200, {"ok": True, "result": result}
        response = self.check_response(bot=bot, method=method, status_code=code, content=json.dumps(body))
        return cast(TelegramType, response.result)

    async def stream_content(self, url: str, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        files = self._telegram.world.files
        file = files.by_path(url.removeprefix(SERVER.file_url(self._telegram.token, "")))
        assert file is not None
        yield files.read(file)


def direct_bot(telegram: Telegram) -> Bot:
    """A bot for this Telegram, with the defaults of `bot.wiring.telegram_bot`."""
    defaults = DefaultBotProperties(
        parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)
    )
    return Bot(telegram.token, session=DirectSession(telegram), default=defaults)


class LiveButton(NamedTuple):
    """A callback button of the live window."""

    message: int
    data: str
    label: str


class DirectWorld:
    """The bot's conversation over one database, and people who chat with it in the sandbox's Telegram.

    Their acts wait until `settle` hands them to the bot. Nothing is pushed, because no worker runs here.
    """

    def __init__(self, database_url: str, folder: Path) -> None:
        self.world = World(folder)
        self.telegram = Telegram(self.world, TOKEN)
        self.bot = direct_bot(self.telegram)
        self.clock = FixedClock()
        self._url = database_url
        self._reader = CalamineReader()
        self.database: Database
        self.storage: DialogStorage
        self.operations: Operations
        self.dispatcher: Dispatcher
        self.reader: InboxReader

    async def open(self) -> None:
        self._start()
        await EnsurePriceList(self.database, self.clock)(sample_price_list())

    async def close(self) -> None:
        async with self._reader:
            await self.database.close()
            self.world.close()
        once.take_back()

    async def restart(self) -> None:
        """End the program and start it again on the same database."""
        await self.database.close()
        once.take_back()
        self._start()

    def _start(self) -> None:
        self.database = Database(self._url)
        self.storage = DialogStorage(self.database, self.clock.now)
        self.operations = build_operations(
            self.database, self.clock, builders.PAYEE, builders.CHANNELS, self._reader
        )
        self.dispatcher = self._conversation()
        inbox, source = SqlInbox(self.database, Channel.TELEGRAM), source_of(self.bot)
        self.reader = InboxReader(inbox, source, self.dispatcher, self.clock, self.steady)

    def _conversation(
        self,
        around_updates: Iterable[BaseMiddleware] = (),
        apps: frozenset[Channel] = frozenset({Channel.TELEGRAM}),
    ) -> Dispatcher:
        dispatcher = build_dispatcher(
            self.storage,
            self.operations,
            lambda: template("…"),
            OpenpyxlWriter(),
            PillowPainter(),
            around_updates,
            apps,
        )
        dispatcher[RENDERER] = PushTexts(lambda _: b"")
        return dispatcher

    # People
    def phone(self, person: str) -> Phone:
        found = self.world.person(person)
        assert found is not None
        return Phone(self.telegram, found)

    def identity(self, person: str) -> ChatIdentity:
        return ChatIdentity(Channel.TELEGRAM, str(self.phone(person).person.telegram_id))

    async def actor(self, person: str) -> Actor | None:
        found = await self.operations.who_is(self.identity(person))
        return found.actor if found else None

    async def settle(self, at_once: bool = False) -> None:
        """Bring the waiting updates to the inbox and handle them, one by one or all together."""
        updates = []
        while (update := self.telegram.updates.first()) is not None:
            updates.append(update.json())
            self.telegram.updates.confirm(update.id)
        kinds = self.dispatcher.resolve_used_update_types()
        arrivals = [arrival for one in updates if (arrival := arrival_of(one, self.bot.id, kinds))]
        for some in [arrivals] if at_once else [[one] for one in arrivals]:
            await self.reader.take(some)
            while await self.reader.run_due():
                pass

    def steady(self) -> float:
        """The clock as a steady one."""
        return self.clock.now().timestamp()

    def write(self, person: str, text: str) -> None:
        """Let somebody type this; `settle` brings it to the bot."""
        self.phone(person).text(text)

    async def says(self, person: str, text: str) -> None:
        self.write(person, text)
        await self.settle()

    @property
    def refusals(self) -> list[str]:
        """The calls that Telegram refused, in its words."""
        return self._session.refusals

    @property
    def cut(self) -> list[str]:
        """What no phone shows whole of the keyboards that were sent."""
        return self._session.cut

    @property
    def _session(self) -> DirectSession:
        session = self.bot.session
        assert isinstance(session, DirectSession)
        return session

    async def taps(self, person: str, label: str) -> Tap:
        """Tap the first button of the live window whose label contains `label`."""
        live = await self.live(person)
        # A list names customers without their legal form.
        found = [button for button in live if label in button.label or without_form(label) in button.label]
        assert found, f"no button {label!r} among {[button.label for button in live]}"
        return await self.taps_data(person, found[0].message, found[0].data)

    async def taps_data(self, person: str, message: int, data: str) -> Tap:
        tap = self.phone(person).tap(message, data)
        await self.settle()
        return tap

    async def taps_push(self, person: str, data: str) -> Tap:
        """Tap a button with `data` under a message like those that the worker sends."""
        chat = self.phone(person).person.telegram_id
        button = InlineKeyboardButton(text="…", callback_data=data)
        push = await self.bot.send_message(
            chat, "…", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]])
        )
        return await self.taps_data(person, push.message_id, data)

    # What people see
    def messages(self, person: str) -> list[Message]:
        """The bot's messages that still stand in the chat."""
        chat = self.phone(person).person.telegram_id
        return [message for message in self.world.history(chat) if message.bot]

    def shown(self, person: str) -> str:
        """The text of the last message."""
        content = self.messages(person)[-1].content
        return str(content.get("text") or content.get("caption"))

    async def live(self, person: str) -> list[LiveButton]:
        """The buttons of the live window."""
        shown = (await self.stack(person)).get("last_message_id")
        return [
            LiveButton(message.id, button["callback_data"], button["text"])
            for message in self.messages(person)
            if message.id == shown
            for button in buttons_of(message)
            if "callback_data" in button
        ]

    # What the bot remembers
    async def stack(self, person: str) -> dict[str, Any]:
        """aiogram-dialog's stack of windows; empty when nothing is open."""
        return (await self._remembered(person)).get("aiogd:stack:", {})

    async def left(self, person: str) -> int | None:
        """The id of the message that was the window and became one of its own."""
        remembered = await self._remembered(person)
        intents = remembered.get("aiogd:stack:", {}).get("intents")
        data = remembered[f"aiogd:context:{intents[-1]}"]["dialog_data"] if intents else {}
        return int(data[LEFT]) if LEFT in data else None

    async def state(self, person: str) -> str:
        """The name of the live window, such as `Ordering:review`; empty when nothing is open."""
        remembered = await self._remembered(person)
        intents = remembered.get("aiogd:stack:", {}).get("intents")
        return str(remembered[f"aiogd:context:{intents[-1]}"]["state"]) if intents else ""

    async def _remembered(self, person: str) -> dict[str, dict[str, Any]]:
        chat = self.phone(person).person.telegram_id
        rows = await self.storage.read_chat(self.bot.id, chat)
        return {key[-1]: json.loads(row.data) for key, row in rows.items()}


def buttons_of(message: Message) -> list[dict[str, Any]]:
    """The inline buttons of a message, as Telegram describes them."""
    return [button for row in (message.markup or {}).get("inline_keyboard", []) for button in row]
