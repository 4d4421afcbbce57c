"""The program as it runs: `python -m bot` in a process of its own, with nothing but its settings."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.support.forks import fork

SECONDS_TO_STOP = 10
"""Within which the program ends when it is told to."""


class Program:
    """One program after the other, all with these settings and arguments. What they log is in `log`. `before`
    is called in each before it begins."""

    def __init__(
        self,
        settings: dict[str, str],
        log: Path,
        arguments: Sequence[str] = (),
        before: Callable[[], object] | None = None,
    ) -> None:
        self.log = log
        self._arguments = tuple(arguments)
        self._before = before
        self._settings = {"PATH": os.environ["PATH"], "BOT_ENV_FILE": os.devnull, **settings}
        self._process: ForkServerProcess | None = None

    @property
    def errors(self) -> list[str]:
        """What was logged as an error."""
        return [line for line in self.log.read_text().splitlines() if " ERROR " in line]

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.exitcode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def children(self) -> tuple[int, ...]:
        """The ids of the processes that it has started and that still run."""
        assert self._process is not None
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return tuple(map(int, listed.split()))

    def start(self) -> None:
        self._process = fork(_run, self._settings, self._arguments, self._before, log=self.log)

    async def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.join()
        self._process = None

    async def stop(self) -> None:
        """Tell it to stop; it must end by itself, in time and well. The sandbox answers it meanwhile."""
        process, self._process = self._process, None
        assert process is not None
        assert process.exitcode is None, f"it has ended with {process.exitcode}: {self.log.read_text()}"
        process.terminate()
        await asyncio.to_thread(process.join, SECONDS_TO_STOP)
        ended = process.exitcode
        process.kill()
        assert ended == 0, f"{ended}: {self.log.read_text()}"

    def end(self) -> None:
        """End it anyhow, if it still runs."""
        if self._process is not None:
            self._process.kill()
            self._process.join()


@dataclass(frozen=True)
class Ended:
    """What became of a command; `said` is all that it printed and logged."""

    code: int | None
    said: str


def run_command(settings: dict[str, str], *arguments: str) -> Ended:
    """Run `python -m bot` with these settings and arguments to its end."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        given = {"PATH": os.environ["PATH"], "BOT_ENV_FILE": os.devnull, **settings}
        process = fork(_run, given, arguments, None, log=log)
        process.join()
        return Ended(process.exitcode, log.read_text("utf-8"))


def _run(settings: dict[str, str], arguments: tuple[str, ...], before: Callable[[], object] | None) -> None:
    os.environ.clear()
    os.environ.update(settings)
    sys.argv = ["bot", *arguments]
    from bot.__main__ import main

    if before is not None:
        before()
    sys.exit(main())
