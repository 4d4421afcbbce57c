"""A session of aiogram that gathers what the dialogs say on Zalo instead of calling Telegram.

Zalo has no buttons, edits, deletions, documents or alerts. docs/decisions/0017 says what stands for each of
them; any other method is refused as Telegram refuses an unknown one.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
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
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    SetMyCommands,
    SetMyDescription,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import (
    Chat,
    ChatFullInfo,
    ChatMemberMember,
    File,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    PhotoSize,
    User,
)

from bot.zalo.outbox import Attached, Outbox, Window, new_message_id
from dialogs.pictures import SENT
from domain.chats import Channel
from domain.files import FileRef
from services.ports import Attachments
from texts.plain import plain_text

NOTHING_TO_DO = (SetMyCommands, SetMyDescription, DeleteWebhook)
"""Methods without a counterpart on Zalo that nobody misses."""

_NO_SERVER = TelegramAPIServer(base="zalo:{method}", file="{path}")
_PICTURE = "anh.jpg"

Deliver = Callable[[Outbox], Awaitable[Any]]

_outbox: ContextVar[Outbox | None] = ContextVar("zalo_outbox", default=None)


class ZaloSession(BaseSession):
    """The session of a bot on Zalo, called `name` there. What is said outside of an update leaves at once.
    `type_in` shows in a chat that something is being done, always at once."""

    def __init__(
        self,
        deliver: Deliver,
        files: Attachments,
        name: Callable[[], str],
        type_in: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(api=_NO_SERVER)
        self._deliver = deliver
        self._files = files
        self._name = name
        self._type_in = type_in

    @property
    def gathered(self) -> Outbox | None:
        """What was said so far for the update under way; `None` outside of one."""
        return _outbox.get()

    @asynccontextmanager
    async def gathering(self, chat_id: int) -> AsyncIterator[Outbox]:
        """Gather what is said within the block; the caller delivers it."""
        outbox = Outbox(chat_id)
        token = _outbox.set(outbox)
        try:
            yield outbox
        finally:
            _outbox.reset(token)

    async def close(self) -> None:
        """Nothing to close: the client of Zalo is closed by its owner."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  (the library's signature)
    ) -> TelegramType:
        if isinstance(method, SendChatAction):
            if self._type_in is not None:
                await self._type_in(int(method.chat_id))
            return cast(TelegramType, True)
        outbox = _outbox.get()
        if outbox is not None:
            return cast(TelegramType, await self._carry_out(bot, method, outbox))
        outbox = Outbox(int(getattr(method, "chat_id", 0) or 0))
        result = await self._carry_out(bot, method, outbox)
        if not outbox.empty:
            await self._deliver(outbox)
        return cast(TelegramType, result)

    async def _carry_out(self, bot: Bot, method: TelegramMethod[Any], outbox: Outbox) -> Any:
        match method:
            case SendMessage():
                return self._message(bot, outbox, method.text, method.reply_markup)
            case EditMessageText():
                return self._message(bot, outbox, method.text, method.reply_markup, method.message_id)
            case EditMessageCaption():
                return self._message(bot, outbox, method.caption, method.reply_markup, method.message_id)
            case EditMessageReplyMarkup():
                return self._buttons(bot, outbox, method)
            case DeleteMessage():
                outbox.gone.add(method.message_id)
                return True
            case AnswerCallbackQuery():
                outbox.say(method.text or "")
                return True
            case SendPhoto():
                return await self._picture(bot, outbox, method.photo, method.caption, method.reply_markup)
            case EditMessageMedia():
                media, message_id = method.media, method.message_id
                return await self._picture(
                    bot, outbox, media.media, media.caption, method.reply_markup, message_id
                )
            case SendDocument():
                outbox.files.append(await self._content_of(bot, method.document))
                return self._message(bot, outbox, method.caption, method.reply_markup)
            case GetFile():
                return File(file_id=method.file_id, file_unique_id=method.file_id, file_path=method.file_id)
            case GetMe():
                return User(id=bot.id, is_bot=True, first_name=self._name() or "Zalo")
            case GetChat():
                # aiogram asks for the rights in groups, which Zalo does not have.
                return ChatFullInfo.model_construct(id=int(method.chat_id), type="private")
            case GetChatMember():
                user = User(id=method.user_id, is_bot=False, first_name="")
                return ChatMemberMember(user=user)
        if isinstance(method, NOTHING_TO_DO):
            return True
        raise TelegramBadRequest(method, f"{method.__api_method__} has no form on Zalo")

    def _message(
        self,
        bot: Bot,
        outbox: Outbox,
        html: str | None,
        markup: Any,
        message_id: int | None = None,
        picture: Attached | None = None,
    ) -> Message:
        number = message_id or new_message_id()
        if isinstance(markup, InlineKeyboardMarkup):
            outbox.show(Window(number, html or "", markup, picture))
        else:
            outbox.say(plain_text(html or ""), picture)
        return _made(bot, outbox, number, text=plain_text(html or "") or "…")

    def _buttons(self, bot: Bot, outbox: Outbox, method: EditMessageReplyMarkup) -> Any:
        """Take a message's buttons away. Other buttons cannot be shown: the text is not known here."""
        if method.message_id is not None and method.reply_markup is None:
            outbox.gone.add(method.message_id)
        return True

    async def _picture(
        self,
        bot: Bot,
        outbox: Outbox,
        source: Any,
        caption: str | None,
        markup: Any,
        message_id: int | None = None,
    ) -> Message:
        picture = await self._content_of(bot, source)
        number = self._message(bot, outbox, caption, markup, message_id, picture).message_id
        shown = PhotoSize(file_id=f"{SENT}{number}", file_unique_id=str(number), width=1, height=1)
        return _made(bot, outbox, number, photo=[shown])

    async def _content_of(self, bot: Bot, source: Any) -> Attached:
        """The bytes of what is sent: an upload, or a file that somebody sent in this app, by its id."""
        if not isinstance(source, InputFile):
            content = await self._files.fetch(FileRef(Channel.ZALO.value, str(source), "", 0))
            return Attached(_PICTURE, content)
        content = b"".join([chunk async for chunk in source.read(bot)])
        return Attached(source.filename or _PICTURE, content)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  (the library's signature)
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The content of a file that somebody sent; its id is its address."""
        yield await self._files.fetch(FileRef(Channel.ZALO.value, url, "", 0))


def _made(bot: Bot, outbox: Outbox, number: int, **content: Any) -> Message:
    chat = Chat(id=outbox.chat_id, type="private")
    return Message(message_id=number, date=datetime.now(UTC), chat=chat, **content).as_(bot)
