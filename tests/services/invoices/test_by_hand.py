"""Back office takes the queue, and its numbers come back checked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.invoices import Invoice, InvoiceKind, InvoiceState, IssuedNumber
from domain.issued_numbers import NumberColumn
from domain.people import Actor
from services.back_office.operations import Desk
from services.invoices import by_hand
from services.ports import SheetRow
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_closing import DAY, NEXT, take_back
from tests.services.support import refusal, unchanged
from tests.support.rows import rows_of

LAST = NEXT + timedelta(days=1)


@pytest.fixture
async def desk(books: Books) -> Desk:
    """The desk, with two documents of a day in the queue."""
    order = await books.order(2)
    for at in range(2):
        await books.pay(order, PRICE, at)
    await books.close(DAY)
    return books.operations.desk


def row(invoice: Invoice, issued: int | str, at: int = 2, **changes: Any) -> SheetRow:
    cells = {
        NumberColumn.KEY: invoice.key,
        NumberColumn.FORM: "1",
        NumberColumn.SERIES: "C26TAA",
        NumberColumn.NUMBER: str(issued),
        NumberColumn.DATE: "16/06/2026",
        NumberColumn.AUTHORITY_CODE: "00BD",
        NumberColumn.LOOKUP_CODE: "2QTB",
        NumberColumn.TOTAL: str(invoice.amount),
    }
    return SheetRow(at, cells | {NumberColumn(name): text for name, text in changes.items()})


async def taken(desk: Desk, back_office: Actor) -> list[Invoice]:
    return [one.invoice for one in await desk.take_invoice_queue(back_office)]


async def problems(desk: Desk, back_office: Actor, rows: Sequence[SheetRow]) -> list[tuple[int, str]]:
    checked = await desk.check_invoice_numbers(back_office, rows)
    return [(one.row, one.error.code) for one in checked.problems]


@pytest.mark.parametrize("pages", [1, 200])
async def test_taking_hands_out_the_same_again(
    books: Books, desk: Desk, back_office: Actor, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    monkeypatch.setattr(by_hand, "AT_ONCE", pages)
    queue = await desk.take_invoice_queue(back_office)
    assert [(one.invoice.state, one.original) for one in queue] == [(InvoiceState.QUEUED, None)] * 2
    assert [line.position for one in queue for line in one.lines] == [1, 2]
    documents = [invoice for invoice, _ in await books.documents()]
    assert [(one.state, one.sent_at) for one in documents] == [(InvoiceState.SENT, books.clock.now())] * 2
    assert [invoice.key for invoice in await taken(desk, back_office)] == [one.key for one in documents]
    verbs = [row["verb"] for row in await rows_of(books.database, "events")]
    assert verbs.count("invoices_taken") in (1, 2)


@pytest.mark.parametrize("pages", [1, 200])
async def test_numbers_are_shown_then_entered(
    books: Books, desk: Desk, back_office: Actor, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    first, second = await taken(desk, back_office)
    monkeypatch.setattr(by_hand, "AT_ONCE", pages)
    rows = [row(first, 12), row(second, "13.0", 3, date="2026-06-17", authority_code="")]
    async with unchanged(books.database):
        checked = await desk.check_invoice_numbers(back_office, rows)
    number = IssuedNumber("1", "C26TAA", "12", date(2026, 6, 16), "00BD", "2QTB")
    other = IssuedNumber("1", "C26TAA", "13", date(2026, 6, 17), "", "2QTB")
    assert [one for _, one in checked.new] == [number, other]
    assert (checked.problems, checked.same, checked.unnumbered) == ((), 0, 0)

    await desk.enter_invoice_numbers(back_office, rows, checked.seen)
    documents = [invoice for invoice, _ in await books.documents()]
    assert [(one.state, one.number) for one in documents] == [
        (InvoiceState.DELIVERED, number),
        (InvoiceState.DELIVERED, other),
    ]
    assert await taken(desk, back_office) == []
    async with unchanged(books.database):
        again = await desk.enter_invoice_numbers(back_office, rows, "anything")
    assert (again.new, again.same) == ((), 2)


async def test_right_rows_are_entered_although_others_are_wrong(
    books: Books, desk: Desk, back_office: Actor
) -> None:
    first, second = await taken(desk, back_office)
    rows = [row(first, 12), row(second, 13, 3, total="1")]
    checked = await desk.check_invoice_numbers(back_office, rows)
    assert [(one.row, one.error.code) for one in checked.problems] == [(3, "invoice_total")]
    await desk.enter_invoice_numbers(back_office, rows, checked.seen)
    mended = [row(first, 12), row(second, 13, 3)]
    checked = await desk.check_invoice_numbers(back_office, mended)
    assert (len(checked.new), checked.same, checked.problems) == (1, 1, ())


async def test_a_number_is_refused_for_what_is_wrong_with_it(
    books: Books, desk: Desk, back_office: Actor
) -> None:
    first, second = await taken(desk, back_office)

    async def found(*rows: SheetRow) -> list[tuple[int, str]]:
        return await problems(desk, back_office, rows)

    assert await found(row(replace(first, key="?"), 1)) == [(2, "invoice_key_unknown")]
    assert await found(row(first, 1), row(second, 1, 3)) == [(3, "invoice_number_repeated")]
    assert await found(row(first, 1), row(first, 2, 3, total="0")) == [(3, "invoice_row_differs")]
    assert await found(row(first, 1, total="5")) == [(2, "invoice_total")]
    assert await found(row(first, 2), row(second, 1, 3, date="17/06/2026")) == [(2, "invoice_date_order")]
    wrong: list[dict[str, Any]] = [
        {"form": "x"},
        {"series": "26TAA"},
        {"number": "123456789"},
        {"date": "32/06/2026"},
        {"total": "một"},
    ]
    for changes in wrong:
        assert await found(row(first, 1, **changes)) == [(2, "invoice_cell")]
    assert await found(row(first, 1, series="C27TAA")) == [(2, "invoice_series_year")]
    assert await found(row(first, 1, key="")) == [(2, "invoice_key_missing")]

    right = [row(first, 5)]
    checked = await desk.check_invoice_numbers(back_office, right)
    await desk.enter_invoice_numbers(back_office, right, checked.seen)
    assert await found(row(first, 6)) == [(2, "invoice_numbered")]
    assert await found(row(second, 5)) == [(2, "invoice_number_taken")]
    assert await found(row(second, 6, date="15/06/2026")) == [(2, "invoice_date_order")]
    # A smaller number may have come back later.
    assert await found(row(second, 4, date="15/06/2026")) == []


async def test_a_document_that_was_not_taken_gets_no_number(
    books: Books, desk: Desk, back_office: Actor
) -> None:
    invoice = (await books.documents())[0][0]
    assert await problems(desk, back_office, [row(invoice, 1)]) == [(2, "invoice_not_taken")]


async def test_the_rows_of_one_document_are_added_up(books: Books, back_office: Actor) -> None:
    order = await books.order(1)
    await books.pay(order, PRICE)
    await books.close(DAY)
    desk = books.operations.desk
    (invoice,) = await taken(desk, back_office)
    rows = [
        row(invoice, 7, total=str(PRICE - 1)),
        row(invoice, "", 3, total="1"),
    ]
    checked = await desk.check_invoice_numbers(back_office, rows)
    assert [number.number for _, number in checked.new] == ["7"]
    blank = await desk.check_invoice_numbers(back_office, [row(invoice, "")])
    assert (blank.new, blank.problems, blank.unnumbered) == ((), (), 1)


async def test_what_was_not_shown_is_not_entered(books: Books, desk: Desk, back_office: Actor) -> None:
    first, _ = await taken(desk, back_office)
    checked = await desk.check_invoice_numbers(back_office, [row(first, 12)])
    async with unchanged(books.database):
        with refusal("invoice_numbers_changed"):
            await desk.enter_invoice_numbers(back_office, [row(first, 13)], checked.seen)


async def test_an_adjustment_waits_for_its_originals_number(books: Books, back_office: Actor) -> None:
    order = await books.order()
    await books.pay(order, PRICE)
    await books.close(DAY)
    await take_back(books, 50_000)
    await books.close(LAST)
    desk = books.operations.desk
    (original,) = await taken(desk, back_office)
    rows = [row(original, 1)]
    checked = await desk.check_invoice_numbers(back_office, rows)
    await desk.enter_invoice_numbers(back_office, rows, checked.seen)
    (adjustment,) = await desk.take_invoice_queue(back_office)
    assert adjustment.invoice.kind is InvoiceKind.ADJUSTMENT
    assert adjustment.original is not None
    assert adjustment.original.number is not None
    rows = [row(adjustment.invoice, 2, date="18/06/2026", total="-50.000")]
    checked = await desk.check_invoice_numbers(back_office, rows)
    await desk.enter_invoice_numbers(back_office, rows, checked.seen)
    states = [invoice.state for invoice, _ in await books.documents()]
    assert states == [InvoiceState.ADJUSTED, InvoiceState.DELIVERED]
