"""A process that holds names (`storage.holds`), as another process tells it to.

`python -m tests.support.holding URL`: each line of its input is an order, each of its output what came of it.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Self

from storage.holds import Hold, SharedHolds

_ROOT = Path(__file__).parents[2]


class Holder:
    """The other side of that process, inside `async with`."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> Self:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT)}
        command = [sys.executable, "-m", "tests.support.holding", self._url]
        self.process: Process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, cwd=_ROOT, env=environment
        )
        assert await self._read() == "ready"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def take(self, *names: str) -> set[str]:
        """Which of these it could take."""
        return set((await self._order("take", *names)).split())

    async def let_go(self, *names: str) -> None:
        await self._order("leave", *names)

    async def say(self, channel: str, *texts: str) -> None:
        await self._order("say", channel, *texts)

    async def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        await self.process.wait()

    async def _order(self, *words: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write((" ".join(words) + "\n").encode())
        return await self._read()

    async def _read(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()


async def _obey(url: str) -> None:
    held: dict[str, Hold] = {}
    async with SharedHolds(url) as holds:
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            what, *names = line.split()
            taken: dict[str, Hold] = {}
            if what == "take":
                taken = dict(await holds.take(*names))
                held |= taken
            elif what == "leave":
                await holds.let_go(*(held.pop(name) for name in names))
            else:
                await holds.say(*names)
            print(*taken, flush=True)


if __name__ == "__main__":
    asyncio.run(_obey(sys.argv[1]))
