"""What people do on Zalo reaches the bot: by a webhook until it is taken, or by polling, which loses much."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.app import SandboxServer
from sandbox.zalo_chats import zalo_id
from tests.sandbox.client import PNG, Client

SECRET = "a-secret-of-this-test"
HEADER = "X-Bot-Api-Secret-Token"


class Hook:
    """A bot's webhook: keeps the events it took, and can be told to fail or to hold an answer back."""

    def __init__(self) -> None:
        self.tries: list[str] = []
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self.held: dict[str, asyncio.Event] = {}
        self.called = asyncio.Condition()
        self.url = ""
        self.empty = 0

    async def handle(self, request: web.Request) -> web.Response:
        if not request.can_read_body:
            self.empty += 1
            return web.Response()
        body = await request.json()
        text = body.get("result", body)["message"].get("text", "")
        async with self.called:
            self.tries.append(text)
            self.called.notify_all()
        if text in self.held:
            await self.held[text].wait()
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        self.got.append(body)
        self.secrets.append(request.headers.get(HEADER))
        return web.json_response({"message": "Success"})

    async def tried(self, text: str) -> None:
        async with self.called:
            await self.called.wait_for(lambda: text in self.tries)

    @property
    def texts(self) -> list[str]:
        return [body["result"]["message"]["text"] for body in self.got]


@pytest.fixture
async def hook(world: Client) -> AsyncIterator[Hook]:
    """A bot's webhook, already set."""
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    assert (await world.zalo("setWebhook", url=hook.url, secret_token=SECRET))["ok"]
    yield hook
    await world.zalo("deleteWebhook")
    await runner.cleanup()


async def test_a_webhook_is_tried_when_it_is_set(world: Client, hook: Hook) -> None:
    assert hook.empty == 1
    for url, outcome in ((hook.url, "http_200"), ("http://127.0.0.1:1/hook", "unreachable")):
        told = (await world.zalo("setWebhook", url=url, secret_token=SECRET))["result"]["verification"]
        assert told == {"ok": outcome == "http_200", "outcome": outcome}


async def test_a_webhook_is_told_of_a_text(world: Client, hook: Hook) -> None:
    said = await world.zalo_says("owner", " chào em ")
    await world.get("idle", quiet=0)
    [event] = hook.got
    assert event == {
        "ok": True,
        "result": {
            "event_name": "message.text.received",
            "message": {
                "from": {"id": zalo_id("owner"), "display_name": "Nguyễn Thị Thanh Hương", "is_bot": False},
                "chat": {"id": zalo_id("owner"), "chat_type": "PRIVATE"},
                "text": "chào em",
                "message_id": said["message_id"],
                "date": event["result"]["message"]["date"],
            },
        },
    }
    assert event["result"] == said["event"]
    assert event["result"]["message"]["date"] > 1_700_000_000_000
    assert hook.secrets == [SECRET]


async def test_the_wrapper_can_be_left_out(world: Client, hook: Hook) -> None:
    assert (await world.post("zalo/settings", wrapped=False))["wrapped"] is False
    said = await world.zalo_says("owner", "chào")
    await world.get("idle", quiet=0)
    assert hook.got == [said["event"]]


async def test_every_kind_of_event(world: Client, hook: Hook) -> None:
    chat = "chats/zalo/owner"
    await world.upload(f"{chat}/photo", PNG, "a.png", "image/png", caption="đây")
    await world.post("zalo/settings", photo_fields=["photo", "photo_url"])
    await world.upload(f"{chat}/photo", PNG, "a.png", "image/png")
    await world.post(f"{chat}/sticker")
    await world.upload(f"{chat}/voice", b"aac", "a.aac", "audio/aac")
    await world.post(f"{chat}/unsupported")
    await world.upload(f"{chat}/file", b"xlsx", "khách.xlsx", "application/zip")
    await world.get("idle", quiet=0)
    events = [body["result"] for body in hook.got]
    assert [event["event_name"].split(".")[1] for event in events] == [
        "image",
        "image",
        "sticker",
        "voice",
        "unsupported",
        "unsupported",
    ]
    picture, both, sticker, voice, other, file = (event["message"] for event in events)
    assert (picture["caption"], "photo" in picture) == ("đây", False)
    async with world.http.get(picture["photo_url"]) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", PNG)
    assert both["photo"] == both["photo_url"] != picture["photo_url"]
    assert int(sticker["sticker"], 16)
    async with world.http.get(voice["voice_url"]) as answer:
        assert await answer.read() == b"aac"
    assert other.keys() == file.keys() == {"from", "chat", "message_id", "date"}


