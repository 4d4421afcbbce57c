"""Corrections of issued invoices: notices, and documents that replace others."""

from dataclasses import replace
from datetime import date

import pytest

from domain.errors import DomainError
from domain.invoice_corrections import Agreement, CorrectionKind, kind_fits
from domain.invoices import Buyer, BuyerKind, Invoice, InvoiceKind, InvoiceState
from domain.people import Actor
from services.invoices.correcting import NewRate
from services.operations import Operations
from storage.database import Database
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_closing import take_back
from tests.support.builders import enterprise_tax_code
from tests.support.rows import rows_of

DAY = date(2026, 6, 15)
AGREED = Agreement("Bà Hoa, giám đốc", DAY, "thoa-thuan.pdf", b"%PDF")
RIGHT_ID = enterprise_tax_code(900)


@pytest.fixture
async def issued(books: Books, back_office: Actor) -> Invoice:
    """An invoice that has its number."""
    await books.pay(await books.order(), PRICE)
    await books.close(DAY)
    await books.number(back_office, 11)
    return await invoice_of(books, 1)


async def invoice_of(books: Books, number: int) -> Invoice:
    async with books.database.read() as uow:
        found = await uow.invoices.get(number)
    assert found is not None
    return found


def right(invoice: Invoice, **changes: object) -> Buyer:
    return replace(invoice.buyer, **changes)  # type: ignore[arg-type]


async def events(database: Database) -> list[str]:
    return [row["verb"] for row in await rows_of(database, "events") if "invoice_" in row["verb"]]


