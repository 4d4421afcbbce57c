"""Reads of a database as large as in some years, each beside a look-up by key: `make bench ARGS=--large`.

One firm's years are made by the real operations and then copied inside the database: its rows for a thousand
other firms, and its customers and orders twenty times more for itself.
"""

import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.people import Actor
from services.catalogue.customers import EVERYONE
from services.ports import CustomerFilter, OrderFilter, UnitOfWork
from storage.database import Database
from storage.jobs import SqlJobQueue
from tests.bench.catalogue import CLOCK, NO_WORKBOOKS, customers, keep, migrated, operations
from tests.bench.measuring import Figure, compare
from tests.support.builders import FISCAL_YEAR, placed_order, register_owner, start_draft
from tests.support.working import Working

GOAL = 10.0
"""How many times a look-up by key each read may take."""

LINES = 20
"""Customers of one order."""

_COPIED = ["firms", "accountants", "customers", "drafts", "orders", "payment_requests", "order_lines"]
_COPIED += ["licences", "pushes", "events", "jobs"]
_OF = {"firm_id": "firms", "accountant_id": "accountants", "customer_id": "customers"}
_OF |= {"draft_id": "drafts", "order_id": "orders"}
_UNIQUE = {"code", "payment_code", "key", "order_key", "tax_code", "sort_key", "name", "search"}
_UNIQUE |= {"email", "phone"}
_ONE_FIRM = {"firms", "accountants"}


@dataclass(frozen=True, slots=True)
class Size:
    """How many other firms there are, the customers and orders of each, and how many times as much the one
    large firm has."""

    firms: int = 999
    customers: int = 500
    orders: int = 50
    times: int = 20


async def figures(folder: Path, size: Size = Size(), rounds: int = 7) -> Sequence[Figure]:
    path = folder / "large.db"
    started = time.monotonic()
    actor = await _one_firm(path, size)
    _multiply(path, size)
    megabytes = path.stat().st_size / 1e6
    print(f"{megabytes:.0f} MB in {time.monotonic() - started:.0f} s …", end=" ", file=sys.stderr, flush=True)
    database, found = Database(f"sqlite+aiosqlite:///{path}"), []
    try:
        ops = operations(database, NO_WORKBOOKS)
        draft_id = await start_draft(ops, actor)
        await ops.pick_matching(actor, EVERYONE, picked=True)
        for name, read in _reads(actor, draft_id, SqlJobQueue(database)).items():
            by_key, milliseconds = await _timed(database, read, rounds)
            found.append(Figure(f"{name} of {megabytes:.0f} MB", milliseconds, by_key, "ms", GOAL))
    finally:
        await database.close()
    return found


Read = Callable[[UnitOfWork], Awaitable[Any]]


def _reads(actor: Actor, draft_id: int, queue: SqlJobQueue) -> dict[str, Read]:
    now, firm, me = CLOCK.now(), actor.firm_id, actor.accountant_id
    everyone, orders = CustomerFilter(firm), OrderFilter(firm)
    searched = OrderFilter(firm, terms=("sen 499",))
    return {
        "a page of the customers": lambda uow: uow.customers.find(everyone, 0, 8),
        "a page of a search of customers": lambda uow: uow.customers.find(
            CustomerFilter(firm, ("sen 499",)), 0, 8
        ),
        "customers that look alike": lambda uow: uow.customers.look_alikes(firm, 0, 8),
        "customers of a draft that were ordered before": lambda uow: uow.orders.ordered_before(draft_id, 8),
        "a page of the orders": lambda uow: uow.orders.find(orders, 0, 8),
        "a page of a search of orders": lambda uow: uow.orders.find(searched, 0, 8),
        "a page of the orders to activate": lambda uow: uow.orders.find(
            OrderFilter(firm, to_activate=True), 0, 8
        ),
        "a page of the notices": lambda uow: uow.pushes.notices(me, 0, 8),
        "how many notices are unread": lambda uow: uow.pushes.unread(me),
        "the totals of a day": lambda uow: uow.transfers.totals(now - timedelta(days=1), now),
        "the log of a day": lambda uow: uow.events.between(now - timedelta(days=1), now),
        "the log of a month": lambda uow: uow.events.between(now - timedelta(days=30), now),
        "a reminder": lambda uow: uow.licences.on_trial(me, "", now - timedelta(hours=1), now, 10),
        "where a reminder leads": lambda uow: uow.licences.orders_on_trial(me, 2),
        "customers that nobody uses": lambda uow: uow.customers.unused(now, 500),
        "when the next job is due": lambda uow: queue.next_due(),
    }


