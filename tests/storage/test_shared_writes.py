"""What waits for its turn to write shares one commit; a failure hits its own writer alone."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Connections
from storage.shared_writes import SharedWrites


class Written:
    """Notes what was written; `fails` are the errors of items, each raised as often as it stands there."""

    def __init__(self) -> None:
        self.tries: list[int] = []
        self.fails: dict[int, list[Exception]] = {}

    async def __call__(self, _: AsyncConnection, item: int) -> None:
        self.tries.append(item)
        if self.fails.get(item):
            raise self.fails[item].pop()


@pytest.fixture
async def connections(database_url: str) -> AsyncIterator[Connections]:
    opened = Connections(database_url)
    yield opened
    await opened.close()


async def test_those_that_wait_for_their_turn_share_a_transaction(database_url: str) -> None:
    commits: list[str] = []
    connections = Connections(database_url, commits.append)
    write = Written()
    assert await _together(connections, write, 3) == [None] * 3
    assert (write.tries, commits.count("after")) == ([0, 1, 2], 2)
    await connections.close()


async def test_one_that_is_cancelled_is_written_all_the_same(connections: Connections) -> None:
    write = Written()
    shared = SharedWrites(connections.writing, write)
    async with connections.writing():
        task = asyncio.create_task(shared(0))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert write.tries == [0]


async def test_after_a_transaction_that_could_not_begin_the_next_is_written(connections: Connections) -> None:
    write, fails = Written(), [OSError("away")]

    @asynccontextmanager
    async def writing() -> AsyncIterator[AsyncConnection]:
        if fails:
            raise fails.pop()
        async with connections.writing() as connection:
            yield connection

    shared = SharedWrites(writing, write)
    with pytest.raises(OSError, match="away"):
        await shared(0)
    await shared(1)
    assert write.tries == [1]


async def _together(connections: Connections, write: Written, count: int) -> list[Any]:
    shared = SharedWrites(connections.writing, write)
    async with connections.writing():
        tasks = [asyncio.create_task(shared(number)) for number in range(count)]
        await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_that_fails_is_told_alone(connections: Connections) -> None:
    write = Written()
    write.fails[1] = [ValueError(), ValueError()]
    ended = await _together(connections, write, 4)
    assert [type(one) for one in ended] == [type(None), ValueError, type(None), type(None)]
    # Each is then written alone, on PostgreSQL side by side.
    assert write.tries[:2] == [0, 1]
    assert sorted(write.tries[2:]) == [0, 1, 2, 3]


async def test_while_the_database_is_away_nobody_tries_again_alone(connections: Connections) -> None:
    """Each try may take as long as a connection takes to fail."""
    write = Written()
    write.fails[0] = [OperationalError("", None, Exception())]
    ended = await _together(connections, write, 4)
    assert [type(one) for one in ended] == [OperationalError] * 4
    assert write.tries == [0]


async def test_a_failure_that_nobody_waits_for_any_more_is_no_error_of_the_loop(
    connections: Connections,
) -> None:
    write, told = Written(), list[dict[str, Any]]()
    write.fails[0] = [ValueError()]
    asyncio.get_running_loop().set_exception_handler(lambda _, what: told.append(what))
    shared = SharedWrites(connections.writing, write)
    async with connections.writing():
        task = asyncio.create_task(shared(0))
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    del shared, task
    gc.collect()
    assert told == []
