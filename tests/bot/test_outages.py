"""What `tests/journeys/test_outage_matrix.py` does not count: taps, people who have blocked the bot, our own
errors, polling that fails too."""

import asyncio
import contextlib
import logging
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram_dialog.utils import CB_SEP

from bot import inbox, retries
from bot.telegram import app as telegram
from bot.telegram.app import SECRET_HEADER
from gateways.zalo.client import ZaloClient
from sandbox.app import SandboxServer
from sandbox.telegram.faults import Fault
from storage.database import Database
from tests.support.outage_parts import WELCOME, newcomers
from tests.support.outages import Line, Trouble, line_to
from tests.support.rows import Row, rows_of
from tests.support.world import Chat, World, running_bot

pytestmark = pytest.mark.long

PEOPLE = 10
WEBHOOK, POLLING = "webhook", "polling"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
async def line(server: SandboxServer) -> AsyncIterator[Line]:
    async with line_to(server.url) as opened:
        opened.asks = 1
        yield opened


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter waits; each kind of them stays."""
    monkeypatch.setattr(inbox, "PAUSE", 0.05)
    monkeypatch.setattr(inbox, "REST", 0.2)
    monkeypatch.setattr(retries, "TRIES", 2)
    monkeypatch.setattr(retries, "LONGEST_FLOOD", 0.5)
    monkeypatch.setattr(telegram, "SECONDS", 0.5)
    monkeypatch.setattr(ZaloClient.call, "__defaults__", (0.5,))


@contextlib.asynccontextmanager
async def bot(server: SandboxServer, line: Line, app: str, mode: str, url: str) -> AsyncIterator[World]:
    """The bot in one app alone, which it reaches by `line`."""
    settings = {"DATABASE_URL": url, f"{app.upper()}_MODE": mode, "BACK_OFFICE": ""}
    if app == "telegram":
        settings |= {"TELEGRAM_API_URL": line.url, "ZALO_TOKEN": ""}
    else:
        settings |= {"ZALO_API_URL": f"{line.url}/zalo", "TELEGRAM_TOKEN": ""}
    async with aiohttp.ClientSession() as http, running_bot(server, **settings):
        polls = server.telegram.updates if app == "telegram" else server.zalo.events
        async with asyncio.timeout(120):
            hooks = server.telegram if app == "telegram" else server.zalo
            while mode == WEBHOOK and not hooks.webhook.get("url"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            if mode == POLLING:
                await polls.polling.wait()
        yield World(http, server.url, app)


async def welcomes(chat: Chat) -> int:
    return sum(WELCOME in message["text"] for message in await chat.messages() if message["from"] == "bot")


def told(caplog: pytest.LogCaptureFixture, words: str) -> int:
    return sum(words in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.TOO_MANY])
async def test_whoever_writes_while_polling_fails_too_is_answered_once(
    server: SandboxServer, line: Line, database_url: str, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot(server, line, "telegram", POLLING, database_url) as world:
        chats = await newcomers(world, PEOPLE)
        caplog.clear()
        line.breaks(trouble)
        server.telegram.updates.end_poll()
        for chat in chats:
            await world.post(f"{chat.path}/text", text="/start")
        await line.fails(3)
        line.mend()
        await world.idle()
        assert [await welcomes(chat) for chat in chats] == [1] * PEOPLE
        assert told(caplog, "getting updates from Telegram works again") == 1
        assert len(caplog.records) <= 6


@pytest.mark.parametrize("trouble", Trouble)
async def test_a_bot_that_starts_during_an_outage_takes_up_its_work_afterwards(
    server: SandboxServer, line: Line, database_url: str, trouble: Trouble
) -> None:
    settings = {"DATABASE_URL": database_url, "TELEGRAM_API_URL": line.url, "TELEGRAM_MODE": WEBHOOK}
    line.breaks(trouble)
    async with (
        aiohttp.ClientSession() as http,
        running_bot(server, **settings, ZALO_TOKEN="", BACK_OFFICE=""),
        asyncio.timeout(120),
    ):
        await line.fails(2)
        line.mend()
        (chat,) = await newcomers(World(http, server.url), 1)
        await chat.says("/start")
        while not await welcomes(chat):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class Refusals(Fault):
    """Refuses sendMessage, and notes when each chat was to be written to."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(429, 1_000_000, "sendMessage", retry_after)
        self.moments: dict[int | None, list[float]] = defaultdict(list)

    def matches(self, method: str, chat: int | None) -> bool:
        refuses = super().matches(method, chat)
        if refuses:
            self.moments[chat].append(time.monotonic())
        return refuses


