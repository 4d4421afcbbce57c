"""The books: what each act posts, and that no figure is committed that differs from them."""

from collections import defaultdict
from dataclasses import replace

import pytest

from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor
from domain.postings import Account, BooksPart, Difference, JournalEntry, JournalKind, Posting
from domain.transfers import Share, Transfer, TransferState
from services.operations import Operations
from storage.database import Database
from storage.postings import BooksDiffer
from tests.services.paying import last_transfer, requests_of
from tests.support.banks import Bank
from tests.support.books import differences
from tests.support.builders import add_customers, placed_order
from tests.support.clock import NOON_OF_JUNE_15
from tests.support.rows import rows_of


async def balances(database: Database) -> dict[str, int]:
    """The balance of each account that has one."""
    found: dict[str, int] = defaultdict(int)
    for row in await rows_of(database, "postings"):
        found[row["account"]] += row["amount"]
    return {account: balance for account, balance in found.items() if balance}


async def kinds(database: Database) -> list[str]:
    return [row["kind"] for row in await rows_of(database, "journal_entries")]


async def test_an_order_is_charged_and_its_cancelling_takes_that_back(
    operations: Operations, owner: Actor, database: Database
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 3))
    assert await balances(database) == {Account.RECEIVABLE: order.total, Account.ORDERED: -order.total}
    (entry,) = await rows_of(database, "journal_entries")
    assert (entry["kind"], entry["order_id"], entry["accountant_id"]) == (
        JournalKind.CHARGED,
        order.id,
        owner.accountant_id,
    )
    await operations.cancel_order(owner, order.id)
    await operations.cancel_order(owner, order.id)
    assert await balances(database) == {}
    assert await kinds(database) == [JournalKind.CHARGED, JournalKind.CANCELLED]


