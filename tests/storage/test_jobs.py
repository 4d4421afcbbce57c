"""The job table of SQLite while its process is killed during commits, again and again."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from services.ports import NewJob
from storage.database import Database
from storage.jobs import SqlJobQueue, jobs
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.forks import fork

TOTAL, BATCH = 10_000, 250
LEASE = 60.0


async def enqueue_rest(url: str, kill_at: int) -> None:
    """Enqueue batch after batch from the end of the table; kill this process around commit `kill_at`.

    Every batch overlaps the one before, like work repeated after a crash.
    """
    commits = 0

    def count(moment: str) -> None:
        nonlocal commits
        commits += moment == "before"
        if commits == kill_at and moment == ("before" if kill_at % 2 else "after"):
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(url, on_commit=count)
    async with database.reading() as connection:
        known = (await connection.execute(select(func.count()).select_from(jobs))).scalar_one()
    for start in range(max(0, known - BATCH // 2), TOTAL, BATCH):
        batch = [
            NewJob("push", str(number), {"number": number}, order_key=f"lane-{number % 50}")
            for number in range(start, min(start + BATCH, TOTAL))
        ]
        async with database.write() as uow:
            await uow.jobs.enqueue(batch, NOW)
    await database.close()


async def work(url: str, log: str, kill_after: int) -> None:
    """Lease, do and settle jobs; each writes a line into `log`. Kill this process at line `kill_after`."""
    database = Database(url)
    queue = SqlJobQueue(database)
    await queue.release()
    done = os.open(log, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    lines = 0
    while leased := await queue.lease(NOW, 50, LEASE):
        for job in leased:
            os.write(done, f"{job.key}\n".encode())
            lines += 1
            if lines == kill_after:
                os.kill(os.getpid(), signal.SIGKILL)
            await queue.done(job, NOW)
    os.close(done)
    await database.close()


async def run(call: Callable[..., Any], *given: object) -> int:
    """Run a function of this file in a process of its own; returns its exit code."""
    child = fork(call, *given)
    await asyncio.to_thread(child.join)
    assert child.exitcode is not None
    return child.exitcode


async def rows(url: str) -> Counter[str]:
    database = Database(url)
    async with database.reading() as connection:
        keys = Counter(await connection.scalars(select(jobs.c.key)))
    await database.close()
    return keys


@pytest.mark.long
@pytest.mark.kill
async def test_kills_amid_commits_lose_and_double_no_job(sqlite_url: str) -> None:
    killed = -signal.SIGKILL
    for kill_at in (7, 12, 9):
        assert await run(enqueue_rest, sqlite_url, kill_at) == killed
    assert await run(enqueue_rest, sqlite_url, 0) == 0
    assert await rows(sqlite_url) == Counter(map(str, range(TOTAL)))


@pytest.mark.long
@pytest.mark.kill
async def test_jobs_under_way_when_killed_are_done_again_and_none_is_forgotten(
    sqlite_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "done"
    database = Database(sqlite_url)
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("push", str(n), {"number": n}) for n in range(500)], NOW)
    killed = -signal.SIGKILL
    for kill_after in (70, 111, 33):
        assert await run(work, sqlite_url, str(log), kill_after) == killed
    assert await run(work, sqlite_url, str(log), 0) == 0
    done = Counter(log.read_text().splitlines())
    # Each life ends between doing a job and settling it, so this job is done again.
    assert set(done) == set(map(str, range(500)))
    assert sum(done.values()) == 503
    assert await SqlJobQueue(database).count_due_in_all_lanes(NOW + timedelta(days=1)) == (0,)
    await database.close()