@pytest.mark.long
async def test_one_chat_is_told_in_order_until_each_is_taken(world: Client, hook: Hook) -> None:
    hook.statuses = [500, 404, 302, 503]
    for text in "abc":
        await world.zalo_says("owner", text)
    await world.get("idle", quiet=0)
    assert hook.texts == ["a", "b", "c"]
    assert hook.tries == ["a"] * 5 + ["b", "c"]


async def test_a_chat_does_not_wait_for_another(world: Client, hook: Hook) -> None:
    hook.held["chậm"] = asyncio.Event()
    await world.zalo_says("owner", "chậm")
    await hook.tried("chậm")
    await world.zalo_says("owner", "sau")
    await world.zalo_says("staff", "nhanh")
    await hook.tried("nhanh")
    assert hook.tries == ["chậm", "nhanh"]
    busy = await world.get("idle", 504, timeout=0, quiet=0)
    assert busy["error"].endswith("events of Zalo are not taken by the bot")
    hook.held["chậm"].set()
    await world.get("idle", quiet=0)
    assert hook.texts == ["nhanh", "chậm", "sau"]


@pytest.mark.long
async def test_an_event_waits_for_a_bot_that_is_down(world: Client, hook: Hook) -> None:
    await world.zalo("setWebhook", url="http://127.0.0.1:1/hook", secret_token=SECRET)
    await world.zalo_says("owner", "a")
    assert (await world.get("idle", 504, timeout=0.3, quiet=0))["error"]
    await world.zalo("setWebhook", url=hook.url, secret_token="another-secret")
    await world.get("idle", quiet=0)
    assert (hook.texts, hook.secrets) == (["a"], ["another-secret"])


async def test_what_waits_is_lost_with_the_webhook(world: Client, hook: Hook) -> None:
    hook.statuses = [500] * 100
    await world.zalo_says("owner", "a")
    await world.zalo_says("owner", "b")
    await hook.tried("a")
    await world.zalo("deleteWebhook")
    await world.get("idle", quiet=0)
    hook.statuses = []
    await world.zalo("setWebhook", url=hook.url, secret_token=SECRET)
    await world.zalo_says("owner", "c")
    await world.get("idle", quiet=0)
    assert hook.texts == ["c"]


async def test_an_event_can_come_again_under_its_ids(world: Client, hook: Hook) -> None:
    await world.post("chats/zalo/owner/redeliver", 409)
    await world.zalo_says("owner", "a")
    last = await world.zalo_says("owner", "b")
    await world.zalo_says("staff", "c")
    await world.get("idle", quiet=0)
    again = await world.post("chats/zalo/owner/redeliver")
    assert again == {"message_id": last["message_id"]}
    await world.get("idle", quiet=0)
    assert hook.got[-1]["result"] == last["event"]
    assert len(hook.got) == 4


async def test_events_can_be_posted_by_hand_in_any_order(world: Client, hook: Hook) -> None:
    first = await world.post("chats/zalo/owner/text?deliver=0", text="a")
    second = await world.post("chats/zalo/owner/text?deliver=0", text="b")
    assert hook.got == []
    for said in (second, first, first):
        answer = await world.post("zalo/events", body={"ok": True, "result": said["event"]})
        assert answer == {"status": 200, "text": '{"message": "Success"}'}
    assert hook.texts == ["b", "a", "a"]
    assert [message["text"] for message in await world.zalo_messages("owner")] == ["a", "b"]
    for secret in ("wrong-secret", ""):
        await world.post("zalo/events", body=first["event"], secret=secret)
    assert hook.secrets == [SECRET] * 3 + ["wrong-secret", None]
    assert (await world.post("zalo/events", raw="{"))["status"] == 500
    await world.zalo("deleteWebhook")
    assert "no webhook" in (await world.post("zalo/events", 409, body={}))["error"]
    await world.zalo("setWebhook", url="http://127.0.0.1:1/hook", secret_token=SECRET)
    assert "did not answer" in (await world.post("zalo/events", 502, body={}))["error"]


