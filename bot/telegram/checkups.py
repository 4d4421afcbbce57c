"""What is looked at of Telegram, and where its updates are told to go."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.app_settings import UpdateMode
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
    bot, to = _bot(settings), _address(settings)
    return {
        Part.TELEGRAM: lambda: telegram.look_at_bot(*bot),
        Part.TELEGRAM_UPDATES: lambda: telegram.look_at_updates(*bot, to, datetime.now(UTC)),
    }


async def point_telegram(settings: TelegramSettings) -> bool:
    """Tell Telegram where updates go; returns whether it is on. Raises `Fault`."""
    if settings.telegram_token is None:
        return False
    to = _address(settings)
    await telegram.set_updates(*_bot(settings), to, settings.secret(Channel.TELEGRAM) if to else "")
    return True


def _bot(settings: TelegramSettings) -> tuple[str, str]:
    assert settings.telegram_token is not None
    return settings.telegram_token.get_secret_value(), str(settings.telegram_api_url)


def _address(settings: TelegramSettings) -> str:
    return settings.address(WEBHOOK_PATH) if settings.telegram_mode is UpdateMode.WEBHOOK else ""
