"""The chat apps that the bot is in, and how it is reached there."""

from collections.abc import Sequence

from aiogram import Bot
from aiogram_dialog import DialogManager

from dialogs.context import channel_of
from domain.chats import Channel

APPS = "apps"
"""Middleware data: the apps that are on, a set of channels."""
TELEGRAM_BOT = "telegram_bot"
"""Middleware data: the bot in Telegram; may be absent where all chats are there."""
ZALO_NAME = "zalo_name"
"""Middleware data: what the bot is called in Zalo; may be absent."""
ZALO_ID = "zalo_id"
"""Middleware data: a callable that knows what Zalo calls a chat, by its number; absent where Zalo is off."""

INVITATION = "moi_"
"""Start of what an invitation's link or message carries; its token follows."""
LINK = "noi_"
"""The same of the code that links a chat."""


def other_apps(manager: DialogManager) -> Sequence[Channel]:
    """Those that are on beside the one that this chat is in."""
    return sorted(manager.middleware_data[APPS] - {channel_of(manager)})


async def telegram_link(manager: DialogManager, start: str) -> str | None:
    """What opens the bot in Telegram and sends it `start`; `None` where it is not there."""
    if Channel.TELEGRAM not in manager.middleware_data[APPS]:
        return None
    bot: Bot = manager.middleware_data.get(TELEGRAM_BOT) or manager.middleware_data["bot"]
    return f"https://t.me/{(await bot.me()).username}?start={start}"
