"""Updates reach the bot by long polling with offsets or by a webhook; none is lost, each can come twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.methods import SendMessage
from aiogram.types import BufferedInputFile, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from sandbox.app import SandboxServer
from tests.sandbox.client import Client, aiogram_bot


async def ids(world: Client, **params: Any) -> list[int]:
    return [update["update_id"] for update in (await world.bot("getUpdates", **params))["result"]]


async def test_an_update_stays_until_confirmed(world: Client) -> None:
    for text in "abc":
        await world.says("owner", text)
    first, second, third = await ids(world)
    assert await ids(world) == [first, second, third]
    assert await ids(world, limit=1) == [first]
    assert await ids(world, offset=second) == [second, third]
    assert await ids(world) == [second, third]
    assert await ids(world, offset=-1) == [third]
    assert await ids(world, offset=third + 1) == []
    assert await ids(world) == []
    await world.says("owner", "d")
    assert await ids(world, offset=third + 1) == [third + 1]


async def test_a_poll_waits_for_the_next_update(world: Client) -> None:
    waiting = asyncio.create_task(ids(world, timeout=30))
    await world.server.telegram.updates.polling.wait()
    await world.says("owner", "a")
    assert len(await waiting) == 1


async def test_two_polls_conflict(world: Client) -> None:
    first = asyncio.create_task(world.bot("getUpdates", timeout=30))
    await world.server.telegram.updates.polling.wait()
    assert await ids(world) == []
    answer = await first
    assert answer["error_code"] == 409
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")


async def test_only_wanted_kinds_come(world: Client) -> None:
    await ids(world, allowed_updates=["callback_query"])
    await world.says("owner", "a")
    assert await ids(world) == []
    await ids(world, allowed_updates=[])
    await world.post("chats/telegram/owner/block", blocked=True)
    update = (await world.bot("getUpdates"))["result"][0]
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_an_update_can_come_again_under_its_id(world: Client) -> None:
    await world.post("chats/telegram/owner/redeliver", 409)
    await world.says("owner", "a")
    (first,) = await ids(world)
    await world.says("staff", "b")
    assert await ids(world, offset=first + 2) == []
    assert await world.post("chats/telegram/owner/redeliver") == {"update_id": first}
    await world.says("owner", "c")
    assert await ids(world, offset=first + 2) == [first, first + 2]
    assert await ids(world, offset=first + 3) == []


class Hook:
    """A bot's webhook that can be told to fail."""

    def __init__(self) -> None:
        self.got: list[tuple[int, str | None]] = []
        self.failures = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        update = await request.json()
        self.got.append((update["update_id"], request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        return web.Response()


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    runner, hook.url = await serve(app)
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_all_in_order_with_the_secret(world: Client, hook: Hook) -> None:
    await world.says("owner", "a")
    hook.failures = 2
    assert (await world.bot("setWebhook", url=hook.url, secret_token="s-1"))["result"] is True
    await world.says("staff", "b")
    await world.says("owner", "c")
    await world.get("idle", quiet=0)
    first = hook.got[0][0]
    assert hook.got == [(first, "s-1"), (first + 1, "s-1"), (first + 2, "s-1")]
    info = (await world.bot("getWebhookInfo"))["result"]
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)
    assert info["last_error_message"].startswith("Wrong response from the webhook: 500")
    conflict = await world.refusal("getUpdates")
    assert conflict.startswith("Conflict: can't use getUpdates method while webhook is active")
    await world.post("chats/telegram/staff/redeliver")
    await world.get("idle", quiet=0)
    assert hook.got[-1][0] == first + 1
    assert (await world.bot("deleteWebhook"))["result"] is True
    await world.says("owner", "d")
    assert await ids(world) == [first + 3]


async def test_webhooks_are_checked(world: Client) -> None:
    refusal = await world.refusal("setWebhook", url="http://vendor.example/hook")
    assert refusal == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    refusal = await world.refusal("setWebhook", url="https://vendor.example", secret_token="a b")
    assert refusal == "Bad Request: secret token contains unallowed characters"
    await world.says("owner", "a")
    await world.bot("deleteWebhook", drop_pending_updates=True)
    assert await ids(world) == []


async def test_an_answer_to_the_webhook_is_carried_out(world: Client, agram: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> SendMessage:
        return message.answer(f"Chào {message.text}")

    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, agram, handle_in_background=False, secret_token="s")
    handler.register(app, path="/hook")
    runner, url = await serve(app)
    try:
        await agram.set_webhook(url, secret_token="s")
        await world.says("owner", "Hương")
        await world.get("idle")
        assert (await world.messages("owner"))[-1]["text"] == "Chào Hương"
    finally:
        await runner.cleanup()


async def test_everything_survives_a_kill(tmp_path: Path, http: Any) -> None:
    """The first world is left as after a kill: nothing closed, half a line written."""
    async with SandboxServer(tmp_path) as first:
        async with aiogram_bot(first) as bot:
            world = Client(http, first)
            person = await world.post("people", name="Đỗ Văn Tám", phone="84912345678")
            await world.says(person["id"], "/start")
            chat = person["telegram_id"]
            sent = await bot.send_document(chat, BufferedInputFile(b"abc", "a.txt"))
            gone = await bot.send_message(chat, "gone")
            await bot.delete_message(chat, gone.message_id)
            updates = await bot.get_updates()
        journal = (tmp_path / "world.jsonl").read_bytes()
    (tmp_path / "world.jsonl").write_bytes(journal + b'["messages",99,{"id"')
    async with SandboxServer(tmp_path) as second, aiogram_bot(second) as bot:
        world = Client(http, second)
        assert (await world.get("people"))[-1] == person
        assert [m["id"] for m in await world.messages(person["id"])] == [1, sent.message_id]
        assert await bot.get_updates() == updates
        assert sent.document
        downloaded = await bot.download(sent.document.file_id)
        assert downloaded
        assert downloaded.read() == b"abc"
        new = await bot.send_message(chat, "b")
        assert new.message_id > gone.message_id
        await world.says(person["id"], "c")
        assert (await bot.get_updates(offset=-1))[0].update_id == updates[-1].update_id + 1
    async with SandboxServer(tmp_path, fresh=True) as third:
        assert third.world.fresh
        assert third.world.person(person["id"]) is None
        assert not (tmp_path / "files").exists()
