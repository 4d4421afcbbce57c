"""What back office sees of invoices that a provider issues, and what a typed text finds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import DomainError
from domain.invoice_search import InvoiceSearch, read_search
from domain.people import Actor
from services.operations import Operations, build_operations
from services.ports import InvoiceGroup
from storage.database import Database
from tests.services.invoices.conftest import Books
from tests.services.invoices.test_correcting import AGREED, RIGHT_ID
from tests.services.invoices.test_issuing import RULES, made, work
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.invoicing import SERIES, Fate, KeptIssuer
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working


@pytest.fixture
def issuer() -> KeptIssuer:
    return KeptIssuer()


@pytest.fixture
def operations(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), invoice_rules=RULES)


@pytest.fixture
async def bank(database: Database, clock: FixedClock, back_office: Actor, issuer: KeptIssuer) -> Bank:
    return Bank(database, clock, Working(database, clock, invoice_rules=RULES, issuer=issuer, series=SERIES))


async def test_the_document_in_front_says_why_the_queue_stands_until_it_goes_on(
    books: Books, issuer: KeptIssuer, operations: Operations, back_office: Actor
) -> None:
    show = operations.desk.show_invoices
    issuer.fates = [Fate.STOPPED] * 3
    await made(books, 2)
    assert (await show(back_office)).stopped is None
    await work(books, seconds=130)
    board = await show(back_office)
    assert board.stopped is not None
    assert (board.stopped.id, board.stopped.refusal) == (1, "quota")
    assert (board.counts[InvoiceGroup.QUEUED], board.to_take, board.by_hand) == (2, 0, False)

    await work(books)
    board = await show(back_office)
    assert (board.stopped, board.counts[InvoiceGroup.QUEUED]) == (None, 0)
    assert board.counts[InvoiceGroup.ISSUED_TODAY] == 2
    assert [invoice.refusal for invoice, _ in await books.documents()] == ["", ""]
    books.clock.set(books.clock.now() + timedelta(days=1))
    assert (await show(back_office)).counts[InvoiceGroup.ISSUED_TODAY] == 0


async def test_what_the_provider_cannot_issue_goes_by_the_workbook(
    books: Books, issuer: KeptIssuer, operations: Operations, back_office: Actor
) -> None:
    issuer.fates = [Fate.NOT_HERE]
    await made(books, 2)
    await work(books)
    board = await operations.desk.show_invoices(back_office)
    assert (board.to_take, board.counts[InvoiceGroup.ISSUED_TODAY], board.stopped) == (1, 1, None)
    (one,) = await operations.desk.take_invoice_queue(back_office)
    assert one.invoice.by_hand
    await books.number(back_office, 501)
    assert (await operations.desk.show_invoices(back_office)).to_take == 0


async def test_a_replacement_is_handed_to_the_provider(
    books: Books, issuer: KeptIssuer, operations: Operations, back_office: Actor
) -> None:
    await made(books)
    await work(books)
    (issued, _), *_ = await books.documents()
    buyer = replace(issued.buyer, tax_id=RIGHT_ID)
    await operations.desk.replace_invoice(back_office, issued.id, buyer, None, AGREED)
    await work(books)
    (_, (new, _)) = await books.documents()
    taken = issuer.taken[new.key].document
    assert (taken.original and taken.original.id, taken.invoice.buyer) == (issued.id, buyer)
    assert new.number is not None


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("00000012", InvoiceSearch(number="12")),
        ("1C26TAA 12", InvoiceSearch(number="12", series="C26TAA")),
        ("c26taa-12", InvoiceSearch(number="12", series="C26TAA")),
        ("1234567", InvoiceSearch(number="1234567", tax_id="1234567")),
        ("010 124 3150", InvoiceSearch(tax_id="0101243150")),
        ("0101243150-001", InvoiceSearch(tax_id="0101243150-001")),
        ("Đơn ktm7r4q2x?", InvoiceSearch(code="KTM7R4Q2X")),
        ("Hoa Sen", InvoiceSearch(terms=("hoa", "sen"))),
        ("Cty 36", InvoiceSearch(terms=("cty", "36"))),
    ],
)
def test_a_typed_text_is_a_number_a_code_or_words(text: str, search: InvoiceSearch) -> None:
    assert read_search(text) == search


@pytest.mark.parametrize("text", ["", " ", "?!", "🏠"])
def test_nothing_that_can_be_looked_for(text: str) -> None:
    with pytest.raises(DomainError, match="invoice_search_empty"):
        read_search(text)
