"""Stores the events of Zalo, and hands them to the dialogs: in order per chat, chats side by side."""

import asyncio
import contextlib
import logging
import uuid
from datetime import timedelta
from functools import partial

from aiogram import Bot, Dispatcher

from bot.zalo.updates import update_of
from gateways.zalo.errors import ZaloError
from gateways.zalo.events import Received, stored_event, written_event
from services.patience import Patience
from services.ports import Clock
from storage.zalo_chats import SqlZaloChats
from storage.zalo_events import NewZaloEvent, SqlZaloEvents, WaitingEvent

PARALLEL = 20
"""How many chats are answered at once; more wait."""

PATIENCE = Patience(attempts=8, longest=180)
"""The tries of one event take about eight minutes. By then its sender has written again."""

IDLE_SECONDS = 0.5
"""How often an idle reader looks for events that have become due."""

log = logging.getLogger(__name__)


class ZaloReader:
    """`take` stores an event before it is acknowledged, so a kill loses none. `bot.zalo.answers` settles each
    event in the transaction that writes what it brought about, so none is handled twice."""

    def __init__(
        self, events: SqlZaloEvents, chats: SqlZaloChats, bot: Bot, dispatcher: Dispatcher, clock: Clock
    ) -> None:
        self._events = events
        self._chats = chats
        self._bot = bot
        self._dispatcher = dispatcher
        self._clock = clock
        self._running: dict[int, asyncio.Task[None]] = {}
        self._looking = False
        self._awake = asyncio.Event()

    @property
    def running(self) -> int:
        """How many events are being handled; one more while events are being fetched."""
        return len(self._running) + self._looking

    async def count_due(self) -> int:
        """How many events wait, those being handled included."""
        return await self._events.count_due(self._clock.now())

    def wake(self) -> None:
        """Look for events now: something came."""
        self._awake.set()

    async def take(self, received: Received) -> None:
        """Store an event, unless it came before."""
        name = f"{received.chat}:{received.message_id}"
        body = written_event(received.event)
        event = NewZaloEvent(name, received.chat, body, received.sent_at)
        await self._events.take(event, self._clock.now())
        self.wake()

    async def run(self) -> None:
        """Work until cancelled; events under way are finished first."""
        try:
            while True:
                self._awake.clear()
                if not await self._start():
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(IDLE_SECONDS):
                            await self._awake.wait()
        finally:
            if self._running:
                await asyncio.wait(self._running.values())

    async def run_due(self) -> int:
        """Handle the first due event of each chat; returns how many there were."""
        started = await self._start()
        if self._running:
            await asyncio.wait(self._running.values())
        return started

    async def _start(self) -> int:
        room = PARALLEL - len(self._running)
        found = []
        self._looking = room > 0
        try:
            found = list(await self._events.waiting(self._clock.now(), room, self._running) if room else ())
        except Exception:
            log.exception("events of Zalo cannot be read")
        for event in found:
            task = asyncio.create_task(self._settle(event))
            self._running[event.chat_id] = task
            task.add_done_callback(partial(self._ended, event.chat_id))
        self._looking = False
        return len(found)

    def _ended(self, chat_id: int, _: asyncio.Task[None]) -> None:
        del self._running[chat_id]
        self.wake()

    async def _settle(self, event: WaitingEvent) -> None:
        try:
            await self._handle(event)
        except ZaloError as error:
            log.warning("an answer was not delivered to Zalo: %s", error)
            await self._again(event)
        except Exception:
            error_id = uuid.uuid4().hex[:8]
            log.exception("event %s of Zalo failed [%s]", event.id, error_id)
            await self._again(event)

    async def _handle(self, event: WaitingEvent) -> None:
        update = update_of(
            stored_event(event.body),
            event.id,
            event.chat_id,
            int(event.sent_at.timestamp()),
            await self._chats.menus(event.chat_id),
            self._bot,
        )
        await self._dispatcher.feed_update(self._bot, update)

    async def _again(self, event: WaitingEvent) -> None:
        """Put the event off, or give it up when `PATIENCE` ends, so that the chat's next one has its turn."""
        now, failed = self._clock.now(), event.attempts + 1
        try:
            if failed < PATIENCE.attempts:
                wait = timedelta(seconds=PATIENCE.wait(failed))
                await self._events.retry(event.id, now + wait)
            else:
                log.error("event %s of Zalo is given up", event.id)
                await self._events.settle(event.id, now)
        except Exception:
            # The event stays as it was, and is found again.
            log.exception("event %s of Zalo cannot be put off", event.id)
            await asyncio.sleep(IDLE_SECONDS)
