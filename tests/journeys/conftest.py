"""The sandbox and the real bot, new for every journey."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from domain.calendar import VIETNAM
from sandbox.app import SandboxServer
from tests.support.browser import Browser, browsing
from tests.support.databases import Databases, wanted
from tests.support.pace import ask_soon, drop_pace
from tests.support.prepared import Registered
from tests.support.shared import Shared
from tests.support.world import World, back_office_in, running_bot

LATE, MORNING = 20, 8
"""Hours of the day in Vietnam."""


@pytest.fixture(autouse=True)
def without_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    drop_pace(monkeypatch.setattr)
    ask_soon(monkeypatch.setattr)


@pytest.fixture
def app() -> str:
    """The app that people chat in; `on_both_apps` runs a journey in each."""
    return "telegram"


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, databases: Databases, run_files: Shared, app: str, tmp_path: Path
) -> Iterator[str]:
    """A fresh migrated database; where a journey is marked so, one in which somebody has walked ahead."""
    ahead = request.node.get_closest_marker("registered")
    if ahead is None:
        made = databases.fresh(wanted(), tmp_path)
    else:
        made = Registered(run_files.folder, app, *ahead.args).copied(databases, tmp_path)
    with made as url:
        yield url


@pytest.fixture
async def server(database_url: str, app: str, tmp_path: Path) -> AsyncIterator[SandboxServer]:
    """The world that goes with the database. Its day has some hours left, since journeys let time pass."""
    async with SandboxServer(tmp_path / "world", zalo_oa=app == "oa") as running:
        clock = running.world.clock
        hour = datetime.fromtimestamp(clock.now(), VIETNAM).hour
        if hour >= LATE:
            clock.advance(timedelta(hours=24 + MORNING - hour))
        yield running


@pytest.fixture
async def world(server: SandboxServer, database_url: str, app: str) -> AsyncIterator[World]:
    """The world with the running bot."""
    bot = running_bot(server, DATABASE_URL=database_url, **back_office_in(server, app))
    async with aiohttp.ClientSession() as http, bot:
        yield World(http, server.url, app)


@pytest.fixture
async def browser(chromium: None, server: SandboxServer, world: World) -> AsyncIterator[Browser]:
    async with browsing(server.url) as opened:
        yield opened
        assert opened.errors == []
