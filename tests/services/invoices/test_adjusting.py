"""Adjusting an issued invoice by a difference that back office types: another sum, another rate, or both."""

from dataclasses import replace

import pytest

from domain.invoice_corrections import CorrectionKind
from domain.invoices import BuyerKind, Invoice, InvoiceKind, InvoiceState
from domain.people import Actor
from domain.recipients import RecipientMode
from services.invoices.adjusting import AdjustInvoice, NewSum
from services.invoices.correcting import NewRate
from services.operations import Operations
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_closing import DAY, take_back
from tests.services.invoices.test_correcting import AGREED, events, invoice_of, issued
from tests.services.support import refusal, unchanged

__all__ = ["issued"]

VAT = PRICE - round(PRICE / 1.1)


@pytest.fixture
def adjust(operations: Operations) -> AdjustInvoice:
    return operations.desk.adjust_invoice


async def lines_of(books: Books, number: int) -> list[tuple[int, int, int | None]]:
    found = await books.documents()
    return [(line.amount, line.vat, line.vat_rate) for line in found[number - 1][1]]


@pytest.mark.parametrize("right", [PRICE - 100_000, PRICE + 100_000, 0])
async def test_a_wrong_sum_is_adjusted_by_the_difference(
    books: Books,
    adjust: AdjustInvoice,
    operations: Operations,
    back_office: Actor,
    issued: Invoice,
    right: int,
) -> None:
    (line,) = (await books.documents())[0][1]
    wanted = NewSum(line.order_id, line.position, right)
    seen = await operations.desk.preview_adjustment(back_office, issued.id, wanted)
    assert [(one.amount, new.amount) for one, new in zip(seen.before, seen.after, strict=True)] == [
        (PRICE, right)
    ]
    for _ in range(2):
        made = await adjust(back_office, issued.id, wanted, None, AGREED)
    assert (made.kind, made.state, made.original_id, made.amount, made.by_hand, made.buyer) == (
        InvoiceKind.ADJUSTMENT,
        InvoiceState.QUEUED,
        issued.id,
        right - PRICE,
        True,
        issued.buyer,
    )
    (one,) = (await operations.desk.view_invoice(back_office, issued.id)).corrections
    assert (one.kind, one.agreed_by, one.document_id) == (CorrectionKind.ADJUSTMENT, AGREED.by, made.id)
    assert await operations.desk.take_agreement(back_office, one.id) == (AGREED.file_name, AGREED.file)

    # The night changes nothing of it: what was typed does not follow the money.
    await books.close(books.clock.today())
    assert len(await books.documents()) == 2
    (taken,) = await operations.desk.take_invoice_queue(back_office)
    assert taken.original is not None
    assert taken.original.id == issued.id
    await books.number(back_office, 12)
    assert (await invoice_of(books, issued.id)).state is InvoiceState.ADJUSTED
    assert await events(books.database) == ["invoice_adjusted"]


async def test_a_wrong_rate_takes_the_line_off_at_the_old_one_and_adds_it_at_the_right_one(
    books: Books, adjust: AdjustInvoice, operations: Operations, back_office: Actor
) -> None:
    order = await books.order(2, RecipientMode.ACCOUNTANT)
    await books.pay(order, PRICE)
    await books.close(DAY)
    await books.number(back_office, 11)
    made = await adjust(back_office, 1, None, NewRate(10), AGREED)
    assert (made.amount, made.vat, made.line_count) == (0, VAT, 2)
    assert await lines_of(books, 2) == [(-PRICE, 0, None), (PRICE, VAT, 10)]
    await books.number(back_office, 12)
    # A second one starts from what stands there by now.
    seen = await operations.desk.preview_adjustment(back_office, 1)
    assert [(line.amount, line.vat, line.vat_rate) for line in seen.before] == [(PRICE, VAT, 10)]
    again = await adjust(back_office, 1, NewSum(order.id, 1, PRICE - 110_000), NewRate(None), AGREED)
    assert await lines_of(books, again.id) == [(-PRICE, -VAT, 10), (PRICE - 110_000, 0, None)]
    await books.number(back_office, 13)
    # On the order, each document stands once; what is invoiced later has the rate that was put last.
    async with books.database.read() as uow:
        assert {at: len(found) for at, found in (await uow.invoices.on_lines(order.id, 1, 2)).items()} == {
            1: 3
        }
        line = await uow.orders.line(order.id, 1)
    assert line is not None
    assert line.vat_rate is None


