"""Another process with the operations over the same database, and what its transactions wait for."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from domain.people import Actor
from storage.database import Database

ROOT = Path(__file__).parents[2]
LONG = 120
"""Seconds until a test gives up. Nothing is decided by them."""

_WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE NOT granted AND datname = current_database()"
)


@dataclass
class Elsewhere:
    """Does the acts of `tests.support.acts`."""

    process: asyncio.subprocess.Process

    async def act(self, name: str, **arguments: Any) -> Any:
        """Have an act done; returns its result, or how it was refused."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([name, arguments]).encode() + b"\n")
        return await self._answer()

    async def ready(self) -> None:
        await self._answer()

    async def _answer(self) -> Any:
        assert self.process.stdout is not None
        async with asyncio.timeout(LONG):
            answer = json.loads(await self.process.stdout.readline())
        assert "failed" not in answer, answer
        return answer["refused"] if "refused" in answer else answer["done"]


@asynccontextmanager
async def processes(url: str, count: int) -> AsyncIterator[list[Elsewhere]]:
    """Processes, `count` of them, which end with the block."""
    command = (sys.executable, "-m", "tests.support.acts", url)
    pipe = asyncio.subprocess.PIPE
    started = [
        Elsewhere(
            await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe, limit=2**20)
        )
        for _ in range(count)
    ]
    try:
        await asyncio.gather(*(one.ready() for one in started))
        yield started
    finally:
        for one in started:
            if one.process.returncode is None:
                one.process.kill()
            await one.process.wait()
            # Its pipes are closed in the next turns of the loop.
            await asyncio.sleep(0)


async def until_waiting(database: Database, count: int) -> None:
    """Wait until so many transactions wait for a lock."""
    async with asyncio.timeout(LONG):
        while True:
            async with database.reading() as connection:
                if (await connection.execute(_WAITING)).scalar_one() >= count:
                    return
            await asyncio.sleep(0.02)


def by(actor: Actor) -> list[Any]:
    """An actor as the acts take it."""
    return [actor.accountant_id, actor.firm_id, actor.role]
