"""Asks a chat app for updates, and stores them before it asks on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.retries import REACH, asked_by
from services.presence import Presence
from storage.inbox import Arrival

log = logging.getLogger(__name__)


async def poll(
    name: str,
    ask: Callable[[], Awaitable[Sequence[Arrival]]],
    take: Callable[[Sequence[Arrival]], Awaitable[None]],
    errors: tuple[type[Exception], ...],
    presence: Presence | None = None,
) -> None:
    """Store what `ask` brings until cancelled. `ask` acknowledges what it brought before. It raises `errors`
    while the app called `name` brings nothing, and `ValueError` for what cannot be read. `presence` learns
    whether the app answers."""
    failed, presence = 0, presence or Presence(f"getting updates from {name}")
    while True:
        try:
            arrivals = await ask()
        except errors as error:
            presence.lost(error)
            failed += 1
            await asyncio.sleep(REACH.wait(failed, asked_by(error)))
            continue
        except ValueError as error:
            log.warning("%s brings what is no update: %s", name, error)
            continue
        presence.found()
        failed = 0
        while arrivals:
            try:
                await take(arrivals)
            except Exception:
                log.exception("updates of %s were not stored", name)
                failed += 1
                await asyncio.sleep(REACH.wait(failed))
            else:
                arrivals = ()
