"""Clean-ups go in small steps, and others write in between."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from services.housekeeping import DropOldAnswers, DropOldDrafts
from services.ports import NewJob
from storage.database import Database
from storage.engine import EngineQueue
from storage.jobs import SqlJobQueue, jobs
from storage.purging import STEP, delete_in_steps
from storage.tables.catalogue import registry_answers
from tests.storage.conftest import open_office
from tests.support.builders import enterprise
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.clock import FixedClock
from tests.support.rows import rows_of

AFTERWARDS = FixedClock(NOW + timedelta(days=400))


async def with_jobs(database: Database, count: int) -> None:
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("job", str(number), {}) for number in range(count)], NOW)
    async with database.writing() as connection:
        if not database.has_engine:
            await connection.execute(jobs.update().values(settled_at=NOW))
            return
        await connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        await connection.execute(text("UPDATE procrastinate_jobs SET status = 'succeeded'"))


async def test_another_writer_has_its_turn_after_each_step(either_url: str) -> None:
    log: list[str] = []
    database = Database(either_url, lambda moment: log.append(moment) if moment == "after" else None)
    await with_jobs(database, 2 * STEP + 1)
    log.clear()

    async def write() -> None:
        async with database.writing():
            log.append("somebody writes")

    purge = (
        EngineQueue(database).purge(timedelta(0))
        if database.has_engine
        else SqlJobQueue(database).purge(NOW + timedelta(seconds=1))
    )
    clean_up = asyncio.create_task(purge)
    await asyncio.gather(clean_up, write())
    assert clean_up.result() == 2 * STEP + 1
    # The steps, and whoever writes: on SQLite after the first.
    assert sorted(log) == [*["after"] * 4, "somebody writes"]
    if not database.has_engine:
        assert log[:2] == ["after", "somebody writes"]
    await database.close()


async def test_no_step_is_longer_than_told(either: Database) -> None:
    async with either.write() as uow:
        await uow.registry_answers.put(dict.fromkeys(map(str, range(7))), NOW)
    left: list[int] = []
    delete = delete_in_steps(either, registry_answers, registry_answers.c.tax_code != "3", most=2)

    async def watch() -> None:
        while len(left) < 3:
            async with either.writing():
                pass
            left.append(len(await rows_of(either, "registry_answers")))

    clean_up = asyncio.create_task(delete)
    await watch()
    assert await clean_up == 6
    assert left == sorted(left, reverse=True)
    assert [row["tax_code"] for row in await rows_of(either, "registry_answers")] == ["3"]


async def test_the_services_clean_up_in_steps_too(either_url: str) -> None:
    log: list[str] = []
    database = Database(either_url, lambda moment: log.append(moment) if moment == "after" else None)
    office = await open_office(database)
    async with database.write() as uow:
        answers = dict.fromkeys(map(str, range(501)))
        await uow.registry_answers.put(answers, NOW)
        for number in range(501):
            await uow.customers.add(office.firm.id, enterprise(number), False, NOW)
    log.clear()
    assert await DropOldAnswers(database, AFTERWARDS)() == 501
    assert len(log) == 2
    log.clear()
    await DropOldDrafts(database, AFTERWARDS)()
    # The look for drafts only reads.
    assert len(log) == 2
    assert await rows_of(database, "customers") == []
    await database.close()
