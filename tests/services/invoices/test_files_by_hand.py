"""Files of invoices that back office issued: each to its document, and once to its recipient."""

from dataclasses import replace

import pytest

from domain.invoices import Invoice, InvoiceState
from domain.people import Actor
from services.invoices import files_by_hand
from services.invoices.files_by_hand import CheckedFiles
from services.ports import InvoiceFiles
from tests.services.invoices.conftest import Books
from tests.services.invoices.test_by_hand import taken
from tests.services.invoices.test_closing import DAY
from tests.services.invoices.test_handing_over import enter, mailed, pass_time, queued
from tests.services.support import refusal, unchanged
from tests.support.invoice_papers import PDF, xml, xml_of, zipped


@pytest.fixture
async def issued(books: Books, back_office: Actor) -> list[Invoice]:
    """Two documents with the numbers 1 and 2, whose mails went out without files."""
    await queued(books, 2)
    await books.close(DAY)
    invoices = await taken(books.operations.desk, back_office)
    await pass_time(books, hours=9)
    await enter(books, back_office, invoices)
    await pass_time(books, minutes=30)
    assert len(mailed(books)) == 2
    return [invoice for invoice, _ in await books.documents()]


async def check(books: Books, back_office: Actor, content: bytes, name: str = "hoa-don.zip") -> CheckedFiles:
    async with unchanged(books.database):
        found = await books.operations.desk.check_invoice_files(back_office, content, name)
    assert found is not None
    return found


async def keep(books: Books, back_office: Actor, content: bytes, name: str = "hoa-don.zip") -> CheckedFiles:
    seen = (await check(books, back_office, content, name)).seen
    kept = await books.operations.desk.keep_invoice_files(back_office, content, name, seen)
    await pass_time(books, minutes=5)
    return kept


async def files_of(books: Books, invoice: Invoice) -> InvoiceFiles | None:
    async with books.database.read() as uow:
        return await uow.invoices.files(invoice.id)


def errors(checked: CheckedFiles) -> list[tuple[str, str]]:
    return [(one.name, one.error.code) for one in checked.problems]


