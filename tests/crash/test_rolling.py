"""A release is rolled out under load: of each process a new one is started, then the old one is stopped.

People register, send lists, order, pay, activate and are told of it all the while. Nothing is lost, nothing
comes twice, and no process logs an error.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.activation.reminders import REMINDER_JOB
from services.invoices.closing import CLOSE_JOB
from services.invoices.late import LATE_JOB
from services.money.checking import CHECK_BOOKS_JOB
from services.money.monthly_statements import MAIL_STATEMENTS_JOB
from tests.crash.aftermath import rows_of
from tests.load.people import CUSTOMERS, Accountant, Counts
from tests.load.world import LoadWorld
from tests.support.machines import Machines

pytestmark = pytest.mark.machines

PEOPLE = 5
"""How many people are at the bot at any time."""
ACTS = 40
"""How many of their acts are answered between two changes."""
PATIENCE = 240

TURNS = ("web1", "work1", "web2", "work2", "web3", "web4")
"""The processes in the order in which they are replaced."""


class Crowd:
    """People who come one after the other, `PEOPLE` at a time, until the block ends and all have gone."""

    def __init__(self, world: LoadWorld) -> None:
        self._world = world
        self._leaving = False
        self._number = 0
        self.counts = Counts()
        self.came: list[Accountant] = []

    async def __aenter__(self) -> "Crowd":
        self._lines = [asyncio.create_task(self._line()) for _ in range(PEOPLE)]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._leaving = True
        if kind is not None:
            for line in self._lines:
                line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=kind is not None)

    async def acts(self, more: int) -> None:
        """Wait until that many more acts are answered."""
        wanted = len(self.counts.acts) + more
        async with asyncio.timeout(PATIENCE):
            while len(self.counts.acts) < wanted:
                assert not self.counts.lost
                await asyncio.sleep(0.01)

    async def _line(self) -> None:
        while not self._leaving:
            self._number += 1
            person = Accountant(self._world, self.counts, self._number, think=0.05)
            self.came.append(person)
            await person.live(time.monotonic(), None)


@pytest.fixture(params=["webhook", "polling"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[LoadWorld]:
    made = LoadWorld(polled=request.param == "polling")
    async with made.serve():
        yield made


async def test_nothing_is_lost_and_nothing_doubled(
    world: LoadWorld, postgresql_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Machines(world, postgresql_url, tmp_path) as machines:
        world.bot_urls = [machines.proxy.url]
        await machines.start()
        began = time.monotonic()
        async with Crowd(world) as crowd:
            for old in TURNS:
                await crowd.acts(ACTS)
                new = machines.add(machines[old].role)
                await machines.start(new)
                await crowd.acts(ACTS // 5)
                await machines.stop(old)
            await crowd.acts(ACTS)
        await _at_rest(postgresql_url)
        took = time.monotonic() - began
        await machines.stop()
        logs = "".join(one.program.log.read_text() for one in machines.all)
    with capsys.disabled():
        longest = max(seconds for _, seconds in crowd.counts.acts)
        print(
            f"{took:.0f} s, {len(crowd.came)} people, {len(crowd.counts.acts)} acts, the longest"
            f" {longest:.1f} s, {world.redelivered} redelivered, {world.conflicts} conflicts,"
            f" {logs.count('was handled by another process')} updates handled twice and taken back"
        )
    assert machines.errors == []
    assert (crowd.counts.lost, crowd.counts.doubled) == ([], [])
    assert world.conflicts == 0
    await _check(postgresql_url, world, crowd)


async def _check(url: str, world: LoadWorld, crowd: Crowd) -> None:
    """All that people did is there once, and all that it promised is done."""
    rows = await rows_of(url)
    people = len(crowd.came)
    assert len(rows["inbox"]) == world.updates
    assert all(update["settled_at"] for update in rows["inbox"])
    firms = [firm["id"] for firm in rows["firms"]]
    assert len(firms) == people
    assert Counter(order["firm_id"] for order in rows["orders"]) == Counter(firms)
    assert len(rows["transfers"]) == people
    assert {push["state"] for push in rows["pushes"]} == {"sent"}
    customers = {tax_code for person in crowd.came for tax_code in person.customers}
    assert len(customers) == CUSTOMERS * people
    assert {tax_code: len(keys) for tax_code, keys in world.licences.items()} == dict.fromkeys(customers, 1)
    assert [licence["step"] for licence in rows["licences"]] == ["done"] * len(customers)
    assert await _unsettled(url) == 0
    assert not [job for job in rows["jobs"] if job["given_up"] or job["attempts"] > 1]


async def _at_rest(url: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while await _unsettled(url):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def _unsettled(url: str) -> int:
    """How many jobs are left, but for those of tonight and later."""
    rows = await rows_of(url)
    later = (REMINDER_JOB, CLOSE_JOB, LATE_JOB, CHECK_BOOKS_JOB, MAIL_STATEMENTS_JOB)
    return sum(not job["settled_at"] and job["name"] not in later for job in rows["jobs"])
