"""Wrong calls get Telegram's own errors."""

import time
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from sandbox.app import SandboxServer
from sandbox.telegram import content, faults
from sandbox.telegram.editing import DELETABLE
from sandbox.telegram.params import MAX_UPLOAD
from tests.sandbox.client import PNG, Client


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


@pytest.mark.parametrize(
    "params, error",
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": "  \n"}, "Bad Request: message text is empty"),
        ({"text": "a" * 4097}, "Bad Request: message is too long"),
        ({"text": "<b", "parse_mode": "HTML"}, "Bad Request: can't parse entities: Unclosed start tag"),
        ({"text": "a", "parse_mode": "Fancy"}, "Bad Request: unsupported parse_mode"),
        ({"text": "a", "reply_markup": "{"}, "Bad Request: can't parse reply keyboard markup JSON object"),
    ],
)
async def test_bad_messages(world: Client, greeted: int, params: dict[str, Any], error: str) -> None:
    assert (await world.refusal("sendMessage", chat_id=greeted, **params)).startswith(error)


@pytest.mark.parametrize(
    "button, error",
    [
        ({"text": "x", "callback_data": "a" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "ấ" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "", "callback_data": "a"}, "BUTTON_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": "a" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "url": "not a url"}, "inline keyboard button URL"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed"),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Field"),
    ],
)
async def test_bad_buttons(world: Client, greeted: int, button: dict[str, Any], error: str) -> None:
    markup = keyboard(button)
    refusal = await world.refusal("sendMessage", chat_id=greeted, text="a", reply_markup=markup)
    assert refusal.startswith(f"Bad Request: {error}")


async def test_the_widest_buttons_pass(world: Client, greeted: int) -> None:
    widest: list[dict[str, Any]] = [
        {"text": "a", "callback_data": "ấ" * 21 + "a"},
        {"text": "b", "copy_text": {"text": "c" * 256}},
        {"text": "c", "url": "https://t.me/mua_hang_loat_bot?start=order_1"},
    ]
    answer = await world.bot("sendMessage", chat_id=greeted, text="a" * 4096, reply_markup=keyboard(*widest))
    assert answer["result"]["reply_markup"] == keyboard(*widest)


async def test_a_message_has_100_buttons_at_most(world: Client, greeted: int) -> None:
    hundred = [{"text": str(i), "callback_data": str(i)} for i in range(100)]
    assert (await world.bot("sendMessage", chat_id=greeted, text="a", reply_markup=keyboard(*hundred)))["ok"]
    one_more = keyboard(*hundred, hundred[0])
    refusal = await world.refusal("sendMessage", chat_id=greeted, text="a", reply_markup=one_more)
    assert refusal == "Bad Request: reply markup is too long"


async def test_whom_the_bot_may_write_to(world: Client, owner: int) -> None:
    stranger = await world.refusal("sendMessage", chat_id=1, text="a")
    assert stranger == "Bad Request: chat not found"
    assert await world.refusal("sendMessage", text="a") == "Bad Request: chat_id is empty"
    silent = await world.refusal("sendMessage", chat_id=owner, text="a")
    assert silent == "Forbidden: bot can't initiate conversation with a user"
    await world.says("owner", "chào")
    assert (await world.bot("sendMessage", chat_id=str(owner), text="a"))["ok"]
    await world.post("chats/telegram/owner/block", blocked=True)
    blocked = await world.refusal("sendMessage", chat_id=owner, text="a")
    assert blocked == "Forbidden: bot was blocked by the user"
    assert (await world.post("chats/telegram/owner/text", 409, text="a"))["error"]
    await world.post("chats/telegram/owner/block", blocked=False)
    assert (await world.bot("sendMessage", chat_id=owner, text="a"))["ok"]


