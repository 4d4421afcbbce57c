"""Takes what the webhook has not brought: after a long stop, or where Zalo has turned it off.

Zalo repeats an event for about two hours, then posts nothing more until somebody turns the webhook on again
in its console. Its list of recent messages has them all the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.zalo.updates import arrival_of_event
from domain.messaging.oa_windows import is_missed
from gateways.zalo.errors import ZaloError
from gateways.zalo.events import Received
from gateways.zalo_oa.client import MOST_RECENT
from services.ports import Clock
from storage.inbox import Arrival
from storage.zalo_oa import Heard

EVERY_SECONDS = 600.0
"""How often it is looked for what did not come."""

SILENT_SECONDS = 30.0
"""The same while nothing comes by the webhook: people are answered, if late."""

SILENT_FOR = timedelta(minutes=30)
"""For how long the webhook is believed to be off after a word that it did not bring."""

PAGES = 10
"""How many calls one look takes at most."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class CatchUp:
    """`recent` reads the list from an offset; `heard` says when each person was heard last; `take` stores
    what was missed; `tell` tells back office that the webhook is off."""

    recent: Callable[[int], Awaitable[Sequence[Received | None]]]
    heard: Callable[[Collection[str]], Awaitable[Heard]]
    take: Callable[[Sequence[Arrival]], Awaitable[None]]
    tell: Callable[[], Awaitable[None]]
    clock: Clock
    _since: datetime = field(init=False)
    _silent_until: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._since = self._silent_until = self.clock.now()

    @property
    def is_silent(self) -> bool:
        """Whether the webhook is believed to be off."""
        return self.clock.now() < self._silent_until

    async def run(self) -> None:
        while True:
            try:
                await self()
            except ZaloError as error:
                log.warning("the recent messages of the Official Account cannot be read: %s", error)
            except Exception:
                log.exception("what the webhook of the Official Account did not bring is not stored")
            await asyncio.sleep(SILENT_SECONDS if self.is_silent else EVERY_SECONDS)

    async def __call__(self) -> int:
        """Take what was missed; returns how many messages."""
        now, missed = self.clock.now(), list[Received]()
        for page in range(PAGES):
            listed = await self.recent(page * MOST_RECENT)
            said = [one for one in listed if one is not None]
            heard = await self.heard({one.chat for one in said})
            found = [one for one in said if self._is_missed(one, heard, now)]
            missed += found
            if len(listed) < MOST_RECENT or (said and not found):
                break
        await self.take([arrival_of_event(one) for one in missed])
        if missed:
            log.warning("the webhook of the Official Account did not bring %s messages", len(missed))
        # What was written while this process ran was not lost by a stop of ours.
        if any(one.sent_at > self._since for one in missed):
            self._silent_until = now + SILENT_FOR
            await self.tell()
        return len(missed)

    def _is_missed(self, one: Received, heard: Heard, now: datetime) -> bool:
        # What somebody unknown wrote before this program was connected is not ours to answer.
        before = heard.each.get(one.chat) or heard.first or self._since
        return is_missed(one.sent_at, before, now, self.is_silent)
