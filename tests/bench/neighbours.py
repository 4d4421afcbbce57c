"""A tap of one firm while another one places a large order, on PostgreSQL; the order in another process."""

import asyncio
import time
from collections.abc import Sequence

from domain.customers import Customer
from domain.people import Actor
from services.catalogue.customers import EVERYONE
from services.operations import Operations
from storage.database import Database
from tests.bench.catalogue import NO_WORKBOOKS, customers, keep, migrated, operations
from tests.bench.measuring import Figure, p95
from tests.support.builders import add_customers, register_owner, start_draft
from tests.support.elsewhere import by, processes
from tests.support.postgres import postgres_url, start_postgres, stop_postgres

PAUSE = 0.02
"""Seconds between two taps: somebody picks one customer after the other, as fast as a person can."""


async def beside_an_order(lines: int, rounds: int, taps: int) -> Sequence[Figure]:
    """`taps` are measured before each order, and as many as there is time for while it is placed."""
    server = await asyncio.to_thread(start_postgres)
    try:
        url = postgres_url(server)
        database = await migrated(url)
        try:
            idle, busy = await _taps(database, url, lines, rounds, taps)
        finally:
            await database.close()
    finally:
        await asyncio.to_thread(stop_postgres, server)
    title = f"picking a customer (p95) while another firm places {lines:,} lines, to the same at rest"
    return [Figure(title, p95(busy) * 1000, p95(idle) * 1000, "ms", goal=3.0)]


async def _taps(
    database: Database, url: str, lines: int, rounds: int, taps: int
) -> tuple[list[float], list[float]]:
    """How many seconds each tap took at rest, and while an order was placed."""
    ops = operations(database, NO_WORKBOOKS)
    picker = await register_owner(ops, 1)
    await start_draft(ops, picker)
    (customer,) = await add_customers(ops, picker, 1)
    orderers = [await _ready(database, ops, lines, 2 + number) for number in range(rounds + 1)]
    idle: list[float] = []
    busy: list[float] = []
    async with processes(url, 1) as (other,):
        for number, orderer in enumerate(orderers):
            at_rest = [await _tap(ops, picker, customer) for _ in range(taps)]
            placing = asyncio.create_task(other.act("place", by=by(orderer)))
            meanwhile = [await _tap(ops, picker, customer)]
            while not placing.done():
                meanwhile.append(await _tap(ops, picker, customer))
            assert isinstance(await placing, int)
            # The first round warms both processes up.
            if number:
                idle += at_rest
                busy += meanwhile
    return idle, busy


async def _tap(ops: Operations, actor: Actor, customer: Customer) -> float:
    await asyncio.sleep(PAUSE)
    started = time.perf_counter()
    await ops.pick_customer(actor, customer.id, picked=True)
    return time.perf_counter() - started


async def _ready(database: Database, ops: Operations, lines: int, number: int) -> Actor:
    """The owner of a new firm, whose draft of so many lines may be placed."""
    owner = await register_owner(ops, number)
    await keep(database, owner, customers(lines))
    await start_draft(ops, owner)
    await ops.pick_matching(owner, EVERYONE, picked=True)
    await ops.finish_picking(owner)
    await ops.set_common_accounting(owner, await ops.offer_accounting(owner))
    await ops.confirm_draft(owner, True)
    return owner
