"""Closing a day: each sum that came in stands on one document, whatever is repeated or killed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import start_of
from domain.invoices import BuyerKind, InvoiceKind, InvoiceMoment, InvoiceState
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import Share
from services.invoices import closing
from services.invoices.closing import CloseInvoices, InvoiceRules, queue_closing
from services.operations import Operations
from services.patience import A_DAY
from services.ports import RetryLater, Turn, UnitOfWork
from storage.database import Database
from tests.services.invoices.conftest import PRICE, Books
from tests.services.paying import pushes_of
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import rows_of
from tests.support.statements import watched
from tests.support.working import Working

DAY = date(2026, 6, 15)
NEXT = DAY + timedelta(days=1)


async def test_a_day_makes_one_document_for_each_buyer(books: Books) -> None:
    order = await books.order(2)
    for at in range(2):
        await books.pay(order, PRICE, at)
    await books.bank.working.work_until(start_of(NEXT) + closing.CLOSES_AFTER)
    first, second = await books.documents()
    for (invoice, (line,)), at in ((first, 1), (second, 2)):
        assert (invoice.day, invoice.kind, invoice.state) == (DAY, InvoiceKind.ORIGINAL, InvoiceState.QUEUED)
        assert (invoice.amount, invoice.vat, invoice.line_count) == (PRICE, 0, 1)
        assert invoice.by_hand
        assert invoice.buyer.kind is BuyerKind.COMPANY
        assert (line.order_code, line.position, line.partly) == (order.code, at, False)
        assert invoice.buyer.tax_id == line.customer_tax_code
    assert first[0].key != second[0].key


async def test_the_accountants_order_is_one_document_in_the_order_of_lines(
    books: Books, database: Database
) -> None:
    order = await books.order(3, RecipientMode.ACCOUNTANT)
    async with database.write() as uow:
        lines = await uow.orders.lines(order.id, 0, None)
    await books.pay(order, PRICE + 700_000)
    await books.close(DAY)
    ((invoice, found),) = await books.documents()
    assert [(line.position, line.amount, line.partly) for line in found] == [
        (1, PRICE, False),
        (2, 700_000, True),
    ]
    assert invoice.email == lines[0].invoice.email

    await books.pay(order, PRICE)
    await books.close(NEXT)
    _, (later, rest) = await books.documents()
    assert [(line.position, line.amount) for line in rest] == [(2, PRICE - 700_000), (3, 700_000)]
    assert later.day == NEXT


async def test_customers_of_one_firm_who_pay_apart_share_its_document(
    books: Books, operations: Operations, owner: Actor
) -> None:
    customers = await add_customers(operations, owner, 3)
    order = await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
    for at in (2, 0):
        await books.pay(order, PRICE - at, at)
    await books.close(DAY)
    ((invoice, found),) = await books.documents()
    assert [(line.position, line.amount, line.partly) for line in found] == [
        (1, PRICE, False),
        (3, PRICE - 2, True),
    ]
    assert invoice.buyer.tax_id == (await operations.show_profile(owner)).firm.tax_code
    await books.bank.tells(order.code, PRICE + 2)
    await books.close(NEXT)
    _, (_, rest) = await books.documents()
    assert [(line.position, line.amount) for line in rest] == [(2, PRICE), (3, 2)]


async def test_who_pays_for_another_stands_on_the_line(books: Books) -> None:
    order = await books.order(1, RecipientMode.ACCOUNTANT)
    async with books.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE order_lines SET invoice_tax_id = tax_code")
    await books.pay(order, PRICE)
    await books.close(DAY)
    ((_, (line,)),) = await books.documents()
    async with books.database.read() as uow:
        assert line.payer == (await uow.people.firm(order.firm_id)).name


async def test_more_than_was_asked_for_is_not_invoiced(books: Books) -> None:
    order = await books.order()
    await books.pay(order, PRICE + 5)
    await books.close(DAY)
    await books.pay(order, 5)
    await books.close(NEXT)
    ((invoice, _),) = await books.documents()
    assert invoice.amount == PRICE


async def test_money_that_left_again_on_its_day_makes_no_document(books: Books) -> None:
    order = await books.order()
    await books.pay(order, PRICE)
    await take_back(books, PRICE)
    await books.close(DAY)
    assert await books.documents() == []


async def test_money_taken_back_later_adjusts_what_was_invoiced(books: Books) -> None:
    """The newest document is adjusted first, and nothing is deleted."""
    order = await books.order()
    await books.pay(order, 500_000)
    await books.close(DAY)
    await books.pay(order, 400_000)
    await books.close(NEXT)
    await take_back(books, 600_000)
    last = NEXT + timedelta(days=1)
    await books.close(last)
    first, second, *adjustments = await books.documents()
    assert [(one.kind, one.original_id, one.amount, one.by_hand) for one, _ in adjustments] == [
        (InvoiceKind.ADJUSTMENT, second[0].id, -400_000, True),
        (InvoiceKind.ADJUSTMENT, first[0].id, -200_000, True),
    ]
    assert {one.buyer for one, _ in (first, second, *adjustments)} == {first[0].buyer}
    await books.close(last)
    assert len(await books.documents()) == 4
    assert await books.invoiced() == {(order.id, 1): 300_000}


@pytest.mark.parametrize("pages", [1, 2, 200])
async def test_a_day_that_is_killed_at_any_commit_is_made_once(
    books: Books, database: Database, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    monkeypatch.setattr(closing, "LINES_AT_ONCE", pages)
    monkeypatch.setattr(closing, "REQUESTS_AT_ONCE", pages)
    order, own = await books.order(3), await books.order(3, RecipientMode.ACCOUNTANT)
    for at in range(3):
        await books.pay(order, PRICE, at)
    await books.pay(own, 2 * PRICE + 1)
    books.clock.set(start_of(NEXT) + closing.CLOSES_AFTER)
    for commits in range(100):
        units = Killed(database, commits)
        try:
            await CloseInvoices(units, books.clock, InvoiceRules())(DAY)
        except Killed.Kill:
            states = {invoice.state for invoice, _ in await books.documents()}
            # None of a day is queued before the day is made.
            if InvoiceState.QUEUED in states:
                assert sum((await books.invoiced()).values()) == 5 * PRICE + 1
        else:
            break
    assert commits >= 2
    found = await books.documents()
    assert len(found) == 4
    assert {invoice.state for invoice, _ in found} == {InvoiceState.QUEUED}
    expected = {(order.id, at): PRICE for at in (1, 2, 3)} | {(own.id, 1): PRICE, (own.id, 2): PRICE}
    assert await books.invoiced() == expected | {(own.id, 3): 1}


async def test_money_for_a_released_document_goes_on_one_of_today(books: Books) -> None:
    order = await books.order()
    await books.pay(order, 500_000)
    midnight = start_of(NEXT)
    await books.close(DAY)
    # It was booked on the day, and its transaction ended after the day was closed.
    books.clock.set(midnight - timedelta(seconds=1))
    await books.pay(order, 300_000)
    await books.close(DAY)
    await books.close(NEXT)
    documents = await books.documents()
    assert [(one.day, one.amount, one.state) for one, _ in documents] == [
        (DAY, 500_000, InvoiceState.QUEUED),
        (NEXT, 300_000, InvoiceState.QUEUED),
    ]


async def test_a_large_day_is_made_in_short_transactions(
    books: Books, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one transaction asks of the database grows with neither the day nor the order."""
    monkeypatch.setattr(closing, "LINES_AT_ONCE", 10)
    monkeypatch.setattr(closing, "REQUESTS_AT_ONCE", 10)
    own, order = await books.order(25, RecipientMode.ACCOUNTANT), await books.order(25)
    await books.pay(own, 25 * PRICE)
    await books.bank.tells(order.code, 25 * PRICE)
    books.clock.set(start_of(NEXT) + closing.CLOSES_AFTER)
    asked: list[int] = []

    class Counted(Killed):
        @asynccontextmanager
        async def write(self, *turns: Turn) -> AsyncIterator[UnitOfWork]:
            with watched() as seen:
                async with super().write(*turns) as uow:
                    yield uow
            asked.append(len(seen.statements))

    await CloseInvoices(Counted(database, 1_000), books.clock, InvoiceRules())(DAY)
    assert sum((await books.invoiced()).values()) == 50 * PRICE
    assert len(asked) > 8
    # Ten lines each: some statements a transaction while documents are made, one a document to release them.
    assert max(asked) <= 16


