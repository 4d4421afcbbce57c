"""A few processes that read files side by side, for whoever has had least of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from gateways.workbooks.reader_process import Frame, ReaderProcess, nothing

READERS = 3
"""How many files are read at once at most: one more than a small machine has processors."""

LARGE = 256 * 1024
"""Bytes above which a file is large: some 3,000 rows of a workbook, read in half a second."""

BUDGET = 30.0
"""Seconds of a processor that the files of one firm may take at once, and again in `REFILL` seconds."""

REFILL = 600.0

_BYTES_A_SECOND = 1024
"""A file waits a second longer for each of these bytes, where smaller ones come; at most `REFILL`."""


@dataclass(eq=False)
class _Waiting:
    """A file that waits for a process."""

    whose: object
    large: bool
    due: float
    turn: asyncio.Future[ReaderProcess] = field(default_factory=asyncio.Future)


class Readers:
    """Reader processes, each started when those before it are busy.

    Small files come first. Large ones never take the last process, and the files of whoever is beyond their
    `BUDGET` none of the last two: they wait for everybody else's. `steady` counts seconds.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        # The one used last is taken first, so that those not needed end.
        self._free = [ReaderProcess() for _ in range(READERS)]
        self._all = tuple(self._free)
        self._waiting: list[_Waiting] = []
        self._steady = steady
        self._refilled_at: dict[object, float] = {}

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
        whose: object = None,
    ) -> Frame:
        """As `ReaderProcess.ask`, once it is the turn of `whose` file."""
        process = await self._turn(len(content), whose)
        try:
            return await process.ask(wanted, content, take, while_waiting)
        finally:
            self._spend(whose, process.seconds)
            self._free.append(process)
            self._give_turns()

    async def close(self) -> None:
        """End all workers once they have answered."""
        await asyncio.gather(*(process.close() for process in self._all))

    async def _turn(self, size: int, whose: object) -> ReaderProcess:
        due = self._steady() + min(size / _BYTES_A_SECOND, REFILL)
        waiting = _Waiting(whose, size > LARGE, due)
        self._waiting.append(waiting)
        self._give_turns()
        try:
            return await waiting.turn
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif not waiting.turn.cancelled():
                self._free.append(waiting.turn.result())
                self._give_turns()
            raise

    def _give_turns(self) -> None:
        for one in sorted(self._waiting, key=lambda one: (self._is_beyond(one.whose), one.due)):
            if len(self._free) > (2 if self._is_beyond(one.whose) else one.large):
                self._waiting.remove(one)
                one.turn.set_result(self._free.pop())

    def _is_beyond(self, whose: object) -> bool:
        """Whether the budget of `whose` files is used up; what is nobody's has no budget."""
        return self._refilled_at.get(whose, 0.0) - self._steady() > REFILL

    def _spend(self, whose: object, seconds: float) -> None:
        now = self._steady()
        self._refilled_at = {one: moment for one, moment in self._refilled_at.items() if moment > now}
        if whose is not None:
            refilled = max(self._refilled_at.get(whose, now), now)
            self._refilled_at[whose] = refilled + seconds * REFILL / BUDGET
