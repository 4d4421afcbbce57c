"""The files of a SQLite database, and those kept beside it."""

import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL, make_url

_SETTLED = 3600.0
"""Seconds after which a file whose row is not there will have none."""


def files_of(url: str) -> Iterator[Path]:
    """The files of a SQLite database that exist; none for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        files = (Path(parsed.database + ending) for ending in ("", "-wal", "-shm"))
        yield from (path for path in files if path.is_file())


def data_of(url: str) -> Iterator[Path]:
    """These files, and the folder beside them."""
    yield from files_of(url)
    folder = folder_of(make_url(url))
    if folder is not None and folder.path.is_dir():
        yield folder.path


def has_free_space(url: str, least: int) -> bool:
    """Whether the disk of a SQLite database has at least so many bytes free; another one has a disk of its
    own."""
    free = free_bytes(url)
    return free is None or free >= least


def free_bytes(url: str) -> int | None:
    """How much is free on the disk of a SQLite database; `None` for another one."""
    return min((shutil.disk_usage(path.resolve().parent).free for path in files_of(url)), default=None)


class Folder:
    """Contents of files, each under a name that is no other's; nobody else on the machine may read them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, name: str, content: bytes) -> None:
        """Write a file, which is there after a loss of power, too."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self, name: str) -> bytes | None:
        """The content; `None` if there is none of this name."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, names: Collection[str]) -> None:
        """Remove these files; those that are gone do not matter."""
        for name in names:
            with suppress(FileNotFoundError):
                (self.path / name).unlink()

    def settled(self) -> list[str]:
        """The names of all files but those that came in the last hour."""
        if not self.path.is_dir():
            return []
        before = time.time() - _SETTLED
        return [one.name for one in os.scandir(self.path) if one.stat().st_mtime < before]


def folder_of(url: URL) -> Folder | None:
    """The folder beside a SQLite database in which the contents of files are. On PostgreSQL they are in the
    database: its processes may run on several machines, and share nothing else."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Folder(Path(f"{url.database}.files"))
