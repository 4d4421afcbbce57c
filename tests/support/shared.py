"""Things that the processes of one test run make once and share."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO


class Shared:
    """A folder of the run. It uses the system's locks, so that a dead process holds none."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._used: dict[str, tuple[IO[str], Callable[[str], None]]] = {}

    def once(self, name: str, make: Callable[[Path], None]) -> Path:
        """The path of a file. The first process that asks for this name writes it by `make`."""
        path = self.folder / name
        with self._turn(name):
            if not path.exists():
                new = path.with_name(f"{name}.new")
                new.unlink(missing_ok=True)
                make(new)
                new.rename(path)
        return path

    def use(self, name: str, start: Callable[[], str], stop: Callable[[str], None]) -> str:
        """The result of `start` in the first process that asked. The last process to `close` calls `stop`."""
        path = self.folder / name
        with self._turn(name):
            if name not in self._used:
                users = (self.folder / f"{name}.users").open("w")
                fcntl.flock(users, fcntl.LOCK_SH)
                self._used[name] = (users, stop)
            if not path.exists():
                path.write_text(start())
            return path.read_text()

    def close(self) -> None:
        for name, (users, stop) in reversed(self._used.items()):
            with self._turn(name), users:
                fcntl.flock(users, fcntl.LOCK_UN)
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path = self.folder / name
                    stop(path.read_text())
                    path.unlink()
        self._used.clear()

    @contextlib.contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def run_folder(base: Path) -> Path:
    """The run's folder, from pytest's base folder of this process; a worker's base folder lies in it."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
