"""Every night the figures are compared with the books."""

import logging
from datetime import UTC, datetime

import pytest

from domain.people import Actor
from services.money.checking import CHECK_BOOKS_JOB, StartCheckingBooks
from services.operations import Operations
from storage.database import Database
from tests.services.paying import pushes_of, requests_of
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of

NIGHT = datetime(2026, 6, 15, 19, tzinfo=UTC)
"""Two o'clock in Vietnam."""


async def nights(database: Database) -> list[datetime]:
    """When the books are compared next."""
    jobs = [row for row in await rows_of(database, "jobs") if row["name"] == CHECK_BOOKS_JOB]
    return [row["due_at"] for row in jobs if row["settled_at"] is None]


@pytest.fixture
async def started(operations: Operations, owner: Actor, bank: Bank, clock: FixedClock) -> Database:
    """Two programs have started, and an order of 2 customers has got 5 VND under the first one's code."""
    order = await placed_order(operations, owner, await add_customers(operations, owner, 2))
    first, _ = await requests_of(bank.database, order)
    await bank.tells(first.code, 5)
    for _ in range(2):
        await StartCheckingBooks(bank.database, clock)()
    return bank.database


async def test_whole_books_are_compared_every_night_and_nobody_is_told(
    started: Database, bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    assert await nights(started) == [NIGHT]
    await bank.working.work_until(NIGHT)
    assert await nights(started) == [NIGHT.replace(day=16)]
    assert await pushes_of(started, "books_differ") == []
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_a_difference_is_told_each_night_until_it_is_mended(
    started: Database, bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    async with started.writing() as connection:
        await connection.exec_driver_sql("UPDATE payment_requests SET received = 6 WHERE received = 5")
    (code,) = [row["code"] for row in await rows_of(started, "payment_requests") if row["received"]]
    for days in (0, 1):
        await bank.working.work_until(NIGHT.replace(day=15 + days))
        told = await pushes_of(started, "books_differ")
        assert [row["about"] for row in told] == [f"1 orders:{code}"] * (days + 1)
        assert {row["state"] for row in told} == {"sent"}
    (first, _) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert first.getMessage() == f"figures of money differ from the books: 1 orders:{code}"
    async with started.writing() as connection:
        await connection.exec_driver_sql("UPDATE payment_requests SET received = 5 WHERE received = 6")
    await bank.working.work_until(NIGHT.replace(day=17))
    assert len(await pushes_of(started, "books_differ")) == 2
