"""Reads of a database as large as in some years, each beside a look-up by key: `make bench ARGS=--large`.

One firm's years are made by the real operations and then copied inside the database: its rows for a thousand
other firms, and its customers and orders twenty times more for itself.
"""

import random
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from domain.candidates import names_in
from domain.desk_search import Sought
from domain.people import Actor
from services.back_office.searching import SHOWN
from services.catalogue.customers import EVERYONE
from services.housekeeping import ROWS_AT_ONCE
from services.messaging.notices import MARKED_AT_ONCE
from services.ports import CustomerFilter, OrderFilter
from storage.database import Database
from storage.jobs import SqlJobQueue, jobs
from storage.purging import STEP, delete_some
from storage.tables.orders import orders
from tests.bench.catalogue import CLOCK, NO_WORKBOOKS, customers, keep, migrated, operations
from tests.bench.desk import Act, Transaction, add_transfers, windows
from tests.bench.measuring import Figure, Timed, compare
from tests.support.builders import FISCAL_YEAR, actor_of, placed_order, register_owner, start_draft
from tests.support.working import Working

GOAL = 10.0
"""How many times a look-up by key each read may take."""

WHOLE = 60.0
"""The same for what goes through all that a firm of 10,000 customers keeps, orders or has in one draft."""

PAYER = customers(1)[0]

LINES = 20
"""Customers of one order."""

_COPIED = ["firms", "accountants", "customers", "drafts", "orders", "payment_requests", "order_lines"]
_COPIED += ["order_searches", "ordered_codes", "licences", "trial_hours", "pushes", "events", "jobs"]
_COPIED += ["journal_entries", "postings"]
_OF = {"firm_id": "firms", "accountant_id": "accountants", "customer_id": "customers"}
_OF |= {"draft_id": "drafts", "order_id": "orders", "entry_id": "journal_entries"}
_UNIQUE = {"code", "payment_code", "key", "order_key", "sort_key", "name", "search"}
_UNIQUE |= {"email", "phone"}
_ALIKE, _ALL_ORDERED = "customers that look alike", "customers that were ordered before, all of 10,000"
_BY_PHONE = "a reminder to a payer by phone"
_WHOLE = {_ALIKE, _ALL_ORDERED, _BY_PHONE}
_EVENT = "verb, at, accountant_id, firm_id, order_id, params"
_ONE_FIRM = {"firms", "accountants"}


@dataclass(frozen=True, slots=True)
class Size:
    """How many other firms there are, the customers and orders of each, how many times as much the one large
    firm has, and the transfers that wait for back office."""

    firms: int = 999
    customers: int = 500
    orders: int = 50
    times: int = 20
    transfers: int = 2_000


async def figures(folder: Path, size: Size = Size(), rounds: int = 7) -> Sequence[Figure]:
    """Uses the database that is in `folder`, if one is."""
    path = folder / "large.db"
    started = time.monotonic()
    if not path.exists():
        await _make(path, size)
    megabytes = path.stat().st_size / 1e6
    print(f"{megabytes:.0f} MB in {time.monotonic() - started:.0f} s …", end=" ", file=sys.stderr, flush=True)
    database, found = Database(f"sqlite+aiosqlite:///{path}"), []
    try:
        async with database.read() as uow:
            (owner,) = await uow.people.staff_of(1)
            draft = await uow.drafts.open_of(owner.id)
            assert draft is not None
            small = await uow.drafts.follower_of(draft.id)
            assert small is not None
        look_up = await _look_up(database)
        acts = _acts(database, actor_of(owner), draft.id, small.id)
        acts |= await windows(database, operations(database, NO_WORKBOOKS))
        for name, (transaction, act) in acts.items():
            by_key, milliseconds = await compare(look_up, partial(_timed, transaction, act), rounds)
            goal = WHOLE if name in _WHOLE else GOAL
            found.append(Figure(f"{name} of {megabytes:.0f} MB", milliseconds, by_key, "ms of CPU", goal))
    finally:
        await database.close()
    return found


async def _make(path: Path, size: Size) -> None:
    """The firm, its rows multiplied, its open draft of all that it keeps, and a small one behind that."""
    made = path.with_suffix(".part")
    actor = await _one_firm(made, size)
    _multiply(made, size)
    database = Database(f"sqlite+aiosqlite:///{made}")
    try:
        ops = operations(database, NO_WORKBOOKS)
        await start_draft(ops, actor)
        await ops.pick_matching(actor, EVERYONE, picked=True)
        async with database.write() as uow:
            draft = await uow.drafts.open_of(actor.accountant_id)
            assert draft is not None
            small = await uow.drafts.start_after(draft.id, CLOCK.now())
            await uow.drafts.save(replace(draft, id=small.id), CLOCK.now())
            await uow.drafts.add_lines(small.id, await uow.drafts.lines(draft, 0, LINES))
        await add_transfers(database, size.transfers)
    finally:
        await database.close()
    made.rename(path)


T = TypeVar("T")


class _UndoneError(Exception):
    """Rolls a change back, so that each round finds what the first one found."""


@asynccontextmanager
async def _undone(writing: Callable[[], AbstractAsyncContextManager[T]]) -> AsyncIterator[T]:
    """A transaction that is rolled back at its end."""
    with suppress(_UndoneError):
        async with writing() as transaction:
            yield transaction
            raise _UndoneError