async def test_a_poll_gets_one_event(world: Client) -> None:
    waiting = asyncio.create_task(world.zalo("getUpdates", timeout="30"))
    await world.server.zalo.events.polling.wait()
    said = await world.zalo_says("owner", "a")
    lost = await world.zalo_says("owner", "b")
    assert await waiting == {"ok": True, "result": said["event"]}
    assert await world.zalo("getUpdates", timeout=0) == {
        "ok": False,
        "description": "Request timeout",
        "error_code": 408,
    }
    waiting = asyncio.create_task(world.zalo("getUpdates", timeout=30))
    await world.server.zalo.events.polling.wait()
    await world.post("chats/zalo/owner/redeliver")
    assert (await waiting)["result"] == lost["event"]
    # Who took it may be at work with it until they poll again.
    await world.get("idle", 504, quiet=0, timeout=0)
    await world.zalo("getUpdates", timeout=0)
    assert await world.get("idle", quiet=0) == {"idle": True}


async def test_a_poll_ends_when_a_webhook_is_set(world: Client, hook: Hook) -> None:
    await world.zalo("deleteWebhook")
    waiting = asyncio.create_task(world.zalo("getUpdates", timeout=30))
    await world.server.zalo.events.polling.wait()
    await world.zalo("setWebhook", url=hook.url, secret_token=SECRET)
    assert (await waiting)["error_code"] == 408
    await world.zalo_says("owner", "a")
    await world.get("idle", quiet=0)
    assert hook.texts == ["a"]


async def test_what_a_broken_poll_would_have_got_is_lost(world: Client) -> None:
    waiting = asyncio.create_task(world.zalo("getUpdates", timeout=30))
    await world.server.zalo.events.polling.wait()
    waiting.cancel()
    await world.zalo_says("owner", "a")
    assert (await world.zalo("getUpdates", timeout=0))["error_code"] == 408
    assert await world.get("idle", quiet=0) == {"idle": True}


@pytest.mark.parametrize("seconds", ["abc", [], "nan", 1e999])
async def test_a_poll_without_a_sensible_time(world: Client, seconds: Any) -> None:
    assert (await world.zalo("getUpdates", timeout=seconds))["error_code"] == 400


async def test_everything_survives_a_kill(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    """The first world is left as after a kill: nothing closed, half a line written."""
    async with SandboxServer(tmp_path) as first:
        world = Client(http, first)
        await world.zalo_says("owner", "lost, as nobody is told")
        await world.zalo("setWebhook", url="http://127.0.0.1:1/hook", secret_token=SECRET)
        waits = await world.zalo_says("owner", "a")
        picture = await world.upload("chats/zalo/owner/photo", PNG, "a.png", "image/png")
        sent = await world.zalo("sendMessage", chat_id=zalo_id("owner"), text="b")
        await world.post("chats/zalo/staff/block")
        shown = await world.zalo_messages("owner")
        journal = (tmp_path / "world.jsonl").read_bytes()
    (tmp_path / "world.jsonl").write_bytes(journal + b'["zalo_messages",99,{"id"')
    async with SandboxServer(tmp_path) as second:
        world = Client(http, second)
        assert await world.zalo_messages("owner") == shown
        assert await world.download(picture["photo"]) == PNG
        assert (await world.get("chats/zalo/staff"))["blocked"] is True
        assert second.zalo.events.waiting == 2
        first_left = second.zalo.events.first("owner")
        assert first_left
        assert first_left.body == waits["event"]
        later = await world.zalo("sendMessage", chat_id=zalo_id("owner"), text="c")
        assert later["result"]["date"] > sent["result"]["date"]
        assert (await world.zalo_messages("owner"))[-1]["id"] == shown[-1]["id"] + 1


async def test_zalo_may_post_an_event_only_once(world: Client, hook: Hook) -> None:
    await world.post("zalo/settings", redelivers=False)
    hook.statuses = [503]
    for text in ("một", "hai"):
        await world.zalo_says("owner", text)
        await hook.tried(text)
    await world.get("idle", timeout=10)
    assert (hook.tries, hook.texts) == (["một", "hai"], ["hai"])


async def test_a_plan_lets_the_first_people_speak_with_the_bot(world: Client, hook: Hook) -> None:
    await world.post("zalo/settings", max_people=1)
    await world.zalo_says("owner", "một")
    await world.zalo_says("newcomer", "hai")
    await hook.tried("một")
    await world.get("idle", timeout=10)
    assert hook.texts == ["một"]
    refused = await world.zalo("sendMessage", chat_id=zalo_id("newcomer"), text="Chào")
    assert refused["error_code"] == 403
    await world.post("zalo/settings", max_people=None)
    assert (await world.zalo("sendMessage", chat_id=zalo_id("newcomer"), text="Chào"))["ok"]
