"""Stores what a chat app brings, and hands it to the dialogs: in order per chat, chats side by side."""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import groupby

from aiogram import Dispatcher
from aiogram.exceptions import TelegramForbiddenError
from aiogram_dialog.api.exceptions import UnknownState

from bot.chat_holds import EveryChat, HeldChats
from bot.retries import asked_by
from bot.sources import Source
from bot.steps import update_step
from bot.troubles import Troubles
from services.patience import Breaker, Patience
from services.ports import Clock
from services.presence import Presence
from storage.connections import Transaction
from storage.holds import Holds
from storage.inbox import MOST_AT_ONCE, AlreadySettled, Arrival, SqlInbox, WaitingUpdate, settle_update

PARALLEL = 40
"""How many chats are answered at once; more wait."""

PATIENCE = Patience(attempts=8, longest=180)
"""For an update that fails by its own fault. Its tries take about eight minutes; by then its sender has
written again."""

ALIKE = 3
"""How many tries in a row find the app away until only one chat at a time asks after it."""

PAUSE = 2.0
"""Seconds between two such tries."""

REST = 5.0
"""Seconds until a chat that found the app away tries again; longer than `PAUSE`, so that chats take turns."""

IDLE_SECONDS = 10.0
"""How often an idle reader looks for what another process stored."""

STOP_SECONDS = 5.0
"""How long updates under way may take after the program was told to stop."""

UNREAD_SECONDS = 1.0
"""Seconds until the inbox is read again after the database failed."""

SETTLE, IS_AWAY = "settle_update", "is_away"
"""Names in the data of an update from the inbox: the write that settles it, and `Source.is_away`."""

log = logging.getLogger(__name__)


