"""Whose turn it is to write."""

import asyncio
import contextlib
from collections import deque
from contextvars import ContextVar

GOES_FIRST: ContextVar[bool] = ContextVar("goes_first", default=False)
"""Whether what is written here is waited for, and passes other writers: at most every other turn, so that
nobody waits more than twice as long."""


class Turns:
    """The right to write, for one writer at a time. Writers of each kind have it in the order in which they
    asked."""

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._passed = False

    async def __aenter__(self) -> None:
        if not self._taken:
            self._taken = True
            return
        line = self._first if GOES_FIRST.get() else self._others
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                with contextlib.suppress(ValueError):
                    line.remove(turn)
            else:
                self._pass_on()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        for line in (self._first, self._others):
            while line and line[0].done():
                line.popleft()
        passes = bool(self._first) and not (self._passed and self._others)
        self._passed = passes and bool(self._others)
        line = self._first if passes else self._others
        if line:
            line.popleft().set_result(None)
        else:
            self._taken = False
