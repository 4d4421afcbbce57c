"""A machine is lost for good or vanishes, or PostgreSQL restarts, in the midst of 1,000 activations and 2,000
pushes.

All is done in the end, no licence is made twice, and a message comes twice only where a kill cut off its
sending: the second one says so. `make machines` loses ten of them, each at another moment.
"""

import asyncio
import contextlib
import os
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.chats import Channel
from domain.messaging.pushes import Push, StaffJoined
from domain.recipients import RecipientMode
from gateways.chat_pace import TELEGRAM
from services.messaging.push_queue import queue_pushes
from services.people.people import ChatIdentity
from storage.database import Database
from storage.migrate import upgrade
from tests.crash.aftermath import REPEATED, rows_of
from tests.crash.seed import operations_over
from tests.load.program import RunningBot, running_bot
from tests.load.world import LoadWorld, Message
from tests.support import builders
from tests.support.far_machine import FarMachine, far_machine
from tests.support.machines import TWO_AND_TWO
from tests.support.postgres import halt_postgres, postgres_url, resume_postgres, start_postgres, stop_postgres

pytestmark = pytest.mark.machines

ACCOUNTANTS, LINES = 100, 10
TELLS = 20
"""How many others each accountant is told of."""
MACHINE = (0, 2)
"""The places of the processes of one machine: one that serves the web and one that works."""

PATIENCE = 600
FORGOTTEN_SECONDS = 28
"""Within which the sessions of a vanished machine are gone. An open transaction would be after 30 anyhow."""
VANISHED = "vanished machine"
"""Its cable is pulled before its processes are killed, so nobody is told that its connections have ended."""
_MACHINES = int(os.environ.get("MACHINES", "1"))
LOST = [f"machine {number}" for number in range(1, _MACHINES + 1)]
if _MACHINES > 1:
    # Each takes two minutes; the first is to compare with.
    LOST = ["nothing", *LOST, VANISHED, "database"]

JOINED = re.compile(r"Người số (\d+) đã vào")


@dataclass
class Told:
    """What people were told, with when."""

    messages: list[tuple[float, int, str]] = field(default_factory=list)

    def listen(self, world: LoadWorld, chat: int) -> None:
        def came(message: Message, is_new: bool) -> None:
            if is_new:
                self.messages.append((time.monotonic(), chat, message.text))

        world.open(chat, came)

    def texts(self) -> list[str]:
        return [text for _, _, text in self.messages]

    def most_in_a_second(self) -> int:
        moments = sorted(moment for moment, _, _ in self.messages)
        return max(sum(at <= moment < at + 1 for moment in moments) for at in moments)


@pytest.fixture
def far(which: str) -> Iterator[FarMachine | None]:
    """The machine that will vanish."""
    with far_machine() if which == VANISHED else contextlib.nullcontext() as made:
        yield made


@pytest.fixture
def server(far: FarMachine | None) -> Iterator[str]:
    """The folder of a PostgreSQL server that may be restarted."""
    folder = start_postgres(hosts=[far.here], peers=[far.there]) if far else start_postgres()
    yield folder
    stop_postgres(folder)


@pytest.fixture
async def world(far: FarMachine | None) -> AsyncIterator[LoadWorld]:
    made = LoadWorld()
    async with made.serve(*([far.here] if far else [])):
        yield made


def _chat(number: int) -> int:
    return 5_000_000 + number


async def _fill(url: str) -> None:
    """Have accountants who are each to be told of others, and whose orders are to be activated."""
    await upgrade(url)
    async with operations_over(url) as operations:
        database, now = Database(url), operations.view_draft.clock.now()
        people: list[int] = []
        for number in range(ACCOUNTANTS):
            accountant = await operations.register_firm(
                ChatIdentity(Channel.TELEGRAM, str(_chat(number))),
                builders.person(f"Người số {number}", number),
                f"Kế toán {number}",
                builders.enterprise_tax_code(80_000 + number),
            )
            people.append(accountant.id)
            actor = builders.actor_of(accountant)
            first = 1 + number * LINES
            async with database.write() as uow:
                many = [builders.enterprise(one) for one in range(first, first + LINES)]
                await uow.customers.add_many(actor.firm_id, many, now)
            customers = (await operations.find_customers(actor, page_size=LINES)).items
            year = operations.view_draft.clock.today().year
            order = await builders.placed_order(
                operations, actor, customers, RecipientMode.CUSTOMER, fiscal_year=year
            )
            run = await operations.open_activation(actor, order.id)
            await operations.start_run(actor, run.id)
        async with database.write() as uow:
            await queue_pushes(uow, [Push(*told) for told in _pushes(people)], now)
        await database.close()


def _pushes(people: list[int]) -> Iterator[tuple[str, Channel, StaffJoined, int]]:
    """Tell each person of the next ones."""
    for place, person in enumerate(people):
        for number in range(1, TELLS + 1):
            other = people[(place + number) % len(people)]
            yield f"of a test:{person}:{other}", Channel.CHAT, StaffJoined(other), person


