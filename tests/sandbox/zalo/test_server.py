"""Zalo's API: every method with its limits; wrong calls get refusals that come with the HTTP status 200."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.app import ZALO_TOKEN, SandboxServer
from sandbox.zalo import pictures
from sandbox.zalo_chats import zalo_id
from tests.sandbox.client import PNG, Client

SECRET = "s" * 32
LONGEST = "ấ" * 2000


@pytest.fixture
async def shelf() -> AsyncIterator[str]:
    """A web server with pictures. Yields its address."""

    async def give(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name == "gone.png":
            raise web.HTTPNotFound
        bodies = {"qr.png": PNG, "page.png": b"<html>", "large.png": PNG + bytes(2000)}
        return web.Response(body=bodies[name])

    app = web.Application()
    app.router.add_get("/{name}", give)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def refused(answer: Any) -> int:
    """Assert that an answer is a refusal. Returns its code."""
    assert answer.keys() == {"ok", "description", "error_code"}
    assert answer["ok"] is False
    assert answer["description"]
    return int(answer["error_code"])


async def test_the_account(world: Client) -> None:
    answer = await world.zalo("getMe")
    assert answer["ok"] is True
    assert answer["result"] == {
        "id": "515151",
        "account_name": "bot.MuaHangLoat",
        "account_type": "BASIC",
        "can_join_groups": False,
    }
    assert (await world.get("zalo/bot"))["account_name"] == "bot.MuaHangLoat"


async def test_a_call_may_come_as_json_form_multipart_or_query(world: Client, zalo_owner: str) -> None:
    url, params = world.zalo_url("sendMessage"), {"chat_id": zalo_owner, "text": "chào"}
    multipart = aiohttp.FormData(params, default_to_multipart=True)
    for sent in (
        world.http.post(url, json=params),
        world.http.post(url, data=params),
        world.http.post(url, data=multipart),
        world.http.get(url, params=params),
    ):
        async with sent as answer:
            assert (await answer.json())["ok"] is True
    async with world.http.post(url, data=b"[1]", headers={"Content-Type": "application/json"}) as answer:
        assert refused(await answer.json()) == 400
    async with world.http.post(url, data=b"{", headers={"Content-Type": "application/json"}) as answer:
        assert refused(await answer.json()) == 400
    assert [message["text"] for message in await world.zalo_messages("owner", after=1)] == ["chào"] * 4


async def test_unknown_methods_and_tokens(world: Client) -> None:
    assert await world.zalo("sendDocument") == {"ok": False, "description": "Not found", "error_code": 404}
    assert refused(await world.zalo("getme")) == 404
    for token in ("1:wrong", ZALO_TOKEN + "x"):
        async with world.http.post(f"{world.server.url}/zalo/bot{token}/getMe") as answer:
            assert answer.status == 200
            assert await answer.json() == {"ok": False, "description": "Unauthorized", "error_code": 401}


async def test_a_text_is_shown_as_it_stands(world: Client, zalo_owner: str) -> None:
    text = '<b>đậm</b> & https://vendor.example/a?b=1&c="x" (https://vendor.example).'
    sent = (await world.zalo("sendMessage", chat_id=zalo_owner, text=text, parse_mode="html"))["result"]
    assert sent.keys() == {"message_id", "date"}
    assert int(sent["message_id"], 16)
    assert len(sent["message_id"]) == 20
    shown = (await world.zalo_messages("owner"))[-1]
    assert (shown["text"], shown["message_id"], shown["buttons"]) == (text, sent["message_id"], [])
    first = '<a href="https://vendor.example/a?b=1&amp;c=">https://vendor.example/a?b=1&amp;c=</a>"x"'
    second = '(<a href="https://vendor.example">https://vendor.example</a>).'
    assert shown["html"] == f"&lt;b&gt;đậm&lt;/b&gt; &amp; {first} {second}"


async def test_what_is_bold_is_painted_and_wrong_styles_are_refused(world: Client, zalo_owner: str) -> None:
    text, bold = "😀 Đơn <1> https://vendor.example", {"start": 3, "len": 7, "st": "b"}
    big = {"start": 0, "len": 2, "st": "f_18"}
    assert (await world.zalo("sendMessage", chat_id=zalo_owner, text=text, text_styles=[bold, big]))["ok"]
    shown = (await world.zalo_messages("owner"))[-1]
    assert shown["text"] == text
    link = '<a href="https://vendor.example">https://vendor.example</a>'
    assert shown["html"] == f"😀 <b>Đơn &lt;1&gt;</b> {link}"
    for wrong in ("b", [bold | {"st": "h1"}], [bold | {"len": 99}], [{"start": 0}]):
        assert (
            refused(await world.zalo("sendMessage", chat_id=zalo_owner, text=text, text_styles=wrong)) == 400
        )


async def test_dates_are_milliseconds_and_never_stand_still(world: Client, zalo_owner: str) -> None:
    answers = [await world.zalo("sendMessage", chat_id=zalo_owner, text="a") for _ in range(3)]
    dates = [answer["result"]["date"] for answer in answers]
    assert sorted(set(dates)) == dates
    assert abs(dates[-1] - world.server.world.now() * 1000) < 60_000
    await world.post("clock", advance="1d")
    later = await world.zalo("sendMessage", chat_id=zalo_owner, text="a")
    assert later["result"]["date"] - dates[-1] >= 86_400_000


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"text": ""},
        {"text": " \n"},
        {"text": 5},
        {"text": LONGEST + "a"},
        {"text": "🧾" * 1001},
        {"text": "a", "chat_id": ""},
        {"text": "a", "chat_id": "0" * 20},
        {"text": "a", "chat_id": "owner"},
        {"text": "a", "chat_id": 5100000001},
    ],
)
async def test_bad_messages(world: Client, zalo_owner: str, params: dict[str, Any]) -> None:
    answer = await world.zalo("sendMessage", **{"chat_id": zalo_owner, **params})
    assert refused(answer) == 400
    assert answer["description"].startswith("Bad request")
    assert len(await world.zalo_messages("owner")) == 1


async def test_the_longest_text_passes(world: Client, zalo_owner: str) -> None:
    for text in (LONGEST, "🧾" * 1000):
        assert (await world.zalo("sendMessage", chat_id=zalo_owner, text=text))["ok"]
    assert refused(await world.zalo("sendMessage", text="a")) == 400


async def test_whom_the_bot_may_write_to(world: Client) -> None:
    owner = zalo_id("owner")
    silent = await world.zalo("sendMessage", chat_id=owner, text="a")
    assert silent == {"ok": False, "description": "Internal server error", "error_code": 403}
    await world.says("owner", "trên Telegram thì không tính")
    assert refused(await world.zalo("sendMessage", chat_id=owner, text="a")) == 403
    await world.zalo_says("owner", "chào")
    assert (await world.zalo("sendMessage", chat_id=owner, text="a"))["ok"]
    await world.post("chats/zalo/owner/block")
    for method, params in (
        ("sendMessage", {"text": "a"}),
        ("sendPhoto", {"photo": "http://127.0.0.1:1/a.png"}),
        ("sendSticker", {"sticker": "1"}),
        ("sendChatAction", {"action": "typing"}),
    ):
        assert refused(await world.zalo(method, chat_id=owner, **params)) == 403
    await world.post("chats/zalo/owner/block", blocked=False)
    assert (await world.zalo("sendMessage", chat_id=owner, text="a"))["ok"]


async def test_a_photo_is_fetched_at_once_and_kept(world: Client, zalo_owner: str, shelf: str) -> None:
    sent = await world.zalo("sendPhoto", chat_id=zalo_owner, photo=f"{shelf}/qr.png", caption="Mã QR")
    shown = (await world.zalo_messages("owner"))[-1]
    assert (shown["message_id"], shown["text"]) == (sent["result"]["message_id"], "Mã QR")
    assert await world.download(shown["photo"]) == PNG
    assert (await world.zalo("sendPhoto", chat_id=zalo_owner, photo=f"{shelf}/qr.png", caption=LONGEST))["ok"]
    # Telegram does not know files of another app.
    file_id = shown["photo"].split("/")[3]
    assert "wrong file_id" in await world.refusal("getFile", file_id=file_id)


async def test_bad_photos(
    world: Client, zalo_owner: str, shelf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_PICTURE", 1000)
    for photo in (
        f"{shelf}/gone.png",
        f"{shelf}/page.png",
        f"{shelf}/large.png",
        "http://127.0.0.1:1/a.png",
        "http://[",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "",
    ):
        assert refused(await world.zalo("sendPhoto", chat_id=zalo_owner, photo=photo)) == 400, photo
    good = {"chat_id": zalo_owner, "photo": f"{shelf}/qr.png"}
    assert refused(await world.zalo("sendPhoto", **good, caption=LONGEST + "a")) == 400
    assert refused(await world.zalo("sendPhoto", **good, caption=5)) == 400
    form = aiohttp.FormData({"chat_id": zalo_owner})
    form.add_field("photo", PNG, filename="a.png")
    async with world.http.post(world.zalo_url("sendPhoto"), data=form) as answer:
        assert refused(await answer.json()) == 400
    assert len(await world.zalo_messages("owner")) == 1


async def test_stickers_and_the_sign_of_typing(world: Client, zalo_owner: str) -> None:
    assert (await world.zalo("sendSticker", chat_id=zalo_owner, sticker="0e078a2fb66a5f34067b"))["ok"]
    assert (await world.zalo_messages("owner"))[-1]["sticker"]["id"] == "0e078a2fb66a5f34067b"
    assert refused(await world.zalo("sendSticker", chat_id=zalo_owner)) == 400
    assert await world.zalo("sendChatAction", chat_id=zalo_owner, action="typing") == {"ok": True}
    assert refused(await world.zalo("sendChatAction", chat_id=zalo_owner, action="upload_video")) == 400


@pytest.mark.parametrize(
    "params",
    [
        {"secret_token": SECRET},
        {"url": "http://vendor.example/hook", "secret_token": SECRET},
        {"url": "https://", "secret_token": SECRET},
        {"url": "http://[", "secret_token": SECRET},
        {"url": "https://vendor.example/hook"},
        {"url": "https://vendor.example/hook", "secret_token": "s" * 7},
        {"url": "https://vendor.example/hook", "secret_token": "s" * 257},
    ],
)
async def test_bad_webhooks(world: Client, params: dict[str, Any]) -> None:
    assert refused(await world.zalo("setWebhook", **params)) == 400
    assert (await world.zalo("getWebhookInfo"))["result"]["url"] == ""


async def test_a_webhook_is_told_of_without_its_secret(world: Client) -> None:
    url = "https://vendor.example/hook"
    set_to = (await world.zalo("setWebhook", url=url, secret_token="s" * 8))["result"]
    verification = {"verification": {"ok": True, "outcome": "not_tried"}}
    told = {"url": url, "updated_at": set_to["updated_at"]}
    assert set_to == told | verification
    assert (await world.zalo("getWebhookInfo"))["result"] == told
    assert refused(await world.zalo("getUpdates", timeout=0)) == 400
    assert (await world.zalo("deleteWebhook"))["result"]["url"] == ""
    assert refused(await world.zalo("getUpdates", timeout=0)) == 408


async def test_a_month_has_a_quota(world: Client, zalo_owner: str, shelf: str) -> None:
    assert (await world.post("zalo/settings", monthly_quota=2))["monthly_quota"] == 2
    assert (await world.zalo("sendMessage", chat_id=zalo_owner, text="a"))["ok"]
    assert (await world.zalo("sendPhoto", chat_id=zalo_owner, photo=f"{shelf}/qr.png"))["ok"]
    used_up = {"ok": False, "description": "Quota exceeded", "error_code": 429}
    assert await world.zalo("sendMessage", chat_id=zalo_owner, text="a") == used_up
    assert await world.zalo("sendPhoto", chat_id=zalo_owner, photo=f"{shelf}/qr.png") == used_up
    await world.post("clock", advance="31d")
    assert (await world.zalo("sendMessage", chat_id=zalo_owner, text="a"))["ok"]
    await world.zalo("sendMessage", chat_id=zalo_owner, text="a")
    assert refused(await world.zalo("sendMessage", chat_id=zalo_owner, text="a")) == 429
    await world.post("zalo/settings", monthly_quota=None)
    assert (await world.zalo("sendMessage", chat_id=zalo_owner, text="a"))["ok"]


async def test_ordered_faults(world: Client, zalo_owner: str) -> None:
    await world.zalo_says("staff", "chào")
    this = {"chat_id": zalo_owner, "text": "a"}
    await world.post("zalo/faults", status=429, times=2, method="sendMessage")
    assert (await world.zalo("getMe"))["ok"]
    assert [refused(await world.zalo("sendMessage", **this)) for _ in range(2)] == [429, 429]
    await world.post("zalo/faults", status=403, person="owner")
    assert (await world.zalo("sendMessage", chat_id=zalo_id("staff"), text="a"))["ok"]
    assert refused(await world.zalo("sendMessage", **this)) == 403
    await world.post("zalo/faults", status=500)
    async with world.http.post(world.zalo_url("sendMessage"), json=this) as answer:
        assert (answer.status, answer.content_type) == (500, "text/html")
    await world.post("zalo/faults", status=400, times=9)
    async with world.http.delete(f"{world.server.url}/world/zalo/faults") as answer:
        assert answer.status == 200
    assert (await world.zalo("sendMessage", chat_id=zalo_owner, text="b"))["ok"]


async def test_an_answer_is_lost(world: Client, zalo_owner: str) -> None:
    await world.post("zalo/faults", status=0)
    with pytest.raises(aiohttp.ClientError):
        await world.zalo("sendMessage", chat_id=zalo_owner, text="lost but delivered")
    assert (await world.zalo_messages("owner"))[-1]["text"] == "lost but delivered"


async def test_ids_are_always_the_same(world: Client, server: SandboxServer) -> None:
    people = {person["id"]: person["zalo_id"] for person in await world.get("people")}
    assert people["owner"] == zalo_id("owner") == "889b76c43b1c4db3cbd1"
    assert len(set(people.values())) == len(people)
    new = await world.post("people", name="Đỗ Văn Tám")
    await world.zalo_says(new["id"], "chào")
    assert (await world.zalo("sendMessage", chat_id=new["zalo_id"], text="a"))["ok"]
