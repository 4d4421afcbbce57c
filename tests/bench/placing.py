"""Placing an order of many lines, against a bare `executemany` of the same rows in one transaction."""

import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from services.catalogue.customers import EVERYONE
from services.operations import Operations
from services.ordering.drafts import DraftView
from storage.database import Database
from tests.bench.catalogue import NO_WORKBOOKS, customers, keep, migrated, operations
from tests.bench.measuring import Figure, compare
from tests.support.builders import add_customers, place, ready_draft, register_owner, start_draft

_TABLES = ("orders", "payment_requests", "order_lines", "licences", "events", "pushes", "jobs")
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32768")

Rows = list[tuple[Any, ...]]


class Placing:
    """Copies of one database with a draft that is ready to be placed, and the rows that placing it writes."""

    def __init__(self, folder: Path, lines: int) -> None:
        self.folder = folder
        self.lines = lines
        self.rows: dict[str, Rows] = {}
        self._numbers = count()

    @property
    def _prepared(self) -> Path:
        return self.folder / "prepared.db"

    async def prepare(self) -> None:
        """Prepare two firms: one with a draft of one line for warming up, one with the big draft."""
        database = await migrated(self._prepared)
        try:
            ops = operations(database, NO_WORKBOOKS)
            small, big = await register_owner(ops, 1), await register_owner(ops, 2)
            await ready_draft(ops, small, await add_customers(ops, small, 1))
            await keep(database, big, customers(self.lines))
            await start_draft(ops, big)
            await ops.pick_matching(big, EVERYONE, picked=True)
            await ops.finish_picking(big)
            await ops.set_common_accounting(big, await ops.offer_accounting(big))
            await ops.confirm_draft(big, True)
            self._actors = small, big
        finally:
            await database.close()

    async def by_us(self) -> float:
        copy = self._copy()
        database = Database(f"sqlite+aiosqlite:///{copy}")
        try:
            ops = operations(database, NO_WORKBOOKS)
            await place(ops, self._actors[0], await self._view(ops, 0))
            before = self.rows or _read(copy)
            view = await self._view(ops, 1)
            started = time.process_time()
            await place(ops, self._actors[1], view)
            seconds = time.process_time() - started
            if not self.rows:
                after = _read(copy)
                self.rows = {table: after[table][len(before[table]) :] for table in _TABLES}
        finally:
            await database.close()
        return seconds

    async def by_executemany(self) -> float:
        if not self.rows:
            await self.by_us()
        with closing(sqlite3.connect(self._copy(), isolation_level=None)) as connection:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            statements = [_insert(table, rows) for table, rows in self.rows.items()]
            started = time.process_time()
            connection.execute("BEGIN IMMEDIATE")
            for statement, rows in zip(statements, self.rows.values(), strict=True):
                connection.executemany(statement, rows)
            connection.execute("COMMIT")
            return time.process_time() - started

    async def _view(self, ops: Operations, whose: int) -> DraftView:
        return await ops.view_draft(self._actors[whose])

    def _copy(self) -> Path:
        for old in self.folder.glob("copy-*"):
            old.unlink()
        return Path(shutil.copyfile(self._prepared, self.folder / f"copy-{next(self._numbers)}.db"))


def _read(path: Path) -> dict[str, Rows]:
    """All rows, in the order in which they were inserted."""
    with closing(sqlite3.connect(path)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}


def _insert(table: str, rows: Rows) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})"


async def figures(folder: Path, lines: int, rounds: int) -> Sequence[Figure]:
    """The CPU of the process: both write the same bytes, and wait for the disk alike."""
    placing = Placing(folder, lines)
    await placing.prepare()
    floor, value = await compare(placing.by_executemany, placing.by_us, rounds)
    title = f"placing an order of {lines:,} lines, to a bare executemany of the same rows"
    return [Figure(title, value, floor, "ms of CPU", goal=1.5)]
