"""What is looked at of Telegram, and where its updates are told to go."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.app_settings import bot_of
from bot.telegram.app import WEBHOOK_PATH
from bot.telegram.settings import TelegramSettings
from domain.chats import Channel
from domain.checkups import Part
from gateways.checkups import telegram
from services.ports.checkups import Look


def looks_at_telegram(settings: TelegramSettings, _: str) -> Mapping[Part, Look]:
    """Nothing where Telegram is off."""
    if settings.telegram_token is None:
        return {}
    bot = bot_of(settings.telegram_token, settings.telegram_api_url)
    to = settings.posted_to(settings.telegram_mode, WEBHOOK_PATH)
    return {
        Part.TELEGRAM: lambda: telegram.look_at_bot(*bot),
        Part.TELEGRAM_UPDATES: lambda: telegram.look_at_updates(*bot, to, datetime.now(UTC)),
    }


async def point_telegram(settings: TelegramSettings) -> bool:
    """Tell Telegram where updates go; returns whether it is on. Raises `Fault`."""
    if settings.telegram_token is None:
        return False
    bot = bot_of(settings.telegram_token, settings.telegram_api_url)
    to = settings.posted_to(settings.telegram_mode, WEBHOOK_PATH)
    await telegram.set_updates(*bot, to, settings.secret(Channel.TELEGRAM) if to else "")
    return True
