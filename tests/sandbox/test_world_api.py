"""The World API: people's acts, what they see, waiting, live events and errors."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.app import SandboxServer
from tests.sandbox.client import PNG, Client

CHAT = "chats/telegram/owner"


async def show(world: Client, chat: int, *buttons: dict[str, Any], **more: Any) -> int:
    """Let the bot show a message with these inline buttons in one row. Returns its id."""
    markup = {"inline_keyboard": [list(buttons)]}
    sent = await world.bot("sendMessage", chat_id=chat, text="a", reply_markup=markup, **more)
    return int(sent["result"]["message_id"])


async def last_data(world: Client) -> str:
    updates = (await world.bot("getUpdates"))["result"]
    return str(updates[-1]["callback_query"]["data"])


async def test_people(world: Client) -> None:
    people = await world.get("people")
    assert [person["id"] for person in people] == ["owner", "staff", "backoffice", "newcomer"]
    assert people[0]["name"] == "Nguyễn Thị Thanh Hương"
    assert people[0]["channels"] == ["telegram", "zalo"]
    new = await world.post("people", name=" Đỗ Văn Tám ")
    assert new["name"] == "Đỗ Văn Tám"
    assert new["telegram_id"] not in {person["telegram_id"] for person in people}
    assert (await world.says(new["id"], "chào"))["from"] == "person"
    assert (await world.says(str(new["telegram_id"]), "chào"))["id"] == 2


async def test_an_answer_tells_the_bot_what_it_answers(world: Client, greeted: int) -> None:
    message = await show(world, greeted, {"text": "Có", "callback_data": "c"})
    mine = (await world.post(f"{CHAT}/text", text="sửa lại", reply_to=message))["id"]
    update = (await world.bot("getUpdates"))["result"][-1]["message"]
    assert (update["text"], update["reply_to_message"]["message_id"]) == ("sửa lại", message)
    assert update["reply_to_message"]["reply_markup"]["inline_keyboard"]
    # As in Telegram, an answer to an answer shows only the message that it answers.
    await world.post(f"{CHAT}/text", text="nữa", reply_to=mine)
    again = (await world.bot("getUpdates"))["result"][-1]["message"]["reply_to_message"]
    assert (again["text"], "reply_to_message" in again) == ("sửa lại", False)
    assert [shown.get("reply_to") for shown in await world.messages("owner", after=message)] == [
        message,
        mine,
    ]
    assert (await world.post(f"{CHAT}/text", 404, text="a", reply_to=99))["error"]


async def test_every_way_to_tap(world: Client, greeted: int) -> None:
    link = {"text": "Mở", "url": "https://vendor.example"}
    copy = {"text": "Chép", "copy_text": {"text": "DH1"}}
    message = await show(world, greeted, {"text": "Có", "callback_data": "c"}, link, copy)
    tap = f"{CHAT}/tap"
    answer = await world.post(tap, message=message, button="Có")
    assert answer == {"alert": None, "show_alert": None, "answered": False}
    assert await last_data(world) == "c"
    assert (await world.post(tap, message=message, button="Mở"))["url"] == "https://vendor.example"
    assert (await world.post(tap, message=message, row=0, column=2))["copied"] == "DH1"
    await world.bot("editMessageText", chat_id=greeted, message_id=message, text="b")
    await world.post(tap, message=message, data="c")
    assert await last_data(world) == "c"
    assert "has no button" in (await world.post(tap, 404, message=message, button="Có"))["error"]
    assert (await world.post(tap, 404, message=message, row=0))["error"]
    assert (await world.post(tap, 404, message=99, button="x"))["error"]
    assert (await world.post(tap, 400, message=message))["error"]
    assert (await world.post(tap, 400, message=message, data="x" * 65))["error"]


async def test_a_reply_keyboard_is_shown_until_used(world: Client, greeted: int) -> None:
    rows = [[{"text": "Gửi số của tôi", "request_contact": True}], [{"text": "Bỏ qua"}]]
    markup = {"keyboard": rows, "one_time_keyboard": True}
    await world.bot("sendMessage", chat_id=greeted, text="a", reply_markup=markup)
    shown = (await world.messages("owner"))[-1]
    assert shown["keyboard"] == [
        [{"text": "Gửi số của tôi", "request_contact": True}],
        [{"text": "Bỏ qua", "request_contact": False}],
    ]
    await world.says("owner", "khác")
    assert (await world.messages("owner"))[1]["keyboard"]
    await world.post(f"{CHAT}/tap", message=shown["id"], button="Gửi số của tôi")
    messages = await world.messages("owner")
    assert messages[-1]["contact"] == {
        "phone_number": "84900000001",
        "first_name": "Nguyễn Thị Thanh Hương",
        "user_id": greeted,
    }
    assert not any("keyboard" in message for message in messages)
    await world.bot("sendMessage", chat_id=greeted, text="a", reply_markup={"keyboard": rows})
    await world.bot("sendMessage", chat_id=greeted, text="a", reply_markup={"remove_keyboard": True})
    assert not any("keyboard" in message for message in await world.messages("owner"))
    assert (await world.post(f"{CHAT}/tap", 404, button="Bỏ qua"))["error"]


async def test_messages_after(world: Client) -> None:
    first, second = [await world.says("owner", text) for text in "ab"]
    await world.says("staff", "c")
    assert [m["text"] for m in await world.messages("owner", first["id"])] == ["b"]
    assert await world.messages("owner", second["id"]) == []
    assert (await world.get(f"{CHAT}/messages", 400, after="x"))["error"]
    assert (await world.get(f"{CHAT}/messages", 400, last="x"))["error"]


async def test_a_long_text_becomes_several_messages(world: Client) -> None:
    lines = [f"{number:010d}" for number in range(500)]
    sent = await world.says("owner", "\n".join(lines))
    messages = await world.messages("owner")
    assert [message["id"] for message in messages] == sent["parts"]
    assert len(messages) == 2
    assert "\n".join(message["text"] for message in messages).split("\n") == lines
    await world.says("staff", "🧾" * 3000)
    assert "".join(message["text"] for message in await world.messages("staff")) == "🧾" * 3000


async def test_files_are_shown_safely(world: Client, http: aiohttp.ClientSession) -> None:
    page = await world.upload(f"{CHAT}/file", b"<script>alert(1)</script>", "a.html", "text/html")
    async with http.get(world.server.url + page["document"]["url"]) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
    picture = await world.upload(f"{CHAT}/photo", PNG, "a.png", "image/png", caption="đây")
    assert picture["text"] == "đây"
    assert await world.download(picture["photo"]) == PNG
    assert (await world.get("files/nothing/a.txt", 404))["error"]


@pytest.mark.parametrize(
    "path, status, body",
    [
        ("chats/telegram/nobody/text", 404, {"text": "a"}),
        (f"{CHAT}/text", 400, {"text": " "}),
        (f"{CHAT}/text", 400, {}),
        (f"{CHAT}/text", 400, {"text": "a", "more": 1}),
        (f"{CHAT}/edit", 404, {"message": 1, "text": "a"}),
        ("chats/pigeon/owner/text", 404, {"text": "a"}),
        ("people", 400, {"name": " "}),
        ("telegram/faults", 400, {"status": 200}),
        ("telegram/faults", 404, {"status": 429, "person": "nobody"}),
        ("mail/faults", 400, {"code": 250}),
        ("sms/faults", 400, {}),
    ],
)
async def test_errors_say_why(world: Client, path: str, status: int, body: dict[str, Any]) -> None:
    answer = await world.post(path, status, **body)
    assert list(answer) == ["error"]
    assert answer["error"]


class Health:
    """A bot's health endpoint."""

    def __init__(self) -> None:
        self.body: dict[str, Any] = {"status": "ok", "jobs_due": 0, "jobs_running": 0}
        self.status = 200
        self.asked = asyncio.Event()
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.set()
        return web.json_response(self.body, status=self.status)


