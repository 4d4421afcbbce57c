"""Processes of each role on one PostgreSQL, as they are started: `python -m bot --role …`."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.app_settings import secret_of_app
from domain.chats import Channel
from sandbox.app import SandboxServer
from tests.support.machines import Machines
from tests.support.steps import register
from tests.support.world import World

pytestmark = pytest.mark.kill


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
async def world(server: SandboxServer) -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as http:
        yield World(http, server.url)


async def _said_by_bot(world: World, person: str, app: str) -> int:
    return sum(message["from"] == "bot" for message in await world.chat(person, app).messages())


async def _gets_an_answer(world: World, person: str, app: str) -> None:
    """Say something, and wait until the bot has answered: no process is asked whether all is done."""
    before = await _said_by_bot(world, person, app)
    await world.post(f"chats/{app}/{person}/text", text="/start")
    async with asyncio.timeout(60):
        while await _said_by_bot(world, person, app) == before:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("role", ["web", "work", "all"])
async def test_each_role_answers_what_it_takes_in(
    role: str, server: SandboxServer, world: World, postgresql_url: str, tmp_path: Path
) -> None:
    """Zalo posts to `web` and `all`; `work` and `all` ask Telegram. Each says how it is."""
    modes = {"TELEGRAM_MODE": "polling", "ZALO_MODE": "webhook"}
    async with Machines(server, postgresql_url, tmp_path, [role], modes) as machines:
        if role == "web":
            # Nobody has told Zalo where to post: this is the work of another role.
            server.zalo.set_webhook(
                {"url": f"{machines.proxy.url}/zalo/webhook", "secret_token": _secret(server)}
            )
        await machines.start()
        answered = {"web": ["zalo"], "work": ["telegram"], "all": ["telegram", "zalo"]}[role]
        for app in answered:
            await _gets_an_answer(world, "newcomer", app)
        health = await machines.health(f"{role}1")
        assert health["status"] == "ok"
        assert health["away"] == []
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"http://127.0.0.1:{machines[f'{role}1'].port}/zalo/webhook", json={"a": 1}) as refused,
        ):
            assert refused.status == (404 if role == "work" else 403)
        await machines.stop()
        assert machines.errors == []


async def test_a_journey_goes_on_with_any_process_and_polling_moves(
    server: SandboxServer, world: World, postgresql_url: str, tmp_path: Path
) -> None:
    async with Machines(server, postgresql_url, tmp_path, settings={"TELEGRAM_MODE": "polling"}) as machines:
        await machines.start()
        await register(world.chat("newcomer", "zalo"))
        assert min(machines.proxy.passed.values()) > 0

        # Whichever of them polls.
        for name in ("work1", "work2"):
            await _gets_an_answer(world, "owner", "telegram")
            await machines.kill(name)
            await _gets_an_answer(world, "owner", "telegram")
            await machines.start(name)
        await machines.kill("web1")
        await _gets_an_answer(world, "newcomer", "zalo")
        await machines.stop()
        assert machines.errors == []


def _secret(server: SandboxServer) -> str:
    return secret_of_app(server.environment(0)["WEBHOOK_SECRET"], Channel.ZALO)
