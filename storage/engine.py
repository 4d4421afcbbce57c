"""Jobs on PostgreSQL: rows of Procrastinate, an engine of its own, whose workers `bot.engine` runs.

A lane is one of its queues. A job for later waits in a queue beside it, where no worker looks, until
`storage.engine_watch` moves it by our clock. The key stands in `queueing_lock`, which an index of ours makes
unique for as long as the row is kept. `lock` is the lane and the order key.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from procrastinate import App, exceptions, jobs, manager, psycopg_connector
from psycopg import AsyncConnection as PsycopgConnection
from psycopg_pool import AsyncConnectionPool
from pydantic_core import to_json
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.causes import with_cause
from services.ports import NewJob
from storage.connections import Connections
from storage.engine_watch import LATER, MOVE, NEXT, PatientConnector, Watch, conninfo_of
from storage.purging import STEP

MOST_CONNECTIONS = 4
"""How many a process has for taking and settling jobs. Each is held for one short statement at a time."""

# Whatever is unique may be known already, so no index is named.
_PUT = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
ON CONFLICT DO NOTHING
"""

_WAITS = """
SELECT EXISTS (SELECT FROM procrastinate_jobs
               WHERE status IN ('todo', 'doing') AND (queueing_lock = %s OR lock = %s))
"""

_FORGET = """
DELETE FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing')
    AND EXISTS (SELECT FROM unnest(%s::text[]) AS sent WHERE right(lock, length(sent)) = sent)
OR EXISTS (SELECT FROM unnest(%s::text[]) AS held WHERE position(held IN queueing_lock) > 0)
"""

_DUE = text("""
SELECT (SELECT count(*) FROM procrastinate_jobs
        WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= moment))
FROM unnest(CAST(:moments AS timestamptz[])) WITH ORDINALITY AS asked (moment, place) ORDER BY place
""")

_RUNNING = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")

_PURGE = text("""
DELETE FROM procrastinate_jobs WHERE id = ANY(ARRAY(
    SELECT job_id FROM procrastinate_events AS event JOIN procrastinate_jobs AS job ON job.id = job_id
    WHERE type IN ('succeeded', 'failed', 'cancelled', 'aborted') AND at < now() - CAST(:kept AS interval)
    AND job.status NOT IN ('todo', 'doing') ORDER BY at LIMIT :step))
""")

# Only whoever has the job in hand settles it: each time it is given back counts as an attempt.
_IN_HAND = "FROM procrastinate_jobs WHERE id = %(id)s AND worker_id = %(worker)s AND attempts = %(attempts)s"
_FINISH = (
    f"SELECT procrastinate_finish_job_v1(id, %(status)s, false) {_IN_HAND} AND status = 'doing' FOR UPDATE"
)
_RETRY = (
    f"SELECT procrastinate_retry_job_v2(id, %(at)s, NULL, %(queue)s, NULL) {_IN_HAND}"
    " AND status = 'doing' FOR UPDATE"
)
_UNCOUNT = f"""
UPDATE procrastinate_jobs SET args = args || jsonb_build_object('uncounted', %(uncounted)s::int)
WHERE id IN (SELECT id {_IN_HAND})
"""


class EngineJobs:
    """`Jobs` in the caller's transaction. The database tells the workers after the commit."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def enqueue(self, new: Sequence[NewJob], now: datetime) -> None:
        columns: tuple[list[Any], ...] = ([], [], [], [], [], [])
        for job in new:
            later = job.run_at if job.run_at and job.run_at > now else None
            lock = _lock(job)
            queue = f"{job.lane}{LATER}" if later else str(job.lane)
            row = (queue, job.name, lock, job.key, _json({"payload": with_cause(job.payload)}), later)
            for column, value in zip(columns, row, strict=True):
                column.append(value)
        if new:
            await self._connection.exec_driver_sql(_PUT, columns)

    async def waits(self, job: NewJob) -> bool:
        return bool((await self._connection.exec_driver_sql(_WAITS, (job.key, _lock(job)))).scalar())

    async def forget(self, addresses: Sequence[str], accountant_ids: Collection[int]) -> None:
        sent = [f":{address}" for address in addresses]
        reminding = [f":{accountant_id}{one}:" for one in sent for accountant_id in accountant_ids]
        await self._connection.exec_driver_sql(_FORGET, (sent, reminding))


def _lock(job: NewJob) -> str | None:
    return f"{job.lane}|{job.order_key}" if job.order_key else None


def _json(payload: Any) -> str:
    written = to_json(payload).decode()
    # PostgreSQL's text has no NUL. Its escape looks like that of a backslash before "u0000".
    return to_json(_without_nul(payload)).decode() if "\\u0000" in written else written


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(held) for key, held in value.items()}
    return [_without_nul(held) for held in value] if isinstance(value, list | tuple) else value


class EngineQueue:
    """The jobs of all lanes and all processes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def counts(self, *moments: datetime) -> tuple[Sequence[int], int]:
        """How many jobs are due at each of the `moments`, and how many are under way."""
        async with self._connections.reading() as connection:
            due = await connection.scalars(_DUE, {"moments": list(moments)})
            return due.all(), await connection.scalar(_RUNNING) or 0

    async def next_due(self) -> datetime | None:
        """When the next job is due that waits for its time."""
        async with self._connections.reading() as connection:
            moment: datetime | None = (await connection.exec_driver_sql(NEXT)).scalar()
            return moment

    async def move_due(self, now: datetime) -> None:
        """Put every job that is due into its lane."""
        async with self._connections.writing() as connection:
            while (await connection.exec_driver_sql(MOVE, {"now": now})).rowcount:
                pass

    async def purge(self, kept: timedelta) -> int:
        """Delete jobs that were settled longer ago, in small transactions; returns how many."""
        total = 0
        while True:
            async with self._connections.writing() as connection:
                gone = (await connection.execute(_PURGE, {"kept": kept, "step": STEP})).rowcount
            total += gone
            if gone < STEP:
                return total


