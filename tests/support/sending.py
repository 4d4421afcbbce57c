"""A process that sends messages at the pace of all processes (`gateways.chat_pace`), to a counting server.

`python -m tests.support.sending DATABASE_URL SERVER_URL`: answers, pushes and mailings, more than there are
turns for.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp

from gateways.chat_pace import TELEGRAM, ChatPace, SharedKeeper, WorkerTurns
from storage.shared_states import SharedStates

LINE = 40
"""How many of each kind wait at any time."""


async def _send(database_url: str, server_url: str) -> None:
    async with SharedStates(database_url) as states, aiohttp.ClientSession() as http:
        pace = ChatPace(TELEGRAM, keeper=SharedKeeper(TELEGRAM, states, "pace of a test"))

        async def always(kind: str, turn: Callable[[], Awaitable[None]]) -> None:
            while True:
                await turn()
                async with http.post(
                    f"{server_url}/{kind}", headers={"Sent": str(time.monotonic())}
                ) as answer:
                    answer.raise_for_status()

        kinds: dict[str, Callable[[], Awaitable[None]]] = {
            "answer": lambda: pace.answer("1"),
            "push": WorkerTurns(pace).turn,
            "mailing": WorkerTurns(pace, mailing=True).turn,
        }
        await asyncio.gather(*(always(kind, turn) for kind, turn in kinds.items() for _ in range(LINE)))


if __name__ == "__main__":
    asyncio.run(_send(*sys.argv[1:]))
