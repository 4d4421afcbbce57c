"""The sandbox and the real bot, new for every journey."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.app import SandboxServer
from tests.support.browser import Browser, browsing, need_chromium
from tests.support.pace import drop_pace
from tests.support.world import World, back_office_in, running_bot


@pytest.fixture(autouse=True)
def without_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    drop_pace(monkeypatch.setattr)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
def app() -> str:
    """The app that people chat in; `on_both_apps` runs a journey in each."""
    return "telegram"


@pytest.fixture
async def world(server: SandboxServer, database_url: str, app: str) -> AsyncIterator[World]:
    """The world with the running bot."""
    bot = running_bot(server, DATABASE_URL=database_url, **back_office_in(server, app))
    async with aiohttp.ClientSession() as http, bot:
        yield World(http, server.url, app)


@pytest.fixture
def chromium() -> None:
    need_chromium()


@pytest.fixture
async def browser(chromium: None, server: SandboxServer, world: World) -> AsyncIterator[Browser]:
    async with browsing(server.url) as opened:
        yield opened
        assert opened.errors == []
