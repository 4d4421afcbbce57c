"""Updates of Telegram, as the Bot API brings them and as they are stored."""

import json
import logging
from collections.abc import Collection, Sequence
from typing import Any

from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.types import Update

from bot.sources import Source
from bot.telegram.session import is_away
from storage.inbox import Arrival, WaitingUpdate

POLL_SECONDS = 20
"""How long Telegram holds a request when nothing happens."""

_LARGEST_ID = 2**53 - 1

log = logging.getLogger(__name__)


def arrival_of(update: Any, bot_id: int, kinds: Collection[str]) -> Arrival | None:
    """The update in a parsed body; `None` if it is none of `kinds` or of no chat.

    Raises `ValueError` for what is no update.
    """
    number = _id_in(update, "update_id", 0)
    if number is None:
        raise ValueError("no update_id")
    content = next((update[kind] for kind in kinds if kind in update), None)
    message = content.get("message") if isinstance(content, dict) else None
    chat = _chat_of(content) or _chat_of(message)
    if chat is None:
        return None
    body = json.dumps(update, ensure_ascii=False)
    # A lone surrogate could not be stored.
    return Arrival(f"{bot_id}:{number}", chat, number, body.encode("utf-8", "replace").decode())


def source_of(bot: Bot) -> Source:
    async def read(waiting: WaitingUpdate) -> Update:
        return Update.model_validate_json(waiting.body, context={"bot": bot})

    return Source("Telegram", bot, read, is_away)


class GetUpdatesAsTheyCome(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates whose result is not made into objects: it is stored."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    timeout: int
    allowed_updates: list[str]
    offset: int | None = None


class AskTelegram:
    """Asks for updates of `kinds`; each call acknowledges what the one before brought."""

    def __init__(self, bot: Bot, kinds: Sequence[str]) -> None:
        self._bot = bot
        self._request = GetUpdatesAsTheyCome(timeout=POLL_SECONDS, allowed_updates=list(kinds))

    async def __call__(self) -> Sequence[Arrival]:
        """Raises `TelegramAPIError`."""
        updates = await self._bot(self._request, request_timeout=POLL_SECONDS + 5)
        found = []
        for update in updates:
            try:
                found.append(arrival_of(update, self._bot.id, self._request.allowed_updates))
            except ValueError as error:
                log.warning("Telegram brings what is no update: %s", error)
            else:
                self._request.offset = update["update_id"] + 1
        return [arrival for arrival in found if arrival is not None]


def _chat_of(content: Any) -> int | None:
    return _id_in(content.get("chat"), "id", -_LARGEST_ID) if isinstance(content, dict) else None


def _id_in(holder: Any, name: str, least: int) -> int | None:
    number = holder.get(name) if isinstance(holder, dict) else None
    is_id = isinstance(number, int) and not isinstance(number, bool) and least <= number <= _LARGEST_ID
    return number if is_id else None