@pytest.mark.parametrize("at_once", [1, 50])
async def test_both_files_are_mailed_once_more(
    books: Books, back_office: Actor, issued: list[Invoice], monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(files_by_hand, "AT_ONCE", at_once)
    first, second = issued
    archive = zipped(
        {
            "1C26TAA_00000001.pdf": PDF + b"1",
            "a.xml": xml_of(first),
            # The name of this one tells nothing, but its XML does.
            "b.pdf": PDF + b"2",
            "B.XML": xml_of(second),
            "doc.txt": b"x",
        }
    )
    kept = await keep(books, back_office, archive)
    assert [(one.invoice.id, one.mailed) for one in kept.new] == [(first.id, True), (second.id, True)]
    assert (errors(kept), kept.same, kept.others) == ([], 0, 1)
    assert await files_of(books, second) == InvoiceFiles(PDF + b"2", xml_of(second))
    sent = mailed(books)[2:]
    assert [(to, it.pdf, it.xml) for to, it in sent] == [
        (one.email, PDF + name, xml_of(one)) for one, name in ((first, b"1"), (second, b"2"))
    ]
    # The same archive again changes nothing, and nobody is mailed again.
    again = await keep(books, back_office, archive)
    assert (again.new, again.same) == ((), 4)
    assert len(mailed(books)) == 4


async def test_one_file_waits_for_the_other(books: Books, back_office: Actor, issued: list[Invoice]) -> None:
    first, _ = issued
    kept = await keep(books, back_office, xml_of(first), "bat-ky.xml")
    assert [one.mailed for one in kept.new] == [False]
    assert len(mailed(books)) == 2
    kept = await keep(books, back_office, PDF, "C26TAA-1.pdf")
    assert [one.mailed for one in kept.new] == [True]
    assert len(mailed(books)) == 3
    # A better PDF replaces the first; whoever wants it mailed asks for it.
    kept = await keep(books, back_office, PDF + b"2", "C26TAA-1.pdf")
    assert [(one.mailed, one.files.pdf) for one in kept.new] == [(False, PDF + b"2")]
    assert len(mailed(books)) == 3
    await books.operations.desk.resend_invoice(back_office, first.id)
    await pass_time(books, minutes=5)
    assert mailed(books)[-1][1].pdf == PDF + b"2"


async def test_the_authoritys_code_comes_with_the_xml(
    books: Books, back_office: Actor, issued: list[Invoice]
) -> None:
    first, _ = issued
    assert first.number is not None
    async with books.database.write() as uow:
        await uow.invoices.save(replace(first, number=replace(first.number, authority_code="")))
    await keep(books, back_office, xml_of(first, code="00CD"), "a.xml")
    number = (await books.documents())[0][0].number
    assert number is not None
    assert number.authority_code == "00CD"


async def test_what_does_not_fit_is_refused_each_with_its_reason(
    books: Books, back_office: Actor, issued: list[Invoice]
) -> None:
    first, second = issued
    archive = zipped(
        {
            "khac.xml": xml("C26TAA", "9", 1, "1"),
            "C26TAB-1.pdf": PDF,
            "mau-2.xml": xml_of(first, form="2"),
            "tong.xml": xml_of(first, total=5),
            "C26TAA-1.pdf": PDF,
            "nguoi-mua.xml": xml_of(second, buyer="0100109106"),
            "khong-ten.pdf": PDF,
            "hong.xml": b"<HDon>",
        }
    )
    checked = await check(books, back_office, archive)
    assert checked.new == ()
    assert dict(errors(checked)) == {
        "khac.xml": "invoice_file_unknown",
        "C26TAB-1.pdf": "invoice_file_unknown",
        "mau-2.xml": "invoice_file_unknown",
        "tong.xml": "invoice_file_total",
        "C26TAA-1.pdf": "invoice_file_beside_wrong",
        "nguoi-mua.xml": "invoice_file_buyer",
        "khong-ten.pdf": "invoice_file_unnamed",
        "hong.xml": "invoice_file_unnamed",
    }


async def test_two_files_of_a_kind_and_another_xml_are_refused(
    books: Books, back_office: Actor, issued: list[Invoice]
) -> None:
    first, _ = issued
    twice = zipped(
        {"C26TAA-1.pdf": PDF, "1C26TAA_1.pdf": PDF, "a.xml": xml_of(first), "b.xml": xml_of(first)}
    )
    kept = await keep(books, back_office, twice)
    assert len(kept.new) == 1
    assert errors(kept) == [("b.xml", "invoice_file_repeated"), ("1C26TAA_1.pdf", "invoice_file_repeated")]
    other = await check(books, back_office, xml_of(first, code="00EF"), "a.xml")
    assert (other.new, errors(other)) == ((), [("a.xml", "invoice_file_other")])


async def test_what_a_provider_issues_brings_its_own_files(
    books: Books, back_office: Actor, issued: list[Invoice]
) -> None:
    first, _ = issued
    async with books.database.write() as uow:
        await uow.invoices.save(replace(first, by_hand=False))
    checked = await check(books, back_office, xml_of(first), "a.xml")
    assert errors(checked) == [("a.xml", "invoice_file_not_by_hand")]


async def test_a_person_may_stand_in_the_xml_without_a_number(
    books: Books, back_office: Actor, issued: list[Invoice]
) -> None:
    first, _ = issued
    assert errors(await check(books, back_office, xml_of(first, buyer=""), "a.xml")) == [
        ("a.xml", "invoice_file_buyer")
    ]
    async with books.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE invoices SET buyer_kind = 'person'")
    assert errors(await check(books, back_office, xml_of(first, buyer=""), "a.xml")) == []


async def test_whoever_has_a_replacement_is_not_mailed_the_replaced(
    books: Books, back_office: Actor, issued: list[Invoice]
) -> None:
    first, _ = issued
    async with books.database.write() as uow:
        await uow.invoices.save(replace(first, state=InvoiceState.REPLACED))
    kept = await keep(books, back_office, zipped({"a.xml": xml_of(first), "a.pdf": PDF}))
    assert [one.mailed for one in kept.new] == [False]


async def test_what_changed_meanwhile_is_shown_first(
    books: Books, back_office: Actor, issued: list[Invoice]
) -> None:
    desk, content = books.operations.desk, xml_of(issued[0])
    async with unchanged(books.database):
        with refusal("invoice_numbers_changed"):
            await desk.keep_invoice_files(back_office, content, "a.xml", "other")
    assert await desk.check_invoice_files(back_office, b"[]", "a.xlsx") is None
    # Somebody else brings the PDF between look and write: it is not lost.
    checked = await check(books, back_office, content, "a.xml")
    await keep(books, back_office, PDF, "C26TAA-1.pdf")
    async with unchanged(books.database):
        with refusal("invoice_numbers_changed"):
            await desk.keep_invoice_files._keep(back_office, checked.new)
