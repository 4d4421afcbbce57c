"""python-zalo-bot, written by others, runs unchanged against the server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from zalo_bot import Bot, Update
from zalo_bot.error import NetworkError, ZaloError
from zalo_bot.ext import ApplicationBuilder, CommandHandler, MessageHandler, filters

from sandbox.app import ZALO_TOKEN, SandboxServer
from sandbox.zalo_chats import zalo_id
from tests.sandbox.client import PNG, BotsWeb, Client

SECRET = "a-secret-of-this-test"


@pytest.fixture
async def library(server: SandboxServer) -> AsyncIterator[Bot]:
    async with Bot(ZALO_TOKEN, f"{server.url}/zalo") as bot:
        yield bot


async def polled(library: Bot, world: Client, text: str) -> Update:
    """The event that the library gets when the owner writes a text while it polls."""
    polling = asyncio.create_task(library.get_update(timeout=30))
    await world.server.zalo.events.polling.wait()
    await world.zalo_says("owner", text)
    return await polling


async def test_it_knows_its_account(library: Bot) -> None:
    me = await library.get_me()
    assert (me.id, me.account_name, me.account_type, me.can_join_groups) == (
        "515151",
        "bot.MuaHangLoat",
        "BASIC",
        False,
    )


async def test_it_sends(library: Bot, world: Client, zalo_owner: str) -> None:
    picture = await world.upload("chats/zalo/owner/photo", PNG, "a.png", "image/png")
    sent = await library.send_message(zalo_owner, "Xin chào <b>anh</b>")
    photo = await library.send_photo(zalo_owner, "Mã QR", world.server.url + picture["photo"])
    sticker = await library.send_sticker(zalo_owner, "0e078a2fb66a5f34067b")
    await library.send_chat_action(zalo_owner, "typing")
    shown = (await world.zalo_messages("owner"))[2:]
    assert [message["text"] for message in shown] == ["Xin chào <b>anh</b>", "Mã QR", ""]
    assert [message["message_id"] for message in shown] == [
        sent.message_id,
        photo.message_id,
        sticker.message_id,
    ]
    assert abs(sent.date.timestamp() - world.server.world.now()) < 60


async def test_it_polls_and_answers(library: Bot, world: Client, server: SandboxServer) -> None:
    app = ApplicationBuilder().token(ZALO_TOKEN).base_url(f"{server.url}/zalo").build()

    async def start(update: Update, context: object) -> None:
        await update.message.reply_text("Em nghe ạ")

    async def echo(update: Update, context: object) -> None:
        await update.message.reply_text(f"{update.effective_user.display_name}: {update.message.text}")

    app.add_handler(CommandHandler("start", start))
    app.add_handler(MessageHandler(filters.TEXT, echo))
    async with app.bot:
        first = await polled(app.bot, world, "/start")
        assert (first.message.chat.id, first.message.chat.type) == (zalo_id("owner"), "PRIVATE")
        await app.process_update(first)
        await app.process_update(await polled(app.bot, world, "chào"))
    texts = [message["text"] for message in await world.zalo_messages("owner")]
    assert texts == ["/start", "Em nghe ạ", "chào", "Nguyễn Thị Thanh Hương: chào"]


async def test_it_reads_what_a_webhook_gets(library: Bot, world: Client, bot: BotsWeb) -> None:
    assert world.server.health_url
    url = world.server.health_url.replace("healthz", "webhooks/zalo")
    # The library's webhook methods run an event loop of their own.
    other = Bot(ZALO_TOKEN, f"{world.server.url}/zalo")
    assert await asyncio.to_thread(other.set_webhook, url, SECRET) is True
    info = await asyncio.to_thread(Bot(ZALO_TOKEN, f"{world.server.url}/zalo").get_webhook_info)
    assert info.url == url
    assert await library.get_update(timeout=0) is None
    await world.zalo_says("owner", "chào")
    picture = await world.upload("chats/zalo/owner/photo", PNG, "a.png", "image/png")
    await world.post("chats/zalo/owner/sticker")
    await world.get("idle", quiet=0)
    assert {call.headers["X-Bot-Api-Secret-Token"] for call in bot.calls} == {SECRET}
    text, photo, sticker = (Update.de_json(call.json["result"], library).message for call in bot.calls)
    assert (text.text, text.from_user.id, text.from_user.is_bot) == ("chào", zalo_id("owner"), False)
    assert (photo.photo_url, photo.message_type) == (world.server.url + picture["photo"], "CHAT_PHOTO")
    assert sticker.sticker
    assert await asyncio.to_thread(Bot(ZALO_TOKEN, f"{world.server.url}/zalo").delete_webhook) is True
    assert (await world.zalo("getWebhookInfo"))["result"]["url"] == ""


async def test_a_refusal_looks_to_it_like_nothing(library: Bot, world: Client, zalo_owner: str) -> None:
    """Refusals come with the HTTP status 200, so this library takes them for empty answers."""
    assert await library.send_message(zalo_owner, "a" * 2001) is None
    assert await library.send_message(zalo_id("staff"), "a") is None
    assert await library.get_update(timeout=0) is None
    async with Bot("1:wrong", f"{world.server.url}/zalo") as stranger:
        assert await stranger.get_me() is None
    await world.post("zalo/faults", status=500)
    with pytest.raises(ZaloError, match="Invalid server response"):
        await library.send_message(zalo_owner, "a")
    await world.post("zalo/faults", status=0)
    with pytest.raises(NetworkError):
        await library.send_message(zalo_owner, "lost but delivered")
    assert (await world.zalo_messages("owner"))[-1]["text"] == "lost but delivered"
