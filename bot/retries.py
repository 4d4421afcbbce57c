"""How the conversation puts up with Telegram: waits for its turn and when told to, tries again when the
server fails, and lets old taps be."""

import asyncio
import logging
import math
import sys
import time
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
from aiogram.methods import AnswerCallbackQuery, SendChatAction, TelegramMethod
from aiogram.methods.base import Response, TelegramType

from gateways.chat_pace import ChatPace
from services.patience import Patience
from services.ports import RetryLater

TRIES = 4
LONGEST_FLOOD = 30.0
"""The longest flood limit to wait for, in seconds. Under a longer one the request fails, and its update is
tried again later."""

ALIKE = 3
"""In how many chats a request is refused until it waits in all: Telegram names no limit."""

REACH = Patience(attempts=sys.maxsize, first=0.5, longest=5.0)
"""How long to wait between two tries to reach a chat app that is away."""

_LIMITED = ("send", "edit", "forward", "copy")

log = logging.getLogger(__name__)


def asked_by(error: Exception) -> float:
    """For how many seconds a chat app that refused a request asks to be left alone."""
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 0.0


class WaitWhenAsked(BaseRequestMiddleware):
    """Repeats a request that Telegram refused, which is safe because nothing was done.

    None of its method and chat leaves before the time that Telegram named, and none of its method once
    `ALIKE` chats were refused: it waits, or fails under a limit longer than `LONGEST_FLOOD`. `sleep` waits
    for seconds of `clock`.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._until: dict[tuple[str, object], float] = {}
        """Until when Telegram wants no request of this method in this chat."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat = getattr(method, "chat_id", None)
        for attempt in range(1, TRIES + 1):
            while left := self._seconds_left(method.__api_method__, chat):
                if left > LONGEST_FLOOD:
                    raise TelegramRetryAfter(method, "asked to wait before", math.ceil(left))
                await self._sleep(left)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as asked:
                self._until[method.__api_method__, chat] = self._clock() + asked.retry_after
                if attempt == TRIES or asked.retry_after > LONGEST_FLOOD:
                    raise
                log.warning("%s must wait %s s", type(method).__name__, asked.retry_after)
            except (TelegramServerError, RestartingTelegram) as failed:
                if attempt == TRIES:
                    raise
                log.debug("%s failed at the server: %s", type(method).__name__, type(failed).__name__)
                await self._sleep(0.5 * attempt)
        raise AssertionError("the last try returns or raises")

    def _seconds_left(self, name: str, chat: object) -> float:
        """How long a request has to wait."""
        if not self._until:
            return 0.0
        now = self._clock()
        self._until = {kind: until for kind, until in self._until.items() if until > now}
        alike = {where: until for (what, where), until in self._until.items() if what == name}
        until = max(alike.values()) if len(alike) >= ALIKE else alike.get(chat, now)
        return until - now


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
    """Waits for the turn of each request that counts against Telegram's message limits. Where too many wait,
    the request fails as under a long flood limit."""

    def __init__(self, pace: ChatPace) -> None:
        self._pace = pace

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat, name = getattr(method, "chat_id", None), method.__api_method__
        if not chat or not name.startswith(_LIMITED) or isinstance(method, SendChatAction):
            return await make_request(bot, method)
        is_edit = name.startswith("edit")
        try:
            await (self._pace.edit if is_edit else self._pace.answer)(str(chat))
        except RetryLater as later:
            raise TelegramRetryAfter(method, str(later), math.ceil(later.seconds)) from later
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter:
            if is_edit:
                await self._pace.edit_refused()
            raise
