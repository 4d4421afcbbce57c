"""What a provider issued is handed over with its files; its night is no time to tell accountants."""

from dataclasses import replace

from domain.calendar import VIETNAM
from domain.invoices import InvoiceCounts
from domain.messaging.invoice_contents import InvoicesIssuedContent
from domain.people import Actor
from tests.services.invoices.conftest import Books
from tests.services.invoices.test_handing_over import mailed, pass_time, told
from tests.services.invoices.test_issuing import bank, issuer, made, operations, work
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
