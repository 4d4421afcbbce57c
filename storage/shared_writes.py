"""One commit for all that waits for its turn to write."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import AWAY
from storage.unstoppable import Unstoppable

T = TypeVar("T")


@dataclass
class _Batch(Generic[T]):
    """What is written in one transaction."""

    items: list[T] = field(default_factory=list)
    written: Unstoppable[None] = field(default_factory=Unstoppable)
    writing: asyncio.Task[None] | None = None


class SharedWrites(Generic[T]):
    """Writes what it is given, by `write`; what waits for its turn to write shares one transaction of
    `writing`. If that fails, each is written in its own, unless the database is away.

    Without `shares` each has its own from the start: on PostgreSQL, where writers do not wait for each other
    and the server itself flushes several commits at once, those that share would only wait for each other.
    """

    def __init__(
        self,
        writing: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
        write: Callable[[AsyncConnection, T], Awaitable[object]],
        shares: bool = True,
    ) -> None:
        self._writing = writing
        self.write = write
        self._shares = shares
        self._next = _Batch[T]()

    async def __call__(self, item: T) -> None:
        """Write it; returns after the commit."""
        batch = self._next if self._shares else _Batch()
        batch.items.append(item)
        if batch.writing is None:
            batch.writing = asyncio.create_task(self._write(batch))
        try:
            # Others are in it too, and the database must not be closed before it is over.
            await batch.written
        except (asyncio.CancelledError, *AWAY):
            raise
        except Exception:
            if len(batch.items) == 1:
                raise
            async with self._writing() as connection:
                await self.write(connection, item)

    async def _write(self, batch: _Batch[T]) -> None:
        try:
            async with self._writing() as connection:
                self._next = _Batch()
                for item in batch.items:
                    await self.write(connection, item)
        except BaseException as error:
            batch.written.set_exception(error)
            # Whoever was cancelled meanwhile does not ask for it.
            batch.written.exception()
            if not isinstance(error, Exception):
                raise
        else:
            batch.written.set_result(None)
        finally:
            # Without a transaction the list was never closed; what comes later needs another one.
            if self._next is batch:
                self._next = _Batch()