async def test_an_answer_is_not_tried_again_before_the_time_that_telegram_named(
    server: SandboxServer, line: Line, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked, people = 1, 5
    async with bot(server, line, "telegram", WEBHOOK, database_url) as world:
        chats = await newcomers(world, people)
        server.telegram.faults.add(refusals := Refusals(asked))
        for chat in chats:
            await world.post(f"{chat.path}/text", text="/start")
        async with asyncio.timeout(120):
            while sum(map(len, refusals.moments.values())) < 3 * people:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        server.telegram.faults.clear()
        await world.idle()
        assert [await welcomes(chat) for chat in chats] == [1] * people
    for tries in refusals.moments.values():
        for one, next_one in pairwise(tries):
            assert next_one - one >= asked
    assert len(caplog.records) <= 6


async def window_shows(chat: Chat, words: str) -> bool:
    return words in (await chat.window())["text"]


@pytest.mark.parametrize("too_old", [False, True])
async def test_a_tap_during_an_outage_is_carried_out_once(
    server: SandboxServer, line: Line, database_url: str, too_old: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Telegram takes the answer to a tap for some seconds only; the window it leads to comes all the same."""
    async with bot(server, line, "telegram", WEBHOOK, database_url) as world:
        chats = await newcomers(world, 4)
        for chat in chats:
            await chat.says("/start")
        line.breaks(Trouble.RESET)
        for chat in chats:
            await chat._press(await chat.window(), (await chat.window())["buttons"][0][0])
        await line.fails(10)
        if too_old:
            for chat in chats:
                await world.post(f"{chat.path}/expire", **{})
        line.mend()
        await world.idle()
        for chat in chats:
            assert await window_shows(chat, "tên gì")
            assert len([one for one in await chat.messages() if one["from"] == "bot"]) == 1
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_an_error_of_ours_during_an_outage_is_told_afterwards(
    server: SandboxServer, line: Line, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    async with bot(server, line, "telegram", WEBHOOK, database_url) as world:
        (chat,) = await newcomers(world, 1)
        monkeypatch.setattr("dialogs.commands._begin", fails)
        line.breaks(Trouble.BAD_GATEWAY)
        await world.post(f"{chat.path}/text", text="/start")
        await line.fails(6)
        line.mend()
        await world.idle()
        (told_once,) = [message["text"] for message in await chat.messages() if message["from"] == "bot"]
        assert re.search(r"[0-9A-F]{8}", told_once)


async def test_whoever_has_blocked_the_bot_holds_up_nobody_and_no_error_is_logged(
    server: SandboxServer, line: Line, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot(server, line, "telegram", WEBHOOK, database_url) as world:
        gone, other = await newcomers(world, 2)
        await gone.says("/start")
        await world.post(f"{gone.path}/block", blocked=True)
        # A button of an older window, and a text.
        chat = {"id": await telegram_id(world), "type": "private"}
        button = {"text": "Tiếp tục", "callback_data": f"aaaaaa{CB_SEP}next"}
        old = {"message_id": 1, "date": 1, "chat": chat, "reply_markup": {"inline_keyboard": [[button]]}}
        person = {"id": chat["id"], "is_bot": False, "first_name": "Người"}
        tap = {"id": "1", "from": person, "chat_instance": "1", "data": button["callback_data"]}
        text = {"message_id": 9, "date": 1, "chat": chat, "from": person, "text": "/start"}
        async with aiohttp.ClientSession() as http:
            assert await post(http, server, 1, callback_query=tap | {"message": old | {"text": "…"}}) == 200
            assert await post(http, server, 2, message=text) == 200
        await other.says("/start")
        await world.idle()
        assert await welcomes(other) == 1
        rows = await rows_of_inbox(database_url)
        assert len(rows) >= 4
        assert all(row["settled_at"] and row["attempts"] == 0 and row["body"] == "" for row in rows)
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_an_update_posted_many_times_at_once_is_answered_once(
    server: SandboxServer, line: Line, database_url: str
) -> None:
    async with bot(server, line, "telegram", WEBHOOK, database_url) as world:
        (chat,) = await newcomers(world, 1)
        await chat.says("/start")
        number = await telegram_id(world)
        person = {"id": number, "is_bot": False, "first_name": "Người"}
        chat_there = {"id": number, "type": "private"}
        message = {"message_id": 77, "date": 1, "chat": chat_there, "from": person, "text": "/start"}
        async with aiohttp.ClientSession() as http:
            posts = [post(http, server, 1, message=message) for _ in range(40)]
            assert set(await asyncio.gather(*posts)) == {200}
            await world.idle()
            assert await post(http, server, 1, message=message) == 200
        await world.idle()
        assert await welcomes(chat) == 2


async def telegram_id(world: World) -> int:
    """The first newcomer's id."""
    found: int = next(one["telegram_id"] for one in await world.get("people") if one["name"] == "Người 0")
    return found


async def post(http: aiohttp.ClientSession, server: SandboxServer, number: int, **content: Any) -> int:
    """Post an update to Telegram's webhook."""
    hook = server.telegram.webhook
    update = {"update_id": 900_000_000 + number, **content}
    headers = {SECRET_HEADER: hook["secret_token"]}
    async with http.post(hook["url"], json=update, headers=headers) as answer:
        return answer.status


async def rows_of_inbox(database_url: str) -> list[Row]:
    database = Database(database_url)
    try:
        return await rows_of(database, "inbox")
    finally:
        await database.close()
