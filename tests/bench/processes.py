"""Several processes on one PostgreSQL: what an act costs by four and by one, and how soon a push leaves that
another process has committed."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from telegram.ext import ExtBot

from bot.clock import SystemClock
from domain.chats import Channel
from domain.messaging.pushes import Push, StaffJoined
from domain.people import FirmState, Role
from services.messaging.push_queue import queue_pushes
from storage.database import Database
from tests.bench.measuring import Figure, p95
from tests.load.__main__ import run
from tests.load.program import ALONE, running_bot
from tests.load.world import TOKEN, LoadWorld, Message
from tests.support.machines import TWO_AND_TWO
from tests.support.postgres import postgres_url, start_postgres, stop_postgres

SOON = 300.0
"""Milliseconds within which a push reaches an idle chat."""

_CHAT = 6_000_000
_TEXT = "Anh/chị Trần Thị Mai đã vào đội của đơn vị."


async def figures(
    folder: Path, people: int = 40, seconds: float = 40, rounds: int = 1, pushes: int = 60
) -> Sequence[Figure]:
    costs: dict[Sequence[str], list[float]] = {ALONE: [], TWO_AND_TWO: []}
    for _ in range(rounds):
        for roles, found in costs.items():
            found.append(await _cost_of_an_act(roles, people, seconds))
    one, four = [median(found) for found in costs.values()]
    direct, pushed = await _pushes(folder, pushes)
    return [
        Figure("CPU an act, two web and two work processes (one process)", four, one, "ms", goal=1.15),
        Figure(
            "a push that another process has committed: p95 from commit to chat (the same sent at once)",
            p95(pushed) * 1000,
            p95(direct) * 1000,
            "ms",
            limit=SOON,
        ),
    ]


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    folder = await asyncio.to_thread(start_postgres)
    try:
        yield postgres_url(folder)
    finally:
        await asyncio.to_thread(stop_postgres, folder)


async def _cost_of_an_act(roles: Sequence[str], people: int, seconds: float) -> float:
    """Milliseconds of the bot, while so many people think for a second between two acts."""
    async with _server() as url:
        with tempfile.TemporaryDirectory() as folder:
            done = await run(Path(folder), people, 1.0, seconds, unpaced=True, roles=roles, database=url)
    assert not done.faults(), done.faults()
    until = done.started + done.seconds
    return done.bot.seconds * 1000 / sum(at <= until for at, _ in done.counts.acts)


async def _pushes(folder: Path, count: int) -> tuple[Sequence[float], Sequence[float]]:
    """How many seconds messages took, each to a chat that got nothing before: sent at once, and committed as
    a push that another process sends."""
    world, came = LoadWorld(), asyncio.Event()

    def comes(_: Message, is_new: bool) -> None:
        came.set()

    async with (
        world.serve(),
        _server() as url,
        running_bot(world, folder, roles=["web", "work"], database=url),
    ):
        database, clock = Database(url), SystemClock()
        async with database.write() as uow:
            firm = await uow.people.add_firm("Đại lý thuế An", "0312345673", FirmState.APPROVED, clock.now())
        sender: ExtBot[None] = ExtBot(TOKEN, base_url=f"{world.url}/bot")
        await sender.initialize()
        direct, pushed = [], []
        for number in range(count + 1):
            chat = _CHAT + number
            world.open(chat, comes)
            async with database.write() as uow:
                phone = f"+8498{number:07d}"
                one = await uow.people.add_accountant(
                    firm.id, Role.OWNER, f"Kế toán {number}", phone, "", clock.now()
                )
                await uow.chats.link(Channel.TELEGRAM, str(chat), one.id, clock.now())
            came.clear()
            started = time.monotonic()
            await sender.send_message(chat, _TEXT)
            await came.wait()
            direct.append(time.monotonic() - started)

            came.clear()
            push = Push(f"bench:{chat}", Channel.CHAT, StaffJoined(one.id), one.id)
            async with database.write() as uow:
                await queue_pushes(uow, [push], clock.now())
            started = time.monotonic()
            await came.wait()
            pushed.append(time.monotonic() - started)
        await sender.shutdown()
        await database.close()
    # The first ones warm up.
    return direct[1:], pushed[1:]
