"""Runs the jobs on PostgreSQL, by Procrastinate's own workers: one for each lane, in any number of processes.

Operators look into the jobs by its command line: `procrastinate --app=bot.engine.app shell`.
"""

import asyncio
import contextlib
import logging
import sys
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import procrastinate
from procrastinate import jobs
from procrastinate.exceptions import ConnectorException

from bot.settings import load_settings
from bot.steps import cause_of, do_job
from bot.worker import ANOTHER_SECONDS, handler_of
from gateways.turns import JOB_TURN, JobTurn, Turns
from services.causes import CAUSE, without_cause
from services.patience import A_DAY, Patience
from services.ports import Clock, Job, JobHandler, Lane, OfAnotherRelease, RetryLater
from storage.connections import Connections
from storage.database import AWAY
from storage.engine import EngineQueue, Manager, open_engine, operators_app
from storage.engine_watch import AGAIN_SECONDS, LATER, PatientConnector, Watch, conninfo_of, seldom, tell

POLL_SECONDS = 10.0
"""How often a lane looks for jobs of which it was not told."""

BEAT_SECONDS = 10.0

IN_HAND_SECONDS = 3.0
"""For how long in all a job waits in hand where that is no failure: it costs no statement. Then it goes back,
else one that asks for short waits without end would keep its place from others."""

ANOTHER = Patience(attempts=sys.maxsize, longest=ANOTHER_SECONDS)
"""The waits of a job that only another release knows: that one runs beside this one now, if it ever will."""

_A_DAY = 86_400.0
"""Procrastinate takes away the number of a worker whose heartbeat is older. The watch knows earlier."""

log = logging.getLogger(__name__)


