"""A refused document is mended and issued."""

from dataclasses import replace

import pytest

from domain.invoices import Buyer, BuyerKind, Invoice, InvoiceState
from domain.people import Actor
from domain.recipients import RecipientMode
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_closing import DAY, NEXT
from tests.services.support import refusal, unchanged


@pytest.fixture
async def refused(books: Books) -> Invoice:
    order = await books.order()
    async with books.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE order_lines SET invoice_address = ''")
    await books.pay(order, PRICE)
    await books.close(DAY)
    return (await books.documents())[0][0]


async def test_it_is_issued_with_the_right_buyer(books: Books, refused: Invoice, owner: Actor) -> None:
    right = replace(refused.buyer, address="1  Lê Lợi", tax_id="0100 109 106")
    mended = await books.operations.mend_invoice(owner, refused.id, right, " A@B.vn")
    assert mended.buyer == replace(right, address="1 Lê Lợi", tax_id="0100109106")
    assert (mended.email, mended.state, mended.by_hand) == ("A@b.vn", InvoiceState.QUEUED, True)
    async with unchanged(books.database):
        assert await books.operations.mend_invoice(owner, refused.id, right, "A@b.vn") == mended
        with refusal("invoice_not_refused"):
            await books.operations.mend_invoice(owner, refused.id, right, "c@d.vn")


async def test_what_is_no_buyer_is_refused(books: Books, refused: Invoice, owner: Actor) -> None:
    async with unchanged(books.database):
        with refusal("text_empty"):
            await books.operations.mend_invoice(owner, refused.id, refused.buyer, "a@b.vn")
        right = replace(refused.buyer, address="1 Lê Lợi")
        with refusal("email_format"):
            await books.operations.mend_invoice(owner, refused.id, right, "")
        with refusal("tax_id_format"):
            await books.operations.mend_invoice(owner, refused.id, replace(right, tax_id="1"), "a@b.vn")
        with refusal("invoice_unknown"):
            await books.operations.mend_invoice(owner, 2**70, right, "a@b.vn")


async def test_the_rest_of_the_orders_is_invoiced_to_the_right_buyer(books: Books, owner: Actor) -> None:
    other, order = await books.order(), await books.order(2, RecipientMode.ACCOUNTANT)
    async with books.database.writing() as connection:
        blank = f"UPDATE order_lines SET invoice_address = '' WHERE order_id = {order.id}"
        await connection.exec_driver_sql(blank)
    await books.pay(order, PRICE)
    await books.pay(other, 1_000)
    await books.close(DAY)
    wrong = next(one for one, _ in await books.documents() if one.state is InvoiceState.REFUSED)
    right = Buyer(BuyerKind.PERSON, "Trần Thị Mai", "079000000001", "1 Lê Lợi")
    mended = await books.operations.mend_invoice(owner, wrong.id, right, "moi@hoasen.vn")
    await books.pay(order, PRICE)
    await books.pay(other, 1_000)
    await books.close(NEXT)
    documents = [one for one, _ in await books.documents()]
    assert [(one.buyer, one.email) for one in documents if one.amount == PRICE] == [
        (mended.buyer, "moi@hoasen.vn")
    ] * 2
    assert len({one.buyer for one in documents if one.amount == 1_000}) == 1
