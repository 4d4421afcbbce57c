"""What looks after the jobs on PostgreSQL, on one connection of each process.

It hears of new jobs, moves those whose time has come, and gives back those whose worker is dead. A worker
lives as long as the session lock of its number is held: the database lets go of it when the connection ends.
"""

import asyncio
import itertools
import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

import psycopg
from procrastinate import exceptions, psycopg_connector
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg_pool import PoolTimeout
from sqlalchemy import URL

from services.patience import Seldom
from services.ports import Clock, Lane
from storage.signs_of_life import signs_of_life

LATER = ".later"
"""Ends the name of the queue beside a lane, in which jobs wait for their time."""

LOOK_SECONDS = 0.2
"""How often the clock is looked at, which may be moved."""

SWEEP_SECONDS = 4.0
"""How often jobs of dead workers are looked for."""

SIGHT_SECONDS = 8.0
"""How long a worker must be without its lock: longer than a living one takes to come back to the database."""

HUNG_SECONDS = 60.0
"""After so long without a heartbeat a worker counts as dead that still holds its lock."""

AGAIN_SECONDS = 0.5
"""How long to wait before the database is tried again."""


def conninfo_of(url: URL) -> str:
    """The address of the database as its driver takes it."""
    # A plan that is made without knowing the queue looks through the jobs of all.
    ours = signs_of_life(url, plan_cache_mode="force_custom_plan")
    where = url.translate_connect_args(username="user", database="dbname")
    return make_conninfo(**{**url.query, **where, **ours})


_CLASS = 0x6A6F6273
"""The first key of a worker's lock; the second is its number."""

MOVE = """
UPDATE procrastinate_jobs SET queue_name = split_part(queue_name, '.', 1), scheduled_at = NULL
WHERE id = ANY(ARRAY(
    SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= %(now)s
    ORDER BY scheduled_at LIMIT 500 FOR UPDATE SKIP LOCKED))
"""

NEXT = "SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NOT NULL"

_PROOFS = f"""
FROM pg_locks WHERE locktype = 'advisory' AND classid = {_CLASS} AND objsubid = 2
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

# The third: a job that this process took while the connection broke, so that it knows nothing of it.
_SUSPECTS = f"""
WITH proof AS MATERIALIZED (SELECT DISTINCT objid::bigint AS worker {_PROOFS})
SELECT job.id, attempts, proof.worker IS NOT NULL FROM procrastinate_jobs AS job
LEFT JOIN procrastinate_workers AS worker ON worker.id = worker_id
LEFT JOIN proof ON proof.worker = worker_id
WHERE status = 'doing' AND (
    proof.worker IS NULL
    OR last_heartbeat < now() - make_interval(secs => %(hung)s)
    OR (worker_id = ANY(%(mine)s::bigint[]) AND job.id <> ALL(%(in_hand)s::bigint[])))
"""

_ALONE = f"""
SELECT NOT EXISTS (SELECT {_PROOFS} AND pid <> pg_backend_pid())
AND pg_postmaster_start_time() < now() - make_interval(secs => %(sight)s)
"""

# A kill is no failed try.
_GIVE_BACK = """
UPDATE procrastinate_jobs AS job SET status = 'todo', worker_id = NULL, abort_requested = false,
    attempts = job.attempts + 1,
    args = args || jsonb_build_object('uncounted', coalesce((args ->> 'uncounted')::int, 0) + 1)