async def test_money_of_before_the_program_made_invoices_is_not_invoiced_again(books: Books) -> None:
    order = await books.order(2, RecipientMode.ACCOUNTANT)
    await books.pay(order, PRICE + 100_000)
    async with books.database.writing() as connection:
        # As the migration does.
        await connection.exec_driver_sql("UPDATE payment_requests SET invoiced_before = received")
    await books.pay(order, 300_000)
    await books.close(DAY)
    ((_, (line,)),) = await books.documents()
    assert (line.position, line.amount) == (2, 300_000)


async def test_money_of_the_next_day_stays_on_its_own_document(books: Books) -> None:
    order = await books.order()
    await books.pay(order, 500_000)
    books.clock.set(start_of(NEXT))
    await books.pay(order, 300_000)
    await books.close(DAY)
    await books.close(NEXT)
    assert [(one.day, one.amount) for one, _ in await books.documents()] == [(DAY, 500_000), (NEXT, 300_000)]


async def test_days_are_closed_by_their_jobs_one_after_the_other(books: Books) -> None:
    order = await books.order()
    for amount in (100_000, 200_000, 300_000):
        await books.pay(order, amount)
        await books.bank.working.work_until(books.clock.now() + timedelta(days=1))
    found = [(invoice.day, invoice.amount) for invoice, _ in await books.documents()]
    assert found == [(DAY, 100_000), (NEXT, 200_000), (NEXT + timedelta(days=1), 300_000)]
    assert len([row for row in await rows_of(books.database, "jobs") if row["name"] == "close_invoices"]) == 3


