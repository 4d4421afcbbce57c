"""aiogram and python-telegram-bot run unchanged against the server."""

import asyncio
from io import BytesIO

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    ReactionTypeEmoji,
)
from telegram import InlineKeyboardButton as PtbButton
from telegram import InlineKeyboardMarkup as PtbMarkup
from telegram import ReplyKeyboardRemove
from telegram.error import BadRequest, Forbidden, RetryAfter
from telegram.ext import ExtBot

from sandbox.app import SandboxServer
from tests.sandbox.client import PNG, Client

NAME = "khách hàng – tháng 10.xlsx"


def photo() -> BufferedInputFile:
    return BufferedInputFile(PNG, "qr.png")


async def test_aiogram_talks_by_long_polling(world: Client, agram: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def show(message: Message) -> None:
        button = InlineKeyboardButton(text="Có", callback_data="yes")
        await message.answer(
            f"<b>{message.text}</b>",
            parse_mode="HTML",
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
        )

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"Đã chọn {query.data}")
        await query.answer("Xong", show_alert=True)

    polling = asyncio.create_task(dispatcher.start_polling(agram, handle_signals=False, polling_timeout=30))
    try:
        await world.says("owner", "/start don_1")
        await world.get("idle")
        shown = (await world.messages("owner"))[-1]
        assert (shown["from"], shown["html"]) == ("bot", "<b>/start don_1</b>")
        assert shown["buttons"] == [[{"text": "Có", "url": None, "copy": None, "data": "yes", "style": None}]]
        body = {"message": shown["id"], "button": "Có"}
        answer = await world.post("chats/telegram/owner/tap?wait=1", **body)
        assert answer == {"alert": "Xong", "show_alert": True, "answered": True}
        changed = (await world.messages("owner"))[-1]
        assert (changed["id"], changed["text"], changed["buttons"]) == (shown["id"], "Đã chọn yes", [])
        assert changed["edited"]
        assert [alert["text"] for alert in await world.get("chats/telegram/owner/alerts")] == ["Xong"]
    finally:
        await dispatcher.stop_polling()
        await polling


async def test_aiogram_media(world: Client, agram: Bot, greeted: int) -> None:
    sent = await agram.send_photo(greeted, photo(), caption="<code>DH1</code>", parse_mode="HTML")
    assert sent.photo
    assert (sent.photo[-1].width, sent.photo[-1].height) == (2, 1)
    again = await agram.send_photo(greeted, sent.photo[-1].file_id)
    assert again.photo
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    document = await agram.send_document(greeted, BufferedInputFile(b"abc", NAME))
    assert document.document
    assert (document.document.file_name, document.document.file_size) == (NAME, 3)
    seen = (await world.messages("owner"))[-1]["document"]
    assert seen["name"] == NAME
    assert await world.download(seen["url"]) == b"abc"
    new = InputMediaDocument(media=BufferedInputFile(b"new", "b.txt"), caption="mới")
    edited = await agram.edit_message_media(new, chat_id=greeted, message_id=document.message_id)
    assert isinstance(edited, Message)
    assert edited.document
    downloaded = await agram.download(edited.document)
    assert downloaded
    assert downloaded.read() == b"new"
    edited = await agram.edit_message_media(
        InputMediaPhoto(media=photo()), chat_id=greeted, message_id=document.message_id
    )
    assert isinstance(edited, Message)
    assert edited.photo
    assert not edited.document
    edited = await agram.edit_message_caption(
        chat_id=greeted, message_id=sent.message_id, caption="khác", show_caption_above_media=True
    )
    assert isinstance(edited, Message)
    assert edited.caption == "khác"
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await agram.edit_message_text("x", chat_id=greeted, message_id=sent.message_id)


