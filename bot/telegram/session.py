"""aiogram's session to Telegram, with every failure in the words of the Bot API."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiohttp import ClientSession
from pydantic import ValidationError

from gateways.measures import measured

SECONDS = 20.0
"""How long a call may take. An update whose call takes longer is tried again."""

_AWAY = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, TelegramUnauthorizedError)


def is_away(error: Exception) -> bool:
    """Whether Telegram cannot be spoken to now, whatever is said: `bot.inbox.Source.is_away`."""
    return isinstance(error, _AWAY) and not isinstance(error, TelegramEntityTooLarge)


class TelegramSession(AiohttpSession):
    """Raises `TelegramServerError` or `TelegramNetworkError` also for answers that are not Telegram's own,
    such as a proxy's page."""

    async def create_session(self) -> ClientSession:
        session = await super().create_session()
        if not session.trace_configs:
            session.trace_configs.append(measured("telegram"))
        return session

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            why = f"HTTP {status_code} without an answer of Telegram's"
            if status_code >= 500:
                raise TelegramServerError(method, why) from None
            if isinstance(error.original, ValidationError):
                raise
            raise TelegramNetworkError(method, why) from None
