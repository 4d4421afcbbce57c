"""Keeps what the program writes private, and says what is open to others on its machine."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from storage.files_on_disk import data_of, files_of

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """Let nobody else read what this process writes from now on, files (0600) and folders (0700)."""
    os.umask(_OTHERS)


def close_database(url: str) -> None:
    """Take the files of a SQLite database that an earlier release made away from others, where they are
    ours."""
    for path in files_of(url):
        if path.stat().st_uid == os.geteuid():
            path.chmod(path.stat().st_mode & ~_OTHERS)


def runs_as_root() -> bool:
    return os.geteuid() == 0


def read_by_others(env_file: Path, url: str) -> list[Path]:
    """The files with secrets or data that others on this machine may read."""
    private = [env_file] if env_file.is_file() else []
    return [path for path in (*private, *data_of(url)) if path.stat().st_mode & _OTHERS]


def open_to_others(env_file: Path, url: str) -> Iterator[str]:
    """A sentence for each thing that others on this machine could use."""
    if runs_as_root():
        yield "the program runs as root: give it a user of its own"
    for path in read_by_others(env_file, url):
        if path == env_file:
            yield f"others may read {path}, which holds the secrets: chmod 600 {path}"
        else:
            yield f"others may read {path}: chmod go= {path}"
