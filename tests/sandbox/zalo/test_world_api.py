"""The World API of Zalo: people's acts, what they see, live events, and errors."""

import json
from typing import Any

import aiohttp
import pytest

from domain.codes import new_code
from sandbox.app import SandboxServer
from sandbox.zalo_chats import zalo_id
from tests.sandbox.client import PNG, Client

CHAT = "chats/zalo/owner"


async def test_what_a_person_sends_is_shown_like_on_telegram(world: Client) -> None:
    said = await world.zalo_says("owner", " <b>chào</b> ")
    there = await world.says("owner", "<b>chào</b>")
    assert there.keys() <= said.keys()
    assert said["html"] == there["html"] == "&lt;b&gt;chào&lt;/b&gt;"
    picture = await world.upload(f"{CHAT}/photo", PNG, "a.png", "image/png", caption="đây")
    assert (picture["text"], picture["buttons"], picture["edited"]) == ("đây", [], None)
    assert await world.download(picture["photo"]) == PNG
    assert (await world.post(f"{CHAT}/sticker", emoji="🎉"))["sticker"]["emoji"] == "🎉"
    assert (await world.post(f"{CHAT}/voice"))["voice"] == {"duration": 3}
    file = await world.upload(f"{CHAT}/file", b"xlsx", "khách hàng.xlsx", "application/zip")
    assert (file["document"]["name"], file["document"]["size"], file["unsupported"]) == (
        "khách hàng.xlsx",
        4,
        True,
    )
    assert await world.download(file["document"]["url"]) == b"xlsx"
    other = await world.post(f"{CHAT}/unsupported")
    assert (other["unsupported"], other["document"]) == (True, None)
    shown = await world.zalo_messages("owner")
    assert [message["id"] for message in shown] == [1, 2, 3, 4, 5, 6]
    assert {message["from"] for message in shown} == {"person"}
    assert await world.zalo_messages("owner", after=5) == shown[5:]


async def test_the_chats_of_both_apps_know_nothing_of_each_other(world: Client, greeted: int) -> None:
    await world.zalo_says("owner", "trên Zalo")
    await world.zalo_says("staff", "cũng trên Zalo")
    await world.zalo("sendMessage", chat_id=zalo_id("owner"), text="vâng")
    assert [message["text"] for message in await world.messages("owner")] == ["/start"]
    assert [message["text"] for message in await world.zalo_messages("owner")] == ["trên Zalo", "vâng"]
    await world.post(f"{CHAT}/block")
    assert (await world.get("chats/telegram/owner"))["blocked"] is False
    assert (await world.bot("sendMessage", chat_id=greeted, text="a"))["ok"]


async def test_a_long_text_becomes_several_messages(world: Client) -> None:
    lines = [f"{number:010d}" for number in range(300)]
    sent = await world.zalo_says("owner", "\n".join(lines))
    messages = await world.zalo_messages("owner")
    assert [message["id"] for message in messages] == sent["parts"]
    assert len(messages) == 2
    assert "\n".join(message["text"] for message in messages).split("\n") == lines
    await world.zalo_says("staff", "🧾" * 1500)
    assert "".join(message["text"] for message in await world.zalo_messages("staff")) == "🧾" * 1500


async def test_a_chat_begins_by_writing_and_can_be_blocked(world: Client) -> None:
    chat: dict[str, Any] = {"zalo_id": zalo_id("owner"), "commands": [], "keyboard": [], "placeholder": None}
    assert await world.get(CHAT) == chat | {"started": False, "blocked": False}
    await world.zalo_says("owner", "chào")
    assert await world.get(CHAT) == chat | {"started": True, "blocked": False}
    await world.post(f"{CHAT}/block")
    assert await world.get(CHAT) == chat | {"started": True, "blocked": True}
    assert (await world.post(f"{CHAT}/text", 409, text="a"))["error"]
    for kind in ("photo", "file", "voice"):
        answer = await world.upload(f"{CHAT}/{kind}", PNG, "a.png", "image/png")
        assert "blocked" in answer["error"]
    assert (await world.post(f"{CHAT}/block", blocked=False))["blocked"] is False
    await world.zalo_says("owner", "a")


async def test_events_come_live(world: Client, http: aiohttp.ClientSession, server: SandboxServer) -> None:
    async with http.get(f"{server.url}/world/events") as stream:
        await stream.content.readuntil(b"\n\n")
        await world.zalo_says("owner", "a")
        await world.zalo("sendChatAction", chat_id=zalo_id("owner"), action="typing")
        await world.zalo("sendMessage", chat_id=zalo_id("owner"), text="b")
        await world.post(f"{CHAT}/block")
        events: list[dict[str, Any]] = []
        while len(events) < 5:
            line = await stream.content.readuntil(b"\n\n")
            events.append(json.loads(line.removeprefix(b"data: ")))
    assert [event["type"] for event in events] == ["chat", "message", "typing", "message", "chat"]
    assert {(event["channel"], event["person"]) for event in events} == {("zalo", "owner")}
    assert events[3]["message"] == (await world.zalo_messages("owner"))[-1]


async def test_payments_asked_for_on_zalo_can_be_made(world: Client, zalo_owner: str) -> None:
    code = new_code(lambda below: below // 2)
    text = f"Đơn mới\nSố tiền: 1.500.000 đ\nNội dung: {code}"
    await world.zalo("sendMessage", chat_id=zalo_owner, text=text)
    [row] = await world.get("bank/instructions")
    assert (row["content"], row["amount"], row["to"]) == (code, 1_500_000, ["Nguyễn Thị Thanh Hương"])


@pytest.mark.parametrize(
    "path, status, body",
    [
        ("chats/zalo/nobody/text", 404, {"text": "a"}),
        (f"{CHAT}/text", 400, {"text": " "}),
        (f"{CHAT}/text", 400, {}),
        (f"{CHAT}/text", 400, {"text": "a", "reply_to": 1}),
        (f"{CHAT}/photo", 400, {}),
        (f"{CHAT}/file", 400, {}),
        (f"{CHAT}/tap", 404, {"button": "a"}),
        (f"{CHAT}/contact", 404, {}),
        ("zalo/faults", 400, {"status": 200}),
        ("zalo/faults", 404, {"status": 429, "person": "nobody"}),
        ("zalo/settings", 400, {"wrapped": None}),
        ("zalo/settings", 400, {"photo_fields": []}),
        ("zalo/settings", 400, {"photo_fields": ["image"]}),
    ],
)
async def test_errors_say_why(world: Client, path: str, status: int, body: dict[str, Any]) -> None:
    answer = await world.post(path, status, **body)
    assert list(answer) == ["error"]
    assert answer["error"]


async def test_what_is_no_picture_is_no_photo(world: Client) -> None:
    answer = await world.upload(f"{CHAT}/photo", b"text", "a.png", "image/png")
    assert "no PNG, JPEG or GIF" in answer["error"]
    assert (await world.get(f"{CHAT}/messages", 400, after="x"))["error"]
    assert (await world.get(f"{CHAT}/messages", 400, last="x"))["error"]
    assert await world.zalo_messages("owner") == []
