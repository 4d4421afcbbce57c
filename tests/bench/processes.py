"""Several processes on one PostgreSQL: what an act costs by four and by one, and how soon a push leaves that
another process has committed."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from telegram.ext import ExtBot

from bot.clock import SystemClock
from domain.chats import Channel
from domain.messaging.pushes import Push, StaffJoined
from domain.people import FirmState, Role
from services.messaging.push_queue import queue_pushes
from storage.database import Database
from tests.bench.measuring import Figure, p95
from tests.load.people import Accountant, Counts
from tests.load.program import ALONE, running_bot
from tests.load.world import TOKEN, LoadWorld, Message
from tests.support.machines import TWO_AND_TWO
from tests.support.postgres import postgres_url, start_postgres, stop_postgres

SOON = 300.0
"""Milliseconds within which a push reaches an idle chat."""

THINK = 0.3
"""Seconds that a person thinks before each act, on average."""

_CHAT = 6_000_000
_TEXT = "Anh/chị Trần Thị Mai đã vào đội của đơn vị."


async def figures(folder: Path, people: int = 8, rounds: int = 5, pushes: int = 60) -> Sequence[Figure]:
    one, four = await _costs_of_an_act(folder, people, rounds)
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


async def _costs_of_an_act(folder: Path, people: int, rounds: int) -> tuple[float, float]:
    """Milliseconds of CPU of the bot as one process and as four, in the round whose ratio is the median.

    In each round new people do the same at both, side by side, so that whatever else the machine does hits
    both alike. One round more, the first, warms up.
    """
    costs: list[tuple[float, float]] = []
    async with AsyncExitStack() as stack:
        bots = []
        for roles in (ALONE, TWO_AND_TWO):
            of_bot = folder / f"{len(roles)}"
            of_bot.mkdir()
            bots.append(await stack.enter_async_context(_installed(of_bot, roles)))
        at_one, at_four = bots
        for first in range(0, people * (rounds + 1), people):
            numbers = range(first, first + people)
            costs.append(await asyncio.gather(at_one(numbers), at_four(numbers)))
    return sorted(costs[1:], key=lambda cost: cost[1] / cost[0])[rounds // 2]


@asynccontextmanager
async def _installed(
    folder: Path, roles: Sequence[str]
) -> AsyncIterator[Callable[[Sequence[int]], Awaitable[float]]]:
    """Lets the people of these numbers go through their journeys at once; returns the milliseconds an act."""
    world = LoadWorld()

    async def journeys(numbers: Sequence[int]) -> float:
        counts, before, now = Counts(), bot.cost(), time.monotonic()
        people = [Accountant(world, counts, number, THINK) for number in numbers]
        begins = [now + THINK / len(people) * place for place in range(len(people))]
        await asyncio.gather(*(one.live(begin, None) for one, begin in zip(people, begins, strict=True)))
        faults = [*counts.lost, *counts.doubled, *bot.errors()]
        assert not faults, faults
        return (bot.cost().seconds - before.seconds) * 1000 / len(counts.acts)

    async with (
        world.serve(),
        _server() as url,
        running_bot(world, folder, unpaced=True, roles=roles, database=url) as bot,
    ):
        yield journeys


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
