"""The program on Telegram, Zalo or both starts, answers and stops, even if a server is out of reach."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from sandbox.app import SandboxServer
from tests.support.world import Chat, World, running_bot

pytestmark = pytest.mark.long

APPS = {
    "telegram alone": ({"ZALO_TOKEN": "", "PUBLIC_URL": ""}, ["telegram"]),
    "zalo alone": ({"TELEGRAM_TOKEN": ""}, ["zalo"]),
    "both": ({}, ["telegram", "zalo"]),
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - what another task does cannot be awaited
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("which", APPS)
async def test_it_starts_answers_and_stops_on(
    server: SandboxServer, database_url: str, which: str, caplog: pytest.LogCaptureFixture
) -> None:
    changed, apps = APPS[which]
    async with aiohttp.ClientSession() as http:
        async with running_bot(server, DATABASE_URL=database_url, **changed):
            world = World(http, server.url)
            for app in apps:
                window = await world.chat("newcomer", app).says("/start")
                assert "Bắt đầu đăng ký" in str(window)
            hooked = server.zalo.webhook_info()["url"]
            assert hooked.endswith("/zalo/webhook") if "zalo" in apps else hooked == ""
        # The program has ended. What comes now waits for its next start.
        for app in apps:
            await world.post(f"chats/{app}/staff/text", text="/start")
        async with running_bot(server, DATABASE_URL=database_url, **changed):
            # The webhook is set anew with the new port.
            for app in apps:
                chat = world.chat("staff", app)
                await until(partial(_answered, chat))
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


async def _answered(chat: Chat) -> bool:
    return any(message["from"] == "bot" for message in await chat.messages())


async def test_zalo_out_of_reach_keeps_nobody_waiting_on_telegram_and_is_announced_later(
    server: SandboxServer, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await _fault(server, 503, "getMe")
    async with aiohttp.ClientSession() as http, running_bot(server, DATABASE_URL=database_url):
        world = World(http, server.url)
        window = await world.chat("newcomer").says("/start")
        assert "Bắt đầu đăng ký" in str(window)
        assert server.zalo.webhook_info()["url"] == ""
        await world.delete("zalo/faults")

        async def announced() -> bool:
            return bool(server.zalo.webhook_info()["url"])

        await until(announced)
        window = await world.chat("newcomer", "zalo").says("xin chào")
        assert "Bắt đầu đăng ký" in str(window)
    assert "announcing the bot on Zalo fails: Zalo 503" in caplog.text


async def test_a_wrong_token_is_told_without_the_token(
    server: SandboxServer, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Even if nothing is redacted."""
    caplog.set_level(logging.INFO)
    wrong = "515151:this-token-is-not-the-right-one"
    async with (
        aiohttp.ClientSession() as http,
        running_bot(server, DATABASE_URL=database_url, ZALO_TOKEN=wrong),
    ):
        window = await World(http, server.url).chat("newcomer").says("/start")
        assert "Bắt đầu đăng ký" in str(window)

        async def told() -> bool:
            return "Zalo 401: Unauthorized" in caplog.text

        await until(told)
    assert wrong not in caplog.text
    assert wrong.partition(":")[2] not in caplog.text


async def _fault(server: SandboxServer, status: int, method: str) -> None:
    async with aiohttp.ClientSession() as http:
        body = {"status": status, "method": method, "times": 10_000}
        await World(http, server.url).post("zalo/faults", **body)