async def _timed(database: Database, read: Read, rounds: int) -> tuple[float, float]:
    async def timed(act: Read) -> float:
        started = time.perf_counter()
        async with database.read() as uow:
            await act(uow)
        return time.perf_counter() - started

    return await compare(lambda: timed(lambda uow: uow.customers.get(1, 1)), lambda: timed(read), rounds)


async def _one_firm(path: Path, size: Size) -> Actor:
    """A firm with its customers, its orders, and all that was sent."""
    database = await migrated(path)
    try:
        ops, working = operations(database, NO_WORKBOOKS), Working(database, CLOCK)
        owner = await register_owner(ops)
        await keep(database, owner, customers(size.customers))
        async with database.read() as uow:
            known = list(await uow.customers.all(CustomerFilter(owner.firm_id)))
        for number in range(size.orders):
            years_ago, of_year = divmod(number, size.customers // LINES)
            first, year = of_year * LINES, FISCAL_YEAR - years_ago
            await placed_order(ops, owner, known[first : first + LINES], fiscal_year=year)
            await working.work()
        async with database.writing() as connection:
            await connection.exec_driver_sql(
                "UPDATE licences SET step = 'done', activated_at = ?, paid = id % 3 = 0",
                (f"{CLOCK.now() - timedelta(minutes=9):%Y-%m-%d %H:%M:%S.%f}",),
            )
        return owner
    finally:
        await database.close()


def _multiply(path: Path, size: Size) -> None:
    """Copy the firm's rows. Copies for other firms are as many days older as their number, within a year."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN IMMEDIATE;"
            "CREATE TEMP TABLE copies (n INTEGER PRIMARY KEY, own BOOLEAN NOT NULL)"
        )
        total = size.firms + size.times - 1
        numbers = [(n, n > size.firms) for n in range(1, total + 1)]
        connection.executemany("INSERT INTO copies VALUES (?, ?)", numbers)
        ids = {table: _most(connection, table) for table in _COPIED if _has_id(connection, table)}
        for table in _COPIED:
            connection.execute(f"CREATE TEMP TABLE one_{table} AS SELECT * FROM main.{table}")
        for table in _COPIED:
            columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
            copied = ", ".join(_copied(table, column, ids) for column in columns)
            own = "WHERE NOT own" if table in _ONE_FIRM else ""
            names = ", ".join(f'"{column}"' for column in columns)
            connection.execute(
                f"INSERT INTO main.{table} ({names}) SELECT {copied}"
                f" FROM copies CROSS JOIN one_{table} {own} ORDER BY n"
            )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copied(table: str, column: str, ids: dict[str, int]) -> str:
    """The value of a column in copy `n`."""
    target = table if column == "id" else _OF.get(column, "")
    if target in _ONE_FIRM and table not in _ONE_FIRM:
        return f"{column} + (NOT own) * n * {ids[target]}"
    if target:
        return f"{column} + n * {ids[target]}"
    if column == "about":
        return "CASE WHEN kind = 'payment_instruction' THEN about || '-' || n ELSE about END"
    if column in _UNIQUE:
        return f'''"{column}" || '-' || n'''
    if column.endswith("_at"):
        older = "'-' || (n % 365) || ' days'"
        return (
            f"CASE WHEN own OR {column} < '1971' THEN {column}"
            f" ELSE strftime('%Y-%m-%d %H:%M:%S.000000', {column}, {older}) END"
        )
    return f'"{column}"'


def _has_id(connection: sqlite3.Connection, table: str) -> bool:
    return any(row[1] == "id" for row in connection.execute(f"PRAGMA main.table_info({table})"))


def _most(connection: sqlite3.Connection, table: str) -> int:
    (most,) = connection.execute(f"SELECT max(id) FROM main.{table}").fetchone()
    return int(most or 0)
