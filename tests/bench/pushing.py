"""The whole way of a push: from the commit of its row to a server that enforces Telegram's limits."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from bot.wiring import Program, build_program, run_workers
from domain.chats import Channel
from domain.messaging.contents import StaffJoinedContent
from domain.messaging.pushes import Push, StaffJoined
from domain.people import FirmState, Role
from gateways.vietqr import payment_qr
from sandbox.telegram.faults import Limits
from services.messaging.push_queue import PUSH_JOB, queue_pushes
from services.ports import Lane, NewJob
from storage.migrate import upgrade
from tests.bench.bot_api import Arrivals, bot_api
from tests.bench.measuring import Figure, p95
from tests.support.settings import settings_of
from tests.support.world import World
from texts import common
from texts.messaging.pushes import PushTexts
from texts.people import menu as menu_texts

PATIENCE = 0.3
"""Seconds within which a push reaches an idle chat."""

_BETWEEN = 2.0  # Seconds from one push to the next while a mailing goes out; taps take turns with them.


@dataclass
class Office:
    """The running bot, its Telegram, and an accountant in each chat."""

    program: Program
    world: World
    ptb: ExtBot[None]
    arrivals: Arrivals
    chats: list[int]
    accountants: dict[int, int]

    async def directly(self) -> float:
        """The seconds until a message arrives that python-telegram-bot sends at once."""
        chat = self.chats.pop()
        async with self.program.database.read() as uow:
            content = StaffJoinedContent(await uow.people.accountant(self.accountants[chat]))
        text = PushTexts(payment_qr).chat(content, maybe_repeated=False).html
        started = time.monotonic()
        await self.ptb.send_message(chat, text, parse_mode=ParseMode.HTML)
        return await self.arrivals.of(chat).get() - started

    async def push(self) -> float:
        """The seconds from a commit until its push arrives in a chat that has received nothing before."""
        chat = self.chats.pop()
        async with self.program.database.write() as uow:
            await queue_pushes(uow, [self._push(chat)], self.program.clock.now())
        started = time.monotonic()
        return await self.arrivals.of(chat).get() - started

    async def mail(self, count: int) -> tuple[float, int]:
        """The seconds from a commit until all its pushes, each to a different chat, have arrived; and how
        many messages the server accepted meanwhile."""
        chats, self.chats = self.chats[-count:], self.chats[:-count]
        pushes, now = [self._push(chat) for chat in chats], self.program.clock.now()
        async with self.program.database.write() as uow:
            await uow.pushes.add_many(pushes, now)
            jobs = [
                NewJob(PUSH_JOB, f"push:{push.key}", {"push_key": push.key}, lane=Lane.MAILING)
                for push in pushes
            ]
            await uow.jobs.enqueue(jobs, now)
        started, before = time.monotonic(), self.arrivals.taken
        last = max([await self.arrivals.of(chat).get() for chat in chats])
        return last - started, self.arrivals.taken - before

    def _push(self, chat: int) -> Push:
        accountant_id = self.accountants[chat]
        return Push(f"bench:{chat}", Channel.CHAT, StaffJoined(accountant_id), accountant_id)


class Chatting:
    """A person who goes from the menu to the help and back."""

    def __init__(self, office: Office) -> None:
        self._world, chat = office.world, office.chats.pop()
        self._path, self._arrived = f"chats/telegram/{chat}", office.arrivals.of(chat)
        self._buttons = [menu_texts.HELP, common.TO_MENU]

    async def start(self) -> None:
        await self._world.post(f"{self._path}/text", text="/start")
        await self._arrived.get()
        self._window = (await self._world.get(f"{self._path}/messages"))[-1]["id"]

    async def tap(self) -> float:
        """The seconds until the window has changed."""
        self._buttons.reverse()
        started = time.monotonic()
        await self._world.post(f"{self._path}/tap", message=self._window, button=self._buttons[-1])
        return await self._arrived.get() - started


@asynccontextmanager
async def open_office(folder: Path, people: int) -> AsyncIterator[Office]:
    async with contextlib.AsyncExitStack() as stack:
        environment, chats, arrivals = await stack.enter_async_context(bot_api(folder / "world", people))
        lowered = {name.lower(): value for name, value in environment.items()}
        settings = settings_of(lowered)
        await upgrade(settings.database_url)
        program = await stack.enter_async_context(build_program(settings))
        accountants = await _employ(program, chats)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        url, token = environment["TELEGRAM_API_URL"], environment["TELEGRAM_TOKEN"]
        ptb: ExtBot[None] = ExtBot(token, base_url=f"{url}/bot")
        await ptb.initialize()
        stack.push_async_callback(ptb.shutdown)
        for task in (run_workers(program), program.apps[Channel.TELEGRAM].run()):
            stack.push_async_callback(_end, asyncio.create_task(task))
        yield Office(program, World(http, url), ptb, arrivals, chats, accountants)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _employ(program: Program, chats: Sequence[int]) -> dict[int, int]:
    """An accountant for each chat, all of one firm."""
    now, employed = program.clock.now(), {}
    async with program.database.write() as uow:
        firm = await uow.people.add_firm("Đại lý thuế An", "0312345673", FirmState.APPROVED, now)
        for number, chat in enumerate(chats):
            phone = f"+8498{number:07d}"
            one = await uow.people.add_accountant(firm.id, Role.OWNER, f"Kế toán {number}", phone, "", now)
            await uow.chats.link(Channel.TELEGRAM, str(chat), one.id, now)
            employed[chat] = one.id
    return employed


async def figures(folder: Path, pushes: int = 2_000, rounds: int = 60) -> Sequence[Figure]:
    """The times of pushes and taps at random moments; time, because the server is another process."""
    async with open_office(folder, pushes + 4 * rounds + 10) as office:
        chatting = Chatting(office)
        direct: list[float] = []
        alone: list[float] = []
        idle_taps: list[float] = []
        await chatting.start()
        for _ in range(rounds):
            for act, results in ((chatting.tap, idle_taps), (office.directly, direct), (office.push, alone)):
                await asyncio.sleep(random.uniform(0, PATIENCE))
                results.append(await act())

        await office.world.post("telegram/limits", enforce=True, edits=False)
        fresh, taps = [], []
        mailing = asyncio.create_task(office.mail(pushes))
        while not mailing.done():
            taps.append(await chatting.tap())
            await asyncio.sleep(_BETWEEN * random.uniform(0.4, 0.6))
            fresh.append(await office.push())
            await asyncio.sleep(_BETWEEN * random.uniform(0.4, 0.6))
        seconds, messages = await mailing
        refused = office.arrivals.refused
    at_once, limit = p95(direct) * 1000, PATIENCE * 1000
    meanwhile = f"while {pushes:,} pushes go to as many chats"
    return [
        Figure(
            "a push on an idle bot: p95 from commit to chat, to the same message sent at once",
            p95(alone) * 1000,
            at_once,
            "ms",
            limit=limit,
        ),
        Figure(
            f"a push {meanwhile}: p95, to the same message sent at once",
            p95(fresh) * 1000,
            at_once,
            "ms",
            limit=limit,
        ),
        Figure(
            f"time {meanwhile}, to the least in which Telegram takes as many messages",
            seconds,
            messages / Limits.OVERALL,
            "s",
            goal=1.11,
        ),
        Figure(
            f"messages sent {meanwhile}, to those not refused with 429",
            messages + refused,
            messages,
            "messages",
            goal=1,
        ),
        Figure(
            f"a tap {meanwhile}, to a tap on an idle bot",
            median(taps) * 1000,
            median(idle_taps) * 1000,
            "ms",
            goal=2,
        ),
    ]
