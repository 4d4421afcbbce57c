"""Moves a SQLite database to PostgreSQL, and compares both row by row."""

import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, func, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import AT_ONCE as AT_ONCE_DUE
from storage.all_tables import all_tables
from storage.connections import Connections
from storage.copies import CopyError, copy_to, is_empty, path_of, url_of
from storage.jobs import jobs
from storage.kept_numbers import kept_tables, with_triggers, without_triggers
from storage.migrate import module_of, upgrade
from storage.rows import insert_many
from storage.tables.files import shared_files

AT_ONCE = 2_000
"""How many rows are read and written at once."""

_NOT_MOVED = {"shared_states", "releases"}
"""What belongs to the database itself: budgets of processes that have ended, and who ran there."""

_JOBS_OF_AN_ENGINE = "0003_jobs_of_an_engine"
"""The migration that puts the rows of `jobs` into Procrastinate's tables."""

_KEPT_JOBS = """
CREATE TEMPORARY TABLE jobs (
    id bigint, name text, key text, order_key text, lane text, payload text, due_at timestamptz,
    leased_by text, attempts integer, error text, given_up boolean, created_at timestamptz,
    settled_at timestamptz
) ON COMMIT DROP
"""

_MOVED_JOBS = text("""
SELECT task_name, queueing_lock, lock, split_part(queue_name, '.', 1), args -> 'payload',
    status NOT IN ('todo', 'doing'), scheduled_at
FROM procrastinate_jobs ORDER BY id
""")

_FOREIGN = text("""
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid::regclass::text !~ '^procrastinate'
""")

_USED = text("SELECT name, seq FROM sqlite_sequence")
_PATIENT = text("SET LOCAL idle_in_transaction_session_timeout = 0")


async def move(source: str, target: str, release: str) -> dict[str, int]:
    """Put all rows of the SQLite database into an empty PostgreSQL, all or none; returns how many each table
    has. The source stays as it is; nothing may write there meanwhile.

    Raises `CopyError` if the target is not empty, or if a row is another there.
    """
    if not await is_empty(target):
        raise CopyError("the database to move to is not empty: make a new one, or drop what is there")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        await copy_to(source, copy)
        await upgrade(url_of(copy))
        await upgrade(target, release=release)
        read, written = Connections(url_of(copy)), Connections(target)
        try:
            async with read.reading() as old, written.writing() as new:
                await new.execute(_PATIENT)
                counts = await _move_all(old, new, path_of(source).with_name(f"{path_of(source).name}.files"))
            async with written.writing() as new:
                await new.execute(text("ANALYZE"))
        finally:
            await read.close()
            await written.close()
    return counts


async def _move_all(old: AsyncConnection, new: AsyncConnection, files: Path) -> dict[str, int]:
    left_out = {jobs.name, *_NOT_MOVED, *kept_tables()}
    tables = [one for one in all_tables().sorted_tables if one.name not in left_out]
    # Foreign keys are checked when all is there: rows of one table point at each other.
    foreign = (await new.execute(_FOREIGN)).all()
    for table_name, name, _ in foreign:
        await new.exec_driver_sql(f"ALTER TABLE {table_name} DROP CONSTRAINT {name}")
    await new.run_sync(without_triggers)
    for table in tables:
        names = [column.name for column in table.columns]
        async for rows in _pages(old, table, files):
            await insert_many(new, table, names, rows)
    await new.run_sync(with_triggers)
    for table_name, name, definition in foreign:
        await new.exec_driver_sql(f"ALTER TABLE {table_name} ADD CONSTRAINT {name} {definition}")
    await _set_sequences(old, new, tables)
    counts = {table.name: await _compared(old, new, table, files) for table in tables}
    return {**counts, jobs.name: await _move_jobs(old, new)}


