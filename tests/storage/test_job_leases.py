"""What the worker may expect of the job table of SQLite."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.ports import AT_ONCE, Job, Lane, NewJob, Units
from storage.database import Database
from storage.jobs import SqlJobQueue
from tests.support.clock import NOON_OF_JUNE_15 as NOW

LEASE = 60.0


@dataclass(frozen=True, slots=True)
class Store:
    """A store of jobs under test, as two workers of the main lane see it, and one of the vendor's lane with
    the first one's name."""

    units: Units
    queue: SqlJobQueue
    other: SqlJobQueue
    vendor: SqlJobQueue

    async def enqueue(self, *jobs: NewJob, now: datetime = NOW) -> None:
        async with self.units.write() as uow:
            await uow.jobs.enqueue(jobs, now)

    async def lease(self, now: datetime = NOW, limit: int = 100) -> Sequence[Job]:
        return await self.queue.lease(now, limit, LEASE)

    async def keys(self, now: datetime = NOW, limit: int = 100) -> list[str]:
        return [job.key for job in await self.lease(now, limit)]


@asynccontextmanager
async def sql_store(url: str) -> AsyncIterator[Store]:
    database = Database(url)
    try:
        main = (SqlJobQueue(database, "one"), SqlJobQueue(database, "two"))
        yield Store(database, *main, SqlJobQueue(database, "one", Lane.VENDOR))
    finally:
        await database.close()


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    async with sql_store(sqlite_url) as opened:
        yield opened


def job(key: str, order_key: str | None = None, run_at: datetime | None = None, **payload: Any) -> NewJob:
    return NewJob("push", key, payload, run_at, order_key)


def call(key: str, order_key: str | None = None, run_at: datetime | None = None) -> NewJob:
    """A job of the vendor's lane."""
    return NewJob("activate", key, {}, run_at, order_key, Lane.VENDOR)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def test_a_job_comes_with_all_it_was_given(store: Store) -> None:
    payload: dict[str, Any] = {
        "text": "Chào 👋",
        "number": 10**12,
        "list": [1, None, True],
        "deep": {"a": {}},
    }
    await store.enqueue(job("a", **payload))
    (leased,) = await store.lease()
    assert (leased.name, leased.key, leased.payload) == ("push", "a", payload)
    assert (leased.attempts, leased.again) == (1, False)
    assert await store.queue.next_due() == after(LEASE)


async def test_nothing_is_leased_from_an_empty_store(store: Store) -> None:
    assert await store.keys() == []
    assert await store.queue.next_due() is None
    assert await store.queue.count_due_in_all_lanes(NOW) == (0,)
    assert await store.queue.release() == 0


async def test_a_job_is_there_only_once_its_transaction_is_committed(store: Store) -> None:
    async with store.units.write() as uow:
        await uow.jobs.enqueue([job("a")], NOW)
        assert await store.queue.count_due_in_all_lanes(NOW) == (0,)
    assert await store.keys() == ["a"]


