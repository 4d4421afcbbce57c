"""Pushes to Telegram chats, by python-telegram-bot.

Limits and errors follow https://core.telegram.org/bots/api and https://core.telegram.org/bots/faq.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from telegram import (
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import MessageLimit, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from domain.chats import Channel
from domain.messaging.contents import PushContent
from gateways.chat_pace import ChatPace
from gateways.measures import MeasuredRequest
from gateways.pictures import picture_to_send
from gateways.telegram.api import extended_bot, seconds_to_wait
from gateways.telegram.keyboards import keyboard
from gateways.workbooks.export import OpenpyxlWriter
from services.messaging.messages import ChatMessage, Renderer
from services.ports import AddressMoved, Attachments, RetryLater, Undeliverable, WorkbookWriter
from services.presence import FAILURES, Presence
from texts.plain import utf16_length, without_dates, without_tags

T = TypeVar("T")

_CONNECTIONS = 40
_SECONDS = 20.0
_SERVER_TROUBLE = 5.0
_TOKEN_REFUSED = 60.0
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_UNREACHABLE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "have no rights to send",
    "not enough rights",
    "chat_write_forbidden",
)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TOO_NEW = ("style", "tg-time")
"""What a refusal by a server older than Bot API 9.4 or 9.5 names."""
_SHOWN_ALREADY = "message is not modified"
_NOT_DELETED = ("message to delete not found", "message can't be deleted", "message_id_invalid")
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class TelegramSender:
    """`LiveSender` of Telegram: an address is a chat id, a reference the id of the message with the text.

    `pace` limits each chat; the caller must already hold a turn of all chats. `attachments` has the pictures
    that people sent in another app. Open between `async with`; opening calls nothing, so the program starts
    while Telegram is down.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        renderer: Renderer,
        pace: ChatPace,
        writer: WorkbookWriter | None = None,
        attachments: Attachments | None = None,
    ) -> None:
        self._renderer = renderer
        self._attachments = attachments
        self._writer = writer or OpenpyxlWriter()
        self._pace = pace
        self._plain = False
        self._request = MeasuredRequest(
            connection_pool_size=_CONNECTIONS,
            read_timeout=_SECONDS,
            write_timeout=_SECONDS,
            pool_timeout=_SECONDS,
        )
        self.presence = Presence("pushes on Telegram", FAILURES, (Undeliverable, AddressMoved, BadRequest))
        self._bot = extended_bot(token, api_url, self._request)

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._request.shutdown()

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        """Send one message. The Bot API knows no idempotency key, so `key` stays here.

        Errors as in `PushSender`; a lost answer (a time-out after sending) is raised as it came.
        """
        await self._pace.take(address)
        return await self._send(address, content, maybe_repeated, silent)

    async def _send(self, address: str, content: PushContent, maybe_repeated: bool, silent: bool) -> str:
        message = self._renderer.chat(content, maybe_repeated)
        photo = await picture_to_send(message.photo, Channel.TELEGRAM, self._attachments)
        message = replace(message, photo=photo)
        with self.presence:
            async with self._refusals(address):
                return await self._plainly(partial(self._deliver, address, message, silent))

    async def send_album(
        self,
        address: str,
        contents: Sequence[PushContent],
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str | None:
        """Send pictures with their texts as one album; the reference is the first one's. `None`, with nothing
        sent, where one is no picture with a caption, or has buttons. Errors as in `send`."""
        messages = [self._renderer.chat(content, maybe_repeated) for content in contents]
        if not all(isinstance(one.photo, bytes) and _is_caption(one) and not one.buttons for one in messages):
            return None
        await self._pace.take(address)
        for _ in messages[1:]:
            await self._pace.count(address)
        with self.presence:
            async with self._refusals(address):
                return await self._plainly(partial(self._album, address, messages, silent))

    async def _album(self, address: str, messages: Sequence[ChatMessage], silent: bool) -> str:
        media = [InputMediaPhoto(one.photo or b"", self._html(one), ParseMode.HTML) for one in messages]
        sent = await self._bot.send_media_group(address, media, disable_notification=silent)
        return str(sent[0].message_id)

    async def edit(self, address: str, message_ref: str, content: PushContent) -> None:
        """Change the text and the buttons; a picture or file stays as it was sent."""
        await self._pace.take(address)
        await self._edit(address, message_ref, self._renderer.chat(content, maybe_repeated=False))

    async def replace(
        self,
        message_ref: str,
        address: str,
        content: PushContent,
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str:
        """Edit a text, which may get a file, or send a new message; both are one turn of the chat."""
        await self._pace.take(address)
        message = self._renderer.chat(content, maybe_repeated=False)
        fits = not message.photo and (_is_caption(message) or not message.workbook)
        if fits and await self._edit(address, message_ref, message, puts_file=True):
            return message_ref
        return await self._send(address, content, maybe_repeated, silent)

    async def retire(self, address: str, message_ref: str, content: PushContent) -> None:
        """Delete the message; one that Telegram keeps, after 48 hours, is edited."""
        await self._pace.take(address)
        async with self._refusals(address, is_edit=True):
            try:
                await self._bot.delete_message(address, int(message_ref))
            except BadRequest as error:
                if not _says(error, *_NOT_DELETED):
                    raise
                await self._edit(address, message_ref, self._renderer.chat(content, maybe_repeated=False))

    async def _edit(
        self, address: str, message_ref: str, message: ChatMessage, puts_file: bool = False
    ) -> bool:
        """Returns whether the message is still there. `puts_file` adds the file to a text."""
        where: dict[str, Any] = {"chat_id": address, "message_id": int(message_ref)}
        async with self._refusals(address, is_edit=True):
            try:
                await self._plainly(partial(self._change, where, message, puts_file))
            except BadRequest as error:
                if not _says(error, _SHOWN_ALREADY, *_GONE):
                    raise
                return _says(error, _SHOWN_ALREADY)
        return True

    async def _change(self, where: dict[str, Any], message: ChatMessage, puts_file: bool) -> None:
        if puts_file and (file := message.workbook):
            written = InputFile(await self._writer.write(file.tables), filename=file.name)
            media = InputMediaDocument(written, self._html(message), parse_mode=ParseMode.HTML)
            await self._bot.edit_message_media(media, reply_markup=keyboard(message, self._plain), **where)
        elif _is_caption(message):
            await self._bot.edit_message_caption(caption=self._html(message), **where, **self._look(message))
        else:
            await self._bot.edit_message_text(
                self._html(message), link_preview_options=_NO_PREVIEW, **where, **self._look(message)
            )

    def _html(self, message: ChatMessage) -> str:
        return without_dates(message.html) if self._plain else message.html

    def _look(self, message: ChatMessage) -> dict[str, Any]:
        return {"parse_mode": ParseMode.HTML, "reply_markup": keyboard(message, self._plain)}

    async def _plainly(self, call: Callable[[], Awaitable[T]]) -> T:
        """Do this; where the server knows no styles of buttons or date-times, do it again without."""
        try:
            return await call()
        except BadRequest as error:
            if self._plain or not _says(error, *_TOO_NEW):
                raise
            self._plain = True
            return await call()

    @asynccontextmanager
    async def _refusals(self, chat: str, is_edit: bool = False) -> AsyncIterator[None]:
        """Turn the errors of the library into those of `PushSender`."""
        try:
            yield
        except RetryAfter as error:
            seconds = seconds_to_wait(error)
            await self._pace.refused(chat, seconds)
            if is_edit:
                await self._pace.edit_refused()
            raise RetryLater(seconds, "rate limit of Telegram", counts=False) from error
        except ChatMigrated as error:
            raise AddressMoved(str(error.new_chat_id)) from error
        except Forbidden as error:
            raise Undeliverable(error.message) from error
        except InvalidToken as error:
            raise RetryLater(_TOKEN_REFUSED, "Telegram refuses the token") from error
        except BadRequest as error:
            if _says(error, *_UNREACHABLE):
                raise Undeliverable(error.message) from error
            raise
        except NetworkError as error:
            if _is_not_delivered(error):
                raise RetryLater(_SERVER_TROUBLE, "Telegram is out of reach") from error
            raise

    async def _deliver(self, chat: str, message: ChatMessage, silent: bool) -> str:
        """Send picture, then file, then text; the last one has the text and the buttons. Returns its id.

        If a later part fails, a repeat shows the earlier ones twice, which misleads nobody.
        """
        sends: list[partial[Coroutine[Any, Any, Message]]] = []
        if message.photo:
            sends.append(partial(self._bot.send_photo, chat, message.photo))
        if file := message.workbook:
            content = await self._writer.write(file.tables)
            sends.append(partial(self._bot.send_document, chat, content, filename=file.name))
        if _is_caption(message):
            sends[-1] = partial(sends[-1], caption=self._html(message), **self._look(message))
        else:
            sends.append(
                partial(
                    self._bot.send_message,
                    chat,
                    self._html(message),
                    link_preview_options=_NO_PREVIEW,
                    **self._look(message),
                )
            )
        first, *more = sends
        sent = await first(disable_notification=silent)
        for send in more:
            await self._pace.count(chat)
            sent = await send(disable_notification=silent)
        return str(sent.message_id)


def _is_caption(message: ChatMessage) -> bool:
    """Whether the text stands under a picture or file rather than in a message of its own."""
    has_media = bool(message.photo or message.workbook)
    return has_media and utf16_length(without_tags(message.html)) <= MessageLimit.CAPTION_LENGTH


def _says(error: TelegramError, *reasons: str) -> bool:
    return any(reason in error.message.casefold() for reason in reasons)


def _is_not_delivered(error: NetworkError) -> bool:
    """Whether the request never left, or was answered with an error status (5xx)."""
    cause = error.__cause__
    return cause is None or isinstance(cause, (TelegramError, *_NEVER_LEFT))
