"""Several processes of the program on one PostgreSQL database, each with a role, behind a proxy."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import aiohttp

from sandbox.app import free_port
from tests.support.pace import ask_soon, drop_pace
from tests.support.program import Program
from tests.support.proxy import HOST, Proxy

TWO_AND_TWO = ("web", "web", "work", "work")
"""The roles of a whole installation."""

_READY_SECONDS = 120


class Around(Protocol):
    """The world around the bot, such as `SandboxServer`."""

    health_url: str | None

    def environment(self, web_port: int) -> dict[str, str]:
        """The settings of a bot in this world, which is reached at `web_port`."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One process: its name is its role and its number, such as `web1`."""

    name: str
    role: str
    port: int
    program: Program

    @property
    def health_url(self) -> str:
        return f"http://{HOST}:{self.port}/healthz"


class Machines:
    """`python -m bot` once for each of `roles`, with the `server`'s world around it, on the database `url`.

    Inside `async with`, the proxy listens, and the world reaches the processes by it alone. No process runs
    until it is started; all are ended at the end. `settings` are put over those of the world. Without `pace`
    they write as fast as they can.
    """

    def __init__(
        self,
        server: Around,
        url: str,
        folder: Path,
        roles: Sequence[str] = TWO_AND_TWO,
        settings: Mapping[str, str] | None = None,
        pace: bool = False,
    ) -> None:
        self._server = server
        proxy_port = free_port()
        given = {"DATABASE_URL": url, "FIRST_CUSTOMERS": "0"} | dict(settings or {})
        self._settings = server.environment(proxy_port) | given
        self._folder = folder
        self._before: Callable[[], object] | None = None if pace else _at_once
        self._machines: dict[str, Machine] = {}
        for role in roles:
            self.add(role)
        self.proxy = Proxy(proxy_port, [one.port for one in self.all if one.role != "work"])

    @property
    def all(self) -> list[Machine]:
        return list(self._machines.values())

    @property
    def names(self) -> list[str]:
        return list(self._machines)

    def __getitem__(self, name: str) -> Machine:
        return self._machines[name]

    @property
    def errors(self) -> list[str]:
        """What any of them logged as an error."""
        return [f"{one.name}: {line}" for one in self.all for line in _errors(one.program)]

    def add(self, role: str) -> str:
        """Add a machine, which is not started yet; returns its name. The proxy asks a new one of a role that
        serves too."""
        name = f"{role}{1 + sum(one.role == role for one in self.all)}"
        port = free_port()
        settings = {name: value for name, value in self._settings.items() if value} | {"WEB_PORT": str(port)}
        program = Program(settings, self._folder / f"{name}.log", ["--role", role], self._before)
        self._machines[name] = Machine(name, role, port, program)
        if hasattr(self, "proxy") and role != "work":
            self.proxy.ports.append(port)
        return name

    async def __aenter__(self) -> Self:
        await self.proxy.__aenter__()
        self._server.health_url = f"{self.proxy.url}/healthz"
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self.all:
            one.program.end()
        await self._http.close()
        await self.proxy.__aexit__()

    async def start(self, *names: str) -> None:
        """Start these, or all; returns when each is ready."""
        chosen = [self[name] for name in names] or self.all
        for one in chosen:
            one.program.start()
        for one in chosen:
            await self._ready(one)

    async def stop(self, *names: str) -> None:
        """Tell these, or all that run, to stop; each must end by itself, in time and well."""
        chosen = [self[name] for name in names] or [one for one in self.all if one.program.is_running]
        await asyncio.gather(*(one.program.stop() for one in chosen))

    async def kill(self, *names: str) -> None:
        """kill -9."""
        for name in names:
            await self[name].program.kill()

    async def health(self, name: str) -> dict[str, object]:
        """What one of them answers to `/healthz`."""
        async with self._http.get(self[name].health_url) as answer:
            found: dict[str, object] = await answer.json()
            return found

    async def _ready(self, one: Machine) -> None:
        async with asyncio.timeout(_READY_SECONDS):
            while True:
                assert one.program.is_running, f"{one.name} has ended: {one.program.log.read_text()}"
                with contextlib.suppress(aiohttp.ClientError):
                    async with self._http.get(one.health_url) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.02)


def _errors(program: Program) -> list[str]:
    return program.errors if program.log.exists() else []


def _at_once() -> None:
    drop_pace()
    ask_soon(setattr)
