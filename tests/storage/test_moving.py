"""A move to PostgreSQL takes all or nothing, and compares. What goes on: journeys/test_old_databases.py."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import text

import storage.moving
from domain.calendar import VIETNAM
from services.ports import Lane, NewJob
from storage.connections import Connections
from storage.copies import CopyError, counts_of, is_empty, path_of
from storage.database import Database
from storage.migrate import check
from storage.moving import move
from storage.rows import insert_many
from tests.storage.conftest import LATER, Office, open_office
from tests.support.builders import enterprise
from tests.support.clock import NOON_OF_JUNE_15 as NOW


@pytest.fixture
async def office(sqlite_url: str) -> Office:
    """A firm with customers, one of whom was deleted, and jobs at once, for later and settled."""
    database = Database(sqlite_url)
    office = await open_office(database)
    await office.customers([enterprise(number) for number in range(1, 2_100)])
    async with database.write() as uow:
        jobs = [
            NewJob("now", "k1", {"text": "a\0b", "at": [1, None]}, None, "order:1", Lane.CHAT),
            NewJob("later", "k2", {}, LATER.astimezone(VIETNAM), "order:1", Lane.CHAT),
            NewJob("done", "k3", {}, None, None, Lane.MAIN),
        ]
        await uow.jobs.enqueue(jobs, NOW)
    await _run(sqlite_url, "UPDATE jobs SET settled_at = created_at, attempts = 1 WHERE key = 'k3'")
    await _run(sqlite_url, "UPDATE customers SET name = 'a' || char(0) || 'b' WHERE id = 7")
    # The last id was given to somebody who is gone.
    await _run(sqlite_url, "UPDATE sqlite_sequence SET seq = 900 WHERE name = 'inbox'")
    await _run(sqlite_url, "INSERT OR IGNORE INTO sqlite_sequence (name, seq) VALUES ('inbox', 900)")
    await database.close()
    return office


async def _run(url: str, statement: str) -> None:
    with closing(sqlite3.connect(path_of(url))) as database:
        database.execute(statement)
        database.commit()


async def _rows(url: str, statement: str) -> Sequence[Any]:
    connections = Connections(url)
    try:
        async with connections.writing() as connection:
            return [tuple(row) for row in (await connection.execute(text(statement))).all()]
    finally:
        await connections.close()


async def test_all_is_there_and_ids_and_jobs_go_on(
    office: Office, sqlite_url: str, postgresql_url: str
) -> None:
    before = await counts_of(sqlite_url)
    counts = await move(sqlite_url, postgresql_url, "9.9")
    assert await counts_of(sqlite_url) == before
    assert counts["customers"] == 2_099
    assert counts["jobs"] == 3
    await check(postgresql_url)
    assert await _rows(postgresql_url, "SELECT name FROM customers WHERE id = 7") == [("ab",)]
    assert await _rows(postgresql_url, "SELECT nextval('inbox_id_seq')") == [(901,)]
    kept = "SELECT sum(number) FROM listed_customers"
    assert await _rows(postgresql_url, kept) == await _rows(sqlite_url, kept)
    columns = "task_name, queue_name, lock, queueing_lock, status::text, scheduled_at"
    assert await _rows(postgresql_url, f"SELECT {columns} FROM procrastinate_jobs ORDER BY id") == [
        ("now", "chat", "chat|order:1", "k1", "todo", None),
        ("later", "chat.later", "chat|order:1", "k2", "todo", LATER),
        ("done", "main", None, "k3", "succeeded", None),
    ]
    database = Database(postgresql_url)
    async with database.write() as uow:
        await uow.customers.add_many(office.firm.id, [enterprise(3_000)], NOW)
    await database.close()
    assert await _rows(postgresql_url, "SELECT max(id) FROM customers") == [(2_100,)]


async def test_a_database_with_work_is_no_target(
    office: Office, sqlite_url: str, postgresql_url: str
) -> None:
    await move(sqlite_url, postgresql_url, "9.9")
    with pytest.raises(CopyError, match="is not empty"):
        await move(sqlite_url, postgresql_url, "9.9")


@pytest.mark.parametrize("table", ["customers", "jobs"])
async def test_a_row_that_is_another_there_stops_all(
    office: Office, sqlite_url: str, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:

    async def inserted(connection: Any, into: Any, names: Any, rows: Any, ending: str = "") -> None:
        if into.name == table:
            place = list(names).index("name")
            rows = [(*row[:place], "another", *row[place + 1 :]) for row in rows]
        await insert_many(connection, into, names, rows, ending)

    monkeypatch.setattr(storage.moving, "insert_many", inserted)
    with pytest.raises(CopyError, match="nothing was moved"):
        await move(sqlite_url, postgresql_url, "9.9")
    assert await is_empty(postgresql_url)
    await check(postgresql_url)
    # The next try goes through.
    monkeypatch.undo()
    await move(sqlite_url, postgresql_url, "9.9")
