"""Works through the job table of SQLite: leases due jobs, runs them side by side, settles each."""

import asyncio
import contextlib
import logging
import sys
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.steps import cause_of, do_job
from gateways.turns import JOB_TURN, JobTurn, Turns
from services.causes import CAUSE
from services.patience import A_DAY, Patience, Seldom
from services.ports import Clock, Job, JobHandler, Lane, OfAnotherRelease, RetryLater
from storage.database import AWAY, Database
from storage.jobs import SqlJobQueue
from storage.turns import GOES_FIRST

LEASE_SECONDS = 120.0
"""Longer than any single outside call may take, so that a living worker's lease never lapses."""

IDLE_SECONDS = 6.0
"""How often an idle worker asks the database for work without being woken: another process may have enqueued
some."""

LOOK_SECONDS = 0.2
"""How often an idle worker looks at the clock, which may be moved, and a full one for a free place."""

PATIENCE = Patience(attempts=sys.maxsize, first=0.5, longest=15)
"""How long to wait while the jobs cannot be read."""

ANOTHER_SECONDS = 300.0
"""How long a job waits that only another release knows."""

log = logging.getLogger(__name__)


class AtOnce:
    """`Turns` of a worker without a limit."""

    mailing = False

    async def take(self, most: int) -> int:
        return most

    async def give_back(self, unused: int) -> None:
        """Do nothing: there are always enough turns."""

    async def wait(self) -> float:
        return 0.0

    async def turn(self) -> None:
        """Wait for nothing."""


def handler_of(job: Job, handlers: Mapping[str, JobHandler]) -> JobHandler:
    """Raises `OfAnotherRelease` for a name that this one does not know."""
    if job.name not in handlers:
        raise OfAnotherRelease(f"jobs called {job.name}")
    return handlers[job.name]


