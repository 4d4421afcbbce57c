"""One process at a time on a SQLite database, by a lock of the system that ends with its process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from storage.copies import kind_of, path_of

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PATIENCE = 20.0
"""How many seconds a start waits for the process before it, which may still be ending."""

_AGAIN = 0.1


class OtherProcess(Exception):
    """Another process of the program works on this database."""

    def __init__(self, url: str) -> None:
        super().__init__(f"another process of the bot works on {path_of(url)}: stop it first")


@contextlib.asynccontextmanager
async def alone(url: str, patience: float = 0.0) -> AsyncIterator[None]:
    """Keep every other process out while the block runs. On PostgreSQL, where many may run, do nothing.

    Raises `OtherProcess` if one is there for longer than `patience` seconds.
    """
    if kind_of(url) != "sqlite" or fcntl is None:
        yield
        return
    lock = path_of(url).with_name(path_of(url).name + ".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        await _take(file.fileno(), url, patience)
        yield


async def _take(descriptor: int, url: str, patience: float) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        try:
            # Unlike flock's, this lock is no child's.
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            if loop.time() >= until:
                raise OtherProcess(url) from None
        await asyncio.sleep(_AGAIN)