class EngineRunner:
    """`JobRunner` on PostgreSQL."""

    def __init__(
        self,
        connections: Connections,
        clock: Clock,
        handlers: Mapping[Lane, Mapping[str, JobHandler]],
        parallel: Mapping[Lane, int] | None = None,
        turns: Mapping[Lane, Turns] | None = None,
        in_hand: float = IN_HAND_SECONDS,
    ) -> None:
        self._connections = connections
        self._clock = clock
        self._handlers = handlers
        self._parallel = parallel or {}
        self._turns = turns or {}
        self._in_hand = in_hand
        self._queue = EngineQueue(connections)
        self._stopping = asyncio.Event()
        self._begun = 0
        quiet_logs()

    async def run(self) -> None:
        watch = Watch(conninfo_of(self._connections.url), self._clock, self._handlers)
        watching = asyncio.create_task(watch.run())
        try:
            async with open_engine(self._connections, watch) as app:
                self._join(app)
                lanes = [asyncio.create_task(self._serve(app, lane)) for lane in self._handlers]
                try:
                    await asyncio.wait(lanes)
                finally:
                    self._stopping.set()
                    assert isinstance(app.connector, PatientConnector)
                    app.connector.hurry = True
                    for lane in lanes:
                        lane.cancel()
                    await asyncio.wait(lanes)
        finally:
            # Last: it proves that the jobs under way are in good hands.
            watching.cancel()
            await asyncio.wait([watching])

    async def run_due(self) -> int:
        begun = self._begun
        await self._queue.move_due(self._clock.now())
        async with open_engine(self._connections) as app:
            self._join(app)
            for lane in self._handlers:
                await app.run_worker_async(**self._options(lane), wait=False, listen_notify=False)
        return self._begun - begun

    async def next_due(self) -> datetime | None:
        return await self._queue.next_due()

    async def counts(self, *moments: datetime) -> tuple[Sequence[int], int]:
        return await self._queue.counts(*moments)

    async def purge(self, kept: timedelta) -> int:
        return await self._queue.purge(kept)

    def _options(self, lane: Lane) -> dict[str, Any]:
        return {
            "queues": [lane],
            "name": lane,
            "concurrency": self._parallel.get(lane, 20),
            "fetch_job_polling_interval": POLL_SECONDS,
            "update_heartbeat_interval": BEAT_SECONDS,
            "stalled_worker_timeout": _A_DAY,
            "install_signal_handlers": False,
        }

    def _join(self, app: procrastinate.App) -> None:
        """Let Procrastinate do all jobs by `_do`."""
        app.tasks = _AllNames(app.task(name="job", retry=Tries(self._clock), pass_context=True)(self._do))

    async def _serve(self, app: procrastinate.App, lane: Lane) -> None:
        """Run the worker of a lane, again if it should end."""
        while not self._stopping.is_set():
            try:
                await app.run_worker_async(**self._options(lane))
            except Exception as error:
                tell("a lane stands still", error)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _do(
        self, context: procrastinate.JobContext, payload: Mapping[str, Any], uncounted: int = 0
    ) -> None:
        held = context.job
        lane = Lane(held.queue)
        attempts = held.attempts + 1 - uncounted
        given, cause = without_cause(payload)
        number, key = held.id or 0, held.queueing_lock or ""
        job = Job(number, held.task_name, key, given, attempts, held.attempts > 0, cause)
        # Procrastinate does each job in a task of its own.
        CAUSE.set(cause_of(job))
        self._begun += 1
        try:
            await self._try(lane, job, held.attempts + 1)
        except RetryLater as later:
            if not later.counts:
                assert isinstance(context.app.job_manager, Manager)
                # While the program ends, the database may be away. Then the try counts.
                with contextlib.suppress(ConnectorException):
                    await context.app.job_manager.uncount(held, uncounted + 1)
            raise
        except Exception as error:
            error_id = uuid.uuid4().hex[:8]
            with_stack = not isinstance(error, AWAY) and seldom(job.name, type(error))
            trouble = f"{type(error).__name__} [{error_id}]"
            log.error("job %s %s failed: %s", job.name, job.id, trouble, exc_info=with_stack)
            if attempts >= A_DAY.attempts:
                raise
            raise RetryLater(A_DAY.wait(attempts), trouble) from None

    async def _try(self, lane: Lane, job: Job, tries: int) -> None:
        """Do the job when it is its turn, again after short waits that it asks for."""
        left = self._in_hand
        while True:
            if turns := self._turns.get(lane):
                await self._unless_stopped(turns.turn())
                JOB_TURN.set(JobTurn(turns))
            try:
                await do_job(lane, job, handler_of(job, self._handlers[lane]))
                return
            except OfAnotherRelease as strange:
                if seldom(job.name, str(strange)):
                    log.warning("a job waits for the release that knows %s", strange)
                raise RetryLater(ANOTHER.wait(tries), "of another release", counts=False) from None
            except RetryLater as later:
                if later.counts or later.seconds > left:
                    raise
                wait = later.seconds
                left -= wait
            await self._unless_stopped(asyncio.sleep(wait))

    async def _unless_stopped(self, waits: Coroutine[Any, Any, None]) -> None:
        """Wait for that, or put the job back if the program ends meanwhile."""
        waiting = [asyncio.create_task(one) for one in (waits, self._stopping.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            came = waiting[0].done()
            for task in waiting:
                task.cancel()
            # What was begun in the database ends before the database is closed.
            await asyncio.gather(*waiting, return_exceptions=True)
        if not came:
            raise RetryLater(0, "the program ends", counts=False)
        waiting[0].result()


class _AllNames(dict[str, Any]):
    """The one task under every name. Procrastinate gives up a job at once whose name it does not know. Here
    one of a later release, beside which this one still runs, waits for that."""

    def __init__(self, task: Any) -> None:
        super().__init__()
        self._task = task

    def get(self, name: str, default: Any = None) -> Any:
        return self._task


class Tries(procrastinate.BaseRetryStrategy):
    """When a job is tried again: when `RetryLater` says."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get_retry_decision(
        self, *, exception: BaseException, job: jobs.Job
    ) -> procrastinate.RetryDecision | None:
        # Whoever cuts the program short gives up no job.
        if isinstance(exception, asyncio.CancelledError):
            return procrastinate.RetryDecision()
        if not isinstance(exception, RetryLater):
            return None
        if exception.seconds <= 0:
            return procrastinate.RetryDecision()
        run_at = self._clock.now() + timedelta(seconds=exception.seconds)
        return procrastinate.RetryDecision(retry_at=run_at, queue=job.queue + LATER)


class _Quiet(logging.Handler):
    """Lets Procrastinate and its pool say of each trouble where it was, once a minute: their lines show what
    is in a job."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.funcName == "_log_job_outcome":  # We have said that already.
            return
        kind = record.exc_info[0] if record.exc_info else None
        if seldom(record.name, record.funcName, kind):
            trouble = kind.__name__ if kind else "a warning"
            log.warning("%s, %s: %s", record.name, record.funcName, trouble)


def quiet_logs() -> None:
    for name in ("procrastinate", "psycopg.pool"):
        logger = logging.getLogger(name)
        logger.handlers = [_Quiet(logging.WARNING)]
        logger.propagate = False


def __getattr__(name: str) -> procrastinate.App:
    """`app`, for the command line: it reads the settings, looks into the jobs and runs none."""
    if name != "app":
        raise AttributeError(name)
    return operators_app(load_settings().database_url)
