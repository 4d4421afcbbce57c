"""The bot as it runs, in processes of its own, and what it costs."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import aiohttp

from sandbox.app import HOST, free_port
from tests.load.world import LoadWorld
from tests.support.far_machine import FarMachine

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 60

_TICKS = os.sysconf("SC_CLK_TCK")
_KEPT_ALIVE = """
import asyncio, bot.app
talk = bot.app._talk_on_telegram
async def talk_on(*given):
    await talk(*given)
    await asyncio.Event().wait()
bot.app._talk_on_telegram = talk_on
"""
"""What a checkout needs that ends by itself where Telegram's webhook is its only app."""

_UNPACED = """
import dataclasses, gateways.chat_pace as pace
free = dict(a_second=10_000, most_in_a_second=10_000, burst=10_000, chat_seconds=0)
pace.TELEGRAM = dataclasses.replace(pace.TELEGRAM, **free)
"""
_RUN = "import sys, bot.__main__\nsys.exit(bot.__main__.main())"
_PROFILED = """
import cProfile, signal, sys, time
profile = cProfile.Profile(time.thread_time)
signal.signal(signal.SIGUSR1, lambda *_: profile.enable())
import bot.__main__
bot.__main__.main()
profile.disable()
profile.dump_stats({path!r})
"""


ALONE: Sequence[str] = ()
"""The roles of the processes where there is one, which does everything."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds of the program with its children until now, and megabytes resident now."""

    seconds: float
    memory: float


@dataclass(frozen=True)
class RunningBot:
    """All processes of the bot; `log` has what they logged."""

    pids: Sequence[int]
    log: Path
    profiled: bool

    def kill(self, place: int) -> None:
        """kill -9 the process of that place, for good."""
        os.kill(self.pids[place], signal.SIGKILL)

    def begin_profile(self) -> None:
        if self.profiled:
            os.kill(self.pids[0], signal.SIGUSR1)

    def cost(self) -> Cost:
        """A process that ends on the way is not counted."""
        ticks = pages = 0
        family = set(self.pids)
        for pid, fields in sorted(_processes()):
            if pid in family or int(fields[1]) in family:
                family.add(pid)
                ticks += sum(map(int, fields[11:15]))
                pages += int(fields[21])
        return Cost(ticks / _TICKS, pages * os.sysconf("SC_PAGE_SIZE") / 2**20)

    def errors(self) -> Sequence[str]:
        return [line for line in self.log.read_text("utf-8").splitlines() if " ERROR " in line]


def _processes() -> Sequence[tuple[int, Sequence[str]]]:
    """Each process with what /proc says of it from its state on."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            found.append((int(stat.parent.name), stat.read_text().rpartition(")")[2].split()))
    return found


@asynccontextmanager
async def running_bot(
    world: LoadWorld,
    folder: Path,
    checkout: Path = ROOT,
    unpaced: bool = False,
    profile: Path | None = None,
    roles: Sequence[str] = ALONE,
    database: str = "",
    far: Mapping[int, FarMachine] = MappingProxyType({}),
) -> AsyncIterator[RunningBot]:
    """`python -m bot` of a checkout, which talks to this world: one process, or one for each of `roles`.
    Without a `database` it is a file in `folder`. The processes of the places in `far` run there."""
    started = _UNPACED if unpaced else ""
    if (checkout / "bot" / "app.py").exists():
        started += _KEPT_ALIVE
    run = _PROFILED.format(path=str(profile)) if profile else _RUN
    command = ["-c", started + run] if started or profile else ["-m", "bot"]
    arguments = [["--role", role] for role in roles] or [[]]
    ports = [free_port() for _ in arguments]
    hosts = [far[place].there if place in far else HOST for place in range(len(ports))]
    urls = [f"http://{host}:{port}" for host, port in zip(hosts, ports, strict=True)]
    world.bot_urls = [url for url, of in zip(urls, arguments, strict=True) if "work" not in of]
    log = folder / "bot.log"
    database = database or f"sqlite+aiosqlite:///{folder / 'bot.db'}"
    with log.open("ab") as output, contextlib.ExitStack() as ends:
        processes = []
        for place, (port, of) in enumerate(zip(ports, arguments, strict=True)):
            settings = world.environment(port) | {"DATABASE_URL": database}
            machine = far.get(place)
            process = await asyncio.create_subprocess_exec(
                *(*(machine.command if machine else ()), sys.executable, *command, *of),
                cwd=checkout,
                env=machine.settings(settings) if machine else settings,
                stderr=output,
            )
            ends.callback(_kill, process)
            processes.append(process)
        await _until_ready(world, urls, processes)
        yield RunningBot([process.pid for process in processes], log, profile is not None)
        for process in processes:
            if process.returncode is None:
                process.terminate()
        for process in processes:
            await asyncio.wait_for(process.wait(), SECONDS_TO_START)


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _until_ready(
    world: LoadWorld, urls: Sequence[str], processes: Sequence[asyncio.subprocess.Process]
) -> None:
    """Wait until the bot has told Telegram its webhook, and all of its processes serve."""
    async with asyncio.timeout(SECONDS_TO_START), aiohttp.ClientSession() as http:
        waiting = list(urls)
        while waiting or not world.announced.is_set():
            for process in processes:
                if process.returncode is not None:
                    raise RuntimeError(f"the bot has ended with {process.returncode}")
            with contextlib.suppress(aiohttp.ClientError):
                while waiting:
                    async with http.get(f"{waiting[0]}/healthz"):
                        del waiting[0]
            await asyncio.sleep(0.1)
