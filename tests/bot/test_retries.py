"""The conversation copes with a Telegram that is busy or broken, and counts its messages."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter, TelegramServerError

from bot.retries import TRIES, CountMessages, WaitWhenAsked
from sandbox.app import SandboxServer
from sandbox.telegram.phone import Phone


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
async def bot(server: SandboxServer) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    session.middleware(WaitWhenAsked())
    async with Bot(server.token, session=session) as running:
        yield running


async def _fault(server: SandboxServer, **fault: int) -> None:
    async with aiohttp.ClientSession() as http:
        url = f"{server.url}/world/telegram/faults"
        async with http.post(url, json={"method": "getMe", **fault}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"status": 500}, {"status": 502}])
async def test_a_refused_request_is_repeated(server: SandboxServer, bot: Bot, fault: dict[str, int]) -> None:
    await _fault(server, times=1, **fault)
    assert (await bot.me()).is_bot


async def test_a_long_flood_limit_is_an_error(server: SandboxServer, bot: Bot) -> None:
    await _fault(server, times=1, status=429, retry_after=120)
    with pytest.raises(TelegramRetryAfter):
        await bot.me()


async def test_a_server_that_stays_broken_is_an_error(server: SandboxServer, bot: Bot) -> None:
    await _fault(server, times=TRIES, status=500)
    with pytest.raises(TelegramServerError):
        await bot.me()
    assert (await bot.me()).is_bot


async def test_what_telegram_limits_is_counted_by_chat_and_nothing_else(
    server: SandboxServer, bot: Bot
) -> None:
    counted: list[str] = []
    bot.session.middleware(CountMessages(counted.append))
    owner = server.world.person("owner")
    assert owner
    Phone(server.telegram, owner).text("/start")
    chat = owner.telegram_id

    await bot.me()
    await bot.send_chat_action(chat, "typing")
    assert counted == []
    message = await bot.send_message(chat, "Xin chào")
    await message.edit_text("Chào anh/chị")
    assert counted == [str(chat)] * 2
    await message.delete()
    assert len(counted) == 2