async def test_a_replacement_at_another_rate_leads_the_parts_that_follow(
    books: Books, operations: Operations, back_office: Actor
) -> None:
    order = await books.order()
    await books.pay(order, 1_000_000)
    await books.close(DAY)
    await books.number(back_office, 11)
    buyer = (await invoice_of(books, 1)).buyer
    await operations.desk.replace_invoice(back_office, 1, buyer, NewRate(10), AGREED)
    await books.number(back_office, 12)
    await books.pay(order, PRICE - 1_000_000)
    await books.close(books.clock.today())
    (_, (first,)), (_, (second,)) = (await books.documents())[1:]
    assert (first.vat_rate, second.vat_rate, first.vat + second.vat) == (10, 10, VAT)


async def test_money_that_comes_and_leaves_later_is_counted_without_what_was_typed(
    books: Books, adjust: AdjustInvoice, back_office: Actor
) -> None:
    order = await books.order()
    await books.pay(order, 1_000_000)
    await books.close(DAY)
    await books.number(back_office, 11)
    await adjust(back_office, 1, NewSum(order.id, 1, 900_000), None, AGREED)
    await books.number(back_office, 12)
    await books.pay(order, 500_000)
    await books.close(books.clock.today())
    assert await books.invoiced() == {(order.id, 1): 1_400_000}
    await take_back(books, 300_000)
    await books.close(books.clock.today())
    assert await books.invoiced() == {(order.id, 1): 1_100_000}
    await take_back(books, 1_200_000)
    await books.close(books.clock.today())
    assert await books.invoiced() == {(order.id, 1): 0}, "never below what stands on the documents"


async def test_what_cannot_be_adjusted_is_refused(
    books: Books, adjust: AdjustInvoice, operations: Operations, back_office: Actor, issued: Invoice
) -> None:
    (line,) = (await books.documents())[0][1]
    place = (line.order_id, line.position)
    async with unchanged(books.database):
        for wrong in (NewSum(*place, -1), NewSum(*place, 10**12), NewSum(line.order_id, 7, 1)):
            with refusal("invoice_sum_wrong"):
                await adjust(back_office, issued.id, wrong, None, AGREED)
        with refusal("invoice_same"):
            await adjust(back_office, issued.id, NewSum(*place, PRICE), NewRate(None), AGREED)
        with refusal("invoice_same"):
            await operations.desk.preview_adjustment(back_office, issued.id, NewSum(*place, PRICE))
        with refusal("agreement_missing"):
            await adjust(back_office, issued.id, NewSum(*place, 5), None, None)
    other = replace(issued.buyer, name="Hoa Mai")
    await operations.desk.replace_invoice(back_office, issued.id, other, None, AGREED)
    with refusal("invoice_replaced_already"):
        await adjust(back_office, issued.id, NewSum(*place, 5), None, AGREED)
    with refusal("invoice_not_correctable"):
        await adjust(back_office, 2, NewSum(*place, 5), None, AGREED)


async def test_a_person_need_only_be_told(
    books: Books, adjust: AdjustInvoice, back_office: Actor, issued: Invoice
) -> None:
    person = replace(issued.buyer, kind=BuyerKind.PERSON, tax_id="001085000123")
    async with books.database.write() as uow:
        await uow.invoices.save(replace(issued, buyer=person))
    made = await adjust(back_office, issued.id, None, NewRate(8), None)
    assert (made.kind, made.buyer) == (InvoiceKind.ADJUSTMENT, person)
