"""Jobs on PostgreSQL: how many a second one process does and two do, and how soon another process begins."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from statistics import median

import psycopg
from procrastinate import manager

from bot.clock import SystemClock
from bot.engine import EngineRunner
from services.ports import Job, Lane, NewJob
from storage.database import Database
from storage.engine_watch import conninfo_of
from storage.migrate import upgrade
from tests.bench.measuring import Figure, p95
from tests.support.postgres import postgres_url, start_postgres, stop_postgres

SOON = 300.0
"""Milliseconds within which a job of another process begins, at p95, where nothing else is to be done."""

_STATEMENTS = (
    "SELECT id FROM procrastinate_fetch_job_v2(%s::varchar[], %s)",
    "SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)",
)


async def work(url: str, log: str) -> None:
    """Run jobs that do nothing until told to stop; each writes down its key and when it began."""
    written = os.open(log, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    async def nothing(job: Job) -> None:
        os.write(written, f"{job.key} {time.monotonic()}\n".encode())

    running = asyncio.current_task()
    assert running
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    database = Database(url)
    with contextlib.suppress(asyncio.CancelledError):
        await EngineRunner(database, SystemClock(), {Lane.CHAT: {"job": nothing}}).run()
    await database.close()


@contextlib.asynccontextmanager
async def processes(url: str, log: Path, count: int) -> AsyncIterator[None]:
    """`count` processes work meanwhile."""
    code = "import asyncio; from tests.bench import jobs; "
    code += f"asyncio.run(jobs.work({url!r}, {str(log)!r}))"
    started = [await asyncio.create_subprocess_exec(sys.executable, "-c", code) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
            await process.wait()


class Jobs:
    """Puts jobs in and sees when they were begun."""

    def __init__(self, url: str, log: Path) -> None:
        self._database, self._log = Database(url), log
        self._number = 0

    async def enqueue(self, count: int) -> None:
        numbers = range(self._number, self._number + count)
        self._number += count
        jobs = [NewJob("job", str(n), {}, order_key=f"chat:{n % 200}", lane=Lane.CHAT) for n in numbers]
        async with self._database.write() as uow:
            await uow.jobs.enqueue(jobs, SystemClock().now())

    async def begun(self) -> float:
        """When the last of all jobs was begun."""
        async with asyncio.timeout(600):
            while True:
                lines = self._log.read_text().splitlines() if self._log.exists() else []
                if len(lines) >= self._number:
                    return max(float(line.split()[1]) for line in lines)
                await asyncio.sleep(0.005)

    async def close(self) -> None:
        await self._database.close()


async def _bare(url: str, count: int) -> float:
    """The seconds for as many jobs by Procrastinate's statements alone, one after the other."""
    connecting = psycopg.AsyncConnection.connect(url, autocommit=True)
    async with await connecting as connection:
        worker = await (
            await connection.execute("SELECT * FROM procrastinate_register_worker_v1()")
        ).fetchone()
        assert worker
        started = time.monotonic()
        for _ in range(count):
            fetched = await (await connection.execute(_STATEMENTS[0], (["chat"], worker[0]))).fetchone()
            assert fetched
            await connection.execute(_STATEMENTS[1], (fetched[0],))
        return time.monotonic() - started


async def _told(url: str) -> float:
    """The seconds from a commit until a connection that listens hears of it."""
    async with contextlib.AsyncExitStack() as stack:
        ear, mouth = [
            await stack.enter_async_context(await psycopg.AsyncConnection.connect(url, autocommit=True))
            for _ in range(2)
        ]
        (channel,) = manager.get_channel_for_queues(["bench"])
        await ear.execute(f'LISTEN "{channel}"'.encode())
        started = time.monotonic()
        await mouth.execute("SELECT pg_notify(%s, '')", (channel,))
        async for _ in ear.notifies(timeout=10, stop_after=1):
            return time.monotonic() - started
    raise TimeoutError


async def figures(folder: Path, jobs: int = 1_500, rounds: int = 60) -> list[Figure]:
    server = await asyncio.to_thread(start_postgres)
    try:
        url = postgres_url(server)
        await upgrade(url)
        return [*await _throughput(url, folder, jobs), *await _latency(url, folder, rounds)]
    finally:
        await asyncio.to_thread(stop_postgres, server)


async def _throughput(url: str, folder: Path, count: int) -> Sequence[Figure]:
    seconds: list[float] = []
    for at_work in (1, 2):
        made = Jobs(url, folder / f"{at_work}")
        async with processes(url, folder / f"{at_work}", at_work):
            await made.enqueue(1)
            await made.begun()
            started = time.monotonic()
            await made.enqueue(count)
            seconds.append(await made.begun() - started)
        await made.close()
        await _forget(url)
    made = Jobs(url, folder / "bare")
    await made.enqueue(count)
    floor = await _bare(conninfo_of(made._database.url), count)
    await made.close()
    await _forget(url)
    one, two = [spent / count * 1000 for spent in seconds]
    bare = floor / count * 1000
    return [
        Figure("a job that does nothing, one process (bare statements)", one, bare, "ms", 4.0),
        Figure("a job that does nothing, two processes (one process)", two, one, "ms", 1.5),
    ]


async def _latency(url: str, folder: Path, rounds: int) -> Sequence[Figure]:
    made, floors, values = Jobs(url, folder / "soon"), list[float](), list[float]()
    conninfo = conninfo_of(made._database.url)
    async with processes(url, folder / "soon", 1):
        await made.enqueue(1)
        await made.begun()
        for _ in range(rounds):
            floors.append(await _told(conninfo) * 1000)
            await made.enqueue(1)
            committed = time.monotonic()
            values.append((await made.begun() - committed) * 1000)
    await made.close()
    # The other process may begin before this one knows that its commit is done.
    middle, late = max(median(values), 0.1), max(p95(values), 0.1)
    return [
        Figure(
            "commit to begin in another process (a notification)", middle, median(floors), "ms", limit=50.0
        ),
        Figure("commit to begin in another process, p95", late, p95(floors), "ms", limit=SOON),
    ]


async def _forget(url: str) -> None:
    database = Database(url)
    async with database.writing() as connection:
        await connection.exec_driver_sql("TRUNCATE procrastinate_jobs CASCADE")
    await database.close()