FROM unnest(%(ids)s::bigint[], %(attempts)s::int[]) AS dead (id, attempts)
WHERE job.id = dead.id AND job.attempts = dead.attempts AND job.status = 'doing'
"""

_HURRIED = 5
_CHANNEL = "procrastinate_queue_v1#"
_LOOK = '{"type": "job_inserted", "job_id": 0}'

log = logging.getLogger(__name__)
seldom = Seldom()

Callback = Callable[..., Awaitable[None]]


class Watch:
    """Looks after the jobs of these `lanes` until cancelled, also across an outage of the database.

    `in_hand` are the numbers of the jobs that this process runs; `told` counts what each channel has told.
    """

    def __init__(self, conninfo: str, clock: Clock, lanes: Iterable[Lane]) -> None:
        self._conninfo = conninfo
        self._clock = clock
        lanes = list(lanes)
        self._later = {_CHANNEL + lane + LATER for lane in lanes}
        self._channels = {*self._later, *(_CHANNEL + lane for lane in lanes)}
        self._listeners: dict[str, Callback] = {}
        self._workers: set[int] = set()
        self._connection: AsyncConnection | None = None
        self._there = asyncio.Event()
        self._is_first = True
        self.in_hand: set[int] = set()
        self.told = Counter[str]()

    async def prove(self, worker: int) -> None:
        """Show that this worker lives, for as long as this process does."""
        self._workers.add(worker)
        while True:
            await self._there.wait()
            assert self._connection is not None
            try:
                await self._hold(self._connection, worker)
                return
            except psycopg.OperationalError:
                await asyncio.sleep(AGAIN_SECONDS)

    async def listen(self, callback: Callback, channels: Iterable[str]) -> None:
        """Call back for each new job until cancelled."""
        for channel in channels:
            self._listeners[channel] = callback
        await asyncio.Event().wait()

    async def run(self) -> None:
        while True:
            try:
                connecting = AsyncConnection.connect(self._conninfo, autocommit=True)
                async with await connecting as connection:
                    await self._look_after(connection)
            except Exception as error:
                tell("the jobs cannot be watched", error)
            finally:
                self._there.clear()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _look_after(self, connection: AsyncConnection) -> None:
        for channel in self._channels:
            await connection.execute(f'LISTEN "{channel}"'.encode())
        for worker in list(self._workers):
            await self._hold(connection, worker)
        self._connection = connection
        self._there.set()
        # What was told meanwhile was not heard.
        for channel in self._listeners:
            await self._tell(channel)
        # Whoever was seen before the database went away may have lost the lock by that alone.
        suspects: dict[tuple[int, int], float] = {}
        while True:
            due = await self._move(connection)
            suspects = await self._sweep(connection, suspects)
            sweep_at = time.monotonic() + SWEEP_SECONDS
            while time.monotonic() < sweep_at:
                if await self._heard(connection) or (due and due <= self._clock.now()):
                    due = await self._move(connection)

    async def _heard(self, connection: AsyncConnection) -> bool:
        """Pass on what was told, for a moment at most; returns whether a job was put off."""
        told: set[tuple[str, str]] = set()
        async for one in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
            # An order of 10,000 lines tells of each of its messages.
            told.add((one.channel, _LOOK if "job_inserted" in one.payload else one.payload))
        for channel, payload in told:
            await self._tell(channel, payload)
        return any(channel in self._later for channel, _ in told)

    async def _tell(self, channel: str, payload: str = _LOOK) -> None:
        self.told[channel] += 1
        if callback := self._listeners.get(channel):
            await callback(channel=channel, notification=json.loads(payload))

    async def _move(self, connection: AsyncConnection) -> datetime | None:
        """Move what is due to its lane; returns when the next job is."""
        while True:
            found = await (await connection.execute(NEXT)).fetchone()
            due: datetime | None = found[0] if found else None
            now = self._clock.now()
            # Where another moves it, nothing is left to move.
            if not due or due > now or not (await connection.execute(MOVE, {"now": now})).rowcount:
                return due

    async def _sweep(
        self, connection: AsyncConnection, seen: dict[tuple[int, int], float]
    ) -> dict[tuple[int, int], float]:
        """Give back the jobs of workers that were found dead for long enough; returns what was found, and
        when it was found first."""
        mine = {"mine": list(self._workers), "in_hand": list(self.in_hand), "hung": HUNG_SECONDS}
        found = await (await connection.execute(_SUSPECTS, mine)).fetchall()
        now, dead, suspects = time.monotonic(), [], {}
        alone = bool(found) and self._is_first and await self._is_alone(connection)
        self._is_first = False
        for number, attempts, proved in found:
            job = (number, attempts)
            suspects[job] = seen.get(job, now)
            # A heartbeat stops in every outage, and comes back later than the lock.
            enough = 3 * SIGHT_SECONDS if proved else 0 if alone else SIGHT_SECONDS
            if now - suspects[job] >= enough:
                dead.append(job)
        if dead:
            ids, tries = map(list, zip(*dead, strict=True))
            given = await connection.execute(_GIVE_BACK, {"ids": ids, "attempts": tries})
            log.warning("%s jobs of workers that died are free again", given.rowcount)
        return suspects

    async def _is_alone(self, connection: AsyncConnection) -> bool:
        """Whether no other process is at work, nor may be on its way back to a database that was away."""
        found = await (await connection.execute(_ALONE, {"sight": SIGHT_SECONDS})).fetchone()
        return bool(found and found[0])

    async def _hold(self, connection: AsyncConnection, worker: int) -> None:
        # Shared: the connection before may be cut off and still hold it.
        await connection.execute("SELECT pg_advisory_lock_shared(%s, %s::int)", (_CLASS, worker))


def tell(what: str, error: BaseException) -> None:
    """Log a trouble once a minute, with a stack unless it is of the database."""
    if seldom(what, type(error)):
        with_stack = not isinstance(error, (psycopg.Error, exceptions.ConnectorException))
        log.error(f"{what}: %s", type(error).__name__, exc_info=error if with_stack else None)


class PatientConnector(psycopg_connector.PsycopgConnector):
    """Tries again while the database is away, so that a worker lives through that and settles what it did.
    In a `hurry` it does so only as often as connections may have been cut off meanwhile, and not where there
    are none."""

    hurry = False

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        await self._patiently(super().execute_query_async, query, arguments)

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        found: dict[str, Any] = await self._patiently(super().execute_query_one_async, query, arguments)
        return found

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._patiently(super().execute_query_all_async, query, arguments)
        return found

    async def _patiently(
        self, execute: Callable[..., Awaitable[Any]], query: str, arguments: dict[str, Any]
    ) -> Any:
        task = asyncio.current_task()
        assert task is not None
        cancelled = task.cancelling()
        for tried in itertools.count(1):
            try:
                found = await execute(query, **arguments)
                if task.cancelling() > cancelled:
                    # The pool forgets to be cancelled in the moment in which it gets a connection.
                    raise asyncio.CancelledError
                return found
            except exceptions.ConnectorException as error:
                gives_up = tried > _HURRIED or isinstance(error.__cause__, PoolTimeout)
                if (self.hurry and gives_up) or not isinstance(error.__cause__, psycopg.OperationalError):
                    raise
                tell("jobs cannot be taken or settled", error.__cause__)
            await asyncio.sleep(AGAIN_SECONDS)
