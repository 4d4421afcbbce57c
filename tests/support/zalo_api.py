"""A Zalo Bot Platform that only counts messages, for any number of people, and the program on Zalo alone."""

import asyncio
import contextlib
import copy
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiogram import Dispatcher
from aiogram.types import Message
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app_settings import secret_of_app
from bot.inbox import InboxReader
from bot.settings import Settings
from bot.web import serve
from bot.wiring import Program, build_program
from bot.zalo.app import PATH, SECRET_HEADER, ZaloApp
from bot.zalo.updates import source_of
from domain.chats import Channel
from tests.support.pace import drop_pace
from tests.support.settings import settings_of
from tests.support.zalo_world import only

TOKEN = "515151:zalo-bot-of-a-test-only"
KEY = "a-secret-of-twenty-one"
SECRET = secret_of_app(KEY, Channel.ZALO)

Talk = Callable[[Program], Dispatcher]


@dataclass
class CountingZalo:
    """`messages` are the bot's, by chat. `polled` are given to `getUpdates`, one for each call. While
    `open` is not set, messages that came are not answered; `held` are their texts."""

    messages: dict[str, list[str]] = field(default_factory=dict)
    webhook: dict[str, str] | None = None
    polled: list[Any] = field(default_factory=list)
    url: str = ""
    open: asyncio.Event = field(default_factory=asyncio.Event)
    held: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.open.set()

    @property
    def count(self) -> int:
        return sum(map(len, self.messages.values()))

    async def answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return _refusal(401, "Unauthorized")
        method, fields = request.match_info["method"], await request.json()
        match method:
            case "getMe":
                return _result(id="515151", account_name="bot.KeToan")
            case "sendMessage" | "sendPhoto":
                text = fields.get("text") or fields.get("caption", "")
                self.messages.setdefault(fields["chat_id"], []).append(text)
                if not self.open.is_set():
                    self.held.add(text)
                    await self.open.wait()
                return _result(message_id=f"{self.count:x}", date=1750316131602)
            case "setWebhook" | "deleteWebhook":
                self.webhook = fields
                return _result(url=fields.get("url", ""))
            case "getUpdates" if self.polled:
                return _result_of(self.polled.pop(0))
        return _refusal(408 if method == "getUpdates" else 404, method)


def _result(**fields: Any) -> web.Response:
    return _result_of(fields)


def _result_of(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refusal(code: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": description})


@contextlib.asynccontextmanager
async def counting_zalo() -> AsyncIterator[CountingZalo]:
    zalo = CountingZalo()
    app = web.Application()
    app.router.add_post("/zalo/bot{token}/{method}", zalo.answer)
    server = TestServer(app)
    await server.start_server(access_log=None)
    zalo.url = str(server.make_url("/zalo"))
    yield zalo
    await server.close()


def zalo_settings(zalo: CountingZalo, database_url: str, **more: str) -> Settings:
    """The settings of a program without Telegram."""
    given = {
        "zalo_token": TOKEN,
        "zalo_api_url": zalo.url,
        "public_url": "https://bot.example",
        "webhook_secret": KEY,
        "health_details": "true",
        "database_url": database_url,
        "web_port": "0",
        "mail_from": "donhang@vendor.vn",
        "bank_bin": "970436",
        "bank_account": "0011001234567",
        "bank_holder": "CONG TY PHAN MEM",
    }
    return settings_of(given | more)


def zalo_app(program: Program) -> ZaloApp:
    app = program.apps[Channel.ZALO]
    assert isinstance(app, ZaloApp)
    return app


def text_event(number: int, chat: str, text: str = "xin chào", date: int | None = None) -> dict[str, Any]:
    """A text event as Zalo posts it, without the wrapper. A higher number is a later moment."""
    return {
        "event_name": "message.text.received",
        "message": {
            "from": {"id": chat, "display_name": "Lan", "is_bot": False},
            "chat": {"id": chat, "chat_type": "PRIVATE"},
            "text": text,
            "message_id": f"m{number:x}",
            "date": 1_750_316_131_000 + number if date is None else date,
        },
    }


@dataclass
class Served:
    """The program and its web. Events wait until a block of `reading`."""

    program: Program
    reader: InboxReader
    zalo: CountingZalo
    http: aiohttp.ClientSession
    url: str

    async def post(self, body: Any = None, **more: Any) -> int:
        """Post an event. Returns the status. `more` replaces the client's usual arguments."""
        headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
        given = {"data": json.dumps(body).encode(), "headers": headers} | more
        async with self.http.post(self.url + PATH, **given) as answer:
            said = await answer.json()
            assert ("error" in said) is (answer.status >= 400), said
            return answer.status

    async def post_all(self, events: Iterator[dict[str, Any]], at_once: int = 200) -> list[int]:
        """Post events, some side by side. Returns the statuses."""
        statuses: list[int] = []

        async def sender() -> None:
            for event in events:
                statuses.append(await self.post(event))

        await asyncio.gather(*(sender() for _ in range(at_once)))
        return statuses

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Run the reader in the block."""
        task = asyncio.create_task(self.reader.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def handled(self, seconds: float = 250) -> None:
        """Wait until nothing is due or under way."""
        async with asyncio.timeout(seconds):
            while await self.reader.count_waiting() or self.reader.running:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def served(settings: Settings, zalo: CountingZalo, talk: Talk | None = None) -> AsyncIterator[Served]:
    """The program's web, with the conversation of `talk` instead of its own, writing as fast as it can."""
    async with contextlib.AsyncExitStack() as stack:
        with pytest.MonkeyPatch.context() as patched:
            drop_pace(patched.setattr)
            program = await stack.enter_async_context(build_program(settings))
        app = zalo_app(program)
        if talk is not None:
            source = source_of(app.bot, app.chats)
            app.reader = InboxReader(app.inbox, source, talk(program), program.clock)
        async with serve(program) as port, aiohttp.ClientSession() as http:
            yield Served(program, app.reader, zalo, http, f"http://127.0.0.1:{port}")


def by(handler: Callable[[Message], Awaitable[None]]) -> Talk:
    """A conversation with only this handler, after everything that comes before the dialogs."""

    def talk(program: Program) -> Dispatcher:
        return only(handler)(program.dialogs, zalo_app(program).around_updates)

    return talk


def changed(event: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The event with its message's fields changed."""
    other = copy.deepcopy(event)
    other["message"] |= fields
    return other
