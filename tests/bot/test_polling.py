"""Polling for updates: what comes is stored before more is asked for, and no failure ends it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.polling import poll as poll_app
from bot.zalo.updates import arrival_of
from gateways.zalo.errors import ZaloError, refusal
from sandbox.app import SandboxServer
from services.patience import Patience
from storage.inbox import Arrival
from tests.support.world import World, running_bot
from tests.support.zalo_api import text_event
from tests.support.zalo_world import ZaloWorld

LAN = "6ede9afa66b88fe6d6a9"


class Asked:
    """What `ask` of `poll` gives: events as Zalo posts them, and errors to raise."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.over = asyncio.Event()

    async def __call__(self) -> Sequence[Arrival]:
        if not self.answers:
            self.over.set()
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        arrival = arrival_of(answer) if answer is not None else None
        return [arrival] if arrival else []


async def poll(world: ZaloWorld, *answers: Any) -> None:
    """Poll until all of these were given, then stop."""
    asked = Asked(*answers)
    task = asyncio.create_task(poll_app("Zalo", asked, world.reader.take, (ZaloError,)))
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
    """Waits of half a second and more become none."""
    monkeypatch.setattr("bot.polling.REACH", Patience(attempts=1, first=0.0))


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
    # One line when it goes away, one when it is back.
    lines = [one.getMessage() for one in caplog.records if "getting updates" in one.getMessage()]
    assert lines == [
        "getting updates from Zalo fails: Zalo 500: ",
        "getting updates from Zalo works again",
    ]


async def test_an_error_of_the_database_does_not_end_it(
    world: ZaloWorld, no_waits: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    take, failures = world.inbox.take, [OSError("the disk is full")]

    async def fails_once(*given: Any) -> None:
        if failures:
            raise failures.pop()
        await take(*given)

    monkeypatch.setattr(world.inbox, "take", fails_once)
    # A stranger is answered once a day.
    await world.register(LAN)
    await poll(world, text_event(1, LAN), text_event(2, LAN))
    await world.handle()
    # What could not be stored is stored later, before more is asked for.
    assert len(world.client.to(LAN)) == 2
    assert "were not stored" in caplog.text


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