class Manager(manager.JobManager):
    """Procrastinate's own, but only whoever has a job in hand settles it, and what it hears and what proves
    that it lives is `watch`, which all workers of a process share."""

    def __init__(self, connector: Any, watch: Watch | None) -> None:
        super().__init__(connector)
        self._watch = watch

    async def register_worker(self) -> int:
        worker = await super().register_worker()
        if self._watch:
            await self._watch.prove(worker)
        return worker

    async def listen_for_jobs(self, *, on_notification: Any, queues: Any = None) -> None:
        if self._watch:
            await self._watch.listen(on_notification, manager.get_channel_for_queues(queues))

    async def fetch_job(self, queues: Any, worker_id: int) -> jobs.Job | None:
        # After each question Procrastinate forgets what it was told meanwhile, which may be newer.
        channels = manager.get_channel_for_queues(queues)
        while True:
            told = self._told(channels)
            job = await self._fetch(queues, worker_id)
            if job or told == self._told(channels):
                return job

    async def _fetch(self, queues: Any, worker_id: int) -> jobs.Job | None:
        try:
            job = await super().fetch_job(queues, worker_id)
        except exceptions.UniqueViolation:  # Another took an earlier job of the same lock that came late.
            return None
        if job and self._watch:
            self._watch.in_hand.add(job.id or 0)
        return job

    def _told(self, channels: Iterable[str]) -> int:
        return sum(self._watch.told[channel] for channel in channels) if self._watch else 0

    async def finish_job(self, job: jobs.Job, status: jobs.Status, delete_job: bool) -> None:
        await self._settle(job, _FINISH, status=status.value)

    async def retry_job(
        self, job: jobs.Job, retry_at: Any = None, priority: Any = None, queue: Any = None, lock: Any = None
    ) -> None:
        await self._settle(job, _RETRY, at=retry_at, queue=queue)

    async def uncount(self, job: jobs.Job, uncounted: int) -> None:
        """Note how many tries of the job do not count."""
        await self.connector.execute_query_async(_UNCOUNT, **_held(job), uncounted=uncounted)

    async def _settle(self, job: jobs.Job, query: Any, **values: Any) -> None:
        try:
            await self.connector.execute_query_async(query, **_held(job), **values)
        finally:
            if self._watch:
                self._watch.in_hand.discard(job.id or 0)


def _held(job: jobs.Job) -> dict[str, Any]:
    return {"id": job.id, "worker": job.worker_id, "attempts": job.attempts}


async def _commit_each(connection: PsycopgConnection) -> None:
    await connection.set_autocommit(True)


def operators_app(url: str) -> App:
    """Procrastinate for its command line. A worker that is started by it finds no lane unless it is told one:
    it does not know our jobs."""
    connector = psycopg_connector.PsycopgConnector(conninfo=conninfo_of(make_url(url)))
    return App(connector=connector, worker_defaults={"queues": ["nothing"]})


@asynccontextmanager
async def open_engine(connections: Connections, watch: Watch | None = None) -> AsyncIterator[App]:
    """Procrastinate with the manager above, and connections of its own."""
    # Short waits: what fails is tried again, and comes back soon after the database.
    pool = AsyncConnectionPool(
        conninfo_of(connections.url),
        configure=_commit_each,
        min_size=1,
        max_size=MOST_CONNECTIONS,
        timeout=5,
        reconnect_timeout=2,
        open=False,
    )
    app = App(connector=PatientConnector())
    app.job_manager = Manager(app.connector, watch)
    async with pool:
        await app.connector.open_async(pool)
        yield app
