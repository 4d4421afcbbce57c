"""Changes of several tasks in one transaction: all or, where one is wrong, each by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from services.shared_writes import SharedWrites


class Turns:
    """Transactions one after another; each is the list of what is written in it. `gate` lets them commit."""

    def __init__(self) -> None:
        self.committed: list[list[str]] = []
        self.gate = asyncio.Event()
        self.begin_fails = 0
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[list[str]]:
        async with self._turn:
            if self.begin_fails:
                self.begin_fails -= 1
                raise OSError("away")
            written: list[str] = []
            yield written
            await self.gate.wait()
            self.committed.append(written)


def writes(text: str) -> Callable[[list[str]], Awaitable[None]]:
    async def write(transaction: list[str]) -> None:
        if text == "wrong":
            raise ValueError(text)
        transaction.append(text)

    return write


async def begun(together: SharedWrites[list[str]], *texts: str) -> list[asyncio.Task[None]]:
    """Tasks that wait for their commit, each text in its own."""
    tasks = []
    for text in texts:
        tasks.append(asyncio.ensure_future(together(writes(text))))
        for _ in range(5):
            await asyncio.sleep(0)
    return tasks


async def test_those_that_wait_for_their_turn_share_a_transaction() -> None:
    turns = Turns()
    together = SharedWrites(turns.write)
    tasks = await begun(together, "a", "b", "c")
    assert not any(task.done() for task in tasks)
    turns.gate.set()
    await asyncio.gather(*tasks)
    assert turns.committed == [["a"], ["b", "c"]]
    await together(writes("d"))
    assert turns.committed[2:] == [["d"]]


async def test_one_that_is_wrong_fails_alone() -> None:
    turns = Turns()
    tasks = await begun(SharedWrites(turns.write), "a", "b", "wrong", "c")
    turns.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), type(None), ValueError, type(None)]
    assert turns.committed == [["a"], ["b"], ["c"]]


async def test_one_that_is_cancelled_is_made_all_the_same() -> None:
    turns = Turns()
    tasks = await begun(SharedWrites(turns.write), "a", "b", "c")
    tasks[1].cancel()
    await asyncio.sleep(0)
    assert not tasks[1].done()
    turns.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    await asyncio.gather(tasks[0], tasks[2])
    assert turns.committed == [["a"], ["b", "c"]]


async def test_after_a_transaction_that_could_not_begin_the_next_is_made() -> None:
    turns = Turns()
    turns.gate.set()
    turns.begin_fails = 1
    together = SharedWrites(turns.write)
    with pytest.raises(OSError, match="away"):
        await together(writes("a"))
    await together(writes("b"))
    assert turns.committed == [["b"]]
