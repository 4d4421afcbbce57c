"""Putting right what is wrong on an issued invoice, in the windows of back office."""

from datetime import date

import pytest

from domain.invoices import InvoiceKind, InvoiceState
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.dialogs.again import Twice
from tests.dialogs.harness import Harness, Person
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_closing import take_back
from tests.support.builders import enterprise_tax_code
from tests.support.once import lend_router
from tests.support.rows import rows_of

DAY = date(2026, 6, 15)
RIGHT_ID = enterprise_tax_code(900)


@pytest.fixture
def harness(reading: Operations) -> Harness:
    return Harness(reading, [lend_router()])


@pytest.fixture
async def lan(harness: Harness, books: Books) -> Person:
    """The vendor's person, at the card of an issued invoice."""
    lan = await harness.back_office("Lan")
    await books.pay(await books.order(), PRICE)
    await books.close(DAY)
    await books.number(await lan.actor(), 11)
    await to_card(lan, "11")
    return lan


async def to_card(lan: Person, number: str) -> None:
    await lan.text("/start")
    await lan.tap("Hóa đơn")
    await lan.tap("Tìm hóa đơn")
    await lan.text(number)


async def test_a_wrong_name_is_changed_and_its_notice_sent(
    lan: Person, harness: Harness, database: Database
) -> None:
    await lan.tap("Sửa sai sót")
    assert "Hóa đơn đã có số thì không hủy" in lan.window
    await lan.tap("Chỉ sai tên, địa chỉ")
    assert "Đang ghi:\nCông ty TNHH Hoa Sen 1" in lan.window
    await lan.text("  Công ty TNHH Hoa   Mai ")
    await lan.tap("Giữ nguyên")
    assert "Trước: Công ty TNHH Hoa Sen 1" in lan.window
    assert "Sau: Công ty TNHH Hoa Mai" in lan.window
    await Twice(harness, database)(lan, lan.tap("Lập thông báo"))
    assert "Đã ghi thông báo vào danh sách chờ gửi" in lan.window
    assert "Công ty TNHH Hoa Mai" in lan.window
    assert "📨 Thông báo sai tên, địa chỉ ngày 16/06/2026: chờ gửi" in lan.window
    assert "số 11" in lan.window

    await lan.tap("Quay lại")
    await lan.tap("Hóa đơn")
    assert "📨 Thông báo sai sót chờ gửi: 1" in lan.window
    await lan.tap("Thông báo sai sót (1)")
    await lan.tap("Số 11 · Công ty TNHH Hoa Mai")
    assert "chờ gửi" in lan.window
    assert "Trước: Công ty TNHH Hoa Sen 1" in lan.window
    await Twice(harness, database)(lan, lan.tap("Đã gửi cơ quan thuế"))
    assert "Không có thông báo nào chờ gửi" in lan.window
    await to_card(lan, "11")
    assert "📨 Thông báo sai tên, địa chỉ ngày 16/06/2026: đã gửi 16/06/2026" in lan.window


async def test_a_wrong_code_is_replaced_with_the_written_agreement(
    lan: Person, harness: Harness, books: Books, database: Database
) -> None:
    await lan.tap("Sửa sai sót")
    await lan.tap("Sai mã số, thuế suất")
    await lan.text("123")
    assert "⚠️" in lan.window
    await lan.text(RIGHT_ID)
    await lan.tap("Giữ nguyên")
    await lan.text("5 Hàng Bài, Hà Nội")
    assert "Đang ghi: KCT" in lan.window
    await lan.tap("10%")
    await lan.text("Bà Hoa, giám đốc")
    await lan.text("17/06/2026")
    assert "không sau hôm nay" in lan.window
    await lan.tap("Hôm nay")
    await lan.file(b"%PDF thoa thuan", "thoa-thuan.pdf")
    for said in (
        f"MST: {RIGHT_ID}",
        "5 Hàng Bài, Hà Nội",
        "Tổng: 1.950.000 ₫, giữ nguyên",
        "Thuế suất: KCT → 10%",
        "Tiền thuế: 0 ₫ → 177.273 ₫",
        "Thỏa thuận: Bà Hoa, giám đốc, ngày 16/06/2026",
    ):
        assert said in lan.window, said
    await Twice(harness, database)(lan, lan.tap("Lập hóa đơn thay thế"))
    assert "Hóa đơn thay thế đang chờ phát hành" in lan.window
    assert "↪️ Hóa đơn thay thế chờ phát hành: 1.950.000 ₫" in lan.window
    assert "✏️ Sửa sai sót" not in lan.buttons
    await lan.tap("Văn bản thỏa thuận")
    document = harness.bot.documents[-1].document
    assert (document.filename, document.data) == ("thoa-thuan.pdf", b"%PDF thoa thuan")  # type: ignore[union-attr]

    await books.number(await lan.actor(), 12)
    (before, _), (after, (line,)) = await books.documents()
    assert (before.state, after.original_id) == (InvoiceState.REPLACED, before.id)
    assert (after.buyer.tax_id, after.amount, line.vat_rate) == (RIGHT_ID, PRICE, 10)
    await to_card(lan, "12")
    assert "Thay thế cho hóa đơn số 11 ký hiệu C26TAA ngày 16/06/2026" in lan.window
    await to_card(lan, "11")
    assert "không còn hiệu lực, đã có hóa đơn thay thế" in lan.window
    assert "✏️ Sửa sai sót" not in lan.buttons


