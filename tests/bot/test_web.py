"""The program's own web endpoints, and a journey's start by webhook."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.app_settings import UpdateMode, secret_of_app
from bot.telegram.app import WEBHOOK_PATH
from bot.web import serve
from bot.wiring import Program, build_program
from domain.chats import Channel
from sandbox.app import SandboxServer
from services.ports import Lane
from storage.migrate import upgrade
from tests.support.settings import settings_of

KEY = "a-secret-of-twenty-one"
SECRET = secret_of_app(KEY, Channel.TELEGRAM)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
async def program(server: SandboxServer, database_url: str) -> AsyncIterator[Program]:
    values: dict[str, str | None] = {name.lower(): value for name, value in server.environment(0).items()}
    # Nobody does the jobs here, so none is to be made: no list is read.
    values |= dict.fromkeys(("sepay_api_token", "casso_api_key"))
    values |= {"database_url": database_url, "webhook_secret": KEY}
    settings = settings_of(values)
    # The mode's own check wants https, which a reverse proxy adds.
    settings = settings.model_copy(update={"telegram_mode": UpdateMode.WEBHOOK})
    await upgrade(database_url)
    async with build_program(settings) as built:
        await built.dispatcher.emit_startup(bot=built.apps[Channel.TELEGRAM].bot)
        yield built


async def test_health_counts_the_work_at_hand(program: Program) -> None:
    async with (
        serve(program) as port,
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/healthz") as answer,
    ):
        body = await answer.json()
    assert body == {
        "status": "ok",
        "jobs_due": 0,
        "jobs_soon_due": 0,
        # Nobody has looked yet whether a killed process had jobs in hand.
        "jobs_running": 0 if program.database.has_engine else len(Lane),
        "updates_running": 0,
        "events_due": 0,
        "away": [],
    }


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}])
async def test_an_update_without_the_secret_is_refused(program: Program, headers: dict[str, str]) -> None:
    update = {"update_id": 1, "message": {}}
    async with serve(program) as port, aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{port}{WEBHOOK_PATH}"
        async with http.post(url, json=update, headers=headers) as answer:
            assert answer.status == web.HTTPForbidden.status_code


async def test_a_made_up_tap_from_a_chat_that_cannot_be_reached_is_acknowledged(program: Program) -> None:
    """Telegram would bring it again and again, and nobody would ever be answered."""
    stranger = {"id": 999_999, "is_bot": False, "first_name": "X"}
    message = {"message_id": 5, "date": 1, "chat": {"id": 999_999, "type": "private"}, "text": "x"}
    tap = {"id": "1", "from": stranger, "chat_instance": "1", "data": "made up", "message": message}
    async with serve(program) as port, aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{port}{WEBHOOK_PATH}"
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with http.post(url, json={"update_id": 7, "callback_query": tap}, headers=headers) as answer:
            assert answer.status == 200


async def test_telegram_is_answered_by_webhook(server: SandboxServer, program: Program) -> None:
    async with serve(program) as port, aiohttp.ClientSession() as http:
        bot = program.apps[Channel.TELEGRAM].bot
        reading = asyncio.create_task(program.apps[Channel.TELEGRAM].reader.run())
        await bot.set_webhook(f"http://127.0.0.1:{port}{WEBHOOK_PATH}", secret_token=SECRET)
        chat = f"{server.url}/world/chats/telegram/newcomer"
        async with http.post(f"{chat}/text", json={"text": "/start"}) as answer:
            assert answer.status == 200
        async with asyncio.timeout(120):
            said: list[str] = []
            while not said:
                await asyncio.sleep(0.02)
                async with http.get(f"{chat}/messages") as answer:
                    said = [m["text"] for m in await answer.json() if m["from"] == "bot"]
        assert "đăng ký" in said[0].lower()
        await bot.delete_webhook()
        reading.cancel()
        await asyncio.wait({reading})
