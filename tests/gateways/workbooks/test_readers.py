"""Files are read side by side, each in a process that may hang or be killed."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.errors import DomainError
from gateways.workbooks import reader_process
from gateways.workbooks.readers import BUDGET, LARGE, READERS, REFILL, Readers
from gateways.workbooks.workbooks import CalamineReader
from tests.bench.workbook import messy
from tests.gateways.workbooks.ugly_files import AN, HEAD
from tests.gateways.workbooks.ugly_texts import text

pytestmark = pytest.mark.long

WANTED: dict[str, object] = {"table": None, "columns": [], "with_hidden": False}
SMALL = text([HEAD, *[AN] * 30]).encode()
"""It comes whole, in one frame."""

MORE_ROWS, BIG_ROWS = 130, 10_000
MORE = text([HEAD, *[AN] * MORE_ROWS]).encode()
"""Small as well, and it comes in portions, so that its reading can be held."""


@pytest.fixture
async def readers() -> AsyncIterator[Readers]:
    readers = Readers()
    yield readers
    await readers.close()


@pytest.fixture(scope="module")
def big() -> bytes:
    content = messy(BIG_ROWS)
    assert len(content) > LARGE > len(MORE)
    return content


class Held:
    """A file whose reading does not go on from its first portion until it is let go."""

    def __init__(self, readers: Readers, content: bytes, whose: object = None) -> None:
        self.begun, self._go_on = asyncio.Event(), asyncio.Event()
        self.rows = 0
        self.done = asyncio.create_task(readers.ask(WANTED, content, self._take, whose=whose))

    async def _take(self, frame: dict[str, Any]) -> None:
        self.begun.set()
        await self._go_on.wait()
        self.rows += len(frame.get("entries", ()))

    async def let_go(self) -> int:
        """Returns how many rows were read in all."""
        self._go_on.set()
        await self._take(await self.done)
        return self.rows


async def read(readers: Readers, content: bytes = SMALL) -> int:
    """Read a file. Returns how many rows it has."""
    return await Held(readers, content).let_go()


async def test_three_files_are_read_side_by_side_and_the_fourth_when_one_is_read(readers: Readers) -> None:
    held = [Held(readers, MORE) for _ in range(READERS)]
    for one in held:
        await one.begun.wait()
    assert len(set(readers.ids)) == READERS

    fourth = Held(readers, MORE)
    assert await held[0].let_go() == MORE_ROWS
    await fourth.begun.wait()
    assert [await one.let_go() for one in (fourth, *held[1:])] == [MORE_ROWS] * READERS
    assert len(readers.ids) == READERS


async def test_a_reader_is_started_only_when_those_before_it_are_busy(readers: Readers) -> None:
    assert readers.ids == ()
    for _ in range(3):
        await read(readers)
    first = readers.ids
    assert len(first) == 1

    held = Held(readers, MORE)
    await held.begun.wait()
    await read(readers)
    assert len(readers.ids) == 2
    assert set(first) < set(readers.ids)
    await held.let_go()


async def test_readers_that_get_no_more_files_end(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "IDLE_SECONDS", 0)
    # A busy machine may need longer than the grace for a process to end by itself.
    monkeypatch.setattr(reader_process, "_GRACE_SECONDS", 30)
    held = [Held(readers, MORE) for _ in range(READERS)]
    for one in held:
        await one.begun.wait()
    workers = [process._worker for process in readers._all]
    await asyncio.gather(*(one.let_go() for one in held))

    for worker in workers:
        assert worker is not None
        assert await worker.wait() == 0
    assert readers.ids == ()
    assert await read(readers) == 30


@pytest.mark.long
async def test_a_list_of_30_rows_is_read_while_large_ones_are(readers: Readers, big: bytes) -> None:
    large = [Held(readers, big) for _ in range(READERS)]
    await asyncio.gather(*(one.begun.wait() for one in large[: READERS - 1]))

    small = [Held(readers, SMALL) for _ in range(READERS)]
    assert [await one.let_go() for one in small] == [30] * READERS
    assert not any(one.done.done() for one in large)
    assert not large[-1].begun.is_set()
    # Large files wait for each other only.
    assert [await one.let_go() for one in large] == [BIG_ROWS] * READERS


async def test_a_list_of_30_rows_waits_for_one_of_ten_hostile_files_at_most(readers: Readers) -> None:
    hostile = [Held(readers, MORE, whose=firm) for firm in range(10)]
    await asyncio.gather(*(one.begun.wait() for one in hostile[:READERS]))
    small = Held(readers, SMALL, whose="an honest firm")
    later = Held(readers, MORE, whose="another")

    await hostile[0].let_go()
    assert await small.let_go() == 30
    # The smallest comes first; what is as large comes in order.
    await hostile[READERS].begun.wait()
    assert not any(one.begun.is_set() for one in (*hostile[READERS + 1 :], later))
    assert {await one.let_go() for one in (*hostile[1:], later)} == {MORE_ROWS}


async def test_a_large_file_waits_for_small_ones_but_not_for_ever() -> None:
    now = 0.0
    readers = Readers(steady=lambda: now)
    held = [Held(readers, MORE) for _ in range(READERS)]
    await asyncio.gather(*(one.begun.wait() for one in held))
    first = Held(readers, MORE)
    await asyncio.sleep(0)
    now = len(MORE) / 1024
    small = Held(readers, SMALL)
    await held[0].let_go()
    await first.begun.wait()
    assert not small.begun.is_set()
    assert [await one.let_go() for one in (*held[1:], first, small)] == [MORE_ROWS] * READERS + [30]
    await readers.close()


async def test_a_firm_beyond_its_budget_waits_for_all_others_and_never_takes_the_last_two(big: bytes) -> None:
    now = 0.0
    readers = Readers(steady=lambda: now)
    readers._spend("greedy", BUDGET + 1)
    greedy = [Held(readers, SMALL, whose="greedy"), Held(readers, MORE, whose="greedy")]
    await read(readers)
    other = Held(readers, MORE, whose="honest")
    await other.begun.wait()
    assert not greedy[1].begun.is_set()

    # Its budget comes back with time.
    now = REFILL / BUDGET * 2
    third = Held(readers, MORE, whose="greedy")
    await third.begun.wait()
    assert [await one.let_go() for one in (*greedy, other, third)] == [30, *[MORE_ROWS] * 3]
    await readers.close()


async def test_what_a_file_took_is_told_by_its_reader(readers: Readers, big: bytes) -> None:
    await read(readers, big)
    took = readers._free[-1].seconds
    await read(readers)
    assert 0 < readers._free[-1].seconds < took < 20


async def test_whoever_gives_up_waiting_leaves_the_turn_to_the_next(readers: Readers) -> None:
    held = [Held(readers, MORE) for _ in range(READERS)]
    await asyncio.gather(*(one.begun.wait() for one in held))
    gone, last = Held(readers, MORE), Held(readers, MORE)
    await asyncio.sleep(0)
    gone.done.cancel()
    await held[0].let_go()
    assert [await one.let_go() for one in (*held[1:], last)] == [MORE_ROWS] * READERS
    assert len(readers._free) == READERS


async def test_a_reader_that_hangs_holds_up_no_other_file_and_is_replaced(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await read(readers)
    (hung,) = readers.ids
    os.kill(hung, signal.SIGSTOP)
    unlucky = Held(readers, SMALL)

    assert await asyncio.gather(*(read(readers) for _ in range(2 * READERS))) == [30] * 2 * READERS
    assert not unlucky.done.done()
    monkeypatch.setattr(reader_process, "WALL_SECONDS", 0)
    with pytest.raises(DomainError, match="workbook_too_large"):
        await unlucky.done

    monkeypatch.undo()
    assert await asyncio.gather(*(read(readers) for _ in range(READERS))) == [30] * READERS
    assert hung not in readers.ids


async def test_the_file_of_a_reader_that_was_killed_is_read_by_another(readers: Readers) -> None:
    await read(readers)
    (killed,) = readers.ids
    os.kill(killed, signal.SIGSTOP)
    unlucky = Held(readers, SMALL)
    assert await read(readers) == 30

    os.kill(killed, signal.SIGKILL)
    assert await unlucky.let_go() == 30
    assert killed not in readers.ids


async def test_a_reader_killed_while_idle_costs_no_file(readers: Readers) -> None:
    await read(readers)
    (killed,) = readers.ids
    os.kill(killed, signal.SIGKILL)

    assert await read(readers) == 30


async def test_a_file_whose_readers_are_killed_again_is_refused(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    start = reader_process._start

    async def doomed() -> asyncio.subprocess.Process:
        worker = await start()
        worker.kill()
        started.append(worker.pid)
        return worker

    monkeypatch.setattr(reader_process, "_start", doomed)
    with pytest.raises(DomainError, match="workbook_too_large"):
        await read(readers)
    assert len(started) == 2


async def test_a_reader_killed_in_the_midst_of_a_list_brings_no_row_twice(
    readers: Readers, big: bytes
) -> None:
    held = Held(readers, big)
    await held.begun.wait()
    (killed,) = readers.ids
    os.kill(killed, signal.SIGKILL)

    with pytest.raises(DomainError, match="workbook_too_large"):
        await held.let_go()
    assert held.rows < BIG_ROWS
    assert await read(readers) == 30


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_what_stops_the_program_stops_no_file(readers: Readers, told: signal.Signals) -> None:
    await read(readers)
    (reader,) = readers.ids
    os.kill(reader, told)

    assert await read(readers) == 30
    assert readers.ids == (reader,)


async def test_the_readers_end_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "_GRACE_SECONDS", 60)
    async with CalamineReader() as reader:
        await asyncio.gather(*(reader.read_list(SMALL) for _ in range(2)))
        workers = [process._worker for process in reader.readers._all]

    assert [worker.returncode for worker in workers if worker] == [0, 0]
    assert reader.readers.ids == ()


async def test_a_list_is_read_in_the_turn_of_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    async def ask(*arguments: object) -> None:
        asked.append(arguments[-1])
        raise DomainError("workbook_no_rows")

    async with CalamineReader() as reader:
        monkeypatch.setattr(reader.readers, "ask", ask)
        with pytest.raises(DomainError):
            await reader.read_list(SMALL, whose="a firm")
    assert asked == ["a firm"]