async def test_a_wrong_sum_and_rate_are_adjusted_by_the_difference(
    lan: Person, harness: Harness, books: Books, database: Database
) -> None:
    await lan.tap("Sửa sai sót")
    await lan.tap("Điều chỉnh tiền, thuế suất")
    assert "Đang ghi: 1.950.000 ₫" in lan.window
    await lan.text("nhiều lắm")
    assert "⚠️" in lan.window
    await lan.text("999.999.999.999")
    assert "Số tiền đúng của một dòng" in lan.window
    await lan.text("2.200.000")
    assert "Đang ghi: KCT" in lan.window
    await lan.tap("10%")
    await lan.text("Bà Hoa, giám đốc")
    await lan.tap("Hôm nay")
    await lan.file(b"%PDF thoa thuan", "thoa-thuan.pdf")
    for said in (
        "Hóa đơn điều chỉnh · cho số 11 ký hiệu C26TAA",
        "Trước: 1.950.000 ₫, trong đó thuế 0 ₫ (KCT)",
        "Sau: 2.200.000 ₫, trong đó thuế 200.000 ₫ (10%)",
        "Chênh lệch: +250.000 ₫, thuế +200.000 ₫",
        ": -1.950.000 ₫, thuế 0 ₫ (KCT)",
        ": +2.200.000 ₫, thuế +200.000 ₫ (10%)",
        "Thỏa thuận: Bà Hoa, giám đốc, ngày 16/06/2026",
        "nó nằm trong tệp hàng chờ",
    ):
        assert said in lan.window, said
    await Twice(harness, database)(lan, lan.tap("Lập hóa đơn điều chỉnh"))
    assert "Hóa đơn điều chỉnh đang chờ xuất tay" in lan.window
    assert "↪️ Hóa đơn điều chỉnh chờ phát hành: 250.000 ₫" in lan.window
    assert "📝 Thỏa thuận điều chỉnh: Bà Hoa, giám đốc, ngày 16/06/2026" in lan.window
    await lan.tap("Văn bản thỏa thuận")
    assert harness.bot.documents[-1].document.data == b"%PDF thoa thuan"  # type: ignore[union-attr]

    await books.number(await lan.actor(), 12)
    _, (adjusts, lines) = await books.documents()
    assert (adjusts.kind, adjusts.amount, len(lines)) == (InvoiceKind.ADJUSTMENT, 250_000, 2)
    await to_card(lan, "12")
    assert "Điều chỉnh cho hóa đơn số 11 ký hiệu C26TAA ngày 16/06/2026" in lan.window
    assert "Ghi thỏa thuận" not in str(lan.buttons)
    # What adjusts a sum alone names the line alone; nothing at all is no correction.
    await to_card(lan, "11")
    await lan.tap("Sửa sai sót")
    await lan.tap("Điều chỉnh tiền, thuế suất")
    await lan.text("2.200.000")
    assert "Thông tin mới giống hệt thông tin trên hóa đơn" in lan.window
    await lan.tap("Giữ nguyên")
    await lan.tap("Giữ nguyên")
    assert "Hóa đơn đã có số thì không hủy" in lan.window


