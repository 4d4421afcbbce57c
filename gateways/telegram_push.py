"""Pushes to Telegram chats, by python-telegram-bot.

Limits and errors follow https://core.telegram.org/bots/api and https://core.telegram.org/bots/faq.
"""

import html
import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
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
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from domain.push_contents import PushContent
from services.messages import ChatButton, ChatMessage, Renderer
from services.ports import AddressMoved, RetryLater, Undeliverable

API_URL = "https://api.telegram.org"
MESSAGES_A_SECOND = 25
"""Over all chats; Telegram allows about 30, and the dialogs share them."""

_CHAT_PACE = 1.0
_GROUP_PACE = 3.0  # Groups get 20 messages a minute.
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
# Without it, reading how long to wait warns of a deprecation.
os.environ.setdefault("PTB_TIMEDELTA", "true")


class ChatPace:
    """One message a second a chat. Nobody sleeps here: whoever comes too early is told when to return."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free_at: dict[str, float] = {}

    def take(self, chat: str) -> None:
        """Use the chat's turn. Raises `RetryLater` with the seconds until the next one."""
        now = self._clock()
        wait = self._free_at.get(chat, now) - now
        if wait > 0:
            raise RetryLater(wait, "pace of the chat", counts=False)
        if len(self._free_at) >= 1024:
            self._free_at = {other: at for other, at in self._free_at.items() if at > now}
        self._free_at[chat] = now + (_GROUP_PACE if chat.startswith("-") else _CHAT_PACE)


class TelegramSender:
    """`PushSender` of Telegram: an address is a chat id. Open between `async with`.

    Opening calls nothing, so the program starts while Telegram is down.
    """

    def __init__(self, token: str, api_url: str, renderer: Renderer, pace: ChatPace | None = None) -> None:
        self._renderer = renderer
        self._pace = pace or ChatPace()
        self._request = HTTPXRequest(
            connection_pool_size=MESSAGES_A_SECOND, read_timeout=20, write_timeout=20, pool_timeout=20
        )
        api_url = (api_url or API_URL).rstrip("/")
        self._bot = ExtBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._request,
            get_updates_request=self._request,
            # The pace of groups is kept above, without waiting.
            rate_limiter=AIORateLimiter(overall_max_rate=MESSAGES_A_SECOND, group_max_rate=0, max_retries=0),
        )

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._request.shutdown()

    async def send(self, address: str, content: PushContent, key: str, maybe_repeated: bool) -> None:
        """Send one message. The Bot API knows no idempotency key, so `key` stays here.

        Errors as in `PushSender`; a lost answer (a time-out after sending) is raised as it came.
        """
        self._pace.take(address)
        message = self._renderer.chat(content, maybe_repeated)
        try:
            await self._deliver(address, message)
        except RetryAfter as error:
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            raise RetryLater(seconds, "rate limit of Telegram", counts=False) from error
        except ChatMigrated as error:
            raise AddressMoved(str(error.new_chat_id)) from error
        except Forbidden as error:
            raise Undeliverable(error.message) from error
        except InvalidToken as error:
            raise RetryLater(_TOKEN_REFUSED, "Telegram refuses the token") from error
        except BadRequest as error:
            if any(reason in error.message.casefold() for reason in _UNREACHABLE):
                raise Undeliverable(error.message) from error
            raise
        except NetworkError as error:
            if _is_not_delivered(error):
                raise RetryLater(_SERVER_TROUBLE, "Telegram is out of reach") from error
            raise

    async def _deliver(self, chat: str, message: ChatMessage) -> None:
        keyboard = _keyboard(message)
        if message.photo and visible_length(message.html) <= MessageLimit.CAPTION_LENGTH:
            await self._bot.send_photo(
                chat, message.photo, caption=message.html, parse_mode=ParseMode.HTML, reply_markup=keyboard
            )
            return
        # If the text fails after the photo, a repeat shows the photo twice, which misleads nobody.
        if message.photo:
            await self._bot.send_photo(chat, message.photo)
        await self._bot.send_message(
            chat,
            message.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard,
        )


def visible_length(markup: str) -> int:
    """What Telegram counts: UTF-16 code units of the text without tags and with entities resolved."""
    return len(html.unescape(re.sub(r"<[^>]*>", "", markup)).encode("utf-16-le")) // 2


def _is_not_delivered(error: NetworkError) -> bool:
    """Whether the request never left, or was answered with an error status (5xx)."""
    cause = error.__cause__
    return cause is None or isinstance(cause, (TelegramError, *_NEVER_LEFT))


def _keyboard(message: ChatMessage) -> InlineKeyboardMarkup | None:
    rows = [[_button(button) for button in row] for row in message.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: ChatButton) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.text,
        url=button.url,
        callback_data=button.data,
        copy_text=CopyTextButton(button.copy) if button.copy is not None else None,
    )
