"""On SQLite, units of work report the lanes into which they put jobs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from services.ports import Lane, NewJob, UnitOfWork
from storage.database import Database
from storage.jobs import jobs

NOW = datetime(2026, 1, 5, 3, tzinfo=UTC)


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


async def test_lanes_with_new_jobs_for_now_are_told_once_and_only_after_the_commit(
    database: Database,
) -> None:
    told: list[Lane] = []
    database.on_enqueued = told.append
    async with database.write() as uow:
        jobs = [NewJob("job", str(number), {}, lane=Lane.CHAT) for number in range(3)]
        later = NewJob("job", "later", {}, NOW + timedelta(days=7), lane=Lane.VENDOR)
        await uow.jobs.enqueue([*jobs, NewJob("job", "mail", {}), later], NOW)
        assert told == []
    assert sorted(told) == [Lane.CHAT, Lane.MAIN]


async def test_nothing_is_told_of_jobs_that_were_rolled_back(database: Database) -> None:
    told: list[Lane] = []
    database.on_enqueued = told.append

    async def fail() -> None:
        async with database.write() as uow:
            await uow.jobs.enqueue([NewJob("job", "1", {})], NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.write():
        pass
    assert told == []


async def test_changes_made_together_tell_their_lanes_after_the_commit(database: Database) -> None:
    told: list[Lane] = []
    database.on_enqueued = told.append

    async def add(number: int, lane: Lane) -> None:
        async def change(uow: UnitOfWork) -> None:
            await uow.jobs.enqueue([NewJob("job", str(number), {}, lane=lane)], NOW)
            assert told == []

        await database.write_together(change)

    await asyncio.gather(add(1, Lane.CHAT), add(2, Lane.MAIN), add(2, Lane.MAIN))
    assert set(told) == {Lane.CHAT, Lane.MAIN}
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(jobs)) == 2
