"""The books of a period as a workbook, whose sums are those of the postings."""

import io
from collections import Counter
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from domain.calendar import day_of
from domain.people import Actor
from domain.postings import Account
from gateways.workbooks.export import OpenpyxlWriter
from services.operations import Operations
from storage.database import Database
from tests.services.paying import requests_of
from tests.services.support import refusal
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from texts.back_office.accounts import ACCOUNTS, tables

TODAY, TOMORROW = date(2026, 6, 15), date(2026, 6, 16)


async def exported(operations: Operations, actor: Actor, first: date, last: date) -> Workbook:
    found = await operations.desk.export_accounts(actor, first, last)
    return load_workbook(io.BytesIO(await OpenpyxlWriter().write(tables(found, first, last))))


def rows(book: Workbook, title: str) -> list[tuple[Any, ...]]:
    """The rows of a sheet, without its headings."""
    sheet: Any = book[title]
    return list(sheet.values)[1:]


async def test_the_sums_of_a_period_are_those_of_its_postings(
    operations: Operations,
    owner: Actor,
    back_office: Actor,
    bank: Bank,
    clock: FixedClock,
    database: Database,
) -> None:
    customers, desk = await add_customers(operations, owner, 4), operations.desk
    order = await placed_order(operations, owner, customers[:2])
    gone = await placed_order(operations, owner, customers[2:])
    first, second = await requests_of(database, order)
    await bank.tells(first.code, first.amount + 7, reference="0007")
    clock.forward(days=1)
    await operations.cancel_order(owner, gone.id)
    await desk.return_transfer(back_office, 1, "00TRA7")
    await bank.tells(second.code, 1_000)
    await bank.tells("nham", 50)
    await bank.tells("phi", 11, outgoing=True)

    posted = Counter[tuple[date, str]]()
    entries = await rows_of(database, "journal_entries")
    days = {row["id"]: day_of(row["at"]) for row in entries}
    for row in await rows_of(database, "postings"):
        posted[days[row["entry_id"]], row["account"]] += row["amount"]
    for first_day, last_day in ((TODAY, TODAY), (TOMORROW, TOMORROW), (TODAY, TOMORROW)):
        book = await exported(operations, back_office, first_day, last_day)
        sums = {one: sum(row[-1] for row in rows(book, one)) for one in book.sheetnames[1:]}
        heads = {row[0]: row[1:] for row in rows(book, "Tổng hợp")}
        of = {one: sum(posted[at, one] for at in {first_day, last_day}) for one in Account}
        assert sums["Đơn hàng"] == -of[Account.ORDERED]
        assert sums["Tiền vào"] == of[Account.BANK]
        assert sums["Trả lại"] == -of[Account.RETURNED]
        for account, name in ACCOUNTS.items():
            opening, added, taken, closing = heads[name]
            assert added + taken == of[account]
            assert closing == opening + added + taken
        assert sums["Phải thu"] == heads[ACCOUNTS[Account.RECEIVABLE]][-1]
        assert sum(row[-1] for row in heads.values()) == 0
    back = rows(book, "Trả lại")[0]
    assert (back[1], back[3], back[-1]) == ("0007", "00TRA7", 7)
    owed = rows(book, "Phải thu")
    assert [(row[0], row[-3:]) for row in owed] == [
        (second.code, (second.amount, 1_000, second.amount - 1_000))
    ]
    sheet: Any = book["Tiền vào"]
    assert {row[3].number_format for row in sheet.iter_rows(min_row=2)} == {"@"}


@pytest.mark.parametrize(
    ("last", "code"), [(date(2026, 6, 14), "days_reversed"), (date(2027, 6, 16), "days_too_many")]
)
async def test_a_period_that_is_none_is_refused(
    operations: Operations, back_office: Actor, last: date, code: str
) -> None:
    with refusal(code):
        await operations.desk.export_accounts(back_office, TODAY, last)
