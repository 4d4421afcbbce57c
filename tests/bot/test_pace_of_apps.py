"""Pushes of two apps in one lane: the real workers and paces on the test's clock."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot.worker import Worker
from gateways.chat_pace import TELEGRAM, ZALO, ChatPace, WorkerTurns
from services.ports import Job, NewJob
from storage.database import Database
from storage.jobs import SqlJobQueue
from tests.support.clock import FixedClock

EACH = 150


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


async def test_pushes_of_zalo_use_no_turns_of_telegram(database: Database, clock: FixedClock) -> None:
    """A hundred and fifty of each at once: each app is done as soon as if it were alone."""

    def seconds() -> float:
        return clock.now().timestamp()

    telegram, zalo = ChatPace(TELEGRAM, seconds), ChatPace(ZALO, seconds)
    tries = 0
    sent = defaultdict[str, list[datetime]](list)

    async def push(job: Job) -> None:
        nonlocal tries
        tries += 1
        app = job.payload["app"]
        await (telegram.take if app == "telegram" else zalo.take_both)(job.key)
        sent[app].append(clock.now())

    apps = ("telegram", "zalo")
    jobs = [NewJob("push", f"{app} {number}", {"app": app}) for number in range(EACH) for app in apps]
    async with database.write() as uow:
        await uow.jobs.enqueue(jobs, clock.now())
    worker = Worker(SqlJobQueue(database), clock, {"push": push}, turns=WorkerTurns(telegram))
    began = clock.now()
    while sum(map(len, sent.values())) < 2 * EACH:
        for _ in range(10):  # As the worker, which looks again at once while there was something.
            if not await worker.run_due():
                break
        clock.forward(seconds=0.05)
        assert (clock.now() - began).total_seconds() < 2 * EACH / ZALO.a_second
    took = {app: (moments[-1] - began).total_seconds() for app, moments in sent.items()}
    assert took["telegram"] <= 1.2 * EACH / TELEGRAM.a_second
    assert took["zalo"] <= 1.2 * EACH / ZALO.a_second
    assert tries <= 4 * EACH
    for app, rates in (("telegram", TELEGRAM), ("zalo", ZALO)):
        moments = sent[app]
        for first, beyond in zip(moments, moments[rates.most_in_a_second :], strict=False):
            assert (beyond - first).total_seconds() >= 1


async def test_mailings_of_zalo_leave_a_turn_to_whoever_waits(database: Database, clock: FixedClock) -> None:
    zalo = ChatPace(ZALO, lambda: clock.now().timestamp())

    async def push(job: Job) -> None:
        await zalo.take_both(job.key)
        sent.append(job.key)

    sent: list[str] = []
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("push", str(number), {}) for number in range(30)], clock.now())
    telegram = ChatPace(TELEGRAM, lambda: clock.now().timestamp())
    turns = WorkerTurns(telegram, mailing=True)
    worker = Worker(SqlJobQueue(database), clock, {"push": push}, turns=turns)
    for number in range(40):
        await worker.run_due()
        # Somebody waits for this one; it does not wait for the mailings.
        await zalo.take_both(f"awaited {number}")
        clock.forward(seconds=0.5)
    assert len(sent) == 30
