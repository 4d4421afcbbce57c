"""Catching up: what a service's webhook did not tell is taken from its own list (decision 42)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from domain.bank_lists import Told
from domain.messaging.pushes import BankListRefused
from domain.transfers import Provider, ReportedTransfer
from domain.twins import NEAR
from services.messaging.push_queue import tell_back_office
from services.money.posting import take_in
from services.money.transfers import queue_matching
from services.operation import Operation
from services.ports import RetryLater, Turn, UnitOfWork
from services.ports.bank_feeds import BankFeeds, FeedRefused, FeedState
from services.ports.jobs import NewJob

CATCH_UP_JOB = "catch_up"

EVERY = timedelta(minutes=5)
OVERLAP = timedelta(hours=1)
"""How far before the last reading a list is read again; once an hour, and after an outage, a whole day."""

AT_ONCE = 500
"""How many rows of a list one transaction compares at most."""

log = logging.getLogger(__name__)


def _slot(moment: datetime) -> datetime:
    """The last moment before, or this one, at which a list is read."""
    return moment - (moment - datetime.fromtimestamp(0, UTC)) % EVERY


def _job(provider: Provider, slot: datetime) -> NewJob:
    """The reading at a slot. Its key makes one chain of readings of those that several starts begin."""
    name = f"{CATCH_UP_JOB}:{provider}"
    return NewJob(CATCH_UP_JOB, f"{name}:{slot.isoformat()}", {"provider": provider}, slot, name)


@dataclass(frozen=True, slots=True)
class StartCatchingUp(Operation):
    """Have the lists read from now on, at the start of the program: those that no reading waits for."""

    feeds: BankFeeds

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            jobs = [_job(provider, _slot(now)) for provider in self.feeds]
            await uow.jobs.enqueue([job for job in jobs if not await uow.jobs.waits(job)], now)


@dataclass(frozen=True, slots=True)
class CatchUp(Operation):
    """Read a service's list, take what its webhook has not told, and read again in some minutes. The program
    itself calls this.

    A refusal is told to back office once, until the list can be read again.
    """

    feeds: BankFeeds

    async def __call__(self, provider: Provider) -> None:
        feed = self.feeds.get(provider)
        if feed is None:
            return
        now = self.clock.now()
        async with self.units.read() as uow:
            state = await uow.feed_states.get(provider)
        wait = timedelta()
        try:
            listing = await feed.transfers(_since(state, now))
            await self._take(provider, listing.rows)
            state = FeedState(now if listing.is_whole else listing.rows[-1].occurred_at)
        except FeedRefused as refusal:
            log.warning("the list of %s is refused: %s", provider, refusal)
            state = replace(state, refused=str(refusal) or "?")
        except RetryLater as later:
            wait = timedelta(seconds=later.seconds)
        except Exception:
            # Not raised, since the next reading would never come.
            log.exception("the list of %s was not caught up", provider)
        await self._go_on(provider, state, wait)

    async def _take(self, provider: Provider, rows: Sequence[ReportedTransfer]) -> None:
        used: set[int] = set()
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            since, until = min(row.occurred_at for row in some), max(row.occurred_at for row in some)
            now = self.clock.now()
            async with self.units.write(Turn.of_reports(provider)) as uow:
                told = Told(await uow.transfers.reported_by(provider, since - NEAR, until + NEAR))
                missing = [row for row in some if told.take(row, used) is None]
                added = [await take_in(uow, row, now) for row in missing]
                used.update(filter(None, added))
                await queue_matching(uow, added, now)
            if missing:
                log.info("%s transfers are caught up from the list of %s", len(missing), provider)

    async def _go_on(self, provider: Provider, state: FeedState, wait: timedelta) -> None:
        now = self.clock.now()
        following = _slot(now + wait) + EVERY
        async with self.units.write(Turn.of_reports(provider)) as uow:
            before = await uow.feed_states.get(provider)
            await uow.feed_states.save(provider, state)
            if state.refused and not before.refused:
                await _alarm(uow, provider, now)
            await uow.jobs.enqueue([_job(provider, following)], now)


def _since(state: FeedState, now: datetime) -> datetime:
    """A service may list a transfer late, and an outage of its webhook may begin before one of its list."""
    last = state.read_until
    if last is None:
        return now - NEAR
    same_hour = last.replace(minute=0, second=0, microsecond=0) == now.replace(
        minute=0, second=0, microsecond=0
    )
    return last - (OVERLAP if same_hour else NEAR)


async def _alarm(uow: UnitOfWork, provider: Provider, now: datetime) -> None:
    key = f"bank_list_refused:{provider}:{now.isoformat()}"
    await tell_back_office(uow, key, BankListRefused(provider), now)
