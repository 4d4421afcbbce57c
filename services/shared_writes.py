"""Changes that share a transaction, because each commit waits for the disk."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
Change = Callable[[T], Awaitable[None]]


@dataclass
class _Shared(Generic[T]):
    """Changes that are made in one transaction."""

    changes: list[Change[T]] = field(default_factory=list)
    writing: asyncio.Task[None] | None = None


class SharedWrites(Generic[T]):
    """Makes changes in transactions opened by `write`; those that wait for their turn to write share one."""

    def __init__(self, write: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        self._open = write
        self._next = _Shared[T]()

    async def __call__(self, change: Change[T]) -> None:
        """Make one change; returns after the commit. If the shared transaction fails, each change is made in
        one of its own."""
        shared = self._next
        shared.changes.append(change)
        if shared.writing is None:
            shared.writing = asyncio.create_task(self._write(shared))
        try:
            await asyncio.shield(shared.writing)
        except asyncio.CancelledError:
            # Others wait for it too, and the database must not be closed before it is over.
            await asyncio.wait([shared.writing])
            raise
        except Exception:
            if len(shared.changes) == 1:
                raise
            async with self._open() as transaction:
                await change(transaction)

    async def _write(self, shared: _Shared[T]) -> None:
        try:
            async with self._open() as transaction:
                self._next = _Shared()
                for change in shared.changes:
                    await change(transaction)
        finally:
            # Without a transaction the list was never closed; later changes need another one.
            if self._next is shared:
                self._next = _Shared()