@pytest.mark.parametrize("moment", [InvoiceMoment.PAID, InvoiceMoment.PERIOD])
async def test_a_day_that_fails_for_a_day_is_told_once_and_made_with_the_next(
    books: Books,
    back_office: Actor,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    moment: InvoiceMoment,
) -> None:
    working = Working(database, books.clock, invoice_rules=InvoiceRules(moment))
    day = date(2026, 6, 30)
    books.clock.set(start_of(day) + timedelta(hours=12))
    first, second = await books.order(2), await books.order()
    await books.pay(first, PRICE)
    await books.pay(second, PRICE)
    made = CloseInvoices._make

    async def fails(self: CloseInvoices, *of_day: Any) -> None:
        await made(self, *of_day)
        raise ValueError("what nobody foresaw")

    monkeypatch.setattr(CloseInvoices, "_make", fails)
    await working.work_until(start_of(day) + timedelta(days=1, hours=12))
    assert await pushes_of(database, "closing_failed") == []
    # Two days long; what came meanwhile waits, too.
    await books.pay(first, PRICE, 1)
    await working.work_until(start_of(day) + timedelta(days=4, hours=12))
    told = await pushes_of(database, "closing_failed")
    assert told[0]["about"] == "2026-06-30"
    assert len({row["about"] for row in told}) == len(told)
    assert {invoice.state for invoice, _ in await books.documents()} == {InvoiceState.WAITING}

    monkeypatch.setattr(CloseInvoices, "_make", made)
    await working.work_until(start_of(day) + timedelta(days=40))
    assert {invoice.state for invoice, _ in await books.documents()} == {InvoiceState.QUEUED}
    assert await books.invoiced() == {(first.id, 1): PRICE, (first.id, 2): PRICE, (second.id, 1): PRICE}
    assert len(await pushes_of(database, "closing_failed")) == len(told)


async def test_while_nobody_can_be_told_the_day_is_tried_on(
    books: Books, database: Database, clock: FixedClock
) -> None:
    await books.pay(await books.order(), PRICE)
    for attempts, error in ((A_DAY.attempts - 1, Killed.Kill), (A_DAY.attempts, RetryLater)):
        with pytest.raises(error):
            await CloseInvoices(Killed(database, 0), clock, InvoiceRules())(DAY, attempts=attempts)


