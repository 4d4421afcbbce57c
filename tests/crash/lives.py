"""The test's side of a bot that is killed again and again."""

import asyncio
import json
import os
import signal
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp

from tests.crash.life import CALM, ENDED, KILLS, LOG, PID, STEP, Orders, Point, main, put
from tests.support.forks import fork
from tests.support.world import World

_PATIENCE = 600
"""Seconds within which a step must be done, including all its deaths."""


class Zygote:
    """The process of `tests.crash.life`, from which all lives are forked."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._process = fork(main, pipe=theirs)
        self._lines = self._ours.makefile()

    def begin(self, orders: Orders) -> None:
        self._tell(json.dumps(orders))

    def end(self) -> None:
        """End the lives of the last `begin`."""
        self._tell("")

    def close(self) -> None:
        self._lines.close()
        self._ours.close()
        self._process.join()
        assert self._process.exitcode == 0

    def _tell(self, line: str) -> None:
        self._ours.sendall(f"{line}\n".encode())
        assert self._lines.readline(), "the process of the lives is gone"


class Lives:
    """The lives of one bot, from `begin` to `end`."""

    def __init__(self, zygote: Zygote, folder: Path, settings: dict[str, str]) -> None:
        folder.mkdir()
        self._zygote = zygote
        self._folder = folder
        self._settings = settings
        self._killed = 0
        self.enter(CALM)

    def begin(self, at_points: bool, spread: int = 1, start_up: bool = False, **settings: str) -> None:
        """Start the first life. With `at_points`, each life kills itself at its first new point; at those of
        its start, which are the same in every test, only with `start_up`."""
        self._zygote.begin(
            {
                "folder": str(self._folder),
                "settings": self._settings | settings,
                "at_points": at_points,
                "spread": spread,
                "start_up": start_up,
            }
        )

    def end(self) -> None:
        self._zygote.end()

    def enter(self, step: str) -> None:
        """Begin a step, which counts its points anew."""
        put(self._folder / STEP, step)

    async def kill(self) -> None:
        """kill -9 the present life, or the next one if it is already dead."""
        while True:
            pid = self._alive()
            if pid != self._killed:
                break
            await asyncio.sleep(0.002)
        os.kill(pid, signal.SIGKILL)
        self._killed = pid

    def points(self) -> list[Point]:
        """The points at which lives were killed, in order."""
        return [Point(*kill["point"]) for kill in self._kills()]

    def pushes_cut_off(self) -> int:
        """How many chat pushes and Zalo answers had left but were not settled at a kill."""
        return sum(kill["pushing"] for kill in self._kills())

    def summary(self) -> str:
        counts = Counter(f"{point.moment} {point.kind}" for point in self.points())
        return f"{counts.total()} kills: " + ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items()))

    def errors(self) -> list[str]:
        """The errors that the bots logged."""
        return [line for line in (self._folder / LOG).read_text().splitlines() if " ERROR " in line]

    def check(self) -> None:
        """Raise `AssertionError` if a bot has ended in any other way than by a kill."""
        ended = self._folder / ENDED
        assert not ended.exists(), f"a bot ended by itself: {ended.read_text()}"

    def _alive(self) -> int:
        """The id of the present life's process, or of the last life's."""
        return int((self._folder / PID).read_text())

    def _kills(self) -> list[dict[str, Any]]:
        path = self._folder / KILLS
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class DyingWorld(World):
    """A world whose bot is often dead for a moment; idle means that the bot has died for the last time."""

    def __init__(self, http: aiohttp.ClientSession, url: str, lives: Lives) -> None:
        super().__init__(http, url)
        self._lives = lives

    async def telegram_id(self, person: str) -> int:
        found: int = next(one["telegram_id"] for one in await self.get("people") if one["id"] == person)
        return found

    async def idle(self, seconds: int = _PATIENCE) -> None:
        for _ in range(0, seconds, 5):
            async with self._http.get(f"{self.url}/world/idle", params={"timeout": 5}) as answer:
                if answer.status == 200:
                    return
                why = await answer.json()
            self._lives.check()
        raise AssertionError(why)
