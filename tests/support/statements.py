"""What is asked of SQLite, and how often the event loop hands something to a thread and waits for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from storage import sqlite


@dataclass
class Watched:
    """`statements` are the SQL and parameters of each, without BEGIN and COMMIT. `syncs` are the ends of
    transactions that changed something."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    thread_changes: int = 0
    syncs: int = 0


@contextmanager
def watched() -> Iterator[Watched]:
    """Watch every connection to SQLite, and every thread, while the block runs."""
    seen = Watched()
    run, in_thread = sqlite.Connection.run, sqlite.Connection._in_thread
    in_executor = asyncio.BaseEventLoop.run_in_executor

    async def noted(self: sqlite.Connection, sql: str, parameters: Any = (), **how: bool) -> sqlite.Fetched:
        seen.statements.append((sql, parameters))
        return await run(self, sql, parameters, **how)

    async def changed(self: Any, *arguments: Any, **named: Any) -> Any:
        seen.thread_changes += 1
        seen.syncs += not named.get("interruptible", True)
        return await in_thread(self, *arguments, **named)

    def changed_too(self: Any, *arguments: Any) -> Any:
        seen.thread_changes += 1
        return in_executor(self, *arguments)

    with (
        patch.object(sqlite.Connection, "run", noted),
        patch.object(sqlite.Connection, "_in_thread", changed),
        patch.object(asyncio.BaseEventLoop, "run_in_executor", changed_too),
    ):
        yield seen
