"""What a provider issued is handed over with its files; its night is no time to tell accountants."""

from dataclasses import replace

import pytest

from domain.calendar import VIETNAM
from domain.invoices import Invoice, InvoiceCounts, InvoiceState
from domain.messaging.invoice_contents import InvoicesIssuedContent
from domain.people import Actor
from services.ports import InvoiceFiles, RetryLater
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_closing import NEXT, take_back
from tests.services.invoices.test_handing_over import mailed, pass_time, told
from tests.services.invoices.test_issuing import RULES, bank, issuer, made, operations, work
from tests.services.support import refusal
from tests.support.invoicing import Fate, KeptIssuer

__all__ = ["bank", "issuer", "operations"]


async def test_the_mail_has_the_files_and_the_message_comes_in_the_morning(
    books: Books, issuer: KeptIssuer
) -> None:
    issuer.fates = [Fate.ISSUED, Fate.REFUSED, Fate.SLOW]
    await made(books, 3)
    await work(books)
    assert [(content.pdf, content.xml) for _, content in mailed(books)] == [
        (b"%PDF", f"<xml>{content.invoice.key}</xml>".encode()) for _, content in mailed(books)
    ]
    assert len(mailed(books)) == 2
    assert told(books) == []
    await pass_time(books, hours=9)
    (message,) = told(books)
    assert message.at.astimezone(VIETNAM).hour == 7
    assert isinstance(message.content, InvoicesIssuedContent)
    assert message.content.counts == InvoiceCounts(issued=2, refused=1)


async def test_a_document_that_nobody_mended_holds_nothing_back(
    books: Books, issuer: KeptIssuer, owner: Actor
) -> None:
    issuer.fates = [Fate.REFUSED]
    await made(books, 2)
    await pass_time(books, hours=9)
    assert len(told(books)) == 1
    # It is mended on the next day: told once more, on that day.
    refused = (await books.documents())[0][0]
    await pass_time(books, hours=24)
    right = replace(refused.buyer, name="Hoa Sen")
    await books.operations.mend_invoice(owner, refused.id, right, "moi@hoasen.vn")
    await pass_time(books, minutes=20)
    assert [to for to, _ in mailed(books)][-1] == "moi@hoasen.vn"
    _, message = told(books)
    assert isinstance(message.content, InvoicesIssuedContent)
    assert message.content.counts == InvoiceCounts(issued=2)


async def test_forty_are_one_message(books: Books, issuer: KeptIssuer) -> None:
    await made(books, 40)
    await pass_time(books, hours=9)
    assert (len(mailed(books)), len(told(books))) == (40, 1)


async def test_what_is_adjusted_before_its_files_came_is_mailed_first(
    books: Books, issuer: KeptIssuer, back_office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_ready(_: Invoice) -> InvoiceFiles:
        raise RetryLater(1, "not ready")

    desk = books.operations.desk
    with monkeypatch.context() as late:
        late.setattr(issuer, "files", not_ready)
        await made(books)
        await work(books)
        await take_back(books, PRICE)
        await books.close(NEXT, RULES)
        assert [one.state for one, _ in await books.documents()] == [InvoiceState.CODED, InvoiceState.QUEUED]
        # What its recipient does not have is neither adjusted nor corrected in another way.
        assert await desk.take_invoice_queue(back_office) == []
        with refusal("invoice_not_correctable"):
            await desk.make_notice(back_office, 1, "Hoa Mai", "1 Hàng Bài")
    await pass_time(books, minutes=30)
    assert len(mailed(books)) == 1
    await books.number(back_office, 501)
    await pass_time(books, minutes=1)
    assert [one.state for one, _ in await books.documents()] == [
        InvoiceState.ADJUSTED,
        InvoiceState.DELIVERED,
    ]
    assert [content.invoice.amount for _, content in mailed(books)] == [PRICE, -PRICE]
