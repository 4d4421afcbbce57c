"""Polling Zalo for events when it cannot post them: one at a time, and no failure ends it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.zalo.polling import poll_zalo
from gateways.zalo.errors import refusal
from sandbox.app import SandboxServer
from tests.support.world import World, running_bot
from tests.support.zalo_api import text_event
from tests.support.zalo_world import ZaloWorld

LAN = "6ede9afa66b88fe6d6a9"


class Asked:
    """`ZaloClient.get_updates` from a test's list: bodies to return and errors to raise."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.over = asyncio.Event()

    async def get_updates(self, seconds: int) -> Any:
        if not self.answers:
            self.over.set()
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def poll(world: ZaloWorld, *answers: Any) -> None:
    """Poll until all of these were given, then stop."""
    asked = Asked(*answers)
    task = asyncio.create_task(poll_zalo(asked, world.reader))  # type: ignore[arg-type]
    ended = asyncio.create_task(asked.over.wait())
    try:
        await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
        assert not task.done(), task.result()
    finally:
        for one in (task, ended):
            one.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: object) -> None:
        """Waits of half a second and more become none."""

    monkeypatch.setattr("bot.zalo.polling.Backoff.asleep", at_once)


async def test_each_event_is_stored_and_handled(world: ZaloWorld) -> None:
    await poll(world, text_event(1, LAN), None, text_event(2, "b"), {"event_name": "user.followed"})
    await world.handle()
    assert [len(world.client.to(chat)) for chat in (LAN, "b")] == [1, 1]


async def test_errors_of_zalos_and_strange_answers_do_not_end_it(
    world: ZaloWorld, no_waits: None, caplog: pytest.LogCaptureFixture
) -> None:
    strange: tuple[dict[str, str], ...] = ({}, {"event_name": "message.text.received", "message": "x"})
    errors = (refusal(500, ""), refusal(401, "Unauthorized"), refusal(429, "Quota exceeded"))
    await poll(world, *strange, *errors, text_event(1, LAN))
    await world.handle()
    assert len(world.client.to(LAN)) == 1
    assert "Zalo 401: Unauthorized" in caplog.text


async def test_an_error_of_the_database_does_not_end_it(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    take, failures = world.events.take, [OSError("the disk is full")]

    async def fails_once(*given: Any) -> None:
        if failures:
            raise failures.pop()
        await take(*given)

    monkeypatch.setattr(world.events, "take", fails_once)
    await poll(world, text_event(1, LAN), text_event(2, LAN))
    await world.handle()
    assert len(world.client.to(LAN)) == 1
    assert "was not stored" in caplog.text


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


async def test_the_program_polls_where_it_is_told_to(server: SandboxServer, database_url: str) -> None:
    settings = {"DATABASE_URL": database_url, "ZALO_MODE": "polling", "TELEGRAM_TOKEN": ""}
    async with aiohttp.ClientSession() as http, running_bot(server, **settings):
        async with asyncio.timeout(120):
            await server.zalo.events.polling.wait()
        assert server.zalo.webhook_info()["url"] == ""
        chat = World(http, server.url, "zalo").chat("newcomer")
        window = await chat.says("xin chào")
        assert "Bắt đầu đăng ký" in window["text"]
        async with asyncio.timeout(120):
            await server.zalo.events.polling.wait()
        window = await chat.taps_on("Bắt đầu")
        assert "tên gì" in window["text"]
        # While the bot polls, nobody may post events.
        assert server.health_url is not None
        async with http.post(server.health_url.replace("healthz", "zalo/webhook")) as answer:
            assert answer.status == 404
