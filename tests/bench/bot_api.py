"""The sandbox's Bot API in a process of its own, which prints what arrives and when."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sandbox.app import SandboxServer, free_port
from sandbox.telegram.errors import ApiError
from sandbox.world import Chat

_ROOT = Path(__file__).parents[2]


class Arrivals:
    """Messages by chat, edits included; `taken` counts no edits. Moments are from `time.monotonic`, which all
    processes share."""

    def __init__(self) -> None:
        self.taken = self.refused = 0
        self._queues: dict[int, asyncio.Queue[float]] = {}

    def add(self, moment: float, chat: int, refused: bool, is_edit: bool) -> None:
        self.taken += not (refused or is_edit)
        self.refused += refused
        if not refused:
            self.of(chat).put_nowait(moment)

    def of(self, chat: int) -> asyncio.Queue[float]:
        return self._queues.setdefault(chat, asyncio.Queue())


@asynccontextmanager
async def bot_api(folder: Path, people: int) -> AsyncIterator[tuple[dict[str, str], list[int], Arrivals]]:
    """A bot's settings, the chats of people who may be written to, and the arrivals."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(folder), str(people)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
        cwd=_ROOT,
    )
    assert process.stdin
    assert process.stdout
    settings, chats = json.loads(await process.stdout.readline())
    arrivals = Arrivals()
    reading = asyncio.create_task(_read(process.stdout, arrivals))
    try:
        yield settings, chats, arrivals
    finally:
        process.stdin.close()
        await process.wait()
        await reading


async def _read(lines: asyncio.StreamReader, arrivals: Arrivals) -> None:
    async for line in lines:
        arrivals.add(*json.loads(line))


def _say(*what: Any) -> None:
    print(json.dumps(what), flush=True)


async def _serve(folder: Path, people: int) -> None:
    """Serve until standard input ends."""
    async with SandboxServer(folder) as server:
        limits, chats = server.telegram.limits, []
        check = limits.check

        def told(chat: int, is_edit: bool = False) -> None:
            moment = time.monotonic()
            try:
                check(chat, is_edit)
            except ApiError:
                _say(moment, chat, True, is_edit)
                raise
            _say(moment, chat, False, is_edit)

        limits.check = told  # type: ignore[method-assign]
        for number in range(people):
            chat = server.world.add_person(f"Kế toán {number}").telegram_id
            server.world.chats.put(chat, Chat(chat, started=True))
            chats.append(chat)
        _say(server.environment(free_port()), chats)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
