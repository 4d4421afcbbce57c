"""Invoices at the back office: the board, the workbook and its way back, and any invoice by what is typed."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from domain.invoices import InvoiceState
from domain.recipients import RecipientMode
from services.operations import Operations
from services.ports import InvoiceFiles
from storage.database import Database
from tests.dialogs.again import Twice
from tests.dialogs.harness import Harness, Person
from tests.services.invoices.conftest import PRICE, Books
from tests.support.invoice_books import InvoiceBook
from tests.support.once import lend_router
from tests.support.rows import rows_of

DAY = date(2026, 6, 15)


@pytest.fixture
def harness(reading: Operations) -> Harness:
    return Harness(reading, [lend_router()])


@pytest.fixture
async def lan(harness: Harness) -> Person:
    return await harness.back_office("Lan")


@pytest.fixture
async def closed(books: Books, lan: Person) -> Books:
    """Three customers have paid on the day that is closed, each for an invoice of their own."""
    order = await books.order(3)
    for at in range(3):
        await books.pay(order, PRICE, at)
    await books.close(DAY)
    return books


def last_book(harness: Harness) -> InvoiceBook:
    document = harness.bot.documents[-1].document
    return InvoiceBook(document.data)  # type: ignore[union-attr]


async def taken(lan: Person, harness: Harness) -> InvoiceBook:
    await lan.text("/start")
    await lan.tap("Hóa đơn")
    await lan.tap("Tải hàng chờ (Excel)")
    return last_book(harness)


async def numbers(database: Database) -> list[str]:
    return [row["number"] for row in await rows_of(database, "invoices")]


class TestTheBoard:
    async def test_nothing_waits(self, lan: Person) -> None:
        await lan.text("/start")
        await lan.tap("Hóa đơn")
        assert "Cách xuất: xuất tay, theo tệp Excel" in lan.window
        assert "Không có hóa đơn nào đang chờ" in lan.window
        assert "⬇️ Tải hàng chờ (Excel)" not in lan.buttons

    async def test_the_most_urgent_comes_first(self, lan: Person, closed: Books, database: Database) -> None:
        await lan.text("/start")
        assert "🧾 Hóa đơn (3)" in lan.buttons
        await lan.tap("Hóa đơn")
        assert "📥 Chờ phát hành: 3" in lan.window
        assert "Quá hạn" not in lan.window
        async with database.write() as uow:
            refused = await uow.invoices.get(1)
            assert refused is not None
            changed = replace(refused, state=InvoiceState.REFUSED, refused_field="tax_id", refusal="missing")
            await uow.invoices.save(changed)
        closed.clock.set(closed.clock.now() + timedelta(days=3))
        await lan.text("/start")
        await lan.tap("Hóa đơn")
        lines = [line for line in lan.window.splitlines() if ": " in line]
        assert lines[1:] == [
            "⏰ Quá hạn chưa có số: 3",
            "⚠️ Bị từ chối, chờ kế toán sửa: 1",
            "📥 Chờ phát hành: 2",
        ]
        await lan.tap("Bị từ chối")
        assert "1 hóa đơn" in lan.window
        await lan.tap(lan.buttons[0])
        assert "bị từ chối, chờ kế toán sửa" in lan.window
        await lan.tap("Quay lại")
        assert "Bị từ chối" in lan.window

    async def test_a_queue_that_stands_says_why_and_what_to_do(
        self, lan: Person, closed: Books, database: Database
    ) -> None:
        async with database.write() as uow:
            first = await uow.invoices.get(1)
            assert first is not None
            await uow.invoices.save(replace(first, by_hand=False, refusal="quota"))
        await lan.text("/start")
        await lan.tap("Hóa đơn")
        assert "Hàng chờ đang dừng: đã hết số hóa đơn trong gói" in lan.window
        assert "Việc cần làm: mua thêm số hóa đơn" in lan.window


class TestTheWorkbook:
    async def test_it_goes_out_is_filled_in_and_comes_back(
        self, lan: Person, closed: Books, harness: Harness, database: Database
    ) -> None:
        book = await taken(lan, harness)
        rows = book.rows
        assert len(rows) == 3
        assert {row["MST"] for row in rows} == {
            row["buyer_tax_id"] for row in await rows_of(database, "invoices")
        }
        assert {row["Thuế suất"] for row in rows} == {"KCT"}
        assert [row["Tổng"] for row in rows] == [PRICE] * 3
        # Whoever takes it again gets the same.
        await lan.tap("Tải hàng chờ (Excel)")
        assert last_book(harness).rows == rows

        book.number(2, 11, DAY, authority_code="00A1", lookup_code="000123")
        book.number(3, 11, DAY)
        await lan.file(book.saved(), "hoa-don.xlsx")
        assert "1 hóa đơn sẽ được ghi số" in lan.window
        assert "1 dòng cần sửa" in lan.window
        assert "Chưa có số trong tệp: 1" in lan.window
        await lan.tap("Xem các dòng cần sửa")
        assert "Dòng 3\nSố hóa đơn này đã có ở dòng 2" in lan.window
        await lan.tap("Quay lại")
        await lan.tap("Ghi nhận 1 hóa đơn")
        assert "Đã ghi số cho 1 hóa đơn. Còn 1 dòng cần sửa" in lan.window
        assert await numbers(database) == ["11", "", ""]

        # The whole mended workbook comes again.
        book.number(3, "00000012", DAY)
        book.number(4, 13.0, "16/06/2026")
        await lan.file(book.saved(), "hoa-don.xlsx")
        assert "2 hóa đơn sẽ được ghi số" in lan.window
        assert "Đã ghi từ trước: 1" in lan.window
        await lan.tap("Ghi nhận 2 hóa đơn")
        assert "Đã ghi số cho 2 hóa đơn." in lan.window
        assert "✅ Đã phát hành hôm nay: 3" in lan.window
        assert await numbers(database) == ["11", "12", "13"]

        # They stand in the books of their period, by their own dates.
        await lan.text("/start")
        await lan.tap("Số liệu ngày")
        await lan.text("15/06/2026 - 16/06/2026")
        await lan.tap("Tải sổ")
        sheet = load_workbook(io.BytesIO(harness.bot.documents[-1].document.data))["Hóa đơn"]  # type: ignore[union-attr]
        stand = [row[3:4] + row[-1:] for row in list(sheet.values)[1:]]
        assert sorted(stand) == [("11", PRICE), ("12", PRICE), ("13", PRICE)]

    async def test_a_tap_that_comes_twice_enters_once(
        self, lan: Person, closed: Books, harness: Harness, database: Database
    ) -> None:
        book = await taken(lan, harness)
        book.number(2, 11, DAY)
        await lan.file(book.saved())
        twice = Twice(harness, database)
        await twice(lan, lan.tap("Ghi nhận 1 hóa đơn"))
        assert "Các hóa đơn này đã được ghi số rồi" in lan.window

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            ({"key": "khac"}, "Không có chứng từ nào mang mã khac"),
            ({"total": 5}, "Tổng trong tệp là 5 ₫, tổng của chứng từ là 1.950.000 ₫"),
            ({"series": "TAA"}, "Ký hiệu “TAA” chưa đúng"),
            ({"series": "C27TAA"}, "Ký hiệu C27TAA không phải của năm trong ngày 15/06/2026"),
            ({"date": "31/02/2026"}, "Ngày “31/02/2026” chưa đúng"),
            ({"number": "12A"}, "Số hóa đơn “12A” chưa đúng"),
            ({"number": 1, "date": "20/06/2026"}, "Ngày không theo thứ tự số: số 11 cùng ký hiệu"),
        ],
    )
    async def test_each_problem_is_one_plain_line_with_its_row(
        self, lan: Person, closed: Books, harness: Harness, cells: dict[str, object], said: str
    ) -> None:
        book = await taken(lan, harness)
        book.number(2, 11, DAY)
        await lan.file(book.saved())
        await lan.tap("Ghi nhận 1 hóa đơn")
        book.number(3, 12, DAY)
        book.put(3, **cells)
        await lan.file(book.saved())
        assert "Tệp không có số hóa đơn nào mới" in lan.window
        await lan.tap("Xem các dòng cần sửa")
        assert f"Dòng 3\n{said}" in lan.window

    async def test_a_document_that_has_its_number_keeps_it(
        self, lan: Person, closed: Books, harness: Harness
    ) -> None:
        book = await taken(lan, harness)
        book.number(2, 11, DAY)
        await lan.file(book.saved())
        await lan.tap("Ghi nhận")
        book.number(2, 14, DAY)
        await lan.file(book.saved())
        await lan.tap("Xem các dòng cần sửa")
        assert "Dòng 2\nChứng từ này đã có số 11 ký hiệu C26TAA" in lan.window

    async def test_another_file_says_which_columns_are_missing(self, lan: Person, harness: Harness) -> None:
        await lan.text("/start")
        await lan.tap("Hóa đơn")
        await lan.file(b"khong phai Excel")
        assert "⚠️" in lan.window
        assert "Hóa đơn" in lan.window


class TestLookingUp:
    async def test_by_number_code_order_and_name(
        self, lan: Person, closed: Books, harness: Harness, database: Database
    ) -> None:
        book = await taken(lan, harness)
        book.number(2, 11, DAY, authority_code="00A1", lookup_code="000123")
        await lan.file(book.saved())
        await lan.tap("Ghi nhận")
        first = (await rows_of(database, "invoices"))[0]
        await lan.tap("Tìm hóa đơn")
        for typed in ("11", "0000011", "1C26TAA 11", "C26TAA-11", str(first["buyer_tax_id"])):
            await lan.text(typed)
            assert "Mã tra cứu: 000123" in lan.window, typed
            await lan.tap("Quay lại")
        await lan.text(closed.orders[0].code.lower())
        assert "3 hóa đơn, mới nhất ở trên" in lan.window
        await lan.text("hoa sen")
        assert "3 hóa đơn" in lan.window
        await lan.text("không có ai tên này")
        assert "Em không tìm thấy hóa đơn nào" in lan.window
        await lan.text("…")
        assert "Anh/chị gõ số hóa đơn, mã số thuế, mã đơn" in lan.window

    async def test_the_card_says_everything_and_the_log_that_it_was_seen(
        self, lan: Person, books: Books, harness: Harness, database: Database
    ) -> None:
        order = await books.order(2, RecipientMode.ACCOUNTANT)
        await books.pay(order, 2 * PRICE)
        await books.close(DAY)
        book = await taken(lan, harness)
        book.number(2, 7, DAY, authority_code="00A1", lookup_code="000123")
        await lan.file(book.saved())
        await lan.tap("Ghi nhận")
        await lan.tap("Tìm hóa đơn")
        await lan.text("7")
        for said in (
            "Hóa đơn điện tử số 7\nđã phát hành",
            "Mẫu số 1 · ký hiệu C26TAA",
            "Mã của cơ quan thuế: 00A1",
            "Mã tra cứu: 000123",
            "Người mua\nĐại lý thuế 1\nMST: 0308000115",
            "Email nhận: ",
            "Số tiền: 3.900.000 ₫",
            "Thuế suất: KCT",
            f"Đơn: {order.code}",
            "Ghi số lúc: 16/06/2026",
            "Kế toán: ",
        ):
            assert said in lan.window, said
        assert lan.window.count("•") == 2
        events = [row["verb"] for row in await rows_of(database, "events")]
        assert events.count("invoice_looked_up") == 1

    async def test_an_order_shows_its_invoices_and_leads_there(
        self, lan: Person, closed: Books, harness: Harness
    ) -> None:
        book = await taken(lan, harness)
        book.number(2, 11, DAY)
        await lan.file(book.saved())
        await lan.tap("Ghi nhận")
        await lan.text("/start")
        await lan.tap("Tra cứu")
        await lan.text(closed.orders[0].code)
        assert "Hóa đơn: 3 (chưa có số, chưa có số, số 11)" in lan.window
        assert lan.window.count("🧾 chính khách này") == 3
        await lan.tap("Hóa đơn của đơn này")
        assert "3 hóa đơn, mới nhất ở trên" in lan.window
        await lan.tap("Số 11")
        assert "Hóa đơn điện tử số 11" in lan.window
        await lan.tap("Quay lại")
        await lan.tap("Đơn hàng")
        assert f"Đơn {closed.orders[0].code}" in lan.window
        order = await closed.order(1, RecipientMode.ACCOUNTANT)
        await lan.text(order.code)
        assert "🧾 chính khách này" not in lan.window
        assert "🧾 Đại lý thuế 1 · 0308000115" in lan.window

    async def test_its_mail_goes_again_and_its_files_are_here(
        self, lan: Person, closed: Books, harness: Harness, database: Database
    ) -> None:
        book = await taken(lan, harness)
        book.number(2, 11, DAY)
        await lan.file(book.saved())
        await lan.tap("Ghi nhận")
        mailed = len(await rows_of(database, "pushes"))
        await lan.tap("Tìm hóa đơn")
        await lan.text("11")
        assert "📄 Tải PDF" not in lan.buttons
        assert "Email cho người mua: đang gửi" in lan.window
        await Twice(harness, database)(lan, lan.tap("Gửi lại email"))
        (again,) = (await rows_of(database, "pushes"))[mailed:]
        assert f"Em gửi lại hóa đơn tới {again['address']}" in lan.window

        await lan.tap("Gửi tới email khác")
        await lan.text("ke.toan@hoamai.vn")
        assert "Em gửi lại hóa đơn tới ke.toan@hoamai.vn" in lan.window
        assert "Email nhận: ke.toan@hoamai.vn" in lan.window
        assert (await rows_of(database, "pushes"))[-1]["address"] == "ke.toan@hoamai.vn"
        verbs = [(row["verb"], row["accountant_id"]) for row in await rows_of(database, "events")]
        assert ("invoice_email_changed", (await lan.actor()).accountant_id) in verbs

        async with database.write() as uow:
            await uow.invoices.put_files(1, InvoiceFiles(b"%PDF", b"<xml/>"))
        await lan.text("/start")
        await lan.tap("Hóa đơn")
        await lan.tap("Tìm hóa đơn")
        await lan.text("11")
        for label, name, content in (
            ("Tải PDF", "hoa-don-C26TAA-11.pdf", b"%PDF"),
            ("Tải XML", "hoa-don-C26TAA-11.xml", b"<xml/>"),
        ):
            await lan.tap(label)
            document = harness.bot.documents[-1].document
            assert (document.filename, document.data) == (name, content)  # type: ignore[union-attr]
