"""The whole content of the database, so that a test can assert that nothing changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

import storage.jobs  # noqa: F401  (registers its table)
from storage.database import Database
from storage.tables.base import metadata
from storage.tables.money import reserved_codes
from storage.tables.tallies import tallies

Row = dict[str, Any]
Dump = dict[str, list[Row]]

_FIRM_TABLES = ("accountants", "invitations", "customers", "labels", "drafts", "orders", "intakes")
_ACCOUNTANT_TABLES = ("consents", "chats", "preferences", "pushes", "link_codes")
_DRAFT_TABLES = ("draft_lines", "draft_others")
_ORDER_TABLES = ("order_lines", "payment_requests", "licences", "activation_runs")


async def dump(database: Database) -> Dump:
    """Every row of every table, in the order of their primary keys; without the codes that PostgreSQL puts
    aside, which stay when their order is not placed, and the counts of what was refused."""
    tables = [table for table in metadata.sorted_tables if table not in (reserved_codes, tallies)]
    async with database.reading() as connection:
        return {table.name: await _rows(connection, table) for table in tables}


async def rows_of(database: Database, table: str) -> list[Row]:
    """Every row of one table, in the order of its primary key."""
    async with database.reading() as connection:
        return await _rows(connection, metadata.tables[table])


async def first_jobs(database: Database) -> list[Row]:
    """The jobs that are not settled, but of each order key only the first: the others stand behind it."""
    firsts: dict[str, Row] = {}
    async with database.reading() as connection:
        for job in await _rows(connection, metadata.tables["jobs"], waiting=True):
            firsts.setdefault(job["order_key"] or job["key"], job)
    return list(firsts.values())


# The jobs of Procrastinate in the shape of our own table.
_JOBS = """
SELECT id, task_name AS name, queueing_lock AS key, substr(lock, strpos(lock, '|') + 1) AS order_key,
    split_part(queue_name, '.', 1) AS lane, (args -> 'payload')::text AS payload,
    coalesce(scheduled_at, 'epoch') AS due_at, worker_id AS leased_by,
    attempts - coalesce((args ->> 'uncounted')::int, 0) AS attempts,
    CASE WHEN status = 'todo' AND attempts > 0 THEN 'tried' ELSE '' END AS error,
    status = 'failed' AS given_up,
    (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id) AS created_at,
    (SELECT max(at) FROM procrastinate_events
     WHERE job_id = job.id AND job.status NOT IN ('todo', 'doing')) AS settled_at
FROM procrastinate_jobs AS job WHERE {which} ORDER BY id
"""


async def _rows(connection: AsyncConnection, table: Table, waiting: bool = False) -> list[Row]:
    """All rows, or of jobs only those that are not settled."""
    if table.name == "jobs" and connection.dialect.name == "postgresql":
        jobs = _JOBS.format(which="status IN ('todo', 'doing')" if waiting else "true")
        return [dict(row) for row in (await connection.execute(text(jobs))).mappings()]
    rows = select(table).order_by(*table.primary_key.columns)
    found = await connection.execute(rows.where(table.c.settled_at.is_(None)) if waiting else rows)
    return [dict(row) for row in found.mappings()]


def of_firm(rows: Dump, firm_id: int) -> Dump:
    """The rows of a dump that belong to one firm. Jobs and packages belong to none."""

    def where(tables: Sequence[str], column: str, values: set[int]) -> Dump:
        return {table: [row for row in rows[table] if row[column] in values] for table in tables}

    kept = {
        **where(("firms",), "id", {firm_id}),
        **where(_FIRM_TABLES, "firm_id", {firm_id}),
    }
    tables = ("accountants", "labels", "drafts", "orders", "intakes")
    ids = {table: {row["id"] for row in kept[table]} for table in tables}
    return {
        **kept,
        **where(_ACCOUNTANT_TABLES, "accountant_id", ids["accountants"]),
        **where(_DRAFT_TABLES, "draft_id", ids["drafts"]),
        **where(_ORDER_TABLES, "order_id", ids["orders"]),
        **where(("customer_labels",), "label_id", ids["labels"]),
        **where(("intake_entries",), "intake_id", ids["intakes"]),
    }