async def test_of_several_lines_the_wrong_one_is_chosen(
    harness: Harness, books: Books, database: Database
) -> None:
    lan = await harness.back_office("Lan")
    await books.pay(await books.order(9, RecipientMode.ACCOUNTANT), 9 * PRICE)
    await books.close(DAY)
    await books.number(await lan.actor(), 11)
    await to_card(lan, "11")
    await lan.tap("Sửa sai sót")
    await lan.tap("Điều chỉnh tiền, thuế suất")
    assert "Dòng nào sai số tiền?" in lan.window
    await lan.tap("›")
    await lan.tap("Công ty TNHH Hoa Sen 9 · 1.950.000 ₫")
    assert "Công ty TNHH Hoa Sen 9" in lan.window
    await lan.text("1.900.000")
    await lan.tap("Giữ nguyên")
    await lan.text("Bà Hoa, giám đốc")
    await lan.tap("Hôm nay")
    await lan.photo_of(b"anh van ban")
    assert "Chênh lệch: -50.000 ₫, thuế 0 ₫" in lan.window
    await lan.tap("Lập hóa đơn điều chỉnh")
    _, (_, (line,)) = await books.documents()
    assert (line.position, line.amount) == (9, -50_000)
    # All of them at another rate.
    await lan.tap("Sửa sai sót")
    await lan.tap("Điều chỉnh tiền, thuế suất")
    await lan.tap("Giữ nguyên số tiền")
    await lan.tap("8%")
    await lan.text("Bà Hoa, giám đốc")
    await lan.tap("Hôm nay")
    await lan.photo_of(b"anh van ban")
    assert "• và 10 dòng khác" in lan.window


async def test_the_kind_of_twelve_digits_is_asked_for(lan: Person, database: Database) -> None:
    await lan.tap("Sửa sai sót")
    await lan.tap("Sai mã số, thuế suất")
    await lan.text("001085000123")
    assert "Em không đoán" in lan.window
    assert set(lan.buttons[:2]) == {"Hộ kinh doanh", "Cá nhân"}
    await lan.tap("Cá nhân")
    await lan.text("Nguyễn Văn An")
    await lan.tap("Giữ nguyên")
    await lan.tap("Giữ nguyên")
    await lan.text("Ông An")
    await lan.text("15/06/2026")
    await lan.photo_of(b"anh van ban")
    assert "Số định danh: 001085000123" in lan.window
    await lan.tap("Lập hóa đơn thay thế")
    assert (await rows_of(database, "invoices"))[1]["buyer_kind"] == "person"
    assert (await rows_of(database, "invoice_corrections"))[0]["file"] == b"anh van ban"


async def test_what_is_the_same_is_no_correction(lan: Person) -> None:
    await lan.tap("Sửa sai sót")
    await lan.tap("Sai mã số, thuế suất")
    for _ in range(4):
        await lan.tap("Giữ nguyên")
    assert "Thông tin mới giống hệt thông tin trên hóa đơn" in str(lan.alert)
    await lan.tap("Quay lại")
    assert "Hóa đơn điện tử" in lan.window


async def test_money_that_went_back_is_adjusted_with_the_agreement_kept(
    lan: Person, harness: Harness, books: Books, database: Database
) -> None:
    await take_back(books, 500_000)
    await books.close(books.clock.today())
    await lan.text("/start")
    await lan.tap("Hóa đơn (1)")
    await lan.tap("Chờ phát hành (1)")
    await lan.tap(lan.buttons[0])
    assert "Hóa đơn điều chỉnh" in lan.window
    assert "Số tiền: -500.000 ₫" in lan.window
    assert "Điều chỉnh cho hóa đơn số 11" in lan.window
    await lan.tap("Ghi thỏa thuận")
    await lan.text("Bà Hoa, giám đốc")
    await lan.tap("Hôm nay")
    await lan.photo_of(b"anh van ban")
    assert "Số tiền điều chỉnh: -500.000 ₫" in lan.window
    assert "Thỏa thuận: Bà Hoa, giám đốc, ngày 17/06/2026" in lan.window
    await Twice(harness, database)(lan, lan.tap("Ghi thỏa thuận"))
    assert "Đã giữ văn bản thỏa thuận" in lan.window
    assert "📝 Thỏa thuận điều chỉnh: Bà Hoa, giám đốc, ngày 17/06/2026" in lan.window
    await lan.tap("Văn bản thỏa thuận")
    assert harness.bot.documents[-1].document.data == b"anh van ban"  # type: ignore[union-attr]

    # The second correction has the form of the first.
    await books.number(await lan.actor(), 12)
    await to_card(lan, "11")
    assert "đã phát hành, đã có hóa đơn điều chỉnh" in lan.window
    await lan.tap("Sửa sai sót")
    await lan.tap("Sai mã số, thuế suất")
    assert "lần sửa sau cũng phải bằng hóa đơn điều chỉnh" in str(lan.alert)
