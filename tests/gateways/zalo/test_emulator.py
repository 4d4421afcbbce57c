"""Our client against an emulator of Zalo that others wrote for their clients."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateways.zalo.client import ZaloClient
from gateways.zalo.errors import BadCall, TokenRefused
from tests.gateways.zalo.emulated import Emulator, running
from tests.gateways.zalo.server import TED

pytestmark = pytest.mark.long

SECRET = "a-secret-of-the-webhook"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running(tmp_path_factory.mktemp("zalo")) as started:
        yield started


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[ZaloClient]:
    async with ZaloClient(emulator.token, emulator.url) as opened:
        yield opened


async def says(emulator: Emulator, text: str) -> None:
    """A person writes to the bot."""
    body = {"chatId": TED, "chatType": "PRIVATE", "senderId": TED, "senderName": "Ted", "text": text}
    headers = {"X-Crabline-Admin-Token": emulator.admin_token}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(emulator.inbound_url, json=body) as response,
    ):
        assert response.status == 200, await response.text()


def check_event(event: Any, text: str) -> None:
    assert event["event_name"] == "message.text.received"
    message = event["message"]
    assert message["from"] == {"id": TED, "display_name": "Ted", "is_bot": False}
    assert message["chat"] == {"id": TED, "chat_type": "PRIVATE"}
    assert message["text"] == text
    assert int(message["message_id"], 16)
    assert message["date"] > 1_700_000_000_000


async def test_the_bot_knows_itself(client: ZaloClient) -> None:
    me = await client.get_me()
    assert me.id.isdecimal()
    assert me.name


async def test_a_text_and_a_picture_are_sent(emulator: Emulator, client: ZaloClient) -> None:
    first = await client.send_message(TED, "Chào anh/chị 👋\nA1. Mở")
    second = await client.send_photo(TED, "https://bot.example/f/1.png", "Quét mã")
    assert int(first.message_id, 16) != int(second.message_id, 16)
    assert second.date_ms >= first.date_ms > 1_700_000_000_000
    await client.send_chat_action(TED)
    recorded = [one for one in emulator.recorded() if one["type"] == "api"][-3:]
    assert [(one["path"].rpartition("/")[2], one["body"]) for one in recorded] == [
        ("sendMessage", {"chat_id": TED, "text": "Chào anh/chị 👋\nA1. Mở"}),
        ("sendPhoto", {"chat_id": TED, "photo": "https://bot.example/f/1.png", "caption": "Quét mã"}),
        ("sendChatAction", {"chat_id": TED, "action": "typing"}),
    ]


async def test_an_event_is_polled_for(emulator: Emulator, client: ZaloClient) -> None:
    await says(emulator, "chào trước")
    check_event(await client.get_updates(30), "chào trước")
    waiting = asyncio.create_task(client.get_updates(30))
    await says(emulator, "chào sau")
    check_event(await waiting, "chào sau")
    assert await client.get_updates(0) is None


async def test_an_event_is_posted_to_the_webhook(emulator: Emulator, client: ZaloClient) -> None:
    came: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        await came.put((request.headers["X-Bot-Api-Secret-Token"], await request.json()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhooks/zalo", take)
    async with TestServer(app) as server:
        await client.set_webhook(str(server.make_url("/webhooks/zalo")), SECRET)
        with pytest.raises(BadCall):
            await client.get_updates(0)
        await says(emulator, "chào")
        secret, event = await came.get()
        await client.delete_webhook()
    assert secret == SECRET
    check_event(event, "chào")
    assert await client.get_updates(0) is None


async def test_refusals_have_their_names(emulator: Emulator, client: ZaloClient) -> None:
    with pytest.raises(BadCall):
        await client.send_message(TED, "")
    with pytest.raises(BadCall):
        await client.set_webhook("http://bot.example/zalo", SECRET)
    async with ZaloClient("1:wrong", emulator.url) as stranger:
        with pytest.raises(TokenRefused):
            await stranger.get_me()
