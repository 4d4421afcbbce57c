"""The conversation on Zalo in this process, with the sandbox's Zalo and Telegram and the bot's own web for
pictures and files."""

import contextlib
import io
import itertools
import json
import re
from pathlib import Path
from typing import Any

import aiohttp
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiohttp import web

from bot.files import Links, add_file_routes
from bot.inbox import InboxReader
from bot.screens import DialogScreens
from bot.uploads import Uploads
from bot.zalo.answers import OneAnswer, OnlyLiveWindows
from bot.zalo.delivery import Delivery
from bot.zalo.session import ZaloSession
from bot.zalo.updates import arrival_of, source_of
from bot.zalo.uploads import record_upload
from dialogs.apps import TELEGRAM_BOT
from domain.chats import Channel, zalo_chat_id
from gateways.chat_pace import ZALO, ChatPace
from gateways.vietqr import payment_qr
from gateways.zalo.client import ZaloClient
from gateways.zalo.errors import ZaloError, refusal
from gateways.zalo.files import ZaloFiles
from gateways.zalo.push import ZaloSender
from sandbox.app import free_port
from sandbox.zalo import sending  # noqa: F401  (it registers the methods)
from sandbox.zalo.errors import ApiError
from sandbox.zalo.phone import ZaloPhone
from sandbox.zalo.state import Zalo
from sandbox.zalo.view import event_json
from sandbox.zalo_chats import ZaloMessage, zalo_id
from services.catalogue.registry import LookUp
from services.intakes.reading import ReadIntake
from services.people.people import ChatIdentity
from storage.inbox import SqlInbox
from storage.shared_files import SqlSharedFiles
from storage.zalo_chats import SqlZaloChats
from tests.support.direct import DirectWorld
from tests.support.rows import rows_of
from tests.support.working import Working
from texts.messaging.pushes import PushTexts
from texts.widths import UNBROKEN

TOKEN = "515151:direct-to-the-sandbox"
NUMBER = r"#?\d{1,2}"
_CHOICE = re.compile(rf"^({NUMBER})\. (.*)$", re.MULTILINE)
_CONFIRM = re.compile(r"^Để “(.*)”, trả lời: (.+)$", re.MULTILINE)


class DirectClient(ZaloClient):
    """`ZaloClient` whose calls reach the sandbox's Zalo in the form of JSON."""

    def __init__(self, zalo: Zalo) -> None:
        super().__init__(TOKEN)
        self._zalo = zalo

    async def call(self, method: str, patience: float = 0, /, **params: Any) -> Any:
        try:
            return await self._zalo.call(method, json.loads(json.dumps(params)))
        except ApiError as error:
            raise refusal(error.code, error.description) from None


