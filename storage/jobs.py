"""The job table of SQLite. A job is written by the transaction that it belongs to, and leased by a worker."""

import functools
import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    Select,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.causes import with_cause, without_cause
from services.ports import AT_ONCE, Job, Lane, NewJob
from storage.columns import Id, UtcDateTime, one_of, where
from storage.connections import Connections
from storage.prepared import Prepared
from storage.purging import delete_in_steps
from storage.rows import insert_many
from storage.tables.base import metadata

jobs = Table(
    "jobs",
    metadata,
    # Ids follow the order of commits, since writers take turns.
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("order_key", Text),
    # A worker serves one lane, so that a thousand calls to the vendor delay no message.
    Column("lane", one_of(Lane, "lane"), nullable=False),
    Column("payload", Text, nullable=False),
    # When a worker may take the job, perhaps AT_ONCE. For a leased job: when the lease lapses.
    Column("due_at", UtcDateTime, nullable=False),
    Column("leased_by", Text),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("given_up", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("key"),
    Index("ix_jobs_due", "lane", "due_at", "id", **where("settled_at IS NULL")),
    Index("ix_jobs_order_key", "order_key", "id", **where("settled_at IS NULL")),
    # Pending jobs are left out: SQLite would search them by this index and then sort them all.
    Index("ix_jobs_settled_at", "settled_at", **where("settled_at IS NOT NULL")),
)

CUT_OFF = "cut off by a kill"
"""The `error` of a job whose worker was killed."""

_UNSTEADY = timedelta(seconds=1)
"""A clock that goes back by less is only being set right."""

_SOON = timedelta(seconds=10)
"""Longer than a worker that was not woken goes without asking for jobs."""

_GIVEN = ("name", "key", "order_key", "lane")
_NEW = (*_GIVEN, "payload", "due_at", "attempts", "error", "given_up", "created_at")
_VALUES = attrgetter(*_GIVEN)


_earlier = jobs.alias("earlier")
_of_lane = jobs.c.lane == bindparam("of_lane")
_pending = jobs.c.settled_at.is_(None)
FREE = (
    _of_lane,
    _pending,
    # Only the first pending job of an order key in this lane may run.
    ~exists().where(
        _earlier.c.order_key == jobs.c.order_key,
        _earlier.c.id < jobs.c.id,
        _earlier.c.lane == bindparam("of_lane"),
        _earlier.c.settled_at.is_(None),
    ),
)
# Built once at import: they run for every message that goes out.


def _due(*when: ColumnElement[bool]) -> Select[Any]:
    columns = (jobs.c.id, jobs.c.name, jobs.c.key, jobs.c.payload, jobs.c.attempts, jobs.c.error)
    first = select(*columns).where(*when, *FREE).order_by(jobs.c.due_at, jobs.c.id)
    return select(first.limit(bindparam("most")).subquery())


# Jobs that were put off come first: else those that run at once could pass them over for ever.
_DUE = union_all(
    _due(jobs.c.due_at > AT_ONCE, jobs.c.due_at <= bindparam("now")), _due(jobs.c.due_at == AT_ONCE)
).limit(bindparam("most"))
_TAKE = (
    update(jobs)
    .where(jobs.c.id.in_(bindparam("ids", expanding=True)))
    .values(due_at=bindparam("until"), leased_by=bindparam("by"), attempts=jobs.c.attempts + 1)
)
# What a clock that has gone back would delay: tries again, and leases whose holders are gone.
_PUT_OFF = (
    update(jobs)
    .where(_of_lane, _pending, jobs.c.leased_by.is_(None), jobs.c.error != "")
    .where(jobs.c.due_at > bindparam("now"))
    .values(due_at=bindparam("now"))
)
_HELD_LONGER = (
    update(jobs)
    .where(_of_lane, _pending, jobs.c.leased_by.is_not(None), jobs.c.due_at > bindparam("until"))
    .values(due_at=bindparam("until"))
)
_LAST_SETTLED = select(func.max(jobs.c.settled_at)).where(jobs.c.settled_at.is_not(None))
_LAST_CREATED = select(jobs.c.created_at).order_by(jobs.c.id.desc()).limit(1)
_NEXT_DUE = select(func.min(jobs.c.due_at)).where(*FREE)
_MINE = update(jobs).where(
    jobs.c.id == bindparam("of_id"),
    _pending,
    jobs.c.leased_by == bindparam("by"),
    # Each lease is another try, so this names the lease.
    jobs.c.attempts == bindparam("try"),
)
_DONE = Prepared(_MINE.values(leased_by=None, settled_at=bindparam("at"), error=""))
_AGAIN = Prepared(
    _MINE.values(
        leased_by=None,
        due_at=bindparam("at"),
        error=bindparam("why"),
        attempts=jobs.c.attempts - bindparam("uncounted"),
    )
)
_GIVEN_UP = Prepared(
    _MINE.values(leased_by=None, settled_at=bindparam("at"), error=bindparam("why"), given_up=True)
)


@functools.cache
def _count_due(moments: int) -> Select[Any]:
    """Counts the jobs of any lane that are due at each of the moments `at_0`, `at_1`, …"""
    at = [jobs.c.due_at <= bindparam(f"at_{number}") for number in range(moments)]
    due = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in at]
    return select(*due).where(jobs.c.lane.in_(list(Lane)), at[-1], _pending)


def _written(job: NewJob) -> str:
    # Pydantic writes one short object in a quarter of the time that `json` takes.
    return to_json(with_cause(job.payload)).decode()


def _job(row: Any) -> Job:
    payload, cause = without_cause(json.loads(row.payload))
    again = bool(row.attempts or row.error)
    return Job(row.id, row.name, row.key, payload, row.attempts + 1, again, cause)