def _acts(
    database: Database, actor: Actor, draft_id: int, small_id: int
) -> dict[str, tuple[Transaction, Act]]:
    """Each with the transaction it is done in; a change is one step of those that its operation takes."""
    queue = SqlJobQueue(database)

    undone = partial(_undone, database.write)
    # Steps of clean-ups take the connection itself.
    purging: Any = partial(_undone, database.writing)
    now, firm, me = CLOCK.now(), actor.firm_id, actor.accountant_id
    since, month = now - timedelta(days=1), now - timedelta(days=30)
    hour = now - timedelta(hours=1), now
    everyone, all_orders = CustomerFilter(firm), OrderFilter(firm)
    searched, activating = OrderFilter(firm, terms=("sen", "499")), OrderFilter(firm, to_activate=True)
    by_keys = Sought("KTAAAAAAA", PAYER.tax_code, PAYER.phone, 1_950_000, "FT26327000111")
    reads: dict[str, Act] = {
        "a customer by its key, compiled once,": lambda uow: uow.customers.get(1, 1),
        "a page of the customers": lambda uow: uow.customers.find(everyone, 0, 8),
        "a page of a search of customers": lambda uow: uow.customers.find(
            CustomerFilter(firm, ("sen", "499")), 0, 8
        ),
        _ALIKE: lambda uow: uow.customers.look_alikes(firm, 0, 8),
        _ALL_ORDERED: lambda uow: uow.orders.ordered_before(draft_id, 8),
        "customers that were ordered before, all of a small draft": lambda uow: uow.orders.ordered_before(
            small_id, 8
        ),
        "a page of the orders": lambda uow: uow.orders.find(all_orders, 0, 8),
        "a page of a search of orders": lambda uow: uow.orders.find(searched, 0, 8),
        "a page of the orders to activate": lambda uow: uow.orders.find(activating, 0, 8),
        "a page of the notices": lambda uow: uow.pushes.notices(me, 0, 8),
        "how many notices are unread": lambda uow: uow.pushes.unread(me),
        "firms by tax code and phone": lambda uow: uow.desk_search.firms(by_keys, SHOWN),
        "customers by tax code and phone": lambda uow: uow.desk_search.customers(by_keys, SHOWN),
        "orders by code and total": lambda uow: uow.desk_search.orders(by_keys, SHOWN),
        "transfers by reference and amount": lambda uow: uow.desk_search.transfers(by_keys, SHOWN),
        "the open requests of a sum": lambda uow: uow.desk_search.open_of_amount(by_keys.amount, 50),
        "the open requests of whom a transfer names": lambda uow: uow.desk_search.open_of_named(
            names_in("CTY TNHH HOA SEN 499 ck"), [PAYER.tax_code], 50
        ),
        "the totals of a day": lambda uow: uow.transfers.totals(since, now),
        "a page of the log of a month": lambda uow: anext(aiter(uow.events.between(month, now))),
        "a reminder": lambda uow: uow.licences.on_trial(me, "", *hour, 10),
        "a reminder to a payer by mail": lambda uow: uow.licences.on_trial(me, PAYER.email, *hour, 10),
        _BY_PHONE: lambda uow: uow.licences.on_trial(me, PAYER.phone, *hour, 10),
        "where a reminder leads": lambda uow: uow.licences.orders_on_trial(me, 2),
        "customers that nobody uses": lambda uow: uow.customers.unused(now, ROWS_AT_ONCE),
        "when the next job is due": lambda uow: queue.next_due(),
    }
    changes: dict[str, Act] = {
        "marking notices as read, a step": lambda uow: uow.pushes.mark_some_read(me, MARKED_AT_ONCE, now),
    }
    steps: dict[str, Any] = {
        "forgetting settled jobs, a step": lambda connection: delete_some(
            connection, jobs, jobs.c.settled_at < now, STEP
        ),
    }
    return {
        **{name: (database.read, read) for name, read in reads.items()},
        **{name: (undone, change) for name, change in changes.items()},
        **{name: (purging, step) for name, step in steps.items()},
    }


async def _look_up(database: Database) -> Timed:
    """The look-up by key: an order by its code, another one each time, by a statement that takes the same way
    as most of those that are measured."""
    async with database.reading() as connection:
        codes = list(await connection.scalars(select(orders.c.code)))
    return lambda: _timed(database.read, lambda uow: uow.orders.by_code(random.choice(codes)))


async def _timed(transaction: Transaction, act: Act) -> float:
    """Seconds of CPU in all threads: others who use the machine make a long read wait for its turns."""
    started = time.process_time()
    async with transaction() as uow:
        await act(uow)
    return time.process_time() - started


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
            # An event for each licence.
            await connection.exec_driver_sql(
                f"INSERT INTO events ({_EVENT}) SELECT {_EVENT} FROM events JOIN order_lines USING (order_id)"
            )
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
    if column == "tax_code":
        return "(1000 + n) || substr(tax_code, 5)"
    if column == "link":
        return "CASE WHEN link = '' THEN link ELSE link || '-' || n END"
    if (table, column) == ("customers", "phone"):
        # One in a hundred shares it with its copies, and looks like them.
        return "CASE WHEN id % 100 = 0 THEN phone ELSE phone || '-' || n END"
    if column in _UNIQUE:
        return f'''"{column}" || '-' || n'''
    if column == "text":
        return "replace(text, char(10), '-' || n || char(10)) || '-' || n"
    if column in ("at", "hour") or column.endswith("_at"):
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
