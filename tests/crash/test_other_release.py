"""What another release has put into the database stays there for it while this one runs beside it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from sqlalchemy import make_url, text

from bot.clock import SystemClock
from domain.chats import Channel
from domain.messaging.pushes import Push, StaffJoined
from sandbox.app import SandboxServer
from services.messaging.push_queue import PUSH_JOB
from services.ports import Lane, NewJob
from storage.database import Database
from storage.releases import called
from tests.support.machines import Machines
from tests.support.rows import rows_of
from tests.support.steps import register
from tests.support.world import World
from texts.common import RENEWED

pytestmark = pytest.mark.machines

TRIES = 3
JOB, PUSH = "of_another_release", "a push of another release"


async def _change(database: Database, statement: str) -> None:
    async with database.writing() as connection:
        await connection.execute(text(statement))


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def _put(database: Database) -> None:
    """A job, a push and a window that this release does not know."""
    (person,) = await rows_of(database, "accountants")
    now = SystemClock().now()
    async with database.write() as uow:
        await uow.pushes.add_many([Push(PUSH, Channel.CHAT, StaffJoined(person["id"]), person["id"])], now)
    await _change(database, f"UPDATE pushes SET kind = 'of_another_release' WHERE key = '{PUSH}'")
    await _change(
        database,
        "UPDATE dialog_states SET data = jsonb_set(data::jsonb, '{state}', '\"Later:window\"')::text"
        " WHERE data LIKE '%Menu:home%'",
    )
    async with database.write() as uow:
        jobs = [NewJob(JOB, "a job", {}), NewJob(PUSH_JOB, "of push", {"push_key": PUSH}, lane=Lane.CHAT)]
        await uow.jobs.enqueue(jobs, now)


async def test_it_is_neither_lost_nor_changed(
    server: SandboxServer, postgresql_url: str, tmp_path: Path
) -> None:
    database = Database(postgresql_url)

    async def tried() -> bool:
        asked = "SELECT min(attempts) FROM procrastinate_jobs WHERE queueing_lock IN ('a job', 'of push')"
        async with database.reading() as connection:
            return bool(await connection.scalar(text(asked)) >= TRIES)

    async def waiting() -> list[dict[str, Any]]:
        return [one for one in await rows_of(database, "inbox") if not one["settled_at"]]

    url = make_url(postgresql_url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with (
        aiohttp.ClientSession() as http,
        Machines(server, postgresql_url, tmp_path, ["web", "work"], {"BACK_OFFICE": ""}) as machines,
    ):
        person = World(http, server.url).chat("newcomer", "telegram")
        await machines.start()
        await register(person)
        other = await psycopg.AsyncConnection.connect(url, application_name=called("9.9.9"))
        await _put(database)
        states, said = await rows_of(database, "dialog_states"), await person.messages()
        assert "Later:window" in str(states)
        await person.presses("Mua hàng loạt")
        await _until(tried)

        assert await rows_of(database, "dialog_states") == states
        assert [one["attempts"] for one in await waiting()] == [0]
        assert len(await person.messages()) == len(said)
        (push,) = [one for one in await rows_of(database, "pushes") if one["key"] == PUSH]
        assert (push["state"], push["attempted"]) == ("queued", False)
        jobs = {one["key"]: one for one in await rows_of(database, "jobs")}
        for key in ("a job", "of push"):
            assert not jobs[key]["settled_at"]
            assert jobs[key]["attempts"] <= 1
        logs = "".join(one.program.log.read_text() for one in machines.all)
        assert machines.errors == []
        assert logs.count("waits for the release") == 2

        # Now that release knows the push, and is gone before it knows the window.
        await _change(database, f"UPDATE pushes SET kind = 'staff_joined' WHERE key = '{PUSH}'")
        await other.close()

        async def is_told() -> bool:
            return RENEWED in str(await person.messages()) and not await waiting()

        async def is_sent() -> bool:
            (push,) = [one for one in await rows_of(database, "pushes") if one["key"] == PUSH]
            return bool(push["state"] == "sent")

        await _until(is_told)
        await _until(is_sent)
        await machines.stop()
        assert machines.errors == []
    await database.close()