class SqlJobs:
    """`Jobs` in the caller's transaction. Adds to `lanes` the lanes that have a job to do now or soon."""

    def __init__(self, connection: AsyncConnection, lanes: set[Lane]) -> None:
        self._connection = connection
        self._lanes = lanes

    async def enqueue(self, new: Sequence[NewJob], now: datetime) -> None:
        rows = ((*_VALUES(job), _written(job), job.run_at or AT_ONCE, 0, "", False, now) for job in new)
        await insert_many(self._connection, jobs, _NEW, rows, "ON CONFLICT (key) DO NOTHING")
        self._lanes.update(job.lane for job in new if job.run_at is None or job.run_at <= now + _SOON)

    async def waits(self, job: NewJob) -> bool:
        same = jobs.c.key == job.key
        if job.order_key:
            same |= (jobs.c.order_key == job.order_key) & (jobs.c.lane == job.lane)
        return bool(await self._connection.scalar(select(exists().where(_pending, same))))

    async def forget(self, addresses: Sequence[str], accountant_ids: Collection[int]) -> None:
        for address in addresses:
            sent = jobs.c.settled_at.is_not(None) & jobs.c.order_key.endswith(f":{address}", autoescape=True)
            ordered = (f":{accountant_id}:{address}:" for accountant_id in accountant_ids)
            reminding = [jobs.c.key.contains(held, autoescape=True) for held in ordered]
            await self._connection.execute(delete(jobs).where(or_(sent, *reminding)))


class SqlJobQueue:
    """The worker's side of `Jobs`, for one lane. Each call is its own transaction.

    `worker` names this worker, also after a restart; two workers of one lane need two names. A worker whose
    lease lapsed and was taken by another cannot settle the job.
    """

    def __init__(self, connections: Connections, worker: str = "worker", lane: Lane = Lane.MAIN) -> None:
        self._connections = connections
        self._worker = worker
        self.lane = lane
        self._latest: datetime | None = None

    async def release(self) -> int:
        """Free the jobs that this worker had leased when it was killed.

        A kill is no failed try: it is taken off the attempts, so that many kills do not use up the tries.
        """
        statement = update(jobs).where(
            jobs.c.lane == self.lane, jobs.c.leased_by == self._worker, jobs.c.settled_at.is_(None)
        )
        async with self._connections.writing() as connection:
            freed = await connection.execute(
                statement.values(
                    leased_by=None,
                    due_at=AT_ONCE,
                    attempts=jobs.c.attempts - 1,
                    error=CUT_OFF,
                )
            )
            return freed.rowcount

    async def lease(self, now: datetime, limit: int, seconds: float) -> Sequence[Job]:
        """Lease due jobs, at most one for each order key: first those that were put off and are due now,
        then those that run at once, each oldest first. Jobs with a lapsed lease count as due.

        A clock that has gone back delays nothing: what is to be tried again is due then, and a lease lasts
        `seconds` from now at most. Jobs for a moment keep that moment.
        """
        until = now + timedelta(seconds=seconds)
        which = {"of_lane": self.lane, "now": now, "most": limit}
        async with self._connections.writing() as connection:
            await self._notice(connection, now, until)
            found = (await connection.execute(_DUE, which)).all()
            if found:
                ids = [row.id for row in found]
                await connection.execute(_TAKE, {"ids": ids, "until": until, "by": self._worker})
        return [_job(row) for row in found]

    async def _notice(self, connection: AsyncConnection, now: datetime, until: datetime) -> None:
        """Notice whether the clock has gone back since the last lease, or since an earlier life."""
        if self._latest is None:
            known = [await connection.scalar(_LAST_SETTLED), await connection.scalar(_LAST_CREATED)]
            self._latest = max([now, *filter(None, known)])
        if now < self._latest - _UNSTEADY:
            await connection.execute(_PUT_OFF, {"of_lane": self.lane, "now": now})
            await connection.execute(_HELD_LONGER, {"of_lane": self.lane, "until": until})
        self._latest = now

    async def done(self, job: Job, now: datetime) -> None:
        await self._settle(job, _DONE, at=now)

    async def retry(self, job: Job, run_at: datetime, error: str, counts: bool = True) -> None:
        """Put the job back for `run_at`. Without `counts` the try is taken off its attempts."""
        await self._settle(job, _AGAIN, at=run_at, why=error, uncounted=int(not counts))

    async def give_up(self, job: Job, error: str, now: datetime) -> None:
        await self._settle(job, _GIVEN_UP, at=now, why=error)

    async def next_due(self) -> datetime | None:
        """When the next job may be leased, perhaps `AT_ONCE`; `None` when nothing waits. A job under way
        counts as due when its lease lapses."""
        async with self._connections.reading() as connection:
            moment: datetime | None = await connection.scalar(_NEXT_DUE, {"of_lane": self.lane})
            return moment

    async def count_due_in_all_lanes(self, *moments: datetime) -> Sequence[int]:
        """How many jobs of any lane are due at each of the `moments`, the latest of which comes last."""
        values = {f"at_{number}": moment for number, moment in enumerate(moments)}
        async with self._connections.reading() as connection:
            return tuple((await connection.execute(_count_due(len(moments)), values)).one())

    async def purge(self, settled_before: datetime) -> int:
        """Delete old settled jobs of every lane, and with them their keys. Returns how many."""
        return await delete_in_steps(self._connections, jobs, jobs.c.settled_at < settled_before)

    async def _settle(self, job: Job, statement: Prepared, **values: Any) -> None:
        """Jobs that wait for their turn to write are settled together."""
        mine = {"of_id": job.id, "by": self._worker, "try": job.attempts, **values}

        async def settle(connection: AsyncConnection) -> None:
            await statement.rows(connection, **mine)

        await self._connections.together(settle)