async def _until_done(url: str) -> None:
    """Wait until nothing is left to do."""
    database = Database(url)
    async with asyncio.timeout(PATIENCE):
        while True:
            if await _is_done(database):
                break
            await asyncio.sleep(0.5)
    await database.close()


async def _is_done(database: Database) -> bool:
    statement = (
        "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        " AND right(queue_name, 6) <> '.later')"
        " + (SELECT count(*) FROM pushes WHERE state = 'queued')"
    )
    async with database.reading() as connection:
        return bool((await connection.exec_driver_sql(statement)).scalar() == 0)


async def _in_the_midst(told: Told, rng: random.Random) -> None:
    """Wait for a random moment of the flood."""
    at = rng.randrange(TELLS * ACCOUNTANTS * 4 // 5)
    async with asyncio.timeout(PATIENCE):
        while len(told.messages) < at:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _check(url: str, world: LoadWorld, told: Told) -> None:
    rows = await rows_of(url)
    assert len(world.licences) == ACCOUNTANTS * LINES
    assert all(len(keys) == 1 for keys in world.licences.values())
    assert [one["step"] for one in rows["licences"]] == ["done"] * ACCOUNTANTS * LINES
    # A progress that comes after its result has nothing left to say.
    states = {(push["kind"], push["state"]) for push in rows["pushes"]}
    assert {state for _, state in states - {("activation_progress", "dropped")}} == {"sent"}
    copies, marked = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for _, chat, said in told.messages:
        if found := JOINED.search(said):
            (marked if said.startswith(REPEATED) else copies)[chat, int(found[1])] += 1
    everything = {
        (_chat(place), (place + number) % ACCOUNTANTS)
        for place in range(ACCOUNTANTS)
        for number in range(1, TELLS + 1)
    }
    assert {*copies, *marked} == everything
    # One whose process was killed just before it left came only as one that is perhaps repeated.
    assert [one for one in everything if not copies[one] <= 1 <= copies[one] + marked[one]] == []


def _report(what: str, took: float, told: Told, errors: list[str]) -> None:
    repeated = sum(text.startswith(REPEATED) for text in told.texts())
    print(
        f"{what}: done after {took:.0f} s, {len(told.messages)} messages, {repeated} marked as perhaps"
        f" repeated, at most {told.most_in_a_second()} in a second, {len(errors)} errors logged"
    )


@pytest.mark.parametrize("which", LOST)
async def test_all_is_done_once(
    which: str,
    server: str,
    world: LoadWorld,
    far: FarMachine | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = postgres_url(server)
    await _fill(url)
    told = Told()
    for number in range(ACCOUNTANTS):
        told.listen(world, _chat(number))
    rng = random.Random(which)
    began, gone = time.monotonic(), ""
    places = dict.fromkeys(MACHINE, far) if far else {}
    async with running_bot(world, tmp_path, roles=TWO_AND_TWO, database=url, far=places) as bot:
        if which != "nothing":
            await _in_the_midst(told, rng)
            gone = await _lose(which, bot, server, far)
        await _until_done(url)
        took = time.monotonic() - began
        errors = list(bot.errors())
    with capsys.disabled():
        _report(which + gone, took, told, errors)
    await _check(url, world, told)
    # They come in less evenly than they leave; two budgets would let twice as many out.
    assert told.most_in_a_second() <= 1.5 * TELEGRAM.most_in_a_second
    if which != "database":
        assert errors == []


async def _lose(which: str, bot: RunningBot, server: str, far: FarMachine | None) -> str:
    """Returns what there is to say of it."""
    if which == "database":
        await asyncio.to_thread(halt_postgres, server)
        await asyncio.sleep(3)
        await asyncio.to_thread(resume_postgres, server)
        return ""
    if far:
        far.vanish()
    lost = time.monotonic()
    for place in MACHINE:
        bot.kill(place)
    return await _until_forgotten(postgres_url(server), far, lost) if far else ""


async def _until_forgotten(url: str, far: FarMachine, lost: float) -> str:
    """Wait until PostgreSQL has ended all sessions of this machine, with all that they held."""
    sessions = text(
        "SELECT count(*), (SELECT count(*) FROM pg_locks AS lock WHERE locktype = 'advisory'"
        " AND lock.pid = ANY(array_agg(session.pid)))"
        " FROM pg_stat_activity AS session WHERE client_addr = CAST(:there AS inet)"
    )
    database = Database(url)
    first: tuple[int, int] | None = None
    async with asyncio.timeout(FORGOTTEN_SECONDS):
        while True:
            async with database.reading() as connection:
                row = (await connection.execute(sessions, {"there": far.there})).one()
            first = first or (row[0], row[1])
            if row[0] == 0:
                break
            await asyncio.sleep(0.1)
    await database.close()
    assert min(first) > 0
    took = time.monotonic() - lost
    return f" ({first[0]} sessions with {first[1]} advisory locks were gone after {took:.1f} s)"
