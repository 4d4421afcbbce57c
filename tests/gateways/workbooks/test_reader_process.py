import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.errors import DomainError
from gateways.workbooks import reader_process
from gateways.workbooks.reader_process import ReaderProcess
from tests.gateways.workbooks.ugly_files import AN, HEAD
from tests.gateways.workbooks.ugly_texts import text
from tests.gateways.workbooks.workbook_files import cell, cells, raw_workbook

pytestmark = pytest.mark.long

WANTED: dict[str, object] = {"table": None, "columns": [], "with_hidden": False}
GOOD = text([HEAD, AN]).encode()


@pytest.fixture
async def process() -> AsyncIterator[ReaderProcess]:
    process = ReaderProcess()
    yield process
    await process.close()


async def read(process: ReaderProcess, content: bytes) -> list[int]:
    """Read the file. Returns the numbers of its rows."""
    rows: list[int] = []

    async def take(frame: dict[str, Any]) -> None:
        rows.extend(entry[1] for entry in frame.get("entries", ()))

    await take(await process.ask(WANTED, content, take))
    return rows


async def test_a_short_list_comes_in_one_frame(process: ReaderProcess) -> None:
    last = await process.ask(WANTED, GOOD, _never)
    assert (len(last["entries"]), len(last["sheets"])) == (1, 1)


async def test_a_file_that_needs_too_much_memory_costs_only_itself(process: ReaderProcess) -> None:
    corners = cells(1, *HEAD) + f'<row r="1048576">{cell("XFD1048576", "x")}</row>'
    with pytest.raises(DomainError, match="workbook_too_large"):
        await read(process, raw_workbook(corners))

    assert await read(process, GOOD) == [2]


async def test_a_reader_that_takes_too_long_is_replaced(
    process: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_process, "WALL_SECONDS", 0)
    with pytest.raises(DomainError, match="workbook_too_large"):
        await read(process, GOOD)

    monkeypatch.undo()
    assert await read(process, GOOD) == [2]


async def test_a_worker_that_died_meanwhile_is_replaced(process: ReaderProcess) -> None:
    await read(process, GOOD)
    worker = process._worker
    assert worker is not None
    worker.kill()
    await worker.wait()

    assert await read(process, GOOD) == [2]


async def test_a_worker_that_fails_unforeseen_is_replaced(process: ReaderProcess) -> None:
    with pytest.raises(DomainError, match="workbook_broken"):
        await process.ask({"table": None}, GOOD, _never)

    assert await read(process, GOOD) == [2]


async def test_a_cancelled_request_does_not_answer_the_next(process: ReaderProcess) -> None:
    taken = asyncio.Event()

    async def take(frame: dict[str, Any]) -> None:
        taken.set()
        await asyncio.Event().wait()

    request = asyncio.create_task(process.ask(WANTED, text([HEAD, *[AN] * 5_000]).encode(), take))
    await taken.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    assert await read(process, GOOD) == [2]


async def test_files_read_at_once_do_not_mix(process: ReaderProcess) -> None:
    lists = [text([[]] * number + [HEAD, AN]).encode() for number in range(5)]

    assert await asyncio.gather(*(read(process, content) for content in lists)) == [[2], [3], [4], [5], [6]]


async def test_one_worker_is_kept_and_ended_with_the_process(process: ReaderProcess) -> None:
    assert process._worker is None
    await read(process, GOOD)
    worker = process._worker
    assert worker is not None
    await read(process, GOOD)
    assert process._worker is worker
    assert worker.returncode is None
    await process.close()
    assert worker.returncode is not None


async def test_a_worker_that_ends_just_before_it_is_stopped_is_closed(
    process: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    await read(process, GOOD)
    worker = process._worker
    assert worker is not None
    worker.kill()
    await worker.wait()

    monkeypatch.setattr(reader_process, "_GRACE_SECONDS", 0)
    await process.close()
    assert process._worker is None


async def test_who_waits_is_asked_now_and_then_whether_to_go_on(
    process: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_process, "_PATIENCE", 0.001)

    class EnoughError(Exception):
        pass

    async def enough() -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        await process.ask(WANTED, GOOD, _never, while_waiting=enough)
    assert process._worker is None


async def _never(frame: dict[str, Any]) -> None:
    raise AssertionError(frame)


def test_the_worker_ends_by_itself_when_its_parent_is_gone() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "gateways.workbooks.worker"],
        input=b"",
        capture_output=True,
        timeout=60,
        check=True,
    )

    assert (ended.stdout, ended.stderr) == (b"", b"")


def test_a_worker_that_computes_without_end_is_stopped_by_the_system() -> None:
    endless = """
from gateways.workbooks import worker
worker.CPU_SECONDS = 0
worker._allow_processor_time()
while True:
    pass
"""
    ended = subprocess.run([sys.executable, "-c", endless], timeout=60, check=False)

    assert ended.returncode == -signal.SIGXCPU
