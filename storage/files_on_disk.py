"""The files of a SQLite database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url


def files_of(url: str) -> Iterator[Path]:
    """The files of a SQLite database that exist; none for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        files = (Path(parsed.database + ending) for ending in ("", "-wal", "-shm"))
        yield from (path for path in files if path.is_file())


def has_free_space(url: str, least: int) -> bool:
    """Whether the disk of a SQLite database has at least so many bytes free; another one has a disk of its
    own."""
    free = free_bytes(url)
    return free is None or free >= least


def free_bytes(url: str) -> int | None:
    """How much is free on the disk of a SQLite database; `None` for another one."""
    return min((shutil.disk_usage(path.resolve().parent).free for path in files_of(url)), default=None)
