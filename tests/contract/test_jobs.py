"""What the services may expect of whatever keeps and runs the jobs, tested through its ports alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.engine import EngineRunner
from bot.worker import ANOTHER_SECONDS, Workers
from services.patience import A_DAY
from services.ports import Job, JobRunner, Lane, NewJob, OfAnotherRelease, RetryLater
from storage.database import Database
from tests.support.clock import FixedClock

Handler = Callable[[Job], Awaitable[None]]


class Store:
    """A store of jobs under test and its runner, by a clock that the test moves.

    `runs` are the jobs that were begun, in order. `errors` are raised by a job of that key, one a try.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FixedClock()
        self.runs: list[Job] = []
        self.errors: dict[str, list[Exception]] = {}
        self.handler: Handler | None = None
        self.names = ["push"]
        self.runner = self.new_runner()

    def new_runner(self) -> JobRunner:
        handlers = {lane: dict.fromkeys(self.names, self._do) for lane in (Lane.MAIN, Lane.VENDOR)}
        if self.database.has_engine:
            return EngineRunner(self.database, self.clock, handlers, in_hand=0)
        return Workers(self.database, self.clock, handlers)

    async def _do(self, job: Job) -> None:
        self.runs.append(job)
        if errors := self.errors.get(job.key):
            raise errors.pop(0)
        if self.handler:
            await self.handler(job)

    def after(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)

    async def enqueue(self, *jobs: NewJob) -> None:
        async with self.database.write() as uow:
            await uow.jobs.enqueue(jobs, self.clock.now())

    async def run(self) -> list[str]:
        """Run what is due to its end; returns the keys in the order they were begun."""
        self.runs.clear()
        while await self.runner.run_due():
            pass
        return [job.key for job in self.runs]

    async def due(self, *moments: datetime) -> Sequence[int]:
        due, _ = await self.runner.counts(*(moments or (self.clock.now(),)))
        return due

    @asynccontextmanager
    async def running(self, *more: JobRunner) -> AsyncIterator[None]:
        """All the runners are at work meanwhile."""
        tasks = [asyncio.create_task(runner.run()) for runner in (self.runner, *more)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - a list cannot be awaited
                await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """Wait until nothing waits that is due, and nothing is under way."""
        async with asyncio.timeout(60):
            while True:
                due, running = await self.runner.counts(self.clock.now())
                if not any(due) and not running:
                    return
                await asyncio.sleep(0.01)


@pytest.fixture
async def store(either_url: str) -> AsyncIterator[Store]:
    database = Database(either_url)
    yield Store(database)
    await database.close()


def job(key: str, order_key: str | None = None, run_at: datetime | None = None, **payload: Any) -> NewJob:
    return NewJob("push", key, payload, run_at, order_key)


def call(key: str, order_key: str | None = None, run_at: datetime | None = None) -> NewJob:
    """A job of the vendor's lane."""
    return NewJob("push", key, {}, run_at, order_key, Lane.VENDOR)


async def test_what_is_not_settled_waits_by_its_key_or_its_order_key(store: Store) -> None:
    async def waits(one: NewJob) -> bool:
        async with store.database.read() as uow:
            return await uow.jobs.waits(one)

    asked = (job("alone"), job("other", "one"), call("other", "one"), job("other"), job("later"))
    await store.enqueue(job("alone"), job("in order", "one"), job("later", run_at=store.after(60)))
    assert [await waits(one) for one in asked] == [True, True, False, False, True]
    await store.run()
    assert [await waits(one) for one in asked] == [False, False, False, False, True]


async def test_a_job_comes_with_all_it_was_given(store: Store) -> None:
    payload: dict[str, Any] = {"text": "Chào 👋 \\u0000", "number": 10**12, "list": [1, None, True]}
    payload["deep"] = {"a": payload.copy()}
    await store.enqueue(job("a", **payload))
    assert await store.run() == ["a"]
    (run,) = store.runs
    assert (run.name, run.key, run.payload, run.attempts, run.again) == ("push", "a", payload, 1, False)


async def test_a_character_that_a_database_refuses_does_not_break_the_transaction(store: Store) -> None:
    await store.enqueue(job("a", text="one\0two \\u0000", deep=[{"\0b": "\0"}]))
    assert await store.run() == ["a"]
    if store.database.has_engine:
        assert store.runs[0].payload == {"text": "onetwo \\u0000", "deep": [{"b": ""}]}


async def test_nothing_is_to_be_done_in_an_empty_store(store: Store) -> None:
    assert await store.run() == []
    assert await store.runner.next_due() is None
    assert not any(await store.due())


async def test_a_job_is_there_only_once_its_transaction_is_committed(store: Store) -> None:
    async with store.database.write() as uow:
        await uow.jobs.enqueue([job("a")], store.clock.now())
        assert sum(await store.due()) == 0
    assert await store.run() == ["a"]


async def test_a_job_of_a_failed_transaction_never_was(store: Store) -> None:
    async def fail() -> None:
        async with store.database.write() as uow:
            await uow.jobs.enqueue([job("a")], store.clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await store.run() == []
    await store.enqueue(job("a"))
    assert await store.run() == ["a"]


async def test_the_oldest_come_first(store: Store) -> None:
    await store.enqueue(*(job(str(number)) for number in range(5)))
    await store.enqueue(job("5"))
    assert await store.run() == ["0", "1", "2", "3", "4", "5"]


async def test_a_key_is_known_for_ever_in_every_lane(store: Store) -> None:
    await store.enqueue(job("a", n=1), job("a", n=2))
    await store.enqueue(job("a", n=3), call("a"))
    assert await store.run() == ["a"]
    assert store.runs[0].payload == {"n": 1}
    await store.enqueue(job("a", n=4), call("a"), job("a", run_at=store.after(5)))
    assert await store.run() == []
    assert await store.runner.next_due() is None


async def test_a_job_waits_for_its_time(store: Store) -> None:
    now = store.clock.now()
    await store.enqueue(
        job("later", run_at=store.after(30)), job("now"), job("past", run_at=store.after(-30))
    )
    assert list(await store.due(now, now + timedelta(seconds=30))) == [2, 3]
    assert sorted(await store.run()) == ["now", "past"]
    assert await store.runner.next_due() == store.after(30)
    store.clock.forward(seconds=29)
    assert await store.run() == []
    store.clock.forward(seconds=1)
    assert await store.run() == ["later"]


async def test_a_clock_that_goes_back_delays_nothing_that_runs_at_once(store: Store) -> None:
    await store.enqueue(job("a1", "a"), job("a2", "a"))
    store.clock.forward(hours=-1)
    await store.enqueue(job("a3", "a"))
    assert await store.run() == ["a1", "a2", "a3"]


async def test_a_job_for_later_keeps_its_moment_when_the_clock_goes_back(store: Store) -> None:
    await store.enqueue(job("a", run_at=store.after(30)))
    store.clock.forward(hours=-1)
    assert await store.run() == []
    store.clock.forward(hours=1, seconds=30)
    assert await store.run() == ["a"]


async def test_one_of_an_order_key_at_a_time_and_in_order(store: Store) -> None:
    """Also where two programs run them, if the database is for two."""
    at_work: set[str | None] = set()

    async def work(run: Job) -> None:
        lane = run.key[0]
        assert lane not in at_work
        at_work.add(lane)
        await asyncio.sleep(0.001)
        at_work.remove(lane)

    store.handler = work
    keys = [f"{lane}{number:02}" for number in range(15) for lane in "abc"]
    await store.enqueue(*(job(key, key[0]) for key in keys))
    second = [store.new_runner()] if store.database.has_engine else []
    async with store.running(*second):
        await store.until(lambda: len(store.runs) >= len(keys))
        await store.settled()
    done = [run.key for run in store.runs]
    assert sorted(done) == sorted(keys)
    for lane in "abc":
        assert [key for key in done if key[0] == lane] == [key for key in keys if key[0] == lane]
    assert {run.attempts for run in store.runs} == {1}


async def test_order_keys_hold_within_a_lane(store: Store) -> None:
    await store.enqueue(job("m1", "a", store.after(5)), call("v1", "a"), job("m2", "a"), call("v2", "a"))
    assert await store.run() == ["v1", "v2"]


async def test_a_job_for_later_holds_back_those_enqueued_behind_it(store: Store) -> None:
    """Procrastinate's maintainers call this a fault of theirs: an upgrade may end it, and must not."""
    await store.enqueue(job("a1", "a", run_at=store.after(30)))
    await store.enqueue(job("a2", "a"))
    assert await store.run() == []
    store.clock.forward(seconds=30)
    assert await store.run() == ["a1", "a2"]


async def test_a_failed_job_holds_back_the_later_ones_until_it_is_given_up(store: Store) -> None:
    store.errors["a1"] = [RetryLater(30, "timeout"), RuntimeError()]
    await store.enqueue(job("a1", "a"), job("a2", "a"))
    assert await store.run() == ["a1"]
    assert await store.runner.next_due() == store.after(30)
    store.clock.forward(seconds=29)
    assert await store.run() == []
    store.clock.forward(seconds=1)
    assert await store.run() == ["a1"]
    store.clock.forward(seconds=A_DAY.wait(2))
    assert await store.run() == ["a1", "a2"]


async def test_a_job_that_always_fails_is_given_up_after_a_day(store: Store) -> None:
    store.errors["a"] = [RuntimeError() for _ in range(A_DAY.attempts)]
    await store.enqueue(job("a"))
    attempts: list[int] = []
    while await store.run() or await store.runner.next_due():
        attempts += [run.attempts for run in store.runs]
        if due := await store.runner.next_due():
            store.clock.set(due)
    assert attempts == list(range(1, A_DAY.attempts + 1))
    assert sum(await store.due()) == 0


async def test_a_try_counts_unless_told_otherwise_and_is_known_either_way(store: Store) -> None:
    pace = RetryLater(5, "pace", counts=False)
    store.errors["a"] = [pace, pace, RetryLater(5, "timeout")]
    await store.enqueue(job("a"))
    seen: list[tuple[int, bool]] = []
    for _ in range(4):
        assert await store.run() == ["a"]
        seen += [(run.attempts, run.again) for run in store.runs]
        store.clock.forward(seconds=5)
    assert seen == [(1, False), (1, True), (1, True), (2, True)]


async def test_a_job_that_only_another_release_knows_waits_for_it(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """However long, with what comes behind it, and without filling the log."""
    store.errors["by what it is about"] = [OfAnotherRelease("pushes of a kind") for _ in range(60)]
    await store.enqueue(NewJob("of another", "by its name", {}, order_key="a"), job("behind", "a"))
    await store.enqueue(job("by what it is about"), job("other"))
    assert sorted(await store.run()) == ["by what it is about", "other"]
    for _ in range(2 * A_DAY.attempts):
        store.clock.forward(seconds=ANOTHER_SECONDS)
        assert await store.run() == ["by what it is about"]
        assert store.runs[0].attempts == 1
        assert await store.runner.next_due() is not None
    assert len(caplog.records) == 2
    store.errors.clear()
    store.names.append("of another")
    store.runner = store.new_runner()
    store.clock.forward(seconds=ANOTHER_SECONDS)
    assert sorted(await store.run()) == ["behind", "by its name", "by what it is about"]
    assert [run.key for run in store.runs].index("behind") > [run.key for run in store.runs].index(
        "by its name"
    )
    assert {run.attempts for run in store.runs} == {1}


async def test_a_lane_is_not_held_up_by_another(store: Store) -> None:
    free = asyncio.Event()

    async def wait(run: Job) -> None:
        if run.key.startswith("main"):
            await free.wait()

    store.handler = wait
    async with store.running():
        await store.enqueue(*(job(f"main{number}") for number in range(50)))
        await store.until(lambda: len(store.runs) >= 20)
        await store.enqueue(call("vendor"))
        await store.until(lambda: any(run.key == "vendor" for run in store.runs))
        free.set()
        await store.settled()
    assert len(store.runs) == 51


async def test_work_under_way_is_counted_and_finished_when_it_is_told_to_stop(store: Store) -> None:
    free = asyncio.Event()

    async def wait(_: Job) -> None:
        await free.wait()

    store.handler = wait
    await store.enqueue(job("a1", "a"), job("a2", "a"))
    task = asyncio.create_task(store.runner.run())
    await store.until(lambda: bool(store.runs))
    # Whoever is taking jobs at the moment may be counted as at work.
    while (await store.runner.counts(store.clock.now()))[1] > 1:  # noqa: ASYNC110 - a number cannot be awaited
        await asyncio.sleep(0)
    due, running = await store.runner.counts(store.clock.now())
    assert (list(due), running) == ([1], 1)
    task.cancel()
    free.set()
    await asyncio.wait([task])
    due, running = await store.runner.counts(store.clock.now())
    assert (list(due), running) == ([1], 0)
    assert [run.key for run in store.runs] == ["a1"]


async def test_what_comes_due_by_a_moved_clock_is_done_while_it_runs(store: Store) -> None:
    async with store.running():
        await store.enqueue(job("a", run_at=store.after(3600)))
        await asyncio.sleep(0.1)
        assert store.runs == []
        store.clock.forward(hours=1)
        await store.until(lambda: bool(store.runs))


async def test_what_names_an_address_is_forgotten_but_for_messages_on_their_way(store: Store) -> None:
    mine, his = "an@minhan.vn", "xan@minhan.vn"
    later = store.after(3600)
    await store.enqueue(job("sent", f"email:{mine}"), job("his", f"email:{his}"), job("other"))
    assert len(await store.run()) == 3
    await store.enqueue(
        job("waiting", f"email:{mine}", later),
        job(f"reminder:email:1:{mine}:slot", run_at=later),
        job(f"reminder:email:1:{his}:slot", run_at=later),
        job(f"reminder:email:2:{mine}:slot", run_at=later),
    )
    async with store.database.write() as uow:
        await uow.jobs.forget([mine], [1])
    # A known key is not enqueued again.
    await store.enqueue(job("sent"), job("his"), job("other"))
    assert await store.run() == ["sent"]
    store.clock.set(later)
    assert sorted(await store.run()) == sorted(
        ["waiting", f"reminder:email:1:{his}:slot", f"reminder:email:2:{mine}:slot"]
    )


async def test_purging_forgets_settled_jobs_only(store: Store) -> None:
    await store.enqueue(job("done"), job("later", run_at=store.after(60)))
    await store.run()
    assert await store.runner.purge(timedelta(hours=1)) == 0
    # Less than nothing ago: in either clock, all of them are older.
    assert await store.runner.purge(timedelta(seconds=-1)) == 1
    await store.enqueue(job("done"), job("later"))
    assert await store.run() == ["done"]
