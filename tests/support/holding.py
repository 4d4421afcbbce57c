"""A process that holds names (`storage.holds`), as another process tells it to.

Each line of its input is an order, each of its output what came of it.
"""

import asyncio
import socket
import sys
from typing import Self

from storage.holds import Hold, SharedHolds
from tests.support.forks import fork


class Holder:
    """The other side of that process, inside `async with`."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> Self:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = fork(_obey, self._url, pipe=theirs)
        self._reader, self._writer = await asyncio.open_connection(sock=ours)
        assert await self._read() == "ready"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        self._writer.close()

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
        await asyncio.to_thread(self.process.join)

    async def _order(self, *words: str) -> str:
        self._writer.write((" ".join(words) + "\n").encode())
        return await self._read()

    async def _read(self) -> str:
        return (await self._reader.readline()).decode().strip()


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