async def test_a_job_of_a_failed_transaction_never_was(store: Store) -> None:
    async def fail() -> None:
        async with store.units.write() as uow:
            await uow.jobs.enqueue([job("a")], NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await store.keys() == []
    await store.enqueue(job("a"))
    assert await store.keys() == ["a"]


async def test_the_oldest_come_first(store: Store) -> None:
    await store.enqueue(*(job(str(number)) for number in range(5)))
    await store.enqueue(job("5"), now=after(1))
    assert await store.keys(after(1), 2) == ["0", "1"]
    assert await store.keys(after(1), 3) == ["2", "3", "4"]
    assert await store.keys(after(1)) == ["5"]


async def test_a_key_is_known_for_ever(store: Store) -> None:
    await store.enqueue(job("a", n=1), job("a", n=2))
    await store.enqueue(job("a", n=3))
    (leased,) = await store.lease()
    assert leased.payload == {"n": 1}
    await store.enqueue(job("a", n=4))
    await store.queue.done(leased, NOW)
    await store.enqueue(job("a", n=5))
    assert await store.keys() == []


async def test_a_job_waits_for_its_time(store: Store) -> None:
    await store.enqueue(job("later", run_at=after(30)), job("now"))
    assert await store.queue.count_due_in_all_lanes(NOW) == (1,)
    assert await store.keys() == ["now"]
    assert await store.queue.next_due() == after(30)
    assert await store.keys(after(29)) == []
    assert await store.keys(after(30)) == ["later"]


async def test_a_clock_that_goes_back_delays_no_job_of_an_order_key(store: Store) -> None:
    await store.enqueue(job("a1", "a"), job("a2", "a"))
    back = after(-3600)
    await store.enqueue(job("a3", "a"), now=back)
    for key in ("a1", "a2", "a3"):
        (leased,) = await store.lease(back)
        assert leased.key == key
        await store.queue.done(leased, back)


async def test_a_try_again_does_not_wait_for_the_clock_to_come_back(store: Store) -> None:
    """Neither where this worker saw the clock go back, nor where it was started afterwards."""
    await store.enqueue(job("a1", "a"), job("a2", "a"), job("b", "b"))
    a, b = await store.lease()
    await store.queue.retry(a, after(5), "timeout")
    await store.queue.retry(b, after(5), "pace", counts=False)
    # An earlier life got as far as this.
    await store.enqueue(job("later", run_at=after(60)))
    assert [one.key for one in await store.other.lease(after(-3600), 1, LEASE)] == ["a1"]
    assert await store.keys(after(-3600)) == ["b"]


async def test_a_job_for_later_keeps_its_moment_when_the_clock_goes_back(store: Store) -> None:
    await store.enqueue(job("a", run_at=after(30)))
    assert await store.keys(NOW) == []
    assert await store.keys(after(-3600)) == []
    assert await store.keys(after(29)) == []
    assert await store.keys(after(30)) == ["a"]


async def test_a_lease_lasts_no_longer_when_the_clock_goes_back(store: Store) -> None:
    await store.enqueue(job("a"), job("b"))
    a, _ = await store.lease()
    assert await store.other.lease(after(-3600), 100, LEASE) == []
    # Whoever holds it may still settle it.
    await store.queue.done(a, after(-3599))
    assert await store.other.lease(after(LEASE - 3601), 100, LEASE) == []
    (again,) = await store.other.lease(after(LEASE - 3600), 100, LEASE)
    assert (again.key, again.attempts) == ("b", 2)


async def test_jobs_that_were_put_off_come_before_those_that_run_at_once(store: Store) -> None:
    """However many of these come, a job that was put off is not passed over for ever."""
    await store.enqueue(*(job(str(number)) for number in range(3)))
    (first,) = await store.lease(NOW, 1)
    await store.queue.retry(first, after(5), "pace", counts=False)
    assert await store.keys(after(4), 1) == ["1"]
    assert await store.keys(after(5), 2) == ["0", "2"]


async def test_what_one_has_the_other_does_not_get(store: Store) -> None:
    await store.enqueue(*(job(str(number)) for number in range(4)))
    mine = await store.queue.lease(NOW, 2, LEASE)
    theirs = await store.other.lease(NOW, 100, LEASE)
    assert [job.key for job in (*mine, *theirs)] == ["0", "1", "2", "3"]
    assert await store.keys() == []


async def test_a_lapsed_lease_is_taken_again_and_counts(store: Store) -> None:
    await store.enqueue(job("a"))
    await store.lease()
    assert await store.queue.next_due() == after(LEASE)
    assert await store.keys(after(LEASE - 1)) == []
    (again,) = await store.other.lease(after(LEASE), 1, LEASE)
    assert (again.key, again.attempts) == ("a", 2)


async def test_whoever_lost_the_lease_settles_nothing(store: Store) -> None:
    await store.enqueue(job("a"))
    (old,) = await store.lease()
    (new,) = await store.other.lease(after(LEASE), 1, LEASE)
    await store.queue.done(old, after(LEASE))
    await store.queue.give_up(old, "late", after(LEASE))
    await store.queue.retry(old, after(LEASE), "late")
    assert await store.keys(after(LEASE)) == []
    await store.other.retry(new, after(100), "try again")
    assert await store.keys(after(100)) == ["a"]


async def test_jobs_that_end_at_once_are_settled_each_by_whoever_holds_it(store: Store) -> None:
    await store.enqueue(*(job(str(number)) for number in range(10)))
    lost, *mine = await store.lease()
    (again,) = await store.other.lease(after(LEASE), 1, LEASE)
    assert again.key == lost.key
    await asyncio.gather(*(store.queue.done(one, NOW) for one in (lost, *mine)))
    assert await store.keys(after(LEASE)) == []
    assert await store.keys(after(2 * LEASE)) == [lost.key]


async def test_a_lapsed_lease_that_nobody_took_can_still_be_settled(store: Store) -> None:
    await store.enqueue(job("a"))
    (leased,) = await store.lease()
    await store.queue.done(leased, after(LEASE + 10))
    assert await store.keys(after(LEASE + 20)) == []


async def test_settled_jobs_stay_settled(store: Store) -> None:
    await store.enqueue(job("done"), job("lost"))
    done, lost = await store.lease()
    await store.queue.done(done, NOW)
    await store.queue.give_up(lost, "no such address", NOW)
    assert await store.keys(after(10_000)) == []
    assert await store.queue.next_due() is None
    assert await store.queue.count_due_in_all_lanes(after(10_000)) == (0,)


async def test_a_retry_waits_and_counts_unless_told_otherwise(store: Store) -> None:
    await store.enqueue(job("a"))
    (first,) = await store.lease()
    await store.queue.retry(first, after(5), "timeout")
    assert await store.keys(after(4)) == []
    (second,) = await store.lease(after(5))
    assert second.attempts == 2
    await store.queue.retry(second, after(6), "slow down", counts=False)
    (third,) = await store.lease(after(6))
    assert third.attempts == 2


async def test_one_of_an_order_key_at_a_time(store: Store) -> None:
    await store.enqueue(job("a1", "a"), job("a2", "a"), job("b1", "b"), job("c"), job("d"))
    leased = {job.key: job for job in await store.lease()}
    assert list(leased) == ["a1", "b1", "c", "d"]
    assert await store.other.lease(NOW, 100, LEASE) == []
    assert await store.queue.count_due_in_all_lanes(NOW) == (1,)
    await store.queue.done(leased["a1"], NOW)
    assert await store.keys() == ["a2"]


async def test_an_unsettled_job_holds_back_the_later_ones_of_its_order_key(store: Store) -> None:
    await store.enqueue(job("a1", "a"), job("a2", "a"))
    (first,) = await store.lease()
    await store.queue.retry(first, after(30), "timeout")
    assert await store.keys(after(29)) == []
    assert await store.queue.next_due() == after(30)
    (again,) = await store.lease(after(30))
    assert again.key == "a1"
    await store.queue.give_up(again, "gone", after(30))
    assert await store.keys(after(30)) == ["a2"]


async def test_a_job_for_later_holds_back_those_enqueued_behind_it(store: Store) -> None:
    await store.enqueue(job("a1", "a", run_at=after(30)))
    await store.enqueue(job("a2", "a"))
    assert await store.keys() == []
    assert await store.keys(after(30)) == ["a1"]


async def test_a_restarted_worker_frees_only_what_it_had(store: Store) -> None:
    await store.enqueue(job("a1", "a"), job("a2", "a"), job("b"), job("c"), job("d"))
    _, b = await store.queue.lease(NOW, 2, LEASE)
    (c,) = await store.other.lease(NOW, 1, LEASE)
    await store.queue.done(b, NOW)
    assert await store.queue.release() == 1
    assert await store.queue.release() == 0
    leased = {job.key: job for job in await store.lease()}
    assert set(leased) == {"a1", "d"}
    assert leased["a1"].attempts == 1
    assert leased["a1"].again
    await store.other.done(c, NOW)
    await store.queue.done(leased["a1"], NOW)
    assert await store.keys() == ["a2"]


async def test_a_worker_sees_its_lane_only(store: Store) -> None:
    await store.enqueue(job("main"), call("vendor"), call("later", run_at=after(30)))
    assert await store.queue.count_due_in_all_lanes(NOW, after(30)) == (2, 3)
    assert await store.keys() == ["main"]
    assert await store.queue.next_due() == after(LEASE)
    assert await store.vendor.next_due() == AT_ONCE
    assert [one.key for one in await store.vendor.lease(NOW, 100, LEASE)] == ["vendor"]
    assert await store.vendor.next_due() == after(30)
    assert [one.key for one in await store.vendor.lease(after(100), 100, LEASE)] == ["later", "vendor"]
    assert await store.keys(after(100)) == ["main"]


async def test_a_key_is_known_in_every_lane(store: Store) -> None:
    await store.enqueue(job("a"))
    await store.enqueue(call("a"))
    assert await store.queue.count_due_in_all_lanes(NOW) == (1,)


async def test_order_keys_hold_within_a_lane(store: Store) -> None:
    await store.enqueue(job("m1", "a"), call("v1", "a"), job("m2", "a"), call("v2", "a"))
    assert await store.keys() == ["m1"]
    (first,) = await store.vendor.lease(NOW, 100, LEASE)
    assert first.key == "v1"
    await store.vendor.done(first, NOW)
    assert await store.keys() == []
    assert [one.key for one in await store.vendor.lease(NOW, 100, LEASE)] == ["v2"]


async def test_a_worker_frees_what_it_had_in_its_own_lane(store: Store) -> None:
    await store.enqueue(job("main"), call("vendor"))
    await store.lease()
    await store.vendor.lease(NOW, 100, LEASE)
    assert await store.vendor.release() == 1
    assert await store.keys() == []
    assert [one.key for one in await store.vendor.lease(NOW, 100, LEASE)] == ["vendor"]


async def test_purging_forgets_old_settled_jobs_only(store: Store) -> None:
    await store.enqueue(job("old"), job("new"), job("open"))
    old, new, _ = await store.lease()
    await store.queue.done(old, NOW)
    await store.queue.give_up(new, "gone", after(100))
    assert await store.queue.purge(after(100)) == 1
    await store.enqueue(job("old"), job("new"), job("open"))
    assert await store.keys() == ["old"]


async def test_what_names_an_address_is_forgotten_but_for_messages_on_their_way(store: Store) -> None:
    mine, his = "an@minhan.vn", "xan@minhan.vn"
    later = after(3600)
    await store.enqueue(job("sent", f"email:{mine}"), job("his", f"email:{his}"), job("other"))
    for leased in await store.lease():
        await store.queue.done(leased, NOW)
    await store.enqueue(
        job("waiting", f"email:{mine}", later),
        job(f"reminder:email:1:{mine}:slot", run_at=later),
        job(f"reminder:email:1:{his}:slot", run_at=later),
        job(f"reminder:email:2:{mine}:slot", run_at=later),
    )
    async with store.units.write() as uow:
        await uow.jobs.forget([mine], [1])
    # A known key is not enqueued again.
    await store.enqueue(job("sent"), job("his"), job("other"))
    assert await store.keys(later) == [
        "waiting",
        f"reminder:email:1:{his}:slot",
        f"reminder:email:2:{mine}:slot",
        "sent",
    ]


async def test_two_workers_share_many_jobs_in_order(store: Store) -> None:
    total, lanes = 140, 7
    await store.enqueue(*(job(str(number), f"lane-{number % lanes}") for number in range(total)))
    seen: list[int] = []
    under_way: set[int] = set()

    async def work(queue: SqlJobQueue) -> None:
        while leased := await queue.lease(NOW, 5, LEASE):
            for one in leased:
                lane = int(one.key) % lanes
                assert lane not in under_way
                under_way.add(lane)
            await asyncio.sleep(0)
            for one in leased:
                seen.append(int(one.key))
                under_way.remove(int(one.key) % lanes)
                await queue.done(one, NOW)

    while await store.queue.next_due() == AT_ONCE:
        await asyncio.gather(work(store.queue), work(store.other))
    assert sorted(seen) == list(range(total))
    for lane in range(lanes):
        of_lane = [number for number in seen if number % lanes == lane]
        assert of_lane == sorted(of_lane)
