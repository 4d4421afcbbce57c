"""Every method of a bot has a stated form on Zalo, or is refused."""

import inspect
from collections.abc import Sequence
from typing import Any

import aiogram.methods
import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteWebhook,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    GetChat,
    GetChatMember,
    GetFile,
    GetMe,
    SendDocument,
    SendMessage,
    SendPhoto,
    SetMyCommands,
    SetMyDescription,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReplyKeyboardRemove,
)

from bot.zalo.outbox import Attached, Outbox
from bot.zalo.session import NOTHING_TO_DO, ZaloSession
from domain.chats import zalo_chat_id
from tests.bot.zalo.methods import CARRIED_OUT, DONE_BY_DOING_NOTHING, REFUSED
from tests.support.zalo_world import TOKEN, KeptFiles

CHAT = zalo_chat_id("6ede9afa66b88fe6d6a9")
MARKUP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Mở", callback_data="x")]])
PICTURE = BufferedInputFile(b"\x89PNG", "anh.png")


def methods() -> dict[str, type[TelegramMethod[Any]]]:
    """Every method of aiogram's."""
    return {
        name: found
        for name, found in vars(aiogram.methods).items()
        if inspect.isclass(found) and issubclass(found, TelegramMethod) and found is not TelegramMethod
    }


class Delivered:
    """Records what would be sent outside of an update."""

    def __init__(self) -> None:
        self.outboxes: list[Outbox] = []

    async def __call__(self, outbox: Outbox) -> None:
        self.outboxes.append(outbox)


@pytest.fixture
def delivered() -> Delivered:
    return Delivered()


@pytest.fixture
def files() -> KeptFiles:
    return KeptFiles()


@pytest.fixture
def bot(delivered: Delivered, files: KeptFiles) -> Bot:
    session = ZaloSession(delivered, files, lambda: "bot.KeToan")
    return Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


async def within(bot: Bot, *calls: TelegramMethod[Any]) -> tuple[Outbox, list[Any]]:
    """What an update says that makes these calls, and what each call returns."""
    assert isinstance(bot.session, ZaloSession)
    async with bot.session.gathering(CHAT) as outbox:
        results: list[Any] = [await bot(call) for call in calls]
    return outbox, results


def test_every_method_of_aiogram_has_its_place() -> None:
    assert {*CARRIED_OUT, *DONE_BY_DOING_NOTHING, *REFUSED} == set(methods())
    assert not CARRIED_OUT & DONE_BY_DOING_NOTHING
    assert not REFUSED & (CARRIED_OUT | DONE_BY_DOING_NOTHING)
    assert {one.__name__ for one in NOTHING_TO_DO} == DONE_BY_DOING_NOTHING


@pytest.mark.parametrize("name", sorted(REFUSED))
async def test_a_method_without_a_form_is_refused_as_telegram_refuses(bot: Bot, name: str) -> None:
    call = methods()[name].model_construct()
    with pytest.raises(TelegramBadRequest, match=call.__api_method__):
        await within(bot, call)


@pytest.mark.parametrize(
    "call",
    [
        SetMyCommands(commands=[BotCommand(command="start", description="…")]),
        SetMyDescription(description="…"),
        DeleteWebhook(),
    ],
    ids=lambda call: call.__api_method__,
)
async def test_what_zalo_has_not_and_nobody_misses_is_done_by_doing_nothing(
    bot: Bot, call: TelegramMethod[Any]
) -> None:
    outbox, results = await within(bot, call)
    assert results == [True]
    assert outbox.empty


async def test_a_text_is_said_plain(bot: Bot) -> None:
    call = SendMessage(chat_id=CHAT, text="<b>Chào</b> &lt;Lan&gt;", reply_markup=ReplyKeyboardRemove())
    outbox, (message,) = await within(bot, call)
    assert outbox.said == ["Chào <Lan>"]
    assert (message.chat.id, message.chat.type, message.text) == (CHAT, "private", "Chào <Lan>")
    assert message.message_id > 0
    assert outbox.window is None


async def test_a_message_with_buttons_is_a_window_and_the_last_one_counts(bot: Bot) -> None:
    outbox, (first, second) = await within(
        bot,
        SendMessage(chat_id=CHAT, text="<b>cũ</b>", reply_markup=MARKUP),
        SendMessage(chat_id=CHAT, text="<b>mới</b>", reply_markup=MARKUP),
    )
    assert second.message_id > first.message_id
    assert outbox.window is not None
    assert (outbox.window.message_id, outbox.window.html) == (second.message_id, "<b>mới</b>")
    assert outbox.has_button("x")
    assert not outbox.has_button("y")
    assert outbox.said == []


async def test_an_edited_message_keeps_its_number(bot: Bot) -> None:
    for call in (
        EditMessageText(chat_id=CHAT, message_id=77, text="mới", reply_markup=MARKUP),
        EditMessageCaption(chat_id=CHAT, message_id=77, caption="mới", reply_markup=MARKUP),
        EditMessageMedia(
            chat_id=CHAT,
            message_id=77,
            media=InputMediaPhoto(media=PICTURE, caption="mới"),
            reply_markup=MARKUP,
        ),
    ):
        outbox, (message,) = await within(bot, call)
        assert message.message_id == 77
        assert outbox.window is not None
        assert (outbox.window.message_id, outbox.window.html) == (77, "mới")