async def _pages(
    connection: AsyncConnection, table: Table, files: Path | None = None
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """All rows of a table, some at a time; shared files with their contents, which may be in `files`."""
    key = list(table.primary_key)
    places = [list(table.columns).index(column) for column in key]
    statement = select(table).order_by(*key).limit(AT_ONCE)
    rows = (await connection.execute(statement)).all()
    while rows:
        yield [tuple(map(_without_nul, _whole(row, table, files))) for row in rows]
        last = [literal(rows[-1][place], column.type) for place, column in zip(places, key, strict=True)]
        rows = (await connection.execute(statement.where(tuple_(*key) > tuple_(*last)))).all()


def _whole(row: Row[Any], table: Table, files: Path | None) -> Sequence[Any]:
    if table is not shared_files or files is None or row.content is not None:
        return row
    beside = files / row.token_hash
    content = beside.read_bytes() if beside.is_file() else None
    return [content if name == "content" else value for name, value in row._mapping.items()]


def _without_nul(value: Any) -> Any:
    """PostgreSQL's text has no NUL."""
    return value.replace("\0", "") if isinstance(value, str) and "\0" in value else value


async def _compared(old: AsyncConnection, new: AsyncConnection, table: Table, files: Path) -> int:
    """How many rows the table has in both databases. Raises `CopyError` unless they are the same."""
    before, after = await _digest(old, table, files), await _digest(new, table)
    if before != after:
        raise CopyError(f"{table.name} is another there, so nothing was moved")
    return before[0]


async def _digest(connection: AsyncConnection, table: Table, files: Path | None = None) -> tuple[int, int]:
    """How many rows there are, and the sum of their digests: the databases sort texts differently."""
    count = total = 0
    async for rows in _pages(connection, table, files):
        count += len(rows)
        total += sum(_number(row) for row in rows)
    return count, total % 2**256


def _number(row: tuple[Any, ...]) -> int:
    return int.from_bytes(hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest())


async def _set_sequences(old: AsyncConnection, new: AsyncConnection, tables: Iterable[Table]) -> None:
    """No id is given twice, neither one of a row that is gone."""
    used = {name: last for name, last in await old.execute(_USED)}
    for table in tables:
        if [column.name for column in table.primary_key] == ["id"]:
            id_column = table.c.id
            last = max(used.get(table.name, 0), await new.scalar(select(func.max(id_column))) or 0)
            sequence = func.pg_get_serial_sequence(table.name, "id")
            await new.execute(select(func.setval(sequence, last + 1, False)))


async def _move_jobs(old: AsyncConnection, new: AsyncConnection) -> int:
    """Make the rows of `jobs` Procrastinate's; returns how many there are."""
    await new.exec_driver_sql(_KEPT_JOBS)
    names = [column.name for column in jobs.columns]
    expected, count = hashlib.sha256(), 0
    async for rows in _pages(old, jobs):
        await insert_many(new, jobs, names, rows)
        count += len(rows)
        for row in rows:
            expected.update(_told(*_as_moved(**dict(zip(names, row, strict=True)))))
    await new.exec_driver_sql(module_of(_JOBS_OF_AN_ENGINE).MOVE, execution_options={"no_parameters": True})
    found = hashlib.sha256()
    async for row in await new.stream(_MOVED_JOBS):
        found.update(_told(*row))
    if found.digest() != expected.digest():
        raise CopyError("the jobs are others there, so nothing was moved")
    return count


def _as_moved(
    *,
    name: str,
    key: str,
    order_key: str | None,
    lane: str,
    payload: str,
    due_at: datetime,
    leased_by: str | None,
    settled_at: datetime | None,
    **_: Any,
) -> tuple[Any, ...]:
    put_off = leased_by is None and settled_at is None and due_at > AT_ONCE_DUE
    lock = f"{lane}|{order_key}" if order_key is not None else None
    given = json.loads(payload.replace("\\u0000", ""))
    return name, key, lock, lane, given, settled_at is not None, due_at if put_off else None


def _told(*job: Any) -> bytes:
    return json.dumps(job, sort_keys=True, default=_moment).encode()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
