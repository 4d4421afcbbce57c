"""A machine vanishes without a word: PostgreSQL's from the program, or the program's from PostgreSQL."""

import asyncio
import contextlib
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services.ports import Turn
from storage.database import AWAY, Database
from storage.holds import SharedHolds
from tests.support.far_machine import FarMachine, far_machine
from tests.support.postgres import postgres_url, start_postgres, stop_postgres

pytestmark = pytest.mark.machines

ROOT = Path(__file__).parents[2]
PATIENCE = 60
IDLE, BUSY = Turn.of_firm(1), Turn.of_firm(2)
NAME = "a name"


async def work(url: str) -> None:
    """Hold a name and two turns, one in a transaction that waits for its process, one in a statement; say
    what is noticed."""
    database = Database(url)

    async def be_busy() -> None:
        async with database.writing(BUSY) as connection:
            with contextlib.suppress(*AWAY):
                await connection.execute(text("SELECT pg_sleep(3600)"))
                return
            print("statement", flush=True)
            await asyncio.Event().wait()

    async with SharedHolds(url) as holds, database.writing(IDLE):
        hold = (await holds.take(NAME))[NAME]
        busy = asyncio.create_task(be_busy())
        async with asyncio.timeout(PATIENCE):
            while not await _is_busy(database):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        print("ready", flush=True)
        await hold.lost.wait()
        print("hold", flush=True)
        await busy


async def _is_busy(database: Database) -> bool:
    async with database.reading() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)'"
        return bool(await connection.scalar(text(asked)))


@pytest.fixture
def far() -> Iterator[FarMachine]:
    with far_machine() as made:
        yield made


@pytest.fixture
def server(far: FarMachine) -> Iterator[str]:
    folder = start_postgres(hosts=[far.here], peers=[far.there])
    yield folder
    stop_postgres(folder)


@pytest.fixture
async def worker(far: FarMachine, server: str) -> AsyncIterator[Process]:
    """It holds all of that, on the other machine."""
    url = far.settings({"url": postgres_url(server)})["url"]
    code = f"import asyncio; from tests.crash import test_vanished as t; asyncio.run(t.work({url!r}))"
    process = await asyncio.create_subprocess_exec(
        *far.command, sys.executable, "-c", code, cwd=ROOT, stdout=PIPE
    )
    try:
        assert await _line(process) == "ready"
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _line(process: Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        return (await process.stdout.readline()).decode().strip()


async def test_what_the_program_of_a_vanished_machine_held_is_free(
    far: FarMachine, server: str, worker: Process, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres_url(server)
    far.vanish()
    worker.kill()
    began, free = time.monotonic(), dict[str, float]()
    database = Database(url)

    async def take(turn: Turn) -> None:
        async with database.writing(turn):
            free[turn.key] = time.monotonic() - began

    async def hold() -> None:
        async with SharedHolds(url) as holds:
            while not await holds.take(NAME):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        free[NAME] = time.monotonic() - began

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(take(IDLE), take(BUSY), hold())
    await database.close()
    with capsys.disabled():
        print("free after", {name: f"{seconds:.1f} s" for name, seconds in free.items()})
    # It was free because nobody answered, and not because the transaction took too long.
    assert "idle-in-transaction" not in (Path(server) / "log").read_text()


async def test_the_program_notices_that_the_machine_of_postgresql_has_vanished(
    far: FarMachine, worker: Process, capsys: pytest.CaptureFixture[str]
) -> None:
    far.vanish()
    began = time.monotonic()
    noticed = {await _line(worker): time.monotonic() - began for _ in range(2)}
    with capsys.disabled():
        print("noticed after", {name: f"{seconds:.1f} s" for name, seconds in noticed.items()})
    assert set(noticed) == {"statement", "hold"}
