"""Figures of the whole database, for whoever watches it. Each reads by an index or a few rows."""

from datetime import datetime

from sqlalchemy import bindparam, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messaging.quota import REFUSED_FOR, REFUSED_LONG
from services.ports import AT_ONCE, Lane
from services.ports.watching import LaneFigures
from storage.jobs import FREE, jobs
from storage.tables.zalo import zalo_counts

_SINCE = func.min(case((jobs.c.due_at == AT_ONCE, jobs.c.created_at), else_=jobs.c.due_at))
_DUE = select(func.count(), _SINCE).where(*FREE, jobs.c.due_at <= bindparam("now"))

# The one that begins next has the lowest number. Its last event says since when it waits: when it was
# enqueued or given back, or the moment it was put off to.
_DUE_ON_ENGINE = text("""
WITH free AS (
    SELECT id FROM procrastinate_jobs AS job WHERE queue_name = :lane AND status = 'todo' AND (
        lock IS NULL OR NOT EXISTS (
            SELECT FROM procrastinate_jobs AS earlier WHERE earlier.lock = job.lock
            AND (earlier.status = 'doing' OR (earlier.status = 'todo' AND earlier.id < job.id)))))
SELECT count(*), (SELECT max(at) FROM procrastinate_events WHERE job_id = min(free.id)) FROM free
""")

_BYTES = {
    "sqlite": text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    "postgresql": text("SELECT pg_database_size(current_database())"),
}


class SqlFigures:
    """`Figures`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lane(self, lane: Lane, now: datetime) -> LaneFigures:
        if self._connection.dialect.name == "sqlite":
            row = (await self._connection.execute(_DUE, {"of_lane": lane, "now": now})).one()
        else:
            row = (await self._connection.execute(_DUE_ON_ENGINE, {"lane": str(lane)})).one()
        return LaneFigures(*row)

    async def database_bytes(self) -> int:
        return int(await self._connection.scalar(_BYTES[self._connection.dialect.name]) or 0)

    async def month_is_closed(self, month: str) -> bool:
        statement = select(zalo_counts.c.refused_since, zalo_counts.c.closed_until)
        row = (await self._connection.execute(statement.where(zalo_counts.c.month == month))).one_or_none()
        if row is None or row.refused_since is None or row.closed_until is None:
            return False
        return bool(row.closed_until - row.refused_since > REFUSED_LONG + REFUSED_FOR)
