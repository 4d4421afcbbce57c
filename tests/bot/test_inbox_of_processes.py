"""One inbox and several processes: each chat in its order, each update once, whichever process it reaches."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from sqlalchemy import make_url

from bot.zalo.app import PATH, SECRET_HEADER
from sandbox.app import free_port
from tests.support.echo import echo
from tests.support.postgres import halt_postgres, resume_postgres, start_postgres, stop_postgres
from tests.support.postgres import postgres_url as postgres_url
from tests.support.program import Program
from tests.support.zalo_api import SECRET, CountingZalo, counting_zalo, text_event, zalo_settings

CHATS = ("a", "b", "c")

pytestmark = [pytest.mark.machines, pytest.mark.kill, pytest.mark.long]


@dataclass
class Processes:
    """Two processes that serve, and what posts to them."""

    programs: list[Program]
    ports: list[int]
    http: aiohttp.ClientSession

    async def start(self, place: int) -> None:
        self.programs[place].start()
        async with asyncio.timeout(120):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    if (await self.health(place))["status"] == "ok":
                        return
                await asyncio.sleep(0.05)

    async def health(self, place: int) -> Any:
        async with self.http.get(f"http://127.0.0.1:{self.ports[place]}/healthz") as answer:
            return await answer.json()

    async def post(self, place: int, event: dict[str, Any]) -> None:
        """Post an event to one process, then to the other and so on, until one takes it, as Zalo does."""
        headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    url = f"http://127.0.0.1:{self.ports[place]}{PATH}"
                    async with self.http.post(url, data=json.dumps(event), headers=headers) as answer:
                        if answer.status == 200:
                            return
                place = 1 - place
                await asyncio.sleep(0.01)

    async def settled(self, place: int) -> None:
        async with asyncio.timeout(120):
            while True:
                health = await self.health(place)
                if not health["events_due"] and not health["updates_running"]:
                    return
                await asyncio.sleep(0.05)


@pytest.fixture
async def zalo() -> AsyncIterator[CountingZalo]:
    async with counting_zalo() as counting:
        yield counting


@contextlib.asynccontextmanager
async def opened(zalo: CountingZalo, url: str, tmp_path: Path) -> AsyncIterator[Processes]:
    given = zalo_settings(zalo, url).model_dump(exclude_defaults=True)
    values = {
        name.upper(): value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        for name, value in given.items()
    }
    ports = [free_port(), free_port()]
    programs = [
        Program({**values, "WEB_PORT": str(port)}, tmp_path / f"{port}.log", ["--role", "web"], echo)
        for port in ports
    ]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http:
        made = Processes(programs, ports, http)
        try:
            await asyncio.gather(made.start(0), made.start(1))
            yield made
        finally:
            for program in programs:
                program.end()


@pytest.fixture
async def processes(zalo: CountingZalo, postgresql_url: str, tmp_path: Path) -> AsyncIterator[Processes]:
    async with opened(zalo, postgresql_url, tmp_path) as made:
        yield made


@pytest.fixture
def own_server() -> Iterator[str]:
    """The folder of a database server that this test may stop."""
    folder = start_postgres()
    yield folder
    stop_postgres(folder)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another process cannot be awaited
            await asyncio.sleep(0.01)


async def test_what_reaches_both_at_once_is_answered_once(processes: Processes, zalo: CountingZalo) -> None:
    events = [text_event(number, f"chat{number}", f"said {number}") for number in range(40)]
    await asyncio.gather(*(processes.post(place, event) for event in events for place in (0, 1)))
    await processes.settled(0)
    assert zalo.messages == {f"chat{number}": [f"said {number}"] for number in range(40)}


@pytest.mark.parametrize("ends", ["killed", "cut off"])
async def test_a_flood_of_one_chat_at_two_processes_keeps_its_order_while_one(
    ends: str, processes: Processes, zalo: CountingZalo, postgresql_url: str
) -> None:
    async def flood(first: int, beyond: int) -> None:
        for number in range(first, beyond):
            for place, chat in enumerate(CHATS, number):
                await processes.post(place % 2, text_event(number, chat, f"{chat}{number}"))

    await flood(0, 40)
    zalo.open.clear()
    await flood(40, 50)
    # Somebody is being answered in each chat.
    await until(lambda: len(zalo.held) == len(CHATS))
    if ends == "killed":
        await processes.programs[0].kill()
    else:
        _end_sessions(postgresql_url)
    zalo.open.set()
    await flood(50, 70)
    if ends == "killed":
        await processes.start(0)
    await flood(70, 90)
    await processes.settled(1)
    for chat in CHATS:
        said = zalo.messages[chat]
        repeated = [one for one, other in pairwise(said) if one == other]
        # Whether these had arrived could not be known.
        assert set(repeated) <= zalo.held
        assert len(repeated) <= 1
        assert list(dict.fromkeys(said)) == [f"{chat}{number}" for number in range(90)]
        assert len(said) == 90 + len(repeated)
    for program in processes.programs:
        assert program.errors == []


@pytest.mark.postgresql
async def test_a_restart_of_the_database_ends_nothing_and_changes_no_order(
    zalo: CountingZalo, own_server: str, tmp_path: Path
) -> None:
    async with opened(zalo, postgres_url(own_server), tmp_path) as processes:

        async def flood(first: int, beyond: int) -> None:
            for number in range(first, beyond):
                for place, chat in enumerate(CHATS, number):
                    await processes.post(place % 2, text_event(number, chat, f"{chat}{number}"))

        await flood(0, 20)
        zalo.open.clear()
        await flood(20, 30)
        await until(lambda: len(zalo.held) == len(CHATS))
        await asyncio.to_thread(halt_postgres, own_server)
        zalo.open.set()
        away = await processes.health(0)
        assert away["status"] == "away"
        await asyncio.to_thread(resume_postgres, own_server)
        await flood(30, 40)
        await processes.settled(0)
        for chat in CHATS:
            said = zalo.messages[chat]
            assert list(dict.fromkeys(said)) == [f"{chat}{number}" for number in range(40)]
            # What was said for it could not be noted.
            assert {one for one in said if said.count(one) > 1} <= zalo.held
        for program in processes.programs:
            assert program.is_running
            assert program.log.stat().st_size < 200_000


def _end_sessions(url: str) -> None:
    """Have the server end every session by which something is held."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM (SELECT DISTINCT pid FROM pg_locks"
            " WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())) AS holder"
        ).fetchone()
        assert ended is not None
        assert ended[0] > 0