async def test_edits(world: Client, greeted: int) -> None:
    sent = (await world.bot("sendMessage", chat_id=greeted, text="<b>a</b>", parse_mode="HTML"))["result"]
    this = {"chat_id": greeted, "message_id": sent["message_id"]}
    same = await world.refusal("editMessageText", **this, text="<b>a</b>", parse_mode="HTML")
    assert same == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly"
        " the same as a current content and reply markup of the message"
    )
    assert (await world.bot("editMessageText", **this, text="a"))["result"]["edit_date"]
    markup = keyboard({"text": "x", "callback_data": "x"})
    edited = await world.bot("editMessageReplyMarkup", **this, reply_markup=markup)
    assert edited["result"]["reply_markup"] == markup
    assert "not modified" in await world.refusal("editMessageReplyMarkup", **this, reply_markup=markup)
    assert "reply_markup" not in (await world.bot("editMessageText", **this, text="b"))["result"]
    assert await world.refusal("editMessageCaption", **this, caption="c") == (
        "Bad Request: there is no caption in the message to edit"
    )
    wrong = {"keyboard": [["x"]]}
    refusal = await world.refusal("editMessageText", **this, text="c", reply_markup=wrong)
    assert refusal == "Bad Request: inline keyboard expected"
    missing = await world.refusal("editMessageText", chat_id=greeted, message_id=99, text="c")
    assert missing == "Bad Request: message to edit not found"
    of_person = (await world.messages("owner"))[0]["id"]
    refusal = await world.refusal("editMessageText", chat_id=greeted, message_id=of_person, text="c")
    assert refusal == "Bad Request: message can't be edited"


async def test_a_message_that_brought_a_reply_keyboard_stays_as_it_is(world: Client, greeted: int) -> None:
    markup = {"keyboard": [[{"text": "Gửi số", "request_contact": True}]]}
    sent = await world.bot("sendMessage", chat_id=greeted, text="a", reply_markup=markup)
    message_id = sent["result"]["message_id"]
    refusal = await world.refusal("editMessageText", chat_id=greeted, message_id=message_id, text="b")
    assert refusal == "Bad Request: message can't be edited"


async def test_deleting(world: Client, server: SandboxServer, greeted: int) -> None:
    ids = [
        (await world.bot("sendMessage", chat_id=greeted, text=text))["result"]["message_id"]
        for text in "abcd"
    ]
    assert (await world.bot("deleteMessage", chat_id=greeted, message_id=ids[0]))["result"] is True
    again = await world.refusal("deleteMessage", chat_id=greeted, message_id=ids[0])
    assert again == "Bad Request: message to delete not found"
    assert (await world.bot("deleteMessages", chat_id=greeted, message_ids=[ids[0], ids[1]]))[
        "result"
    ] is True
    assert [m["text"] for m in await world.messages("owner")] == ["/start", "c", "d"]
    old = server.world.message(greeted, ids[2])
    assert old
    old.date -= DELETABLE + 1
    refusal = await world.refusal("deleteMessage", chat_id=greeted, message_id=ids[2])
    assert refusal == "Bad Request: message can't be deleted for everyone"


async def test_taps_get_old(world: Client, greeted: int) -> None:
    markup = keyboard({"text": "x", "callback_data": "x"})
    sent = await world.bot("sendMessage", chat_id=greeted, text="a", reply_markup=markup)
    await world.post("chats/telegram/owner/tap", message=sent["result"]["message_id"], button="x")
    updates = (await world.bot("getUpdates"))["result"]
    query = updates[-1]["callback_query"]
    assert query["data"] == "x"
    assert query["message"]["reply_markup"] == markup
    too_long = await world.refusal("answerCallbackQuery", callback_query_id=query["id"], text="a" * 201)
    assert too_long == "Bad Request: MESSAGE_TOO_LONG"
    assert (await world.bot("answerCallbackQuery", callback_query_id=query["id"], text="a"))["ok"]
    assert (await world.post("chats/telegram/owner/expire"))["expired"] == 1
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await world.refusal("answerCallbackQuery", callback_query_id=query["id"]) == old
    assert await world.refusal("answerCallbackQuery", callback_query_id="1") == old


async def test_unknown_methods_and_tokens(
    world: Client, server: SandboxServer, http: aiohttp.ClientSession
) -> None:
    assert await world.bot("sendTelepathy") == {"ok": False, "error_code": 404, "description": "Not Found"}
    async with http.get(f"{server.url}/bot1:wrong/getMe") as answer:
        assert answer.status == 401
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    async with http.get(f"{server.url}/file/bot1:wrong/documents/file_1.txt") as answer:
        assert answer.status == 401


