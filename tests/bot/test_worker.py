"""The worker on the real job table of SQLite."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bot import worker as worker_module
from bot.worker import AtOnce, Worker
from services.patience import A_DAY, Patience
from services.ports import Job, NewJob, RetryLater
from storage.database import Database
from storage.jobs import SqlJobQueue
from storage.turns import GOES_FIRST
from tests.support.clock import FixedClock

Handler = Callable[[Job], Awaitable[None]]


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def queue(database: Database) -> SqlJobQueue:
    return SqlJobQueue(database)


@asynccontextmanager
async def working(queue: SqlJobQueue, clock: FixedClock, **handlers: Handler) -> AsyncIterator[Worker]:
    worker = Worker(queue, clock, handlers)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def drain(queue: SqlJobQueue, clock: FixedClock, **handlers: Handler) -> None:
    """Run all jobs, moving the clock to each next due one."""
    worker = Worker(queue, clock, handlers)
    while (due := await queue.next_due()) is not None:
        clock.set(max(due, clock.now()))
        await worker.run_due()


async def enqueue(database: Database, clock: FixedClock, *jobs: NewJob) -> None:
    async with database.write() as uow:
        await uow.jobs.enqueue(jobs, clock.now())


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while not await condition():  # noqa: ASYNC110 - a row of a database cannot be awaited
            await asyncio.sleep(0.01)


async def test_jobs_of_one_order_key_run_in_order_and_others_side_by_side(
    database: Database, queue: SqlJobQueue, clock: FixedClock
) -> None:
    jobs = [NewJob("job", f"{key}{n}", {"key": key, "n": n}, order_key=key) for n in range(5) for key in "ab"]
    await enqueue(database, clock, *jobs)
    ran: dict[str, list[int]] = {"a": [], "b": []}
    both = asyncio.Barrier(2)

    async def handler(job: Job) -> None:
        # Each waits for the other key's job, which works only if both run side by side.
        await both.wait()
        ran[job.payload["key"]].append(job.payload["n"])

    async def all_ran() -> bool:
        return sum(map(len, ran.values())) == 10

    async with working(queue, clock, job=handler):
        await until(all_ran)
    assert ran == {"a": [0, 1, 2, 3, 4], "b": [0, 1, 2, 3, 4]}


async def test_patience_is_no_failure_and_a_failure_is_tried_again(
    database: Database, queue: SqlJobQueue, clock: FixedClock
) -> None:
    await enqueue(database, clock, NewJob("job", "key", {}))
    attempts: list[int] = []

    async def handler(job: Job) -> None:
        attempts.append(job.attempts)
        if len(attempts) <= 2:
            raise RetryLater(0, "pace", counts=False)
        if len(attempts) == 3:
            raise RuntimeError("a fault")

    await drain(queue, clock, job=handler)
    assert attempts == [1, 1, 1, 2]


async def test_a_job_that_always_fails_is_given_up_and_logged_with_an_id(
    database: Database, queue: SqlJobQueue, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await enqueue(database, clock, NewJob("job", "key", {}))
    attempts: list[int] = []

    async def handler(job: Job) -> None:
        attempts.append(job.attempts)
        raise RuntimeError("a fault")

    await drain(queue, clock, job=handler)
    assert attempts == list(range(1, A_DAY.attempts + 1))
    assert all("[" in record.getMessage() for record in caplog.records if record.levelname == "ERROR")


async def test_what_an_earlier_life_had_leased_is_done_at_once(
    database: Database, queue: SqlJobQueue, clock: FixedClock
) -> None:
    await enqueue(database, clock, NewJob("job", "key", {}))
    (leased,) = await queue.lease(clock.now(), 1, 3600)
    ran: list[int] = []

    async def handler(job: Job) -> None:
        ran.append(job.id)

    async def settled() -> bool:
        return await queue.next_due() is None

    async with working(queue, clock, job=handler):
        await until(settled)
    assert ran == [leased.id]
    assert await queue.count_due_in_all_lanes(clock.now() + timedelta(days=1)) == (0,)


async def test_a_clock_that_goes_back_an_hour_holds_up_nothing(
    database: Database, queue: SqlJobQueue, clock: FixedClock
) -> None:
    ran: list[str] = []

    async def handler(job: Job) -> None:
        ran.append(job.key)
        if len(ran) == 1:
            raise RetryLater(5, "timeout")

    worker = Worker(queue, clock, {"job": handler})
    await enqueue(database, clock, *(NewJob("job", key, {}, order_key="one chat") for key in "ab"))
    await worker.run_due()
    clock.forward(hours=-1)
    await enqueue(database, clock, NewJob("job", "c", {}, order_key="one chat"))
    while await worker.run_due():
        pass
    assert ran == ["a", "a", "b", "c"]


async def test_a_stop_lets_the_job_under_way_finish(
    database: Database, queue: SqlJobQueue, clock: FixedClock
) -> None:
    await enqueue(database, clock, NewJob("job", "key", {}))
    started, go_on = asyncio.Event(), asyncio.Event()

    async def handler(job: Job) -> None:
        started.set()
        await go_on.wait()

    worker = Worker(queue, clock, {"job": handler})
    task = asyncio.create_task(worker.run())
    await started.wait()
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await queue.next_due() is None


class Tickets(AtOnce):
    """`Turns` that the test hands out."""

    def __init__(self) -> None:
        self.left = 0

    async def take(self, most: int) -> int:
        taken = min(most, self.left)
        self.left -= taken
        return taken

    async def give_back(self, unused: int) -> None:
        self.left += unused

    async def wait(self) -> float:
        return 0.0 if self.left else 0.01


async def test_a_commit_wakes_the_worker_and_so_does_a_job_that_held_up_another(
    database: Database, queue: SqlJobQueue, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.IDLE_SECONDS", 3600)
    monkeypatch.setattr("bot.worker.LOOK_SECONDS", 3600)
    ran: list[str] = []
    idle, done = asyncio.Event(), asyncio.Event()
    lease = queue.lease

    async def leasing(now: datetime, limit: int, seconds: float) -> Sequence[Job]:
        found = await lease(now, limit, seconds)
        if not found:
            idle.set()
        return found

    async def handler(job: Job) -> None:
        ran.append(job.key)
        if len(ran) == 3:
            done.set()

    monkeypatch.setattr(queue, "lease", leasing)
    async with working(queue, clock, job=handler) as worker, asyncio.timeout(120):
        database.on_enqueued = lambda lane: worker.wake()
        await idle.wait()
        await enqueue(database, clock, *(NewJob("job", key, {}, order_key="same") for key in "abc"))
        await done.wait()
    assert ran == ["a", "b", "c"]


async def test_a_job_is_not_taken_before_it_may_start_and_then_uses_one_turn(
    database: Database, queue: SqlJobQueue, clock: FixedClock
) -> None:
    await enqueue(database, clock, *(NewJob("job", str(number), {}) for number in range(5)))
    tickets, ran = Tickets(), 0
    finish = asyncio.Event()

    async def handler(job: Job) -> None:
        nonlocal ran
        ran += 1
        await finish.wait()

    async def started() -> bool:
        return ran == 2

    async def over() -> bool:
        return ran == 5

    task = asyncio.create_task(Worker(queue, clock, {"job": handler}, turns=tickets).run())
    try:
        assert await queue.count_due_in_all_lanes(clock.now()) == (5,)
        tickets.left = 2
        await until(started)
        assert await queue.count_due_in_all_lanes(clock.now()) == (3,)
        tickets.left = 10
        finish.set()
        await until(over)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert (ran, tickets.left) == (5, 7)


async def test_a_job_being_taken_counts_as_under_way(
    database: Database, queue: SqlJobQueue, clock: FixedClock
) -> None:
    """Otherwise it would count nowhere: it is not due any more, and not begun yet."""
    seen: list[int] = []

    class Watched(SqlJobQueue):
        async def lease(self, now: datetime, limit: int, seconds: float) -> Sequence[Job]:
            taken = await super().lease(now, limit, seconds)
            seen.append(worker.running)
            return taken

    async def nothing(job: Job) -> None:
        seen.append(worker.running)

    worker = Worker(Watched(database), clock, {"job": nothing})
    await enqueue(database, clock, NewJob("job", "one", {}))
    assert (await worker.run_due(), await worker.run_due()) == (1, 0)
    assert seen == [1, 1, 1]
    assert (worker.begun, worker.running) == (1, 0)


async def test_an_idle_worker_sees_a_moved_clock_without_asking_the_database(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.LOOK_SECONDS", 0.001)
    monkeypatch.setattr("bot.worker.IDLE_SECONDS", 3600)
    asked, ran = asyncio.Event(), asyncio.Event()

    class Watched(SqlJobQueue):
        async def next_due(self) -> datetime | None:
            assert not asked.is_set()
            due = await super().next_due()
            asked.set()
            return due

    async def handler(job: Job) -> None:
        ran.set()
        # From here on the worker may ask again.
        asked.clear()

    await enqueue(database, clock, NewJob("job", "key", {}, clock.now() + timedelta(hours=1)))
    async with working(Watched(database), clock, job=handler), asyncio.timeout(120):
        await asked.wait()
        clock.forward(hours=1)
        await ran.wait()


async def test_a_worker_whose_database_refuses_waits_longer_each_time_and_says_so_once(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The refusal is a real one: nobody listens at the address of the other database."""
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    waits: list[float] = []
    ran = asyncio.Event()

    class Wait(Patience):
        def wait(self, failed: int, asked: float = 0.0) -> float:
            waits.append(super().wait(failed, asked))
            return 0.0

    class Refused(SqlJobQueue):
        async def release(self) -> int:
            release = SqlJobQueue(away).release if len(waits) < 2 else super().release
            return await release()

        async def lease(self, now: datetime, limit: int, seconds: float) -> Sequence[Job]:
            lease = SqlJobQueue(away).lease if len(waits) < 8 else super().lease
            return await lease(now, limit, seconds)

    async def handler(job: Job) -> None:
        ran.set()

    monkeypatch.setattr("bot.worker.PATIENCE", Wait(worker_module.PATIENCE.attempts, 0.5, 15))
    await enqueue(database, clock, NewJob("job", "key", {}))
    async with working(Refused(database), clock, job=handler), asyncio.timeout(120):
        await ran.wait()
    assert waits == [0.5, 1, 2, 4, 8, 15, 15, 15]
    (record,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert record.getMessage() == "jobs cannot be taken: OperationalError"
    assert not record.exc_info
    await away.close()


async def test_jobs_that_fail_alike_show_their_stack_once_and_each_its_id(
    database: Database, queue: SqlJobQueue, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await enqueue(database, clock, *(NewJob("job", str(number), {}) for number in range(5)))

    async def handler(job: Job) -> None:
        raise RuntimeError("a fault")

    await Worker(queue, clock, {"job": handler}).run_due()
    records = [one for one in caplog.records if one.levelname == "ERROR"]
    assert len({one.getMessage() for one in records}) == 5
    assert [bool(one.exc_info) for one in records] == [True, *[False] * 4]


async def test_a_stop_that_comes_with_a_wake_ends_it(database: Database, clock: FixedClock) -> None:
    """On Python 3.11 `asyncio.wait_for` would swallow the stop, and the program would never end."""
    looked = asyncio.Event()

    class Empty(SqlJobQueue):
        async def lease(self, now: datetime, limit: int, seconds: float) -> Sequence[Job]:
            looked.set()
            return ()

        async def next_due(self) -> None:
            return None

    worker = Worker(Empty(database), clock, {})
    task = asyncio.create_task(worker.run())
    await looked.wait()
    await asyncio.sleep(0)  # The worker rests now.
    worker.wake()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task}, timeout=10)
    assert task.cancelled()


@pytest.mark.parametrize("first", [False, True])
async def test_what_a_worker_and_its_jobs_write_goes_first_where_somebody_waits(
    database: Database, queue: SqlJobQueue, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    lease, went = queue.lease, set[bool]()

    async def leasing(now: datetime, limit: int, seconds: float) -> Sequence[Job]:
        went.add(GOES_FIRST.get())
        return await lease(now, limit, seconds)

    async def handler(_: Job) -> None:
        went.add(GOES_FIRST.get())
        done.set()

    done = asyncio.Event()
    monkeypatch.setattr(queue, "lease", leasing)
    await enqueue(database, clock, NewJob("job", "1", {}))
    task = asyncio.create_task(Worker(queue, clock, {"job": handler}, goes_first=first).run())
    async with asyncio.timeout(120):
        await done.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert went == {first}
    assert not GOES_FIRST.get()
