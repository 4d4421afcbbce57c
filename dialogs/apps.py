"""The chat apps that the bot is in, and how it is reached there."""

from collections.abc import Sequence

from aiogram import Bot
from aiogram_dialog import DialogManager

from dialogs.context import channel_of
from domain.chats import Channel

APPS = "apps"
"""Middleware data: the apps that are on, a set of channels."""
TELEGRAM_BOT = "telegram_bot"
"""Middleware data: the bot in Telegram; may be absent if all chats are in Telegram."""
BOT_NAMES = "bot_names"
"""Middleware data: what the bot is called in the apps where it is found by its name, as far as known."""
OWN_IDS = "own_ids"
"""Middleware data: for each app that is on and whose chats have no numbers, a callable from the number made
for a chat to the app's own id of it."""

CONNECT_ZALO = "connect_zalo"
"""Middleware data: makes a link by which an administrator connects the Official Account, if there is one."""

INVITATION = "moi_"
"""The start of what an invitation's link or message carries; its token follows."""
LINK = "noi_"
"""The start of what the link or message with a code for linking a chat carries."""


def other_apps(manager: DialogManager) -> Sequence[Channel]:
    """The apps that are on, except the one of this chat."""
    return sorted(manager.middleware_data[APPS] - {channel_of(manager)})


async def telegram_link(manager: DialogManager, start: str) -> str | None:
    """A link that opens the bot in Telegram and sends it `start`; `None` if Telegram is off."""
    if Channel.TELEGRAM not in manager.middleware_data[APPS]:
        return None
    bot: Bot = manager.middleware_data.get(TELEGRAM_BOT) or manager.middleware_data["bot"]
    return f"https://t.me/{(await bot.me()).username}?start={start}"