class DirectZalo(DirectWorld):
    """`DirectWorld` of people on Zalo and perhaps on Telegram too.

    `receive` stores what they send, and `settle` handles it. `work` runs the jobs that follow: lists are
    read, pushes go out on Zalo.
    """

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.zalo = Zalo(self.world, TOKEN, self.url)
        self.zalo.set_webhook({"url": "https://bot.example/zalo", "secret_token": "x" * 8})
        self.client = DirectClient(self.zalo)
        self._serving = contextlib.AsyncExitStack()
        self._files: ZaloFiles
        self.zalo_bot: Bot
        self.shared: SqlSharedFiles
        self.chats: SqlZaloChats
        self.zalo_reader: InboxReader
        self.working: Working

    async def open(self) -> None:
        await super().open()
        await self._serve()

    async def close(self) -> None:
        await self._serving.aclose()
        await super().close()

    async def restart(self) -> None:
        await self._serving.aclose()
        await super().restart()
        await self._serve()

    def _conversation(self, *_: Any) -> Dispatcher:
        """The dispatcher, and everything for Zalo around it."""
        self.shared = SqlSharedFiles(self.database, self.clock.now)
        self.chats = SqlZaloChats(self.database, self.clock.now)
        # Each look at the clock moves it, so that nobody waits here.
        pace = ChatPace(ZALO, clock=itertools.count(0.0, 60.0).__next__)
        links = Links(self.shared, self.url)
        delivery = Delivery(self.client, self.chats, links, pace, self.clock)
        dispatcher = super()._conversation(
            [OneAnswer(self.storage, delivery)], frozenset({Channel.TELEGRAM, Channel.ZALO})
        )
        dispatcher[TELEGRAM_BOT] = self.bot
        dispatcher.update.outer_middleware(OnlyLiveWindows())
        self._files = ZaloFiles(self.shared, self.url)
        session = ZaloSession(delivery.at_once, self._files, lambda: "bot.MuaHangLoat")
        self.zalo_bot = Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
        inbox = SqlInbox(self.database, Channel.ZALO, self.chats.met)
        source = source_of(self.zalo_bot, self.chats)
        self.zalo_reader = InboxReader(inbox, source, dispatcher, self.clock, self.steady)
        screens = DialogScreens(
            {Channel.TELEGRAM: self.bot, Channel.ZALO: self.zalo_bot}, dispatcher, (ZaloError,)
        )
        read_intake = ReadIntake(
            self.database,
            self.clock,
            self._reader,
            self._files,
            screens,
            LookUp(self.database, self.clock, None),
        )
        sender = ZaloSender(self.client, PushTexts(payment_qr), pace, self.chats, links, self._files)
        self.working = Working(self.database, self.clock, read_intake, {Channel.ZALO: sender})
        return dispatcher

    async def _serve(self) -> None:
        """Serve the linked files, the upload page, and the pictures that people sent."""
        app = web.Application()
        add_file_routes(app, self.shared, {Channel.ZALO: Uploads(record_upload, self.zalo_reader.wake)})
        app.router.add_get("/world/files/{id}/{name}", self._file_of_the_world)
        runner = web.AppRunner(app)
        await runner.setup()
        self._serving.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", int(self.url.rpartition(":")[2])).start()
        await self._serving.enter_async_context(self._files)

    async def _file_of_the_world(self, request: web.Request) -> web.Response:
        file = self.world.files.get(request.match_info["id"])
        assert file is not None
        return web.Response(body=self.world.files.read(file))

    # People
    def zalo_phone(self, person: str) -> ZaloPhone:
        found = self.world.person(person)
        assert found is not None
        return ZaloPhone(self.zalo, found)

    def identity(self, person: str) -> ChatIdentity:
        return ChatIdentity(Channel.ZALO, str(self.chat_of(person)))

    def chat_of(self, person: str) -> int:
        return zalo_chat_id(zalo_id(person))

    def write(self, person: str, text: str) -> None:
        self.zalo_phone(person).text(text)

    def send_raw(self, person: str, text: str) -> None:
        """Send a text that the phone would not send, longer or stranger."""
        message = self.world.zalo.add(person, False, "text", {"text": text})
        self.zalo.events.push(person, event_json(self.zalo, message), hooked=True)

    async def receive(self, backwards: bool = False) -> int:
        """Store what people sent, in order or `backwards` for each. Returns how many events came."""
        came = 0
        for person in self.zalo.events.people():
            bodies = []
            while (event := self.zalo.events.first(person)) is not None:
                bodies.append(event.body)
                self.zalo.events.take(event)
            for body in reversed(bodies) if backwards else bodies:
                arrival = arrival_of(body)
                assert arrival is not None
                await self.zalo_reader.take([arrival])
                came += 1
        return came

    async def settle(self, at_once: bool = False) -> None:
        """Hand everything that waits to the bot, on Telegram and on Zalo."""
        await super().settle(at_once)
        await self.receive()
        await self.handle()

    async def handle(self) -> None:
        """Handle the stored events, those of each chat one after the other."""
        while await self.zalo_reader.run_due():
            pass

    async def work(self) -> None:
        await self.working.work()

    async def upload(self, link: str, content: bytes, name: str) -> tuple[int, str]:
        """Send a file by the page as a browser does. Returns the status and the last page's text."""
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        form.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
        async with aiohttp.ClientSession() as http, http.post(link, data=form) as answer:
            return answer.status, await answer.text()

    # What people see
    def said(self, person: str) -> list[ZaloMessage]:
        """The bot's messages to them on Zalo."""
        return [message for message in self.world.zalo.history(person) if message.bot]

    async def waiting(self) -> int:
        """Stored events that are not settled."""
        return sum(row["settled_at"] is None for row in await rows_of(self.database, "inbox"))

    # What the bot remembers
    async def _remembered(self, person: str) -> dict[str, dict[str, Any]]:
        rows = await self.storage.read_chat(self.zalo_bot.id, self.chat_of(person))
        return {key[-1]: json.loads(row.data) for key, row in rows.items()}


def lines_of(text: str) -> dict[str, str]:
    """The answers to a window's lines, each with its line's text."""
    text = text.replace(UNBROKEN, " ")
    found = dict(_CHOICE.findall(text))
    return found | {phrase: label for label, phrase in _CONFIRM.findall(text)}
