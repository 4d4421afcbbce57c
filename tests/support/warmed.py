"""Importing this has the program in memory, used once."""

import asyncio
import tempfile
from pathlib import Path

import bot.__main__  # noqa: F401
from sandbox.app import SandboxServer, free_port
from tests.support import once
from tests.support.settings import settings_of
from tests.support.warm import warm_up


async def _use() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with SandboxServer(Path(folder)) as server:
            given = server.environment(free_port())
            await warm_up(settings_of({name.lower(): value for name, value in given.items()}))


once.keep()
asyncio.run(_use())