async def test_money_goes_from_the_bank_to_where_it_belongs(
    operations: Operations, owner: Actor, back_office: Actor, bank: Bank, database: Database
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    desk = operations.desk
    await bank.tells(order.code, order.total + 9)
    left = {Account.ORDERED: -order.total, Account.BANK: order.total + 9}
    assert await balances(database) == left | {Account.SURPLUS: -9}
    await desk.return_transfer(back_office, 1, "FT-RETURN")
    assert await balances(database) == left | {Account.RETURNED: -9}
    told = [
        JournalKind.CHARGED,
        JournalKind.MOVED,
        JournalKind.BOOKED,
        JournalKind.TAKEN_OFF,
        JournalKind.RETURNED,
    ]
    assert await kinds(database) == told
    last = (await rows_of(database, "journal_entries"))[-1]
    assert (last["accountant_id"], last["reason"]) == (back_office.accountant_id, "FT-RETURN")
    await bank.tells("", 5)
    await desk.ignore_transfer(back_office, 2, "phí ngân hàng")
    await bank.tells(order.code, 6)
    await desk.ignore_transfer(back_office, 3, "khách cho luôn")
    await bank.tells("", 7, outgoing=True)
    await bank.tells("", 1_000, currency="JPY")
    assert await balances(database) == {
        Account.ORDERED: -order.total,
        Account.BANK: order.total + 9 + 5 + 6 - 7,
        Account.RETURNED: -9,
        Account.IGNORED: -5,
        Account.RECEIVABLE: -6,
        Account.OUTGOING: 7,
    }
    assert await differences(database) == []


async def test_money_of_another_currency_counts_once_a_person_books_it(
    operations: Operations, owner: Actor, back_office: Actor, bank: Bank, database: Database
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    for _ in range(3):
        await bank.tells("", order.total, currency="USD")
    desk = operations.desk
    await desk.assign_transfer(back_office, 1, order.code)
    await desk.return_transfer(back_office, 2, "FT-BACK")
    await desk.ignore_transfer(back_office, 3, "đồng khác")
    assert await balances(database) == {Account.ORDERED: -order.total, Account.BANK: order.total}
    assert await differences(database) == []


async def test_the_same_movement_told_twice_counts_once(
    operations: Operations, owner: Actor, bank: Bank, database: Database
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    for outgoing in (False, True):
        for provider in ("sepay", "casso"):
            same = {"provider": provider, "reference": f"FT{outgoing}", "outgoing": outgoing}
            await bank.tells(order.code, 70 + outgoing, **same)
    assert (await balances(database))[Account.BANK] == 70 - 71
    assert (await last_transfer(database)).state is TransferState.REPEATED
    assert await differences(database) == []


@pytest.mark.parametrize("act", ["received", "state", "surplus", "share", "unposted"])
async def test_no_figure_is_committed_that_differs_from_the_books(
    act: str, operations: Operations, owner: Actor, bank: Bank, database: Database
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    await bank.tells(order.code, 5)
    (request,) = await requests_of(database, order)
    transfer = await last_transfer(database)
    before = await rows_of(database, "shares"), await rows_of(database, "transfers")
    with pytest.raises(BooksDiffer):
        await _without_posting(act, database, request, transfer)
    assert (await rows_of(database, "shares"), await rows_of(database, "transfers")) == before


async def _without_posting(act: str, database: Database, request: PaymentRequest, transfer: Transfer) -> None:
    async with database.write() as uow:
        match act:
            case "received":
                await uow.payments.save([replace(request, received=6)])
            case "state":
                await uow.payments.save([replace(request, state=PaymentState.PAID)])
            case "surplus":
                await uow.transfers.save(replace(transfer, state=TransferState.UNMATCHED))
            case "share":
                await uow.transfers.add_shares(transfer.id, [Share(request.code, -1)], request.due_at)
            case _:
                again = replace(transfer.reported, event_id="unposted")
                await uow.transfers.add(again, request.due_at)


async def test_an_entry_that_is_stored_unbalanced_is_not_committed(
    operations: Operations, owner: Actor, bank: Bank, database: Database
) -> None:
    await placed_order(operations, owner, await add_customers(operations, owner, 1))
    entry = JournalEntry(JournalKind.MOVED, (Posting(Account.BANK, 5), Posting(Account.WAITING, -5)))
    # As a fault of the program would leave it.
    object.__setattr__(entry, "postings", entry.postings[:1])
    with pytest.raises(BooksDiffer):
        await _entered(database, entry)
    assert await kinds(database) == [JournalKind.CHARGED]


async def _entered(database: Database, entry: JournalEntry) -> None:
    async with database.write() as uow:
        await uow.postings.add(entry, NOON_OF_JUNE_15)


PLANTED = {
    "UPDATE postings SET amount = amount + 1 WHERE account = 'ordered'": {
        BooksPart.ENTRIES: "1",
        BooksPart.ORDERS: "order",
    },
    "DELETE FROM postings WHERE entry_id = 3": {BooksPart.TRANSFERS: "1", BooksPart.ORDERS: "request"},
    "UPDATE payment_requests SET received = 6 WHERE received = 5": {BooksPart.ORDERS: "request"},
    "UPDATE payment_requests SET state = 'paid' WHERE received = 5": {BooksPart.ORDERS: "request"},
    "UPDATE transfers SET amount = 6": {BooksPart.TRANSFERS: "1"},
    "UPDATE transfers SET state = 'unmatched'": {BooksPart.TRANSFERS: "1"},
    "UPDATE shares SET amount = 4": {BooksPart.TRANSFERS: "1"},
    "UPDATE orders SET total = total + 1": {BooksPart.ORDERS: "order"},
    "UPDATE orders SET state = 'paid'": {BooksPart.ORDERS: "order"},
    "UPDATE licences SET paid = NOT paid": {BooksPart.ORDERS: "order"},
}


@pytest.mark.parametrize("statement", PLANTED)
async def test_each_figure_is_compared_with_the_books(
    statement: str, operations: Operations, owner: Actor, bank: Bank, database: Database
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 2))
    first, _ = await requests_of(database, order)
    await bank.tells(first.code, 5)
    assert await differences(database) == []
    async with database.writing() as connection:
        await connection.exec_driver_sql(statement)
    found = await differences(database)
    names = {"order": order.code, "request": first.code}
    for part, name in PLANTED[statement].items():
        assert Difference(part, names.get(name, name)) in found
