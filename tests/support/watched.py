"""The whole program beside a sandbox, of which nothing runs but what a test calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.wiring import Program, build_program
from sandbox.app import SandboxServer
from services.ports import Clock
from storage.migrate import upgrade
from tests.support.settings import settings_of


@asynccontextmanager
async def still_program(
    folder: Path, database_url: str, clock: Clock | None = None, **changed: Any
) -> AsyncIterator[Program]:
    """It asks no bank's list, since nobody answers for one here."""
    async with SandboxServer(folder / "world") as server:
        given: dict[str, Any] = {name.lower(): value for name, value in server.environment(0).items()}
        given |= dict.fromkeys(("sepay_api_token", "casso_api_key"))
        await upgrade(database_url)
        async with build_program(
            settings_of({**given, "database_url": database_url, **changed}), clock
        ) as built:
            yield built
