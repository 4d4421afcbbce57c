"""Asks Zalo for events. For development only: Zalo loses what is sent while nobody asks."""

import logging

from aiogram.utils.backoff import Backoff

from bot.retries import AWAY
from bot.zalo.reader import ZaloReader
from gateways.zalo.client import ZaloClient
from gateways.zalo.errors import ZaloError
from gateways.zalo.events import NotAnEvent, Received, read_event

POLL_SECONDS = 20

log = logging.getLogger(__name__)


async def poll_zalo(client: ZaloClient, reader: ZaloReader) -> None:
    """Ask for events and store them one by one, until cancelled."""
    backoff = Backoff(AWAY)
    while True:
        try:
            body = await client.get_updates(POLL_SECONDS)
            received = read_event(body) if body is not None else None
            if received is not None:
                await _store(received, reader)
        except ZaloError as error:
            log.warning("no events from Zalo: %s", error)
            await backoff.asleep()
        except NotAnEvent as error:
            log.warning("Zalo brought what is no event: %s", error)
        else:
            backoff.reset()


async def _store(received: Received, reader: ZaloReader) -> None:
    try:
        await reader.take(received)
    except Exception:
        # This event cannot be asked for again; the next one can.
        log.exception("an event of Zalo was not stored")
