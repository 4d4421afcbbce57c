"""A new world for every test, and both libraries as its clients."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiogram import Bot
from aiohttp import web
from telegram.ext import ExtBot

from sandbox.app import SandboxServer
from sandbox.zalo_chats import zalo_id
from tests.sandbox.client import BotsWeb, Client, aiogram_bot


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def world(http: aiohttp.ClientSession, server: SandboxServer) -> Client:
    return Client(http, server)


@pytest.fixture
def owner(server: SandboxServer) -> int:
    """The Telegram id of the owner."""
    person = server.world.person("owner")
    assert person
    return person.telegram_id


@pytest.fixture
async def greeted(world: Client, owner: int) -> int:
    """The Telegram id of the owner, who has written, so that the bot may write."""
    await world.says("owner", "/start")
    return owner


@pytest.fixture
async def zalo_owner(world: Client) -> str:
    """The Zalo id of the owner, who has written, so that the bot may write."""
    await world.zalo_says("owner", "chào")
    return zalo_id("owner")


@pytest.fixture
async def agram(server: SandboxServer) -> AsyncIterator[Bot]:
    async with aiogram_bot(server) as bot:
        yield bot


@pytest.fixture
async def ptb(server: SandboxServer) -> AsyncIterator[ExtBot[None]]:
    bot: ExtBot[None] = ExtBot(
        server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot"
    )
    async with bot:
        yield bot


@pytest.fixture
async def bot(server: SandboxServer) -> AsyncIterator[BotsWeb]:
    """The bot's web, for the bank and the webhooks of Zalo to post to."""
    bot = BotsWeb()
    app = web.Application()
    app.router.add_post("/webhooks/{provider}", bot.handle)
    app.router.add_get("/healthz", bot.health)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.health_url = f"http://127.0.0.1:{runner.addresses[0][1]}/healthz"
    yield bot
    await runner.cleanup()
