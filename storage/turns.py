"""Whose turn it is to write."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextvars import ContextVar
from hashlib import blake2b

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import Turn

GOES_FIRST: ContextVar[bool] = ContextVar("goes_first", default=False)
"""Whether what is written here is waited for, and passes other writers: at most every other turn, so that
nobody waits more than twice as long."""

_LOCK = select(func.pg_advisory_xact_lock(bindparam("key")))


class Turns:
    """The right to write, for one writer at a time. Writers of each kind have it in the order in which they
    asked."""

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._passed = False

    @property
    def is_free(self) -> bool:
        """Whether nobody has it, or waits for it."""
        return not self._taken

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


class Lines:
    """The writers of this process that wait for the same turn, one behind the other: only the first of them
    has a connection, with which it waits for those of other processes."""

    def __init__(self) -> None:
        self._lines: dict[Turn, Turns] = {}

    @contextlib.asynccontextmanager
    async def first(self, turns: Iterable[Turn]) -> AsyncIterator[None]:
        """Be the first in the lines of all these turns."""
        async with contextlib.AsyncExitStack() as stack:
            for turn in sorted(set(turns)):
                await stack.enter_async_context(self._line(turn))
            yield

    @contextlib.asynccontextmanager
    async def _line(self, turn: Turn) -> AsyncIterator[None]:
        line = self._lines.setdefault(turn, Turns())
        try:
            async with line:
                yield
        finally:
            if line.is_free:
                self._lines.pop(turn, None)


class OutOfOrder(Exception):
    """A transaction asked for a turn that comes before one that it has. Two that do so could wait for each
    other for ever."""


async def take(connection: AsyncConnection, turns: Iterable[Turn], taken: set[Turn]) -> bool:
    """Add `turns` to those that a transaction has until its end; returns whether others may have written
    since it began. On SQLite only their order is checked: there it has everything to itself."""
    new = sorted(set(turns) - taken)
    if new and taken and new[0] < max(taken):
        raise OutOfOrder(f"{new[0]} comes before {max(taken)}")
    taken.update(new)
    if connection.dialect.name == "sqlite":
        return False
    for turn in new:
        await connection.execute(_LOCK, {"key": _number(turn)})
    return bool(new)


def _number(turn: Turn) -> int:
    """The number of PostgreSQL's lock. Two turns of one number would wait for each other, that is all."""
    digest = blake2b(f"{turn.kind.name}:{turn.key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
