"""The cost of the idle bot, against the libraries that it needs."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.measuring import Figure, compare

LIBRARIES = ("aiogram", "aiogram_dialog", "telegram.ext", "sqlalchemy.ext.asyncio", "alembic")
_ROOT = Path(__file__).parents[2]

_MEASURED = """
import json, resource, sys, time
started = time.process_time()
{act}
seconds = time.process_time() - started
{then}
try:
    with open("/proc/self/statm") as pages:
        memory = int(pages.read().split()[1]) * resource.getpagesize()
except OSError:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, memory / 2**20]))
"""
_IDLE = """
import asyncio
from bot.settings import load_settings
from storage.migrate import upgrade

async def idle():
    settings = load_settings()
    await upgrade(settings.database_url)
    async with bot.running.build_program(settings) as program, bot.running.serve(program):
        await program.jobs.by_lane["main"].queue.lease(program.clock.now(), 1, 1)

asyncio.run(idle())
"""


def bare_environment(folder: Path) -> dict[str, str]:
    """Settings of a bot that is never asked for anything."""
    return {
        **os.environ,
        "BOT_ENV_FILE": os.devnull,
        "TELEGRAM_TOKEN": "123456789:AAbenchbenchbench",
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}",
        "WEB_PORT": "0",
        "MAIL_FROM": "bot@bench.vn",
        "BANK_BIN": "970436",
        "BANK_ACCOUNT": "0011001234567",
        "BANK_HOLDER": "CONG TY BENCH",
    }


async def _run(folder: Path, act: str, then: str = "") -> tuple[float, float]:
    """Seconds of CPU that `act` takes in a fresh interpreter, and megabytes resident after `then`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _MEASURED.format(act=act, then=then),
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env=bare_environment(folder),
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    seconds, memory = json.loads(out)
    return seconds, memory


async def figures(folder: Path, rounds: int = 5, libraries: Sequence[str] = LIBRARIES) -> Sequence[Figure]:
    """Import time, and memory once everything is connected and served, beside those of `libraries`."""
    bare, ours = [], []

    async def floor_of() -> float:
        seconds, memory = await _run(folder, f"import {', '.join(libraries)}")
        bare.append(memory)
        return seconds

    async def idle_bot() -> float:
        seconds, memory = await _run(folder, "import bot.running", _IDLE)
        ours.append(memory)
        return seconds

    floor, value = await compare(floor_of, idle_bot, rounds)
    memory, least = median(ours), median(bare)
    return [
        Figure("importing the bot: CPU, to importing its libraries", value, floor, "ms", limit=3000),
        Figure("memory of the idle bot, to that of its libraries", memory, least, "MB", limit=160),
    ]