class TestNotices:
    async def test_name_and_address_change_and_the_notice_waits(
        self, books: Books, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        make = operations.desk.make_notice
        made = await make(back_office, issued.id, "Công ty Hoa Mai", "9 Hàng Bài")
        assert (made.kind, made.before, made.done_on) == (CorrectionKind.NOTICE, issued.buyer, None)
        # A tap that comes twice makes one.
        assert await make(back_office, issued.id, "Công ty Hoa Mai", " 9 Hàng  Bài ") == made
        now = await invoice_of(books, issued.id)
        assert now == replace(issued, buyer=right(issued, name="Công ty Hoa Mai", address="9 Hàng Bài"))
        page = await operations.desk.list_notices(back_office)
        assert [(one.id, of.id) for one, of in page.items] == [(made.id, issued.id)]
        assert (await operations.desk.show_invoices(back_office)).notices == 1

        for _ in range(2):
            sent = await operations.desk.mark_notice_sent(back_office, made.id)
            assert sent.done_on == books.clock.today()
        assert (await operations.desk.list_notices(back_office)).total == 0
        assert await events(books.database) == ["invoice_notice_made", "invoice_notice_sent"]

    async def test_what_is_no_mistake_is_refused(
        self, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        with pytest.raises(DomainError, match="invoice_same"):
            await operations.desk.make_notice(back_office, issued.id, issued.buyer.name, issued.buyer.address)
        with pytest.raises(DomainError, match="text_empty"):
            await operations.desk.make_notice(back_office, issued.id, " ", "1")

    async def test_only_issued_documents_have_notices(
        self, books: Books, operations: Operations, back_office: Actor
    ) -> None:
        await books.pay(await books.order(), PRICE)
        await books.close(DAY)
        with pytest.raises(DomainError, match="invoice_not_correctable"):
            await operations.desk.make_notice(back_office, 1, "Khác", "Khác")


class TestReplacing:
    async def test_the_new_document_has_the_right_buyer_and_rate_and_takes_the_place(
        self, books: Books, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        buyer, rate = right(issued, tax_id=RIGHT_ID), NewRate(10)
        seen = await operations.desk.preview_replacement(back_office, issued.id, buyer, rate)
        assert (seen.buyer, seen.before, seen.vat) == (buyer, issued, PRICE - round(PRICE / 1.1))
        for _ in range(2):
            made = await operations.desk.replace_invoice(back_office, issued.id, buyer, rate, AGREED)
        (_, before), (new, lines) = await books.documents()
        assert new == made
        assert (new.kind, new.state, new.original_id) == (
            InvoiceKind.REPLACEMENT,
            InvoiceState.QUEUED,
            issued.id,
        )
        assert (new.buyer, new.amount, new.vat) == (buyer, PRICE, seen.vat)
        assert [replace(line, vat=0, vat_rate=None) for line in lines] == before
        assert await books.invoiced() == {(1, 1): 2 * PRICE}, "both stand until the new one has its number"

        await books.number(back_office, 12)
        assert (await invoice_of(books, issued.id)).state is InvoiceState.REPLACED
        # Nothing is due again, and nothing is taken back: the money is the same.
        await books.close(books.clock.today())
        assert len(await books.documents()) == 2
        assert await events(books.database) == ["invoice_replaced"]

    async def test_the_agreement_is_kept(
        self, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        buyer = right(issued, tax_id=RIGHT_ID)
        with pytest.raises(DomainError, match="agreement_missing"):
            await operations.desk.replace_invoice(back_office, issued.id, buyer, None, None)
        await operations.desk.replace_invoice(back_office, issued.id, buyer, None, AGREED)
        (one,) = (await operations.desk.view_invoice(back_office, issued.id)).corrections
        assert (one.agreed_by, one.agreed_on, one.document_id) == (AGREED.by, AGREED.day, 2)
        assert await operations.desk.take_agreement(back_office, one.id) == (AGREED.file_name, AGREED.file)

    async def test_a_person_need_only_be_told(
        self, books: Books, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        person = Buyer(BuyerKind.PERSON, "Nguyễn Văn An", "001085000123", "1 Hàng Bài")
        async with books.database.write() as uow:
            await uow.invoices.save(replace(issued, buyer=person))
        buyer = replace(person, tax_id="001085000124")
        made = await operations.desk.replace_invoice(back_office, issued.id, buyer, None, None)
        assert made.buyer == buyer

    async def test_a_replacement_is_replaced_in_its_turn_but_nothing_twice(
        self, books: Books, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        replacing = operations.desk.replace_invoice
        first = await replacing(back_office, issued.id, right(issued, tax_id=RIGHT_ID), None, AGREED)
        other = right(issued, tax_id=enterprise_tax_code(901))
        with pytest.raises(DomainError, match="invoice_replaced_already"):
            await replacing(back_office, issued.id, other, None, AGREED)
        with pytest.raises(DomainError, match="invoice_not_correctable"):
            await replacing(back_office, first.id, other, None, AGREED)
        await books.number(back_office, 12)
        second = await replacing(back_office, first.id, other, None, AGREED)
        assert (second.original_id, second.buyer) == (first.id, other)

    async def test_what_was_adjusted_is_not_replaced(
        self, books: Books, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        async with books.database.write() as uow:
            await uow.invoices.save(replace(issued, state=InvoiceState.ADJUSTED))
        buyer = right(issued, tax_id=RIGHT_ID)
        with pytest.raises(DomainError, match="invoice_adjusted"):
            await operations.desk.preview_replacement(back_office, issued.id, buyer)

    async def test_what_waits_to_be_adjusted_is_not_replaced(
        self, books: Books, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        await take_back(books, 500_000)
        await books.close(books.clock.today())
        with pytest.raises(DomainError, match="invoice_adjusted"):
            await operations.desk.preview_replacement(back_office, issued.id, right(issued, tax_id=RIGHT_ID))
        # What adjusts it is made out to the buyer as the notice says.
        await operations.desk.make_notice(back_office, issued.id, "Công ty Hoa Mai", "9 Hàng Bài")
        assert [one.buyer.name for one, _ in await books.documents()] == ["Công ty Hoa Mai"] * 2

    async def test_money_that_leaves_meanwhile_adjusts_the_replacement(
        self, books: Books, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        buyer = right(issued, tax_id=RIGHT_ID)
        new = await operations.desk.replace_invoice(back_office, issued.id, buyer, NewRate(10), AGREED)
        with pytest.raises(DomainError, match="invoice_replaced_already"):
            await operations.desk.make_notice(back_office, issued.id, "Công ty Hoa Mai", "9 Hàng Bài")
        await take_back(books, PRICE)
        await books.close(books.clock.today())
        (_, _, (cut, (line,))) = await books.documents()
        assert (cut.original_id, cut.buyer, line.amount, line.vat) == (new.id, buyer, -PRICE, -new.vat)
        # It waits until the replacement stands.
        for number in (12, 13):
            assert len(await operations.desk.take_invoice_queue(back_office)) == 1
            await books.number(back_office, number)
        assert [one.state for one, _ in await books.documents()] == [
            InvoiceState.REPLACED,
            InvoiceState.ADJUSTED,
            InvoiceState.DELIVERED,
        ]

    async def test_the_kind_of_a_number_is_not_guessed(
        self, operations: Operations, back_office: Actor, issued: Invoice
    ) -> None:
        buyer = right(issued, tax_id="001085000123")
        with pytest.raises(DomainError, match="buyer_kind"):
            await operations.desk.preview_replacement(back_office, issued.id, buyer)
        assert kind_fits(BuyerKind.HOUSEHOLD, "001085000123")
        assert kind_fits(BuyerKind.HOUSEHOLD, "0101243150")
        assert not kind_fits(BuyerKind.PERSON, "0101243150")
        assert not kind_fits(BuyerKind.HOUSEHOLD, "1234567")


@pytest.mark.parametrize("by_notice", [True, False])
async def test_what_is_invoiced_later_has_the_right_buyer(
    books: Books, operations: Operations, back_office: Actor, by_notice: bool
) -> None:
    order = await books.order()
    await books.pay(order, 1_000_000)
    await books.close(DAY)
    await books.number(back_office, 11)
    issued = await invoice_of(books, 1)
    if by_notice:
        mended = right(issued, name="Công ty Hoa Mai")
        await operations.desk.make_notice(back_office, 1, mended.name, mended.address)
    else:
        mended = right(issued, tax_id=RIGHT_ID)
        await operations.desk.replace_invoice(back_office, 1, mended, None, AGREED)
    await books.pay(order, PRICE - 1_000_000)
    await books.close(books.clock.today())
    last, _ = (await books.documents())[-1]
    assert (last.kind, last.amount, last.buyer) == (InvoiceKind.ORIGINAL, PRICE - 1_000_000, mended)
