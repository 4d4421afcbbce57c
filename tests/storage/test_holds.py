"""Names that one process at a time holds, by processes that are real."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from storage.holds import Holds, SharedHolds, holds_of, taken
from tests.support.holding import Holder
from tests.support.postgres import end_connections


@pytest.fixture
async def holds(postgresql_url: str) -> AsyncIterator[SharedHolds]:
    async with SharedHolds(postgresql_url) as opened:
        yield opened


@pytest.fixture
async def other(postgresql_url: str) -> AsyncIterator[Holder]:
    async with Holder(postgresql_url) as opened:
        yield opened


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another process cannot be awaited
            await asyncio.sleep(0.005)


async def test_one_process_at_a_time_holds_a_name(holds: SharedHolds, other: Holder) -> None:
    assert await other.take("a", "b") == {"a", "b"}
    mine = await holds.take("b", "c", "a", "d")
    assert set(mine) == {"c", "d"}
    assert (holds.has("c"), holds.has("a")) == (True, False)
    assert await other.take("c") == set()

    await other.let_go("a")
    assert set(await holds.take("a", "b")) == {"a"}
    await holds.let_go(mine["c"])
    assert not holds.has("c")
    assert await other.take("c", "d") == {"c"}


async def test_many_who_ask_at_once_share_few_statements_and_none_gets_what_another_has(
    holds: SharedHolds, other: Holder
) -> None:
    mine, others = await asyncio.gather(
        asyncio.gather(*(holds.take(str(number)) for number in range(200))),
        other.take(*map(str, range(200))),
    )
    got = {name for one in mine for name in one}
    assert got | others == {str(number) for number in range(200)}
    assert not got & others


async def test_kill_9_frees_at_once(holds: SharedHolds, other: Holder) -> None:
    await other.take("a")
    assert not await holds.take("a")
    await other.kill()
    hold = await taken(holds, "a", every=0.01, tries=500)
    assert hold is not None
    assert not hold.lost.is_set()


async def test_who_loses_the_connection_is_told_and_takes_names_again_by_itself(
    postgresql_url: str, holds: SharedHolds, other: Holder
) -> None:
    hold = (await holds.take("a"))["a"]
    end_connections(postgresql_url)
    await asyncio.wait_for(hold.lost.wait(), 60)
    assert not holds.has("a")
    # Letting go of what is lost already is no error, and frees nothing that was taken anew.
    again = await taken(holds, "a", every=0.01, tries=6000)
    assert again is not None
    await holds.let_go(hold)
    assert holds.has("a")
    assert not again.lost.is_set()
    async with Holder(postgresql_url) as third:
        assert await third.take("a") == set()


async def test_what_is_said_is_heard_by_all_also_after_a_lost_connection(postgresql_url: str) -> None:
    heard: list[str] = []
    holds = SharedHolds(postgresql_url)
    holds.listen("chats", heard.append)
    async with holds, Holder(postgresql_url) as other:
        await other.say("chats", "1", "2")
        await until(lambda: heard == ["1", "2"])
        await holds.say("chats", "3")
        await until(lambda: heard == ["1", "2", "3"])
        hold = (await holds.take("a"))["a"]
        end_connections(postgresql_url)
        await hold.lost.wait()
        assert await taken(holds, "a", every=0.01, tries=6000)
        await holds.say("chats", "4")
        await until(lambda: heard[-1] == "4")


async def test_what_was_asked_for_by_one_who_left_is_free(holds: SharedHolds, other: Holder) -> None:
    for pause in range(20):
        asking = asyncio.create_task(holds.take("a"))
        for _ in range(pause):
            await asyncio.sleep(0)
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            for hold in (await asking).values():
                await holds.let_go(hold)
    # Whatever it asked for is carried out before this.
    await holds.take("b")
    await holds.take("b")
    assert await other.take("a") == {"a"}


async def test_what_is_let_go_by_one_who_leaves_is_free(holds: SharedHolds, other: Holder) -> None:
    """A program that is told to stop may be cut off while it lets go."""
    for pause in range(1, 8):
        hold = (await holds.take("a"))["a"]
        leaving = asyncio.create_task(holds.let_go(hold))
        for _ in range(pause):
            await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait({leaving})
        await holds.take("b")
        assert not holds.has("a"), pause
        assert await other.take("a") == {"a"}
        await other.let_go("a")


async def test_what_is_held_twice_is_let_go_twice(holds: SharedHolds, other: Holder) -> None:
    first, second = (await holds.take("a"))["a"], (await holds.take("a"))["a"]
    await holds.let_go(first)
    assert await other.take("a") == set()
    await holds.let_go(second)
    assert await other.take("a") == {"a"}


async def test_one_process_on_sqlite_holds_everything_and_asks_nobody() -> None:
    holds = holds_of("sqlite+aiosqlite:///nowhere/at-all.db")
    assert type(holds) is Holds
    async with holds:
        taken_ones = await holds.take("a", "b")
        assert set(taken_ones) == {"a", "b"}
        assert holds.has("c")
        await holds.let_go(*taken_ones.values())
        await holds.say("chats", "1")
        assert not taken_ones["a"].lost.is_set()
