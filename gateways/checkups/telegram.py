"""Telegram: the bot's token, and how its updates come."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from domain.checkups import Fault, Good
from gateways.telegram.api import extended_bot

FRESH = timedelta(minutes=15)
"""How old an error of the webhook may be and still count."""

MANY = 100
"""How many updates wait at Telegram only if something holds them up."""


@asynccontextmanager
async def telegram_bot(token: str, api_url: str) -> AsyncIterator[Bot]:
    """A bot for a few calls. Raises `Fault` for what they raise."""
    request = HTTPXRequest(connection_pool_size=2)
    await request.initialize()
    try:
        yield extended_bot(token, api_url, request)
    except InvalidToken:
        raise Fault("telegram_token") from None
    except TelegramError as error:
        # Its text may quote the address, which holds the token.
        raise Fault("telegram_away", error=type(error).__name__) from None
    finally:
        await request.shutdown()


async def look_at_bot(token: str, api_url: str) -> Good:
    async with telegram_bot(token, api_url) as bot:
        return Good("telegram", {"name": (await bot.get_me()).username})


async def look_at_updates(token: str, api_url: str, expected: str, now: datetime) -> Good:
    """`expected` is the address to which updates should be posted, empty where the program asks for them."""
    async with telegram_bot(token, api_url) as bot:
        info = await bot.get_webhook_info()
    if info.url != expected:
        if not expected:
            raise Fault("telegram_webhook_left")
        if not info.url:
            raise Fault("telegram_webhook_none")
        raise Fault("telegram_webhook_other", host=urlsplit(info.url).hostname or "", expected=expected)
    if info.last_error_date is not None and now - info.last_error_date < FRESH:
        raise Fault("telegram_webhook_error", error=info.last_error_message or "", at=info.last_error_date)
    if info.pending_update_count >= MANY:
        raise Fault("telegram_behind", count=info.pending_update_count)
    return Good("telegram_webhook" if expected else "telegram_polling", {"url": expected})


async def set_updates(token: str, api_url: str, address: str, secret: str) -> None:
    """Have updates posted to `address`, or keep them for who asks where it is empty."""
    async with telegram_bot(token, api_url) as bot:
        if address:
            await bot.set_webhook(address, secret_token=secret)
        else:
            await bot.delete_webhook()
