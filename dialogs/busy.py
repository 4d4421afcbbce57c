"""Shows in the chat that something is being done: files read, workbooks made, the registry asked."""

import asyncio
import contextlib
import time
from typing import Literal

from aiogram import Bot
from aiogram_dialog import DialogManager

AGAIN = 4.0
"""Seconds until a chat is shown it again; apps show it for five."""

_KEPT = 1000
_SECONDS = 5.0

_shown: dict[int, float] = {}
_under_way: set[asyncio.Task[None]] = set()


def show_busy(manager: DialogManager, action: Literal["typing", "upload_document"] = "typing") -> None:
    """Show it while the caller goes on. It is only a help: it delays nothing and never fails."""
    bot: Bot = manager.middleware_data["bot"]
    chat_id, now = manager.middleware_data["event_chat"].id, time.monotonic()
    if now - _shown.get(chat_id, -AGAIN) < AGAIN:
        return
    if len(_shown) >= _KEPT:
        _shown.clear()
    _shown[chat_id] = now
    task = asyncio.create_task(_show(bot, chat_id, action))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


async def _show(bot: Bot, chat_id: int, action: str) -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_SECONDS):
            await bot.send_chat_action(chat_id, action)