class InboxReader:
    """`take` stores updates before they are acknowledged, so a kill loses none. `bot.dispatcher` settles each
    in the transaction that writes what it brought about, so none is handled twice.

    An update that finds its app away stays, and so do the later ones of its chat, however long that is. It is
    to blame itself if most others were answered between two of its tries. `steady` counts seconds;
    `a_minute` is that of `FairShares`.
    """

    def __init__(
        self,
        inbox: SqlInbox,
        source: Source,
        dispatcher: Dispatcher,
        clock: Clock,
        steady: Callable[[], float] = time.monotonic,
        holds: Holds | None = None,
        a_minute: int = 0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._inbox = inbox
        self._source = source
        self._dispatcher = dispatcher
        self._clock = clock
        self._sleep = sleep
        self._chats = EveryChat(inbox)
        if holds is not None and holds.is_shared:
            self._chats = HeldChats(inbox, holds, source.name, self._told, steady)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._came: set[int] = set()
        self._troubles = Troubles(steady, a_minute)
        self.presence = Presence(f"answering on {source.name}")
        """Whether the app answered when an update was handled last."""
        self._breaker = Breaker(ALIKE, PAUSE, steady)
        self._probing = self._looking = self._left = self._unread = self._stopping = False
        self._taking = 0
        self._awake = asyncio.Event()

    @property
    def running(self) -> int:
        """In how many chats updates are being handled; more while some are being stored or fetched."""
        return len(self._running) + self._looking + self._taking

    async def count_waiting(self) -> int:
        """How many updates wait, those being handled included."""
        return await self._inbox.count_waiting()

    def wake(self) -> None:
        """Look for updates now: something came."""
        self._chats.look()
        self._awake.set()

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Store them, except those that came before."""
        self._taking += 1
        try:
            await self._inbox.take(arrivals, self._clock.now())
        finally:
            self._taking -= 1
        chats = {one.chat_id for one in arrivals}
        self._chats.asked(chats)
        self._came.update(chats & self._running.keys())
        self._awake.set()
        if self._stopping:
            await self._chats.pass_on()

    def _told(self, chat_id: int) -> None:
        """There may be something in a chat."""
        if chat_id in self._running:
            self._came.add(chat_id)
        self._awake.set()

    async def run(self) -> None:
        """Work until cancelled; updates under way are finished first, if that is soon."""
        self._stopping = False
        try:
            while True:
                self._awake.clear()
                if not await self._start():
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._idle_seconds()):
                            await self._awake.wait()
        finally:
            self._stopping = True
            await self._end()
            await self._chats.leave_all()

    async def _end(self) -> None:
        """Let updates under way finish; what takes too long is cut off and handled after the next start."""
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def run_due(self, of_a_chat: int = 1) -> int:
        """Handle the first updates of each chat that may be answered now; returns of how many chats."""
        started = await self._start(of_a_chat)
        if self._running:
            await asyncio.wait(self._running.values())
        return started

    def _room(self) -> int:
        """How many chats more may be answered."""
        if self._breaker.is_open:
            return 0
        return (1 if self._probing else PARALLEL) - len(self._running)

    def _idle_seconds(self) -> float:
        rests, breaker = self._troubles.seconds_left(), self._breaker
        moments = [breaker.seconds_left] if breaker.is_open else rests
        look = self._chats.seconds_left() if self._room() > 0 else IDLE_SECONDS
        return min(*moments, UNREAD_SECONDS if self._unread else look, IDLE_SECONDS)

    async def _start(self, of_a_chat: int = MOST_AT_ONCE) -> int:
        room = self._room()
        self._left = room <= 0
        if room <= 0:
            return 0
        found: Sequence[WaitingUpdate] = ()
        self._looking, self._unread = True, False
        try:
            found = await self._chats.find(room, self._running, self._troubles.resting())
        except Exception:
            self._unread = True
            log.exception("the inbox of %s cannot be read", self._source.name)
        started = 0
        for chat_id, updates in groupby(found, key=lambda one: one.chat_id):
            self._came.discard(chat_id)
            task = asyncio.create_task(self._handle_chat(chat_id, list(updates)[:of_a_chat]))
            self._running[chat_id] = task
            task.add_done_callback(partial(self._ended, chat_id))
            started += 1
        self._left = started == room or len(found) == MOST_AT_ONCE
        self._looking = False
        return started

    def _ended(self, chat_id: int, _: asyncio.Task[None]) -> None:
        del self._running[chat_id]
        # Else nothing was left when the inbox was read last.
        if self._left:
            self.wake()
        elif chat_id in self._came or self._troubles.has(chat_id):
            self._awake.set()

    async def _handle_chat(self, chat_id: int, updates: Sequence[WaitingUpdate]) -> None:
        """Handle the updates one after the other, as long as none has to wait and none came that may belong
        between them or to them."""
        try:
            if (seconds := self._source.seconds_for_more(updates)) > 0:
                await self._sleep(seconds)
            while updates:
                is_next = not self._stopping and chat_id not in self._came and self._chats.has(chat_id)
                if not (is_next and self._troubles.shares.take(chat_id)):
                    return
                if not (settled := await self._settled_of(updates)):
                    return
                updates = updates[settled:]
        except Exception:
            log.exception("what waits in a chat of %s cannot be taken up", self._source.name)
            self._troubles.put_off(chat_id, REST)
        finally:
            await self._chats.leave(chat_id, rests=self._troubles.is_fixed(chat_id))

    async def _settled_of(self, waiting: Sequence[WaitingUpdate]) -> int:
        """Handle the first of the updates that wait in a chat, and those that are answered with it; returns
        how many, or 0 if the next one does not have its turn yet."""
        one, taken = waiting[0], 1
        try:
            with update_step(self._source, one, self._clock):
                update, taken = await self._source.first_of(waiting)
                together = [each.id for each in waiting[:taken]]
                marks = {SETTLE: partial(self._settle, together), IS_AWAY: self._source.is_away}
                await self._dispatcher.feed_update(self._source.bot, update, **marks)
        except AlreadySettled:
            log.info("update %s of %s was handled by another process", one.id, self._source.name)
            taken = 1
        except UnknownState:  # Another release knows its window.
            self._troubles.put_off(one.chat_id, REST, fixed=False)
            await self._chats.leave_to_others(one.chat_id)
            return 0
        except TelegramForbiddenError:
            log.info("a chat of %s takes no messages any more", self._source.name)
            self._app_answers()
            return int(await self._close(one))
        except Exception as error:
            asked = asked_by(error)
            if self._source.is_away(error) and (asked or not self._troubles.is_to_blame(one.chat_id)):
                self._wait_for_the_app(one, error, asked)
                return 0
            return int(await self._again(one, error))
        self._troubles.pop(one.chat_id, None)
        self._app_answers()
        return taken

    async def _settle(self, update_ids: Sequence[int], transaction: Transaction) -> None:
        for update_id in update_ids:
            await settle_update(transaction, update_id, self._clock.now())

    def _wait_for_the_app(self, one: WaitingUpdate, error: Exception, asked: float) -> None:
        self.presence.lost(error)
        self._troubles.failed += 1
        self._probing |= self._breaker.failed()
        self._troubles.put_off(one.chat_id, max(asked, REST), fixed=bool(asked))

    def _app_answers(self) -> None:
        self._troubles.answered += 1
        self._breaker.succeeded()
        if self.presence.found():
            self._probing = False
            self._troubles.end_waiting()
            self.wake()

    async def _again(self, one: WaitingUpdate, error: Exception) -> bool:
        """Put the update off, or give it up when `PATIENCE` ends."""
        failed, error_id = one.attempts + 1, uuid.uuid4().hex[:8]
        log.error("update %s of %s failed [%s]", one.id, self._source.name, error_id, exc_info=error)
        if failed >= PATIENCE.attempts:
            log.error("update %s of %s is given up", one.id, self._source.name)
            return await self._close(one)
        self._troubles.put_off(one.chat_id, PATIENCE.wait(failed))
        try:
            await self._inbox.failed(one.id)
        except Exception:
            log.exception("update %s of %s cannot be put off", one.id, self._source.name)
        return False

    async def _close(self, one: WaitingUpdate) -> bool:
        """Settle an update that brought nothing about."""
        try:
            await self._inbox.settle(one.id, self._clock.now())
        except Exception:
            # It stays as it was, and is found again.
            log.exception("update %s of %s cannot be settled", one.id, self._source.name)
            self._troubles.put_off(one.chat_id, REST)
            return False
        self._troubles.pop(one.chat_id, None)
        return True
