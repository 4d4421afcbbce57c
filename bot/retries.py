"""How the conversation puts up with Telegram: waits for its turn and when told to, tries again when the
server fails, and lets old taps be."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from typing import cast

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    RestartingTelegram,
    TelegramBadRequest,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import AnswerCallbackQuery, EditMessageReplyMarkup, SendChatAction, TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiogram.utils.backoff import BackoffConfig

from services.ports import RetryLater

TRIES = 4
LONGEST_FLOOD = 30.0
"""The longest flood limit to wait for, in seconds. Under a longer one the request fails, and its update is
tried again later."""

AWAY = BackoffConfig(min_delay=0.5, max_delay=5, factor=2, jitter=0.1)
"""Seconds between two tries to reach a chat app that is away."""

_LIMITED = ("send", "edit", "forward", "copy")
_NO_MESSAGES = (SendChatAction, EditMessageReplyMarkup)
"""Requests with such a name that bring nothing to read; typed answers would take two turns each."""

log = logging.getLogger(__name__)


class WaitWhenAsked(BaseRequestMiddleware):
    """Repeats a request that Telegram refused, which is safe because nothing was done."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        for attempt in range(1, TRIES):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as asked:
                if asked.retry_after > LONGEST_FLOOD:
                    raise
                log.warning("%s must wait %s s", type(method).__name__, asked.retry_after)
                await asyncio.sleep(asked.retry_after)
            except (TelegramServerError, RestartingTelegram) as failed:
                log.debug("%s failed at the server: %s", type(method).__name__, type(failed).__name__)
                await asyncio.sleep(0.5 * attempt)
        return await make_request(bot, method)


class OldTapsAreFine(BaseRequestMiddleware):
    """Lets the answer to a tap return false when the tap is too old to be answered."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramBadRequest as refusal:
            if not isinstance(method, AnswerCallbackQuery) or "query is too old" not in refusal.message:
                raise
            return cast(Response[TelegramType], False)


class WaitForTurn(BaseRequestMiddleware):
    """Waits by `turn`, which gets the chat, before each request that counts against Telegram's message
    limits. Where too many wait, the request fails as under a long flood limit."""

    def __init__(self, turn: Callable[[str], Awaitable[None]]) -> None:
        self._turn = turn

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat = getattr(method, "chat_id", None)
        if chat and method.__api_method__.startswith(_LIMITED) and not isinstance(method, _NO_MESSAGES):
            try:
                await self._turn(str(chat))
            except RetryLater as later:
                raise TelegramRetryAfter(method, str(later), math.ceil(later.seconds)) from later
        return await make_request(bot, method)