async def test_files_have_limits(world: Client, greeted: int) -> None:
    huge = "chats/telegram/owner/file"
    sent = await world.upload(huge, b"x", "to.xlsx", "application/zip", size=str(20 * 1024 * 1024 + 1))
    assert sent["document"]["size"] == 20 * 1024 * 1024 + 1
    updates = (await world.bot("getUpdates"))["result"]
    file_id = updates[-1]["message"]["document"]["file_id"]
    assert await world.refusal("getFile", file_id=file_id) == "Bad Request: file is too big"
    assert "wrong file_id" in await world.refusal("getFile", file_id="nothing")
    assert "can't use file of type Document as Photo" in await world.refusal(
        "sendPhoto", chat_id=greeted, photo=file_id
    )
    assert "wrong remote file identifier" in await world.refusal("sendPhoto", chat_id=greeted, photo="x")
    assert "there is no document" in await world.refusal("sendDocument", chat_id=greeted)
    assert "caption is too long" in await world.refusal(
        "sendDocument", chat_id=greeted, document=file_id, caption="a" * 1025
    )


@pytest.mark.parametrize(
    "picture, error",
    [
        (b"not a picture", "Bad Request: IMAGE_PROCESS_FAILED"),
        (b"", "Bad Request: file must be non-empty"),
        (PNG[:16] + (9999).to_bytes(4, "big") * 2 + PNG[24:], "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (
            PNG[:16] + (21).to_bytes(4, "big") + (1).to_bytes(4, "big"),
            "Bad Request: PHOTO_INVALID_DIMENSIONS",
        ),
    ],
)
async def test_bad_photos(
    server: SandboxServer, http: aiohttp.ClientSession, greeted: int, picture: bytes, error: str
) -> None:
    form = aiohttp.FormData({"chat_id": str(greeted)})
    form.add_field("photo", picture, filename="a.png")
    async with http.post(f"{server.url}/bot{server.token}/sendPhoto", data=form) as answer:
        assert (await answer.json())["description"] == error


async def test_more_than_50_mb_is_refused(
    server: SandboxServer, http: aiohttp.ClientSession, greeted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_UPLOAD == 50 * 1024 * 1024
    monkeypatch.setattr(content, "MAX_UPLOAD", 1000)
    form = aiohttp.FormData({"chat_id": str(greeted)})
    form.add_field("document", bytes(1001), filename="a.bin")
    async with http.post(f"{server.url}/bot{server.token}/sendDocument", data=form) as answer:
        assert answer.status == 413
        assert (await answer.json())["description"] == "Request Entity Too Large"


async def test_pace_is_kept_only_when_asked(
    world: Client, greeted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(faults, "time", SimpleNamespace(monotonic=lambda: now))
    for _ in range(5):
        assert (await world.bot("sendMessage", chat_id=greeted, text="a"))["ok"]
    await world.post("telegram/limits", enforce=True)
    answers = [await world.bot("sendMessage", chat_id=greeted, text="a") for _ in range(5)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False, False]
    refused = answers[-1]
    assert refused["description"] == "Too Many Requests: retry after 1"
    assert refused["parameters"] == {"retry_after": 1}
    now += 1
    assert (await world.bot("sendMessage", chat_id=greeted, text="a"))["ok"]
    assert not (await world.bot("editMessageText", chat_id=greeted, message_id=2, text="b"))["ok"]
    await world.post("telegram/limits", enforce=True, edits=False)
    assert (await world.bot("editMessageText", chat_id=greeted, message_id=2, text="b"))["ok"]
    assert not (await world.bot("sendMessage", chat_id=greeted, text="a"))["ok"]


async def test_ordered_faults(world: Client, greeted: int, server: SandboxServer) -> None:
    await world.post("telegram/faults", status=429, retry_after=3, times=2, method="sendMessage")
    assert (await world.bot("getMe"))["ok"]
    for _ in range(2):
        body = await world.bot("sendMessage", chat_id=greeted, text="a")
        assert body["parameters"] == {"retry_after": 3}
    assert (await world.bot("sendMessage", chat_id=greeted, text="b"))["ok"]
    await world.post("telegram/faults", status=502, times=1, person="owner")
    assert (await world.bot("getMe"))["ok"]
    assert (await world.bot("sendMessage", chat_id=greeted, text="c"))["error_code"] == 502
    await world.post("telegram/faults", status=0, times=1)
    with pytest.raises(aiohttp.ClientError):
        await world.bot("sendMessage", chat_id=greeted, text="lost but delivered")
    assert [m["text"] for m in await world.messages("owner")] == ["/start", "b", "lost but delivered"]
