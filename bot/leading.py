"""What runs in exactly one of several processes, and moves to another when that one ends."""

import asyncio
from collections.abc import Awaitable, Callable

from storage.holds import Hold, Holds

AGAIN = 2.0
"""How often, in seconds, a process asks whether it is the one now."""


async def lead(holds: Holds, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` while this process holds `name`, until cancelled; `work` is cancelled when the hold is lost.
    Returns when `work` does, and raises what it raises."""
    if not holds.is_shared:
        await work()
        return
    while True:
        hold = (await holds.take(name)).get(name)
        if hold is None:
            await asyncio.sleep(AGAIN)
            continue
        try:
            if await _is_done(work, hold):
                return
        finally:
            await holds.let_go(hold)


async def _is_done(work: Callable[[], Awaitable[None]], hold: Hold) -> bool:
    """Whether `work` came to its end before the hold was lost."""
    working = asyncio.ensure_future(work())
    lost = asyncio.create_task(hold.lost.wait())
    try:
        await asyncio.wait({working, lost}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, lost):
            task.cancel()
        await asyncio.wait({working, lost})
    if working.cancelled():
        return False
    working.result()
    return True
