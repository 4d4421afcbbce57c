"""A database that was stored before there were books gets whole ones, and each figure stays as it was."""

import sqlite3
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import TransferState
from services.operations import Operations
from services.ports import DayTotals
from storage.database import Database
from storage.migrate import downgrade, upgrade
from tests.fixtures.make import FOLDER
from tests.services.paying import requests_of
from tests.support.banks import Bank
from tests.support.books import differences
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import Row, rows_of

Books = dict[tuple[str, object, str], int]


async def books(database: Database) -> Books:
    """What is posted of each transfer, order and request, by account."""
    entries = {row["id"]: row for row in await rows_of(database, "journal_entries")}
    sums = Counter[tuple[str, object, str]]()
    for row in await rows_of(database, "postings"):
        entry = entries[row["entry_id"]]
        for what, which in (("transfer", entry["transfer_id"]), ("order", entry["order_id"])):
            sums[what, which, row["account"]] += row["amount"] if which else 0
        sums["request", row["payment_code"], row["account"]] += row["amount"] if row["payment_code"] else 0
    return {key: balance for key, balance in sums.items() if balance}


async def acts(database: Database) -> list[Row]:
    """Who returned, ignored and cancelled what, and when. A surplus that was ignored stands on its request as
    what was booked there."""
    names = ("kind", "at", "transfer_id", "order_id", "accountant_id")
    by_hand = ("returned", "ignored", "cancelled")
    entries = await rows_of(database, "journal_entries")
    left = {row["entry_id"] for row in await rows_of(database, "postings") if row["account"] == "surplus"}
    rows = [row for row in entries if row["kind"] in by_hand and row["id"] not in left]
    return sorted(
        ({name: row[name] for name in names} for row in rows), key=lambda row: (row["kind"], str(row))
    )


async def totals(database: Database, clock: FixedClock) -> DayTotals:
    async with database.read() as uow:
        return await uow.transfers.totals(clock.now() - timedelta(days=2), clock.now() + timedelta(days=1))


@pytest.mark.long
async def test_whatever_was_stored_has_its_books(
    operations: Operations,
    owner: Actor,
    back_office: Actor,
    bank: Bank,
    database: Database,
    clock: FixedClock,
) -> None:
    customers, desk = await add_customers(operations, owner, 9), operations.desk
    several = await placed_order(operations, owner, customers[:4])
    bundled = await placed_order(operations, owner, customers[4:7], RecipientMode.ACCOUNTANT)
    gone = await placed_order(operations, owner, customers[7:])
    codes = [request.code for request in await requests_of(database, several)]
    price = several.total // 4
    await bank.tells(codes[0], price + 7)
    await bank.tells(codes[0], 5)
    await desk.return_transfer(back_office, 2, "FT-BACK")
    await bank.tells(codes[0], 6)
    await desk.ignore_transfer(back_office, 3, "khách cho luôn")
    await bank.tells(codes[1], 2 * price)
    await desk.assign_transfer(back_office, 4, codes[2])
    await bank.tells(bundled.code, price)
    for content in ("", "", "", codes[3]):
        await bank.tells(content, 3)
    clock.forward(hours=1)
    await desk.return_transfer(back_office, 6, "FT-WHOLE")
    await desk.ignore_transfer(back_office, 7, "phí")
    await bank.tells("", 4, outgoing=True)
    for currency in ("USD", "USD", "USD"):
        await bank.tells("", 8, currency=currency)
    await desk.assign_transfer(back_office, 11, codes[3])
    await desk.return_transfer(back_office, 12, "FT-USD")
    for provider in ("sepay", "casso"):
        await bank.tells("", 2, provider=provider, reference="FT-TWICE")
    await operations.cancel_order(owner, gone.id)
    states = {row["state"] for row in await rows_of(database, "transfers")}
    assert states == {one.value for one in TransferState} - {TransferState.RECEIVED}
    assert await differences(database) == []
    before = await books(database), await acts(database), await totals(database, clock)

    url = database.url.render_as_string(hide_password=False)
    await database.close()
    await downgrade(url, "0009_desk_search")
    await upgrade(url)
    assert await differences(database) == []
    assert (await books(database), await acts(database), await totals(database, clock)) == before


async def test_the_database_of_0_2_0_gets_its_books(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old.db") as connection:
        connection.executescript((FOLDER / "bot-0.2.0.sql").read_text("utf-8"))
    connection.close()
    url = f"sqlite+aiosqlite:///{tmp_path}/old.db"
    await upgrade(url)
    database = Database(url)
    assert await differences(database) == []
    async with database.reading() as opened:
        received = await opened.scalar(text("SELECT sum(received) FROM payment_requests"))
        asked = await opened.scalar(
            text("SELECT sum(amount) FROM payment_requests WHERE state <> 'cancelled'")
        )
    found = Counter[str]()
    for row in await rows_of(database, "postings"):
        found[row["account"]] += row["amount"]
    assert found["receivable"] + found["surplus"] == asked - received
    assert found["bank"] == sum(row["amount"] for row in await rows_of(database, "transfers")) > 0
    await database.close()
