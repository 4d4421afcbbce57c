"""Files of invoices at the back office: sent, checked, kept, and what does not fit, each in a sentence."""

import pytest

from tests.dialogs.back_office.test_invoices import closed, harness, lan, taken
from tests.dialogs.harness import Harness, Person
from tests.services.invoices.conftest import Books
from tests.support.invoice_papers import PDF, xml, xml_of, zipped

__all__ = ["closed", "harness", "lan"]

DAY = "15/06/2026"


@pytest.fixture
async def numbered(lan: Person, closed: Books, harness: Harness) -> Books:
    """The three documents have the numbers 11 to 13, and back office sees the board."""
    book = await taken(lan, harness)
    assert "Có tệp PDF, XML của hóa đơn đã ghi số thì gửi vào đây" in lan.window
    for row in (2, 3, 4):
        book.number(row, row + 9, DAY)
    await lan.file(book.saved(), "hoa-don.xlsx")
    await lan.tap("Ghi nhận 3 hóa đơn")
    assert "khi anh/chị gửi PDF, XML, em gửi thêm một lần kèm tệp" in lan.window
    return closed


async def test_an_archive_is_checked_then_kept_and_mailed(lan: Person, numbered: Books) -> None:
    first, _, third = [invoice for invoice, _ in await numbered.documents()]
    files = {"a.xml": xml_of(first), "a.pdf": PDF, "C26TAA-12.pdf": PDF, "b.xml": xml_of(third, total=7)}
    await lan.file(zipped({**files, "x.txt": b"x"}), "hoa-don.zip")
    assert "Tệp của 2 hóa đơn sẽ được lưu" in lan.window
    assert "Số 11 · C26TAA · PDF, XML · " in lan.window
    assert "Số 12 · C26TAA · PDF · " in lan.window
    assert "1 hóa đơn vừa đủ PDF và XML: em gửi email cho người nhận thêm một lần" in lan.window
    assert "1 hóa đơn em chỉ lưu, không gửi email" in lan.window
    assert "1 tệp chưa đúng" in lan.window
    assert "Không phải PDF, XML, em bỏ qua: 1 tệp" in lan.window
    await lan.tap("Xem các tệp chưa đúng")
    assert "b.xml\nTổng trên XML là 7 ₫, tổng của chứng từ là 1.950.000 ₫" in lan.window
    await lan.tap("Quay lại")
    await lan.tap("Lưu tệp của 2 hóa đơn")
    assert "Đã lưu tệp của 2 hóa đơn. Em gửi email kèm tệp cho 1 hóa đơn. Còn 1 tệp chưa đúng." in lan.window

    # The card has what is there, and no button for what is not.
    await lan.tap("Tìm hóa đơn")
    await lan.text("12")
    assert "📄 Tải PDF" in lan.buttons
    assert "🗂 Tải XML" not in lan.buttons


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.pdf", PDF, "Tên tệp chưa cho biết là hóa đơn nào"),
        ("x.xml", b"<HDon>", "Em không đọc được ký hiệu và số hóa đơn trong tệp XML"),
        ("C26TAA-99.pdf", PDF, "Chưa có hóa đơn số 99 ký hiệu C26TAA ở đây"),
        ("x.xml", xml("C26TAA", "11", 1_950_000, "0100109106"), "Mã số người mua trên XML là “0100109106”"),
        (
            "x.zip",
            zipped({"C26TAA-11.pdf": PDF, "1C26TAA-11.pdf": PDF}),
            "Trùng với tệp C26TAA-11.pdf của cùng hóa đơn",
        ),
        (
            "x.zip",
            zipped({"C26TAA-11.pdf": PDF, "a.xml": xml("C26TAA", "11", 5, "0100109106")}),
            "Tệp XML của hóa đơn này chưa đúng, nên em chưa nhận tệp PDF",
        ),
    ],
)
async def test_what_does_not_fit_is_one_plain_sentence(
    lan: Person, numbered: Books, name: str, content: bytes, said: str
) -> None:
    await lan.file(content, name)
    await lan.tap("Xem các tệp chưa đúng")
    assert said in lan.window


async def test_files_that_are_kept_already_and_another_xml(lan: Person, numbered: Books) -> None:
    first = (await numbered.documents())[0][0]
    await lan.file(xml_of(first), "a.xml")
    await lan.tap("Lưu tệp của 1 hóa đơn")
    await lan.file(xml_of(first), "a.xml")
    assert "Em không thấy tệp hóa đơn nào mới" in lan.window
    assert "Đã lưu từ trước: 1 tệp" in lan.window
    await lan.file(xml_of(first, code="00EF"), "a.xml")
    await lan.tap("Xem các tệp chưa đúng")
    assert "Hóa đơn này đã có tệp XML khác" in lan.window


async def test_what_a_provider_issued_needs_no_files(lan: Person, numbered: Books) -> None:
    first = (await numbered.documents())[0][0]
    async with numbered.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE invoices SET by_hand = false")
    await lan.file(xml_of(first), "a.xml")
    await lan.tap("Xem các tệp chưa đúng")
    assert "Hóa đơn số 11 do nhà cung cấp xuất, tệp tự về" in lan.window
