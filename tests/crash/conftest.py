"""The sandbox in the test's process, and lives of the bot in others."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.app import SandboxServer, free_port
from tests.crash.lives import DyingWorld, Lives, Zygote
from tests.support.world import BUSY_FIRMS


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    one = Zygote()
    yield one
    one.close()


@pytest.fixture
def app() -> str:
    """What the vendor has on Zalo: a bot, or with `oa` an Official Account."""
    return "zalo"


@pytest.fixture
async def server(tmp_path: Path, app: str) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world", zalo_oa=app == "oa") as running:
        yield running


@pytest.fixture
def lives(zygote: Zygote, server: SandboxServer, database_url: str, tmp_path: Path) -> Iterator[Lives]:
    """Lives that are not begun yet, and end with the test."""
    port = free_port()
    server.health_url = f"http://127.0.0.1:{port}/healthz"
    # Without back office, so that the database holds only the firm's data.
    settings = server.environment(port) | {"DATABASE_URL": database_url, "BACK_OFFICE": ""} | BUSY_FIRMS
    several = Lives(zygote, tmp_path / "lives", settings)
    yield several
    several.end()


@pytest.fixture
async def world(server: SandboxServer, lives: Lives) -> AsyncIterator[DyingWorld]:
    async with aiohttp.ClientSession() as http:
        yield DyingWorld(http, server.url, lives)
