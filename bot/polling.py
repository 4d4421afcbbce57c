"""Asks a chat app for updates, and stores them before it asks on."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from aiogram.utils.backoff import Backoff

from bot.retries import AWAY
from services.presence import Presence
from storage.inbox import Arrival

log = logging.getLogger(__name__)


async def poll(
    name: str,
    ask: Callable[[], Awaitable[Sequence[Arrival]]],
    take: Callable[[Sequence[Arrival]], Awaitable[None]],
    errors: tuple[type[Exception], ...],
) -> None:
    """Store what `ask` brings until cancelled. `ask` acknowledges what it brought before. It raises `errors`
    while the app called `name` brings nothing, and `ValueError` for what cannot be read."""
    backoff, presence = Backoff(AWAY), Presence(f"getting updates from {name}")
    while True:
        try:
            arrivals = await ask()
        except errors as error:
            presence.lost(error)
            await backoff.asleep()
            continue
        except ValueError as error:
            log.warning("%s brings what is no update: %s", name, error)
            continue
        presence.found()
        backoff.reset()
        while arrivals:
            try:
                await take(arrivals)
            except Exception:
                log.exception("updates of %s were not stored", name)
                await backoff.asleep()
            else:
                arrivals = ()
