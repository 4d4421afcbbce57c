"""A few processes that read files side by side."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

from gateways.workbooks.reader_process import Frame, ReaderProcess, nothing

READERS = 3
"""How many files are read at once at most: one more than a small machine has processors."""

LARGE = 256 * 1024
"""Bytes above which a file is large: some 3,000 rows of a workbook, read in half a second."""


class Readers:
    """Reader processes, each started when those before it are busy.

    Files wait in order. Large ones never have the last process, so a small file waits for small ones only.
    """

    def __init__(self) -> None:
        # The one used last is taken first, so that those not needed end.
        self._free = [ReaderProcess() for _ in range(READERS)]
        self._all = tuple(self._free)
        self._places = asyncio.Semaphore(READERS)
        self._large_places = asyncio.Semaphore(READERS - 1)

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids for the system of the workers that run."""
        return tuple(process.id for process in self._all if process.id is not None)

    async def ask(
        self,
        wanted: Mapping[str, object],
        content: bytes,
        take: Callable[[Frame], Awaitable[None]],
        while_waiting: Callable[[], Awaitable[None]] = nothing,
    ) -> Frame:
        """As `ReaderProcess.ask`, once a process is free."""
        large = self._large_places if len(content) > LARGE else contextlib.nullcontext()
        async with large, self._places:
            process = self._free.pop()
            try:
                return await process.ask(wanted, content, take, while_waiting)
            finally:
                self._free.append(process)

    async def close(self) -> None:
        """End all workers once they have answered."""
        await asyncio.gather(*(process.close() for process in self._all))