async def test_an_edit_without_buttons_is_said(bot: Bot) -> None:
    outbox, _ = await within(bot, EditMessageText(chat_id=CHAT, message_id=77, text="<i>Đã xong</i>"))
    assert outbox.said == ["Đã xong"]
    assert outbox.window is None


async def test_deleting_and_taking_away_buttons_is_to_forget_them(bot: Bot) -> None:
    outbox, results = await within(
        bot,
        DeleteMessage(chat_id=CHAT, message_id=7),
        EditMessageReplyMarkup(chat_id=CHAT, message_id=8),
        # Without its text the window cannot be shown again.
        EditMessageReplyMarkup(chat_id=CHAT, message_id=9, reply_markup=MARKUP),
    )
    assert results == [True, True, True]
    assert outbox.gone == {7, 8}
    assert (outbox.said, outbox.window) == ([], None)


@pytest.mark.parametrize("alert", [True, False])
async def test_the_answer_to_a_tap_is_a_text(bot: Bot, alert: bool) -> None:
    outbox, results = await within(
        bot,
        AnswerCallbackQuery(callback_query_id="1", text="Đã lưu <b>", show_alert=alert),
        AnswerCallbackQuery(callback_query_id="1"),
    )
    assert results == [True, True]
    assert outbox.said == ["Đã lưu <b>"]


async def test_a_picture_has_a_file_id_that_aiogram_dialog_can_keep(bot: Bot) -> None:
    outbox, (alone, shown) = await within(
        bot,
        SendPhoto(chat_id=CHAT, photo=PICTURE, caption="<b>Ảnh</b>"),
        SendPhoto(chat_id=CHAT, photo=PICTURE, caption="<b>Ảnh</b>", reply_markup=MARKUP),
    )
    assert outbox.pictures == [Attached("anh.png", b"\x89PNG")] * 2
    assert outbox.said == ["Ảnh"]
    assert outbox.window is not None
    assert outbox.window.html == "<b>Ảnh</b>"
    assert [bool(one.photo[-1].file_id) for one in (alone, shown)] == [True, True]
    assert alone.photo[-1].file_unique_id != shown.photo[-1].file_unique_id


async def test_a_picture_that_somebody_sent_here_is_sent_by_what_it_holds(bot: Bot, files: KeptFiles) -> None:
    files.contents["https://photo.example/1"] = b"JFIF"
    outbox, _ = await within(bot, SendPhoto(chat_id=CHAT, photo="https://photo.example/1"))
    assert [picture.content for picture in outbox.pictures] == [b"JFIF"]


async def test_a_document_is_attached_and_its_caption_said(bot: Bot) -> None:
    document = BufferedInputFile(b"PK", "khach.xlsx")
    outbox, (message,) = await within(
        bot, SendDocument(chat_id=CHAT, document=document, caption="<b>Danh sách</b>")
    )
    assert outbox.files == [Attached("khach.xlsx", b"PK")]
    assert outbox.said == ["Danh sách"]
    assert message.message_id > 0


async def test_the_bot_knows_itself_its_chats_and_their_people(bot: Bot) -> None:
    _, (me, chat, member) = await within(
        bot, GetMe(), GetChat(chat_id=CHAT), GetChatMember(chat_id=CHAT, user_id=CHAT)
    )
    assert (me.id, me.is_bot, me.first_name) == (bot.id, True, "bot.KeToan")
    assert (chat.id, chat.type) == (CHAT, "private")
    assert (member.user.id, member.status) == (CHAT, "member")


async def test_what_somebody_sent_is_fetched_by_its_reference(bot: Bot, files: KeptFiles) -> None:
    files.contents["https://zalo.example/a b?c=1"] = b"\xff\xd8"
    _, (file,) = await within(bot, GetFile(file_id="https://zalo.example/a b?c=1"))
    assert file.file_path == "https://zalo.example/a b?c=1"
    got = await bot.download("https://zalo.example/a b?c=1")
    assert got is not None
    assert got.read() == b"\xff\xd8"


async def test_numbers_of_messages_only_grow(bot: Bot) -> None:
    calls: Sequence[TelegramMethod[Any]] = [SendMessage(chat_id=CHAT, text="x") for _ in range(1000)]
    _, messages = await within(bot, *calls)
    numbers = [message.message_id for message in messages]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] < 2**63


async def test_what_is_said_outside_of_an_update_leaves_at_once(bot: Bot, delivered: Delivered) -> None:
    await bot.send_message(CHAT, "chào")
    await bot.delete_message(CHAT, 7)
    await bot.get_me()
    await bot.get_chat(CHAT)
    said, gone = delivered.outboxes
    assert (said.chat_id, said.said) == (CHAT, ["chào"])
    assert gone.gone == {7}


async def test_updates_gather_apart_and_nothing_leaves_by_itself(bot: Bot, delivered: Delivered) -> None:
    assert isinstance(bot.session, ZaloSession)
    assert bot.session.gathered is None
    async with bot.session.gathering(CHAT) as outer:
        await bot.send_message(CHAT, "a")
        async with bot.session.gathering(CHAT) as inner:
            await bot.send_message(CHAT, "b")
        await bot.send_message(CHAT, "c")
    assert (outer.said, inner.said) == (["a", "c"], ["b"])
    assert bot.session.gathered is None
    assert delivered.outboxes == []
