"""A program with nothing to do leaves its database alone."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from bot.wiring import build_program, run_workers
from sandbox.app import SandboxServer
from services.ports import Lane
from storage.connections import Connections
from storage.jobs import SqlJobQueue
from storage.migrate import upgrade
from tests.support.settings import settings_of

pytestmark = pytest.mark.long

SECONDS = 4


async def test_an_idle_program_makes_at_most_one_transaction_a_second_and_none_that_writes(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transactions: Counter[str] = Counter()
    resting: set[Any] = set()
    all_rest = asyncio.Event()

    for kind in ("writing", "reading"):
        begin = getattr(Connections, kind)

        @contextlib.asynccontextmanager
        async def counted(
            self: Connections, *turns: Any, kind: str = kind, begin: Any = begin
        ) -> AsyncIterator[Any]:
            transactions[kind] += 1
            async with begin(self, *turns) as connection:
                yield connection

        monkeypatch.setattr(Connections, kind, counted)
    next_due = SqlJobQueue.next_due

    async def noted(self: SqlJobQueue) -> Any:
        found = await next_due(self)
        resting.add(self)
        if len(resting) == len(Lane):
            all_rest.set()
        return found

    monkeypatch.setattr(SqlJobQueue, "next_due", noted)
    await upgrade(sqlite_url)
    async with SandboxServer(tmp_path / "world") as server:
        values: dict[str, Any] = {name.lower(): value for name, value in server.environment(0).items()}
        # Lists are read every five minutes, which is work.
        values |= dict.fromkeys(("sepay_api_token", "casso_api_key"))
        async with build_program(settings_of(values | {"database_url": sqlite_url})) as program:
            working = asyncio.create_task(run_workers(program))
            async with asyncio.timeout(120):
                await all_rest.wait()
            transactions.clear()
            await asyncio.sleep(SECONDS)
            assert transactions["writing"] == 0
            assert transactions.total() <= SECONDS
            working.cancel()
            await working


async def test_an_idle_program_asks_postgresql_at_most_five_times_a_second(
    postgresql_url: str, tmp_path: Path
) -> None:
    """Counted in transactions: each statement of the engine is one."""
    server, seconds = make_url(postgresql_url), 20
    # From another database of the server, whose own questions do not count.
    admin = server.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)

    def transactions() -> int:
        with psycopg.connect(admin, autocommit=True) as connection:
            counted = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"
            found = connection.execute(counted, (server.database,)).fetchone()
        assert found
        return int(found[0])

    async with SandboxServer(tmp_path / "world") as world:
        values: dict[str, Any] = {name.lower(): value for name, value in world.environment(0).items()}
        values |= dict.fromkeys(("sepay_api_token", "casso_api_key"))
        async with build_program(settings_of(values | {"database_url": postgresql_url})) as program:
            working = asyncio.create_task(run_workers(program))
            await asyncio.sleep(5)
            before = transactions()
            await asyncio.sleep(seconds)
            asked = transactions() - before
            working.cancel()
            await working
    # Some were told a moment late.
    assert 10 < asked <= 5 * seconds
