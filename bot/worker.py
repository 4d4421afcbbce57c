"""Drains the job table: leases due jobs, runs them side by side, settles each."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from services.ports import Clock, JobQueue, LeasedJob, RetryLater
from services.pushes import MAX_ATTEMPTS, backoff

LEASE_SECONDS = 120.0
"""Longer than any single outside call may take, so that a living worker's lease never lapses."""

IDLE_SECONDS = 0.2
"""How often an idle worker looks for work."""

Handler = Callable[[LeasedJob], Awaitable[None]]

log = logging.getLogger(__name__)


class Worker:
    """Runs jobs by name until stopped. At least once: a job killed half-way is run again."""

    def __init__(
        self, queue: JobQueue, clock: Clock, handlers: Mapping[str, Handler], parallel: int = 20
    ) -> None:
        self.queue = queue
        self._clock = clock
        self._handlers = handlers
        self._parallel = parallel
        self._running: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> int:
        """Jobs under way."""
        return len(self._running)

    async def run(self) -> None:
        """Work until cancelled; jobs under way are then finished first."""
        await self.queue.release()
        try:
            while True:
                started = await self._start_due()
                if not started:
                    await asyncio.sleep(IDLE_SECONDS)
                elif len(self._running) >= self._parallel:
                    await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._running:
                await asyncio.wait(self._running)

    async def run_due(self) -> int:
        """Run what is due now to its end; returns how many jobs."""
        started = await self._start_due()
        if self._running:
            await asyncio.wait(self._running)
        return started

    async def _start_due(self) -> int:
        free = self._parallel - len(self._running)
        try:
            jobs = await self.queue.lease(self._clock.now(), free, LEASE_SECONDS) if free else ()
        except Exception:
            log.exception("leasing jobs failed")
            return 0
        for job in jobs:
            task = asyncio.create_task(self._settle(job))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(jobs)

    async def _settle(self, job: LeasedJob) -> None:
        try:
            await self._run(job)
        except Exception:
            # The lease lapses by itself; the job is then tried again.
            log.exception("settling job %s %s failed", job.name, job.id)

    async def _run(self, job: LeasedJob) -> None:
        try:
            await self._handlers[job.name](job)
        except RetryLater as later:
            run_at = self._clock.now() + timedelta(seconds=later.seconds)
            await self.queue.retry(job, run_at, str(later), later.counts)
        except Exception as error:
            error_id = uuid.uuid4().hex[:8]
            log.exception("job %s %s failed [%s]", job.name, job.id, error_id)
            reason = f"{type(error).__name__} [{error_id}]"
            if job.attempts >= MAX_ATTEMPTS:
                await self.queue.give_up(job, reason, self._clock.now())
            else:
                await self.queue.retry(job, self._clock.now() + backoff(job.attempts), reason)
        else:
            await self.queue.done(job, self._clock.now())