async def test_a_month_is_closed_on_its_last_day(books: Books) -> None:
    rules = InvoiceRules(InvoiceMoment.PERIOD)
    order = await books.order()
    await books.pay(order, 500_000)
    await books.pay(order, 300_000)
    await books.close(DAY, rules)
    assert await books.documents() == []
    last = date(2026, 6, 30)
    keys = {row["key"] for row in await rows_of(books.database, "jobs")}
    assert f"close_invoices:{last}" in keys
    await books.close(last, rules)
    ((invoice, _),) = await books.documents()
    assert (invoice.day, invoice.amount) == (last, 800_000)


async def test_an_activation_makes_the_whole_price_due(
    books: Books, owner: Actor, database: Database
) -> None:
    rules = InvoiceRules(InvoiceMoment.ACTIVATED)
    order = await books.order(2)
    await books.pay(order, PRICE, 1)
    run = await books.operations.open_activation(owner, order.id)
    view = await books.operations.view_activation(owner, run.id)
    await books.operations.pick_all_licences(owner, run.id, False)
    await books.operations.pick_licence(owner, run.id, view.licences[0].licence.id, True)
    await books.operations.start_run(owner, run.id)
    await books.bank.working.work()
    await books.close(DAY, rules)
    ((invoice, (line,)),) = await books.documents()
    assert (line.position, invoice.amount) == (1, PRICE)


async def test_a_cancelled_order_adjusts_what_its_activation_made_due(
    books: Books, owner: Actor, database: Database
) -> None:
    rules = InvoiceRules(InvoiceMoment.ACTIVATED)
    order = await books.order()
    run = await books.operations.open_activation(owner, order.id)
    await books.operations.pick_all_licences(owner, run.id, True)
    await books.operations.start_run(owner, run.id)
    await books.bank.working.work()
    await books.close(DAY, rules)
    await books.operations.cancel_order(owner, order.id)
    await books.close(NEXT, rules)
    assert await books.invoiced() == {(order.id, 1): 0}


async def test_year_end_bears_the_rate_of_each_day(books: Books, owner: Actor) -> None:
    """A price list's 8 % is the cut rate, which ends with 2026: the same price holds more tax then."""
    last = date(2026, 12, 31)
    books.clock.set(start_of(last) + timedelta(hours=12))
    order = await books.order()
    async with books.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE order_lines SET vat_rate = 8")
    await books.pay(order, 540_000)
    await books.close(last)
    books.clock.set(start_of(last) + timedelta(days=1, hours=12))
    await books.pay(order, 550_000)
    await books.close(date(2027, 1, 1))
    found = [(one.day, line.vat_rate, line.vat, line.net) for one, (line,) in await books.documents()]
    assert found == [(last, 8, 40_000, 500_000), (date(2027, 1, 1), 10, 50_000, 500_000)]


async def test_a_document_without_a_whole_buyer_is_refused_and_told(books: Books) -> None:
    order = await books.order()
    async with books.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE order_lines SET invoice_address = ''")
    await books.pay(order, PRICE)
    await books.close(DAY)
    ((invoice, _),) = await books.documents()
    assert (invoice.state, invoice.refused_field) == (InvoiceState.REFUSED, "address")
    await books.bank.working.work_until(books.clock.now() + timedelta(hours=9))
    told = await pushes_of(books.database, "invoices_refused")
    assert [row["about"] for row in told] == [f"{order.id}:{DAY.isoformat()}"]


async def test_a_free_order_makes_no_document(books: Books) -> None:
    async with books.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE packages SET price = 0")
    await books.order()
    await books.close(DAY)
    assert await books.documents() == []


async def take_back(books: Books, amount: int) -> None:
    """Take money off the last request that got some."""
    share = (await rows_of(books.database, "shares"))[-1]
    async with planted(books.database) as uow:
        taken = Share(share["payment_code"], -amount)
        await uow.transfers.add_shares(share["transfer_id"], [taken], books.clock.now())
        await queue_closing(uow, books.clock.now())


class Killed:
    """Units whose process is killed after so many writing transactions."""

    class Kill(Exception):
        pass

    def __init__(self, database: Database, commits: int) -> None:
        self._database = database
        self._left = commits
        self.read = database.read
        self.write_together = database.write_together

    @asynccontextmanager
    async def write(self, *turns: Turn) -> AsyncIterator[UnitOfWork]:
        async with self._database.write(*turns) as uow:
            yield uow
            if self._left == 0:
                raise self.Kill
            self._left -= 1
