"""Refusals are told together: an order's to its accountant, those that go by hand to back office."""

from dataclasses import replace

from domain.invoices import InvoiceState
from domain.messaging.invoice_contents import InvoicesByHandContent, InvoicesRefusedContent
from domain.people import Actor
from tests.services.invoices.conftest import Books
from tests.services.invoices.test_closing import NEXT
from tests.services.invoices.test_handing_over import pass_time
from tests.services.invoices.test_issuing import bank, issuer, made, operations
from tests.services.paying import pushes_of
from tests.support.invoicing import Fate, KeptIssuer

__all__ = ["bank", "issuer", "operations"]


def refusals(books: Books) -> list[InvoicesRefusedContent]:
    sent = [push.content for push in books.bank.working.sent]
    return [content for content in sent if isinstance(content, InvoicesRefusedContent)]


async def test_forty_refusals_are_one_message(books: Books, issuer: KeptIssuer) -> None:
    issuer.fates = [Fate.REFUSED] * 40
    await made(books, 42)
    await pass_time(books, hours=9)
    (content,) = refusals(books)
    assert (content.count, len(content.invoices)) == (40, 10)
    assert {one.state for one in content.invoices} == {InvoiceState.REFUSED}
    assert [one.id for one in content.invoices] == sorted(one.id for one in content.invoices)


async def test_each_order_is_told_of_by_itself(books: Books, issuer: KeptIssuer) -> None:
    issuer.fates = [Fate.REFUSED] * 4
    await made(books, 2)
    await made(books, 2, NEXT)
    await pass_time(books, hours=9)
    assert {(one.order.id, one.count) for one in refusals(books)} == {(order.id, 2) for order in books.orders}


async def test_what_is_refused_again_is_told_again(books: Books, issuer: KeptIssuer, owner: Actor) -> None:
    issuer.fates = [Fate.REFUSED] * 2
    await made(books, 2)
    await pass_time(books, hours=9)
    issuer.fates = [Fate.REFUSED]
    refused = (await books.documents())[0][0]
    right = replace(refused.buyer, name="Hoa Sen")
    await books.operations.mend_invoice(owner, refused.id, right, refused.email)
    await pass_time(books, hours=1)
    assert [one.count for one in refusals(books)] == [2, 2]


async def test_what_was_mended_before_is_not_told(books: Books, issuer: KeptIssuer, owner: Actor) -> None:
    issuer.fates = [Fate.REFUSED]
    await made(books, 1)
    await pass_time(books, minutes=5)
    refused = (await books.documents())[0][0]
    right = replace(refused.buyer, name="Hoa Sen")
    await books.operations.mend_invoice(owner, refused.id, right, refused.email)
    await pass_time(books, hours=9)
    assert refusals(books) == []
    # It leaves a row, so that the next refusal of the same order and day gets a message of its own.
    assert [row["state"] for row in await pushes_of(books.database, "invoices_refused")] == ["dropped"]


async def test_back_office_gets_one_message_of_what_goes_by_hand(
    books: Books, issuer: KeptIssuer, back_office: Actor
) -> None:
    issuer.fates = [Fate.NOT_HERE] * 30
    await made(books, 31)
    await pass_time(books, hours=9)
    sent = [push.content for push in books.bank.working.sent]
    (content,) = [one for one in sent if isinstance(one, InvoicesByHandContent)]
    assert (content.count, len(content.invoices)) == (30, 10)
    assert {one.refusal for one in content.invoices} == {"budget_unit"}
    # The next are told of, too, with those that nobody has taken.
    issuer.fates = [Fate.NOT_HERE]
    await made(books, 1, books.clock.today())
    await pass_time(books, hours=9)
    sent = [push.content for push in books.bank.working.sent]
    assert [one.count for one in sent if isinstance(one, InvoicesByHandContent)] == [30, 31]
