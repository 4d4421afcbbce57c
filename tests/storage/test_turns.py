"""Writers take turns; what somebody waits for passes the others, but not always."""

import asyncio

import pytest
from sqlalchemy import text

from domain.chats import Channel
from services.ports import Turn
from storage.database import Database
from storage.turns import GOES_FIRST, Lines, OutOfOrder, Turns


class Line:
    """Writers that note when they had their turn."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.had: list[str] = []

    async def write(self, name: str) -> None:
        GOES_FIRST.set(name.startswith("first"))
        async with self.turns:
            self.had.append(name)
            await asyncio.sleep(0)

    async def asks(self, *names: str) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.write(name)) for name in names]
        await asyncio.sleep(0)
        return tasks


@pytest.fixture
def line() -> Line:
    return Line()


async def test_writers_have_their_turns_in_the_order_in_which_they_asked(line: Line) -> None:
    names = [str(number) for number in range(20)]
    async with line.turns:
        tasks = await line.asks(*names)
        assert line.had == []
    await asyncio.gather(*tasks)
    assert line.had == names


async def test_what_somebody_waits_for_has_every_other_turn(line: Line) -> None:
    async with line.turns:
        tasks = await line.asks("a", "b", "c", "first 1", "first 2", "first 3", "first 4", "first 5")
    await asyncio.gather(*tasks)
    assert line.had == ["first 1", "a", "first 2", "b", "first 3", "c", "first 4", "first 5"]


@pytest.mark.parametrize("count", [1, 2])
async def test_the_first_turn_of_all_is_nobodys_gain(line: Line, count: int) -> None:
    """One that passed nobody may be followed by one that passes."""
    async with line.turns:
        tasks = await line.asks(*["first"] * count)
    async with line.turns:
        tasks += await line.asks("a", "first again")
    await asyncio.gather(*tasks)
    assert line.had == [*["first"] * count, "first again", "a"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_writer_that_is_cancelled_lets_the_next_one_in(line: Line, when: str) -> None:
    async with line.turns:
        tasks = await line.asks("a", "first", "b", "c")
        if when == "before":
            tasks[0].cancel()
            tasks[1].cancel()
    if when == "after":
        # The turn is its own already, and it has not run yet.
        tasks[1].cancel()
        tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert line.had == (["b", "c"] if when == "before" else ["a", "c"])
    async with asyncio.timeout(60):
        await line.write("d")


async def test_turns_at_any_moment_cancelled_stay_whole(line: Line) -> None:
    most = now = 0

    async def write(first: bool) -> None:
        nonlocal most, now
        GOES_FIRST.set(first)
        async with line.turns:
            now += 1
            most = max(most, now)
            try:
                await asyncio.sleep(0)
            finally:
                now -= 1

    tasks = [asyncio.create_task(write(number % 3 == 0)) for number in range(200)]
    for number, task in enumerate(tasks):
        if number % 7 == 0:
            await asyncio.sleep(0)
        if number % 2:
            task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(one is None for one in ended) >= 100
    assert most == 1
    await line.write("last")
    assert line.had == ["last"]


async def test_who_names_the_same_turn_waits_and_who_names_another_does_not(either: Database) -> None:
    """On SQLite every writer waits; that is what its tests of transactions are about."""
    if either.has_one_writer:
        return
    async with either.writing(Turn.of_firm(1)):
        same = asyncio.create_task(_write(either, Turn.of_person(1), Turn.of_firm(1)))
        for turns in ([Turn.of_firm(2)], [Turn.of_person(1)], [], [Turn.of_chat(Channel.ZALO, "1")]):
            await _write(either, *turns)
        assert not same.done()
    await same


async def test_what_was_read_before_a_turn_was_taken_is_read_again_where_others_may_have_written(
    either: Database,
) -> None:
    async with either.write(Turn.of_transfer("FT1")) as uow:
        shared = not either.has_one_writer
        assert await uow.take(Turn.of_firm(2), Turn.of_firm(1)) is shared
        assert await uow.take(Turn.of_firm(1)) is False
        assert await uow.take() is False
        assert await uow.take(Turn.of_person(1)) is shared
    async with either.read() as uow:
        assert await uow.take(Turn.of_firm(1)) is False


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Turn.of_person(1), Turn.of_firm(1)),
        (Turn.of_firm(1), Turn.of_transfer("FT1")),
        (Turn.of_firm(2), Turn.of_firm(1)),
        (Turn.prices(), Turn.of_chat(Channel.ZALO, "1")),
    ],
)
async def test_turns_are_taken_in_one_order(either: Database, first: Turn, then: Turn) -> None:
    """Else two transactions could wait for each other for ever; on SQLite, where none would, tests tell."""
    with pytest.raises(OutOfOrder):
        async with either.write(first) as uow:
            await uow.take(then)
    await _write(either, first, then)


async def test_a_turn_is_free_when_its_transaction_ends(either: Database) -> None:
    async def fails() -> None:
        async with either.write() as uow:
            await uow.take(Turn.of_firm(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    await _write(either, Turn.of_firm(1))


async def test_no_line_is_kept_for_a_turn_that_nobody_wants() -> None:
    lines = Lines()
    firm = Turn.of_firm(1)

    async def stand() -> None:
        async with lines.first([firm]):
            await asyncio.sleep(0)

    standing = [asyncio.create_task(stand()) for _ in range(3)]
    await asyncio.sleep(0)
    assert list(lines._lines) == [firm]
    standing[1].cancel()
    await asyncio.gather(*standing, return_exceptions=True)
    assert lines._lines == {}


async def _write(database: Database, *turns: Turn) -> None:
    async with asyncio.timeout(60), database.writing(*turns) as connection:
        await connection.execute(text("SELECT 1"))
