"""Units of work report the lanes into which they put jobs."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ports import Lane, NewJob
from storage.database import Database

NOW = datetime(2026, 1, 5, 3, tzinfo=UTC)


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
