"""What runs in one process at a time, and moves."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot import leading
from bot.leading import lead
from storage.holds import Holds, SharedHolds
from tests.support.holding import Holder


@pytest.fixture
async def holds(postgresql_url: str) -> AsyncIterator[SharedHolds]:
    async with SharedHolds(postgresql_url) as opened:
        yield opened


class Work:
    """Something to do until it is cancelled."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=60)
    assert task.cancelled()


async def test_it_begins_when_the_process_that_did_it_is_killed(
    postgresql_url: str, holds: SharedHolds, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    class Watched(SharedHolds):
        async def take(self, *names: str):  # type: ignore[no-untyped-def]
            asked.set()
            return await super().take(*names)

    monkeypatch.setattr(leading, "AGAIN", 0.01)
    work = Work()
    async with Watched(postgresql_url) as mine, Holder(postgresql_url) as other:
        assert await other.take("polling") == {"polling"}
        leader = asyncio.create_task(lead(mine, "polling", work))
        for _ in range(3):
            asked.clear()
            await asked.wait()
        assert not work.begun.is_set()
        await other.kill()
        await asyncio.wait_for(work.begun.wait(), 60)
        await _cancelled(leader)
        assert work.ended.is_set()
        # Who stops lets others do it.
        assert set(await holds.take("polling")) == {"polling"}


async def test_who_loses_its_connection_stops_at_once(holds: SharedHolds) -> None:
    work = Work()
    leader = asyncio.create_task(lead(holds, "polling", work))
    await asyncio.wait_for(work.begun.wait(), 60)
    work.begun.clear()
    session = holds._session
    assert session is not None
    session.connection.pgconn.finish()
    session.awake.set()
    await asyncio.wait_for(work.ended.wait(), 60)
    # It has it again by itself.
    await asyncio.wait_for(work.begun.wait(), 60)
    await _cancelled(leader)


async def test_what_it_raises_is_raised_and_its_end_is_the_end(holds: SharedHolds) -> None:
    async def fail() -> None:
        raise ValueError("no")

    async def end() -> None:
        pass

    for mine in (holds, Holds()):
        with pytest.raises(ValueError, match="no"):
            await lead(mine, "a", fail)
        await lead(mine, "a", end)
    assert not holds.has("a")
