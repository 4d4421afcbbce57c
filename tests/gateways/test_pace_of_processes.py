"""One budget and several processes that come and go, as a server counts what they send."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateways.chat_pace import TELEGRAM
from sandbox.telegram.faults import Limits

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.kill, pytest.mark.long]


@dataclass
class Counting:
    """`sent` has when a message of each kind had its turn, by its process, and `came` when any came: the
    machine may be busy in between."""

    came: list[float] = field(default_factory=list)
    sent: dict[str, list[float]] = field(default_factory=lambda: {"answer": [], "push": [], "mailing": []})
    url: str = ""

    @property
    def moments(self) -> list[float]:
        return sorted(moment for moments in self.sent.values() for moment in moments)

    async def count(self, request: web.Request) -> web.Response:
        self.came.append(time.monotonic())
        self.sent[request.match_info["kind"]].append(float(request.headers["Sent"]))
        return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[Counting]:
    counting = Counting()
    app = web.Application()
    app.router.add_post("/{kind}", counting.count)
    async with TestServer(app) as served:
        counting.url = str(served.make_url("/")).rstrip("/")
        yield counting


async def begin(database_url: str, server: Counting) -> asyncio.subprocess.Process:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.support.sending", database_url, server.url]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():  # noqa: ASYNC110 - another process cannot be awaited
            await asyncio.sleep(0.01)


async def test_no_second_has_more_than_the_app_takes_while_processes_start_and_are_killed(
    postgresql_url: str, server: Counting
) -> None:
    running = [await begin(postgresql_url, server)]
    try:
        await until(lambda: len(server.moments) > 60)
        for _ in range(2):
            running.append(await begin(postgresql_url, server))
            count = len(server.moments)
            await until(lambda before=count: len(server.moments) > before + 60)  # type: ignore[misc]
            running[0].kill()
            await running.pop(0).wait()
            count = len(server.moments)
            await until(lambda before=count: len(server.moments) > before + 30)  # type: ignore[misc]
    finally:
        for process in running:
            process.kill()
            await process.wait()
    moments = server.moments
    for first, beyond in zip(moments, moments[Limits.OVERALL :], strict=False):
        assert beyond - first >= 1
    for first, beyond in zip(server.came, server.came[Limits.OVERALL + 5 :], strict=False):
        assert beyond - first >= 1
    shares = {kind: len(came) / len(moments) for kind, came in server.sent.items()}
    assert shares["push"] >= 0.9 * TELEGRAM.pushes_a_second / TELEGRAM.a_second
    assert shares["answer"] >= 0.4
    assert shares["mailing"] <= 0.05