class Worker:
    """Runs jobs by name until stopped. Each job runs at least once: one that was killed half-way runs again.

    A job is leased only when it may start at once, so that none waits for its turn under a lease. What
    `goes_first` writes passes other writers (`storage.turns`).
    """

    def __init__(
        self,
        queue: SqlJobQueue,
        clock: Clock,
        handlers: Mapping[str, JobHandler],
        parallel: int = 20,
        turns: Turns | None = None,
        goes_first: bool = False,
    ) -> None:
        self.queue = queue
        self._clock = clock
        self._handlers = handlers
        self._parallel = parallel
        self._turns = turns or AtOnce()
        self._goes_first = goes_first
        self._lane = queue.lane
        self._running: set[asyncio.Task[None]] = set()
        # Until it has looked for the first time there may be jobs that a killed process had in hand.
        self._leasing = True
        self._seldom = Seldom()
        self._awake = asyncio.Event()
        self.begun = 0
        """Jobs taken since the start."""

    @property
    def running(self) -> int:
        """Jobs under way; one more while jobs are being taken, which may be under way already, and before the
        first are taken."""
        return len(self._running) + self._leasing

    def wake(self) -> None:
        """Say that there may be work: jobs were enqueued, or a job that held others back is settled."""
        self._awake.set()

    async def run(self) -> None:
        """Work until cancelled; jobs under way are finished first."""
        GOES_FIRST.set(self._goes_first)
        released, failed = False, 0
        try:
            while True:
                self._awake.clear()
                try:
                    if not released:
                        await self.queue.release()
                        released = True
                    await self._work()
                except Exception as error:
                    failed += 1
                    self._tell(error, "jobs cannot be taken")
                    await asyncio.sleep(PATIENCE.wait(failed))
                else:
                    failed = 0
        finally:
            if self._running:
                await asyncio.wait(self._running)

    async def run_due(self) -> int:
        """Run the jobs that are due now to their end; returns how many."""
        started = await self._start_due()
        if self._running:
            await asyncio.wait(self._running)
        return started or 0

    async def _work(self) -> None:
        """Start what is due, then wait until there may be more."""
        started = await self._start_due()
        if started == 0:
            await self._idle()
        elif started is None and len(self._running) < self._parallel:
            await asyncio.sleep(await self._turns.wait())
        elif self._nearly_full:
            await self._woken()

    async def _idle(self) -> None:
        """Wait until there may be a job. This only reads, so nobody waits for an idle worker."""
        while not self._awake.is_set():
            due = await self.queue.next_due()
            for _ in range(round(IDLE_SECONDS / LOOK_SECONDS)):
                if (due is not None and due <= self._clock.now()) or await self._woken():
                    return

    async def _woken(self) -> bool:
        """Wait to be woken, for `LOOK_SECONDS` at most; returns whether that happened."""
        # Not wait_for, which on Python 3.11 may swallow the cancellation that comes with a wake.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._awake.wait()
        return self._awake.is_set()

    async def _start_due(self) -> int | None:
        """Start jobs that are due; returns how many, `None` where none may start now."""
        turns = await self._turns.take(self._parallel - len(self._running))
        jobs: Sequence[Job] = ()
        if not turns:
            return None
        self._leasing = True
        try:
            jobs = await self.queue.lease(self._clock.now(), turns, LEASE_SECONDS)
            self.begun += len(jobs)
        finally:
            await self._turns.give_back(turns - len(jobs))
            self._leasing = False
        for job in jobs:
            task = asyncio.create_task(self._settle(job))
            self._running.add(task)
            task.add_done_callback(self._ended)
        return len(jobs)

    @property
    def _nearly_full(self) -> bool:
        """Whether few places are free. Then the worker waits for more before it leases again, because each
        lease is a transaction."""
        return self._parallel - len(self._running) < self._parallel // 4

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not self._nearly_full:
            self.wake()

    async def _settle(self, job: Job) -> None:
        CAUSE.set(cause_of(job))
        JOB_TURN.set(JobTurn(self._turns))
        try:
            await self._run(job)
        except Exception as error:
            # The lease lapses by itself; the job is then tried again.
            self._tell(error, "a job of %s cannot be settled", job.name)

    def _tell(self, error: Exception, what: str, *arguments: str) -> None:
        """Log a trouble once a minute, with a stack unless the database is merely away."""
        if self._seldom(what, arguments, type(error)):
            trouble = type(error).__name__
            log.error(f"{what}: %s", *arguments, trouble, exc_info=not isinstance(error, AWAY))

    async def _run(self, job: Job) -> None:
        try:
            await do_job(self._lane, job, handler_of(job, self._handlers))
        except RetryLater as later:
            run_at = self._clock.now() + timedelta(seconds=later.seconds)
            await self.queue.retry(job, run_at, str(later), later.counts)
        except OfAnotherRelease as strange:
            if self._seldom(job.name, str(strange)):
                log.warning("a job waits for the release that knows %s", strange)
            run_at = self._clock.now() + timedelta(seconds=ANOTHER_SECONDS)
            await self.queue.retry(job, run_at, "of another release", counts=False)
        except Exception as error:
            error_id = uuid.uuid4().hex[:8]
            reason = f"{type(error).__name__} [{error_id}]"
            with_stack = not isinstance(error, AWAY) and self._seldom(job.name, type(error))
            log.error("job %s %s failed: %s", job.name, job.id, reason, exc_info=with_stack)
            if job.attempts >= A_DAY.attempts:
                await self.queue.give_up(job, reason, self._clock.now())
            else:
                run_at = self._clock.now() + timedelta(seconds=A_DAY.wait(job.attempts))
                await self.queue.retry(job, run_at, reason)
        else:
            await self.queue.done(job, self._clock.now())


class Workers:
    """`JobRunner` on SQLite: one worker for each lane, woken when jobs are put in it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Mapping[Lane, Mapping[str, JobHandler]],
        parallel: Mapping[Lane, int] | None = None,
        turns: Mapping[Lane, Turns] | None = None,
    ) -> None:
        self.by_lane = {
            lane: Worker(
                SqlJobQueue(database, f"worker-{lane}", lane),
                clock,
                named,
                (parallel or {}).get(lane, 20),
                (turns or {}).get(lane),
                goes_first=lane is Lane.AWAITED,
            )
            for lane, named in handlers.items()
        }
        self._workers = list(self.by_lane.values())
        self._queue = self._workers[0].queue
        self._clock = clock
        database.on_enqueued = lambda lane: self.by_lane[lane].wake()

    async def run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            async with asyncio.TaskGroup() as group:
                for worker in self._workers:
                    group.create_task(worker.run())

    async def run_due(self) -> int:
        return sum([await worker.run_due() for worker in self._workers])

    async def next_due(self) -> datetime | None:
        dues = [await worker.queue.next_due() for worker in self._workers]
        return min((due for due in dues if due is not None), default=None)

    async def counts(self, *moments: datetime) -> tuple[Sequence[int], int]:
        # Asked before and after: a job that ends while the due ones are counted may bring a new one.
        begun, running = self._begun, self._running
        due = await self._queue.count_due_in_all_lanes(*moments)
        return due, max(running, self._running, self._begun - begun)

    async def purge(self, kept: timedelta) -> int:
        return await self._queue.purge(self._clock.now() - kept)

    @property
    def _begun(self) -> int:
        return sum(worker.begun for worker in self._workers)

    @property
    def _running(self) -> int:
        return sum(worker.running for worker in self._workers)