@pytest.fixture
async def health(server: SandboxServer) -> AsyncIterator[Health]:
    health = Health()
    app = web.Application()
    app.router.add_get("/healthz", health.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.health_url = f"http://127.0.0.1:{runner.addresses[0][1]}/healthz"
    yield health
    await runner.cleanup()


async def test_idle_waits_for_updates_and_jobs(world: Client, health: Health) -> None:
    assert await world.get("idle", quiet=0) == {"idle": True}
    await world.says("owner", "a")
    busy = await world.get("idle", 504, timeout=0, quiet=0)
    assert busy == {"error": "1 updates are not confirmed by the bot"}
    (update,) = (await world.bot("getUpdates"))["result"]
    await world.bot("getUpdates", offset=update["update_id"] + 1)
    health.body["jobs_running"] = 1
    assert "jobs_running" in (await world.get("idle", 504, timeout=0, quiet=0))["error"]
    health.asked.clear()
    waiting = asyncio.create_task(world.get("idle", timeout=5, quiet=0))
    await health.asked.wait()
    assert not waiting.done()
    health.body["jobs_running"] = 0
    health.status = 503
    assert "503" in (await world.get("idle", 504, timeout=0, quiet=0))["error"]
    health.status = 200
    assert await waiting == {"idle": True}


async def test_events_come_live(world: Client, http: aiohttp.ClientSession, server: SandboxServer) -> None:
    async with http.get(f"{server.url}/world/events") as stream:
        assert stream.content_type == "text/event-stream"
        await stream.content.readuntil(b"\n\n")
        await world.says("owner", "a")
        chat = (await world.get("people"))[0]["telegram_id"]
        await world.bot("sendChatAction", chat_id=chat, action="typing")
        message = await show(world, chat, {"text": "x", "callback_data": "x"})
        await world.bot("deleteMessage", chat_id=chat, message_id=message)
        kinds: list[str] = []
        while not kinds or kinds[-1] != "deleted":
            event = json.loads((await stream.content.readuntil(b"\n\n")).removeprefix(b"data: "))
            assert event["person"] == "owner"
            kinds.append(event["type"])
    assert kinds == ["chat", "message", "typing", "message", "deleted"]


async def test_the_page_is_served_with_a_strict_policy(
    http: aiohttp.ClientSession, server: SandboxServer
) -> None:
    async with http.get(f"{server.url}/") as answer:
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        assert 'lang="vi"' in await answer.text()
    async with http.get(f"{server.url}/healthz") as answer:
        assert await answer.json() == {"status": "ok"}


async def test_clock_can_be_read(world: Client) -> None:
    assert (await world.get("clock"))["now"].endswith("+00:00")
