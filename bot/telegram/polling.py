"""Long polling that loses no update: it asks for more only when all it got are handled."""

import asyncio
import logging

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import GetUpdates
from aiogram.utils.backoff import Backoff

from bot.retries import AWAY

POLL_SECONDS = 20
"""How long Telegram holds a request when nothing happens."""

log = logging.getLogger(__name__)


async def poll(bot: Bot, dispatcher: Dispatcher) -> None:
    """Feed updates to the dispatcher until cancelled.

    The updates of one answer are handled side by side. Updates of one chat keep their order, since the
    dispatcher's lock of a chat is fair. The next request acknowledges them; after a kill before it, Telegram
    brings them again.
    """
    request = GetUpdates(timeout=POLL_SECONDS, allowed_updates=dispatcher.resolve_used_update_types())
    backoff = Backoff(AWAY)
    while True:
        try:
            updates = await bot(request, request_timeout=POLL_SECONDS + 10)
        except TelegramAPIError as error:
            log.warning("no updates from Telegram: %s", error)
            await backoff.asleep()
            continue
        backoff.reset()
        feeds = (dispatcher.feed_update(bot, update) for update in updates)
        for outcome in await asyncio.gather(*feeds, return_exceptions=True):
            if isinstance(outcome, Exception):
                log.error("an update could not be answered", exc_info=outcome)
        if updates:
            request.offset = updates[-1].update_id + 1