async def test_aiogram_reads_what_people_send(world: Client, agram: Bot) -> None:
    chat = "chats/telegram/newcomer"
    await world.says("newcomer", "/start moi_1")
    await world.post(f"{chat}/contact", phone="0900000004")
    await world.post(f"{chat}/contact", phone="0911111111", own=False)
    await world.upload(f"{chat}/file", b"xlsx", NAME, "application/zip", caption="đây")
    await world.upload(f"{chat}/photo", PNG, "a.png", "image/png")
    await world.post(f"{chat}/sticker")
    await world.post(f"{chat}/forward", text="MST 0101243150", from_name="Chị Hoa")
    await world.post(f"{chat}/voice")
    await world.post(f"{chat}/location")
    mine = await world.says("newcomer", "sai")
    await world.post(f"{chat}/edit", message=mine["id"], text="đúng")
    messages = [update.message or update.edited_message for update in await agram.get_updates()]
    assert len(messages) == 11
    first, own, other, document, picture, sticker, forward, voice, place, _, edit = messages
    assert first
    assert first.from_user
    assert first.entities
    assert (first.text, first.chat.id, first.from_user.language_code) == (
        "/start moi_1",
        first.from_user.id,
        "vi",
    )
    assert first.entities[0].type == "bot_command"
    assert own
    assert own.contact
    assert own.contact.user_id == first.from_user.id
    assert other
    assert other.contact
    assert other.contact.user_id is None
    assert document
    assert document.document
    assert (document.document.file_name, document.caption) == (NAME, "đây")
    downloaded = await agram.download(document.document)
    assert downloaded
    assert downloaded.read() == b"xlsx"
    assert picture
    assert picture.photo
    assert sticker
    assert sticker.sticker
    assert forward
    assert forward.forward_origin
    assert forward.forward_origin.type == "hidden_user"
    assert voice
    assert voice.voice
    assert place
    assert place.location
    assert edit
    assert (edit.text, edit.message_id) == ("đúng", mine["id"])
    assert edit.edit_date


async def test_aiogram_account(world: Client, agram: Bot, greeted: int) -> None:
    me = await agram.get_me()
    assert me.username == "mua_hang_loat_bot"
    await agram.set_my_commands([BotCommand(command="mua", description="Mua hàng loạt")])
    assert [command.command for command in await agram.get_my_commands()] == ["mua"]
    assert (await world.get("chats/telegram/owner"))["commands"][0]["command"] == "mua"
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await agram.set_my_commands([BotCommand(command="MUA", description="x")])
    await agram.delete_my_commands()
    assert await agram.get_my_commands() == []
    await agram.set_my_description("Mua hàng loạt")
    await agram.set_my_short_description("Mua")
    await agram.set_chat_menu_button()
    assert (await world.get("telegram/bot"))["description"] == "Mua hàng loạt"
    assert (await agram.get_chat(greeted)).type == "private"
    assert (await agram.get_chat_member(greeted, greeted)).status == "member"
    assert await agram.send_chat_action(greeted, "typing")
    start = (await world.messages("owner"))[0]["id"]
    assert await agram.set_message_reaction(greeted, start, [ReactionTypeEmoji(emoji="👍")])
    assert (await world.messages("owner"))[0]["reaction"] == "👍"


async def test_aiogram_errors(world: Client, agram: Bot, greeted: int) -> None:
    await world.post("telegram/faults", status=429, retry_after=2)
    with pytest.raises(TelegramRetryAfter) as late:
        await agram.send_message(greeted, "a")
    assert late.value.retry_after == 2
    await world.post("chats/telegram/owner/block", blocked=True)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await agram.send_message(greeted, "a")


async def test_ptb_pushes(world: Client, ptb: ExtBot[None], greeted: int) -> None:
    markup = PtbMarkup([[PtbButton("Mở", url="https://vendor.example/1")]])
    sent = await ptb.send_message(greeted, "<b>Xin chào</b>", parse_mode="HTML", reply_markup=markup)
    await ptb.edit_message_text("Đã sửa", greeted, sent.message_id)
    document = await ptb.send_document(greeted, BytesIO(b"abc"), caption="tệp", filename=NAME)
    assert document.document
    assert document.document.file_name == NAME
    file = await document.document.get_file()
    assert await file.download_as_bytearray() == b"abc"
    picture = await ptb.send_photo(greeted, PNG)
    assert await ptb.delete_message(greeted, picture.message_id)
    await ptb.send_message(greeted, "a", reply_markup=ReplyKeyboardRemove())
    texts = [message["text"] for message in await world.messages("owner")]
    assert texts == ["/start", "Đã sửa", "tệp", "a"]


async def test_ptb_errors(
    world: Client, ptb: ExtBot[None], greeted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # Without this the library warns of its own future change.
    with pytest.raises(BadRequest, match="Message text is empty"):
        await ptb.send_message(greeted, " ")
    await world.post("telegram/faults", status=429, retry_after=2)
    with pytest.raises(RetryAfter):
        await ptb.send_message(greeted, "a")
    await world.post("chats/telegram/owner/block", blocked=True)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(greeted, "a")


async def test_a_message_of_one_library_is_edited_by_the_other(
    agram: Bot, ptb: ExtBot[None], greeted: int, server: SandboxServer
) -> None:
    pushed = await ptb.send_message(greeted, "a")
    await agram.edit_message_text("b", chat_id=greeted, message_id=pushed.message_id)
    kept = server.world.message(greeted, pushed.message_id)
    assert kept
    assert kept.content == {"text": "b"}
