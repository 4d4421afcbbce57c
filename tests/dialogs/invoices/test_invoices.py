"""The windows of an order's tax invoices: the list, one of them, their files, and mending a buyer."""

import io
from dataclasses import replace
from zipfile import ZipFile

import pytest
from aiogram.types import BufferedInputFile

from dialogs import documents
from dialogs.states import Invoices, Orders
from domain.invoices import BuyerKind, InvoiceKind, InvoiceLine, InvoiceMoment, InvoiceState
from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from services.invoices.closing import InvoiceRules
from services.invoices.viewing import ListInvoices
from services.operations import Operations
from storage.database import Database
from tests.dialogs.again import Twice
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.clock import FixedClock
from tests.support.documents import BUYER, EMAIL, FILES, add_document, number_of, refused
from tests.support.rows import Row, rows_of
from texts.invoices import list as list_texts

MENDED_CODE = builders.enterprise_tax_code(500)


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person()


@pytest.fixture
async def order(chat: Person, operations: Operations) -> Order:
    """An order of nine customers who pay for themselves."""
    actor = await chat.actor()
    customers = await builders.add_customers(operations, actor, 9)
    return await builders.placed_order(operations, actor, customers)


async def listed(chat: Person, order: Order) -> None:
    await chat.open(Invoices.list, {"order_id": order.id})


async def _mails(database: Database) -> list[Row]:
    return [row for row in await rows_of(database, "pushes") if row["kind"] == "invoice_issued"]


def _documents(harness: Harness) -> dict[str, bytes]:
    sent = [one.document for one in harness.bot.documents]
    return {one.filename or "": one.data for one in sent if isinstance(one, BufferedInputFile)}


class TestTheWayThere:
    async def test_before_a_day_is_closed_it_is_said_when_invoices_are_made(
        self, chat: Person, order: Order
    ) -> None:
        await chat.open(Orders.card, {"order_id": order.id})
        assert "🧾 Hóa đơn" not in chat.buttons
        await chat.tap("Việc khác")
        await chat.tap("Hóa đơn")
        assert f"Hóa đơn đơn {order.code}" in chat.window
        assert "Chưa có hóa đơn nào." in chat.window
        assert "Hóa đơn được lập khi hết ngày nhận tiền" in chat.window
        assert chat.buttons == ["‹ Về đơn"]
        await chat.tap("Về đơn")
        assert f"Đơn {order.code}" in chat.window

    @pytest.mark.parametrize("moment", InvoiceMoment)
    async def test_each_moment_is_told_as_it_is(
        self, moment: InvoiceMoment, database: Database, clock: FixedClock, chat: Person, order: Order
    ) -> None:
        view = ListInvoices(database, clock, InvoiceRules(moment))
        page = await view(await chat.actor(), order.id)
        assert page.moment is moment
        said = {
            InvoiceMoment.PAID: "hết ngày nhận tiền",
            InvoiceMoment.ACTIVATED: "hết ngày kích hoạt",
            InvoiceMoment.PERIOD: "hết tháng",
        }
        assert said[moment] in list_texts.rule(page.moment)

    async def test_an_order_with_documents_leads_to_them_at_once(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        await add_document(database, order)
        await chat.open(Orders.card, {"order_id": order.id})
        await chat.tap("Hóa đơn")
        assert "Đã xuất: 1" in chat.window

    async def test_a_cancelled_order_gets_no_more(
        self, chat: Person, order: Order, operations: Operations, database: Database
    ) -> None:
        await operations.cancel_order(await chat.actor(), order.id)
        await chat.open(Orders.card, {"order_id": order.id})
        await chat.tap("Việc khác")
        assert "🧾 Hóa đơn" not in chat.buttons
        await add_document(database, order)
        await listed(chat, order)
        assert "Đơn đã hủy. Hóa đơn đã xuất mà không còn đúng" in chat.window

    async def test_pushes_open_the_list_and_the_card(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        invoice = await refused(database, order)
        await chat.push_tap(f"open:invoices:{order.id}")
        assert "Cần sửa: 1" in chat.window
        await chat.push_tap(f"open:invoice:{invoice.id}")
        assert "Nơi xuất hóa đơn không nhận mã số của người mua (mã TAX_CODE)." in chat.window
        await chat.tap("Các hóa đơn")
        assert f"Hóa đơn đơn {order.code}" in chat.window


class TestTheList:
    async def test_each_has_number_buyer_amount_and_state(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        await refused(database, order, at=9)
        for at in range(1, 8):
            await add_document(database, order, at)
        await add_document(database, order, 8, state=InvoiceState.QUEUED)
        await listed(chat, order)
        for said in (
            "Đã xuất: 7\nĐang chờ: 1\nCần sửa: 1",
            "Chưa có số · Công ty TNHH Hoa Sen\n⚠️ chưa xuất được, cần sửa · 1.950.000 ₫",
            "Chưa có số · Công ty TNHH Hoa Sen\n⏳ đang chờ xuất · 1.950.000 ₫",
            "Số 00000007 · Công ty TNHH Hoa Sen\n✅ đã xuất · 1.950.000 ₫",
        ):
            assert said in chat.window
        assert chat.rows[:2] == [
            ["⚠️ Hoa Sen", "⏳ Hoa Sen"],
            ["✅ Số 00000007", "✅ Số 00000006"],
        ]
        await chat.tap("›")
        await chat.tap("Số 00000001")
        assert "Hóa đơn điện tử số 00000001" in chat.window

    async def test_all_files_come_as_one_archive(
        self, chat: Person, order: Order, database: Database, harness: Harness
    ) -> None:
        await add_document(database, order, 1)
        await listed(chat, order)
        assert not [label for label in chat.buttons if "zip" in label]
        for at in (2, 3):
            await add_document(database, order, at, files=FILES)
        await listed(chat, order)
        await chat.tap("Tải tất cả")
        ((name, content),) = _documents(harness).items()
        assert name == f"hoa-don-{order.code}.zip"
        with ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert {one: archive.read(one) for one in archive.namelist()} == {
                f"hoa-don-C26TAA-0000000{at}.{ending}": file
                for at in (2, 3)
                for ending, file in (("pdf", FILES.pdf), ("xml", FILES.xml))
            }
        assert [row["verb"] for row in await rows_of(database, "events")][-1] == "invoices_exported"
        assert "Đã xuất: 3" in chat.window

    async def test_an_archive_never_grows_too_large(
        self,
        chat: Person,
        order: Order,
        database: Database,
        harness: Harness,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(documents, "ARCHIVE_LIMIT", len(FILES.pdf) + len(FILES.xml))
        for at in (1, 2, 3):
            await add_document(database, order, at, files=FILES)
        await listed(chat, order)
        await chat.tap("Tải tất cả")
        sent = _documents(harness)
        assert list(sent) == [f"hoa-don-{order.code}{part}.zip" for part in ("", "-2", "-3")]
        for content in sent.values():
            with ZipFile(io.BytesIO(content)) as archive:
                assert len(archive.namelist()) == 2


class TestTheCard:
    async def test_it_says_all_of_it(self, chat: Person, order: Order, database: Database) -> None:
        original = await add_document(database, order, 1, state=InvoiceState.ADJUSTED, number=number_of(1))
        kind = InvoiceKind.ADJUSTMENT
        invoice = await add_document(
            database, order, number=number_of(2), kind=kind, original_id=original.id, lines=9
        )
        await chat.open(Invoices.card, {"invoice_id": invoice.id})
        for said in (
            "Hóa đơn điều chỉnh số 00000002",
            "✅ đã xuất",
            "Điều chỉnh cho hóa đơn số 00000001 ký hiệu C26TAA ngày 15/06/2026",
            "Ngày hóa đơn: 15/06/2026\nMẫu số 1 · ký hiệu C26TAA\nMã tra cứu: 2QTB2",
            "Mã của cơ quan thuế: 00BD2",
            "Số tiền: 17.550.000 ₫",
            f"{BUYER.name}\nMST: {BUYER.tax_id}\n{BUYER.address}\nEmail nhận: {EMAIL}",
        ):
            assert said in chat.window
        assert chat.window.count("•") == 9
        await chat.open(Invoices.card, {"invoice_id": original.id})
        assert "✅ đã xuất, đã có hóa đơn điều chỉnh" in chat.window

    async def test_it_is_mailed_again_once_a_minute(
        self, chat: Person, order: Order, database: Database, clock: FixedClock
    ) -> None:
        invoice = await add_document(database, order)
        await chat.open(Invoices.card, {"invoice_id": invoice.id})
        assert chat.buttons == ["📧 Gửi lại email", "✏️ Gửi tới email khác", "‹ Các hóa đơn"]
        for count in (1, 1, 2):
            await chat.tap("Gửi lại email")
            assert f"✅ Em gửi lại hóa đơn tới {EMAIL}." in chat.window
            if count == 2:
                break
            assert len(await _mails(database)) == 1
            clock.forward(seconds=31)
        assert {row["address"] for row in await _mails(database)} == {EMAIL}
        assert len(await _mails(database)) == 2

    async def test_a_wrong_address_is_put_right_on_the_way(
        self, chat: Person, order: Order, database: Database, harness: Harness
    ) -> None:
        invoice = await add_document(database, order)
        async with database.writing() as connection:
            await connection.exec_driver_sql(f"UPDATE order_lines SET invoice_email = '{EMAIL}'")
        await chat.open(Invoices.card, {"invoice_id": invoice.id})
        await chat.tap("Gửi tới email khác")
        assert f"Đang ghi: {EMAIL}" in chat.window
        await chat.text("ke toan")
        assert "⚠️" in chat.window
        await chat.text("ke.toan@gmail.con")
        assert "Có phải là ke.toan@gmail.com không ạ?" in chat.window
        await Twice(harness, database)(chat, chat.tap("Dùng gmail.com"))
        assert "✅ Em gửi lại hóa đơn tới ke.toan@gmail.com." in chat.window
        assert "Email nhận: ke.toan@gmail.com" in chat.window
        (mail,) = await _mails(database)
        assert mail["address"] == "ke.toan@gmail.com"
        actor = await chat.actor()
        changed, resent = [row for row in await rows_of(database, "events") if "invoice_" in row["verb"]]
        assert (changed["verb"], changed["accountant_id"]) == ("invoice_email_changed", actor.accountant_id)
        assert (resent["verb"], "gmail" in str(changed)) == ("invoice_resent", False)
        # What is still to be invoiced of the order goes there, too.
        lines = await rows_of(database, "order_lines")
        assert [row["invoice_email"] for row in lines if row["position"] == 1] == ["ke.toan@gmail.com"]

    async def test_its_files_come_as_documents(
        self, chat: Person, order: Order, database: Database, harness: Harness
    ) -> None:
        invoice = await add_document(database, order, files=FILES)
        await chat.open(Invoices.card, {"invoice_id": invoice.id})
        await chat.tap("Tải PDF")
        await chat.tap("Tải XML")
        assert _documents(harness) == {
            "hoa-don-C26TAA-00000001.pdf": FILES.pdf,
            "hoa-don-C26TAA-00000001.xml": FILES.xml,
        }
        assert "Hóa đơn điện tử số 00000001" in chat.window

    async def test_one_that_waits_can_neither_be_mailed_nor_mended(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        invoice = await add_document(database, order, state=InvoiceState.SENT)
        await chat.open(Invoices.card, {"invoice_id": invoice.id})
        assert "⏳ đang chờ xuất" in chat.window
        assert "Cho ngày: 15/06/2026" in chat.window
        assert chat.buttons == ["‹ Các hóa đơn"]

    async def test_staff_see_what_bears_a_line_of_their_own_order(
        self, harness: Harness, chat: Person, order: Order, operations: Operations, database: Database
    ) -> None:
        invoice = await add_document(database, order)
        staff = await harness.colleague(chat)
        actor = await staff.actor()
        await staff.open(Invoices.card, {"invoice_id": invoice.id})
        assert "Hóa đơn điện tử" not in staff.window
        own = await builders.placed_order(
            operations,
            actor,
            await builders.add_customers(operations, actor, 1, first=90),
            RecipientMode.ACCOUNTANT,
        )
        line = (await _lines(database, invoice.id))[0]
        async with database.write() as uow:
            shared = replace(line, order_id=own.id, order_code=own.code)
            await uow.invoices.add_lines([(invoice.id, shared)])
        await staff.open(Invoices.card, {"invoice_id": invoice.id})
        assert "Hóa đơn điện tử số 00000001" in staff.window
        await staff.tap("Các hóa đơn")
        assert f"Hóa đơn đơn {own.code}" in staff.window


async def _lines(database: Database, invoice_id: int) -> list[InvoiceLine]:
    async with database.read() as uow:
        return list((await uow.invoices.lines([invoice_id]))[invoice_id])


class TestMending:
    async def _open(self, chat: Person, database: Database, order: Order, field: str = "tax_id") -> int:
        invoice = await refused(database, order, field)
        await chat.open(Invoices.card, {"invoice_id": invoice.id})
        await chat.tap("Sửa và gửi lại")
        return invoice.id

    async def test_what_is_typed_is_shown_before_and_after_then_issued(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        number = await self._open(chat, database, order)
        assert "⚠️ Nơi xuất hóa đơn không nhận mã số của người mua (mã TAX_CODE)." in chat.window
        assert "⚠️ Mã số" in chat.buttons
        await chat.tap("⚠️ Mã số")
        assert f"Đang ghi: {BUYER.tax_id}" in chat.window
        await chat.text("0100109107")
        assert f"Đang ghi: {BUYER.tax_id}" in chat.window
        await chat.text(MENDED_CODE)
        assert f"Mã số: {BUYER.tax_id} → {MENDED_CODE}" in chat.window
        await chat.tap("✏️ Tên")
        await chat.text("Công ty TNHH Sen Vàng")
        await chat.tap("✏️ Địa chỉ")
        await chat.text("2 Hàng Bài")
        await chat.tap("✏️ Email")
        await chat.text("moi@gmail.con")
        assert "Có phải là moi@gmail.com không ạ?" in chat.window
        await chat.tap("Dùng gmail.com")
        for said in (
            f"Tên: {BUYER.name} → Công ty TNHH Sen Vàng",
            "Địa chỉ: 1 Lê Lợi → 2 Hàng Bài",
            f"Email nhận: {EMAIL} → moi@gmail.com",
        ):
            assert said in chat.window
        assert "Loại" not in chat.window
        (row,) = await rows_of(database, "invoices")
        assert (row["state"], row["buyer_tax_id"]) == ("refused", BUYER.tax_id)
        await chat.tap("Gửi lại để xuất")
        assert "✅ Em gửi lại để xuất. Có số, em gửi email tới moi@gmail.com." in chat.window
        assert "⏳ đang chờ xuất" in chat.window
        assert "không nhận" not in chat.window
        (row,) = await rows_of(database, "invoices")
        assert (row["id"], row["state"], row["buyer_kind"]) == (number, "queued", BuyerKind.COMPANY)
        assert (row["buyer_tax_id"], row["email"]) == (MENDED_CODE, "moi@gmail.com")
        assert (row["buyer_name"], row["buyer_address"]) == ("Công ty TNHH Sen Vàng", "2 Hàng Bài")
        assert [event["verb"] for event in await rows_of(database, "events")][-1] == "invoice_mended"

    async def test_twelve_digits_are_asked_about_and_never_guessed(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        await self._open(chat, database, order)
        await chat.tap("⚠️ Mã số")
        await chat.text("001099012345")
        assert "001099012345 có 12 chữ số" in chat.window
        assert chat.buttons[:2] == ["Cá nhân", "Hộ kinh doanh"]
        await chat.tap("Cá nhân")
        assert "Loại: Tổ chức, doanh nghiệp → Cá nhân" in chat.window
        # Another number of this kind asks nothing.
        await chat.tap("⚠️ Mã số")
        await chat.text("001099012346")
        assert "Loại: Tổ chức, doanh nghiệp → Cá nhân" in chat.window
        await chat.tap("Gửi lại để xuất")
        (row,) = await rows_of(database, "invoices")
        assert (row["buyer_tax_id"], row["buyer_kind"]) == ("001099012346", BuyerKind.PERSON)

    async def test_an_old_code_keeps_a_household(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        household = replace(BUYER, kind=BuyerKind.HOUSEHOLD, tax_id="001099012345")
        invoice = await refused(database, order, buyer=household)
        await chat.open(Invoices.card, {"invoice_id": invoice.id})
        await chat.tap("Sửa và gửi lại")
        await chat.tap("⚠️ Mã số")
        await chat.text(MENDED_CODE)
        assert f"Mã số: 001099012345 → {MENDED_CODE}" in chat.window
        assert "Loại" not in chat.window

    async def test_seven_digits_are_a_budget_unit(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        await self._open(chat, database, order)
        await chat.tap("⚠️ Mã số")
        await chat.text("1234567")
        assert "Loại: Tổ chức, doanh nghiệp → Đơn vị quan hệ ngân sách" in chat.window

    async def test_nothing_is_sent_while_something_is_missing(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        missing = replace(BUYER, address="")
        invoice = await refused(database, order, "address", buyer=missing)
        async with database.write() as uow:
            await uow.invoices.save(replace(invoice, refusal="missing"))
        await chat.open(Invoices.card, {"invoice_id": invoice.id})
        assert "Thiếu địa chỉ của người mua." in chat.window
        await chat.tap("Sửa và gửi lại")
        assert "Địa chỉ: chưa có" in chat.window
        assert not [label for label in chat.buttons if "Gửi lại" in label]
        await chat.tap("⚠️ Địa chỉ")
        await chat.text("2 Hàng Bài")
        assert "🔁 Gửi lại để xuất" in chat.buttons

    async def test_one_that_was_mended_meanwhile_is_not_sent_again(
        self, chat: Person, order: Order, database: Database, operations: Operations
    ) -> None:
        number = await self._open(chat, database, order)
        actor: Actor = await chat.actor()
        await operations.mend_invoice(actor, number, replace(BUYER, name="Sen"), EMAIL)
        await chat.tap("Gửi lại để xuất")
        (row,) = await rows_of(database, "invoices")
        assert (row["state"], row["buyer_name"]) == ("queued", "Sen")

    async def test_what_was_typed_for_one_is_not_meant_for_another(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        await refused(database, order, at=2, buyer=replace(BUYER, name="Sen Hồng"))
        await self._open(chat, database, order)
        await chat.tap("✏️ Tên")
        await chat.text("Công ty TNHH Sen Vàng")
        await chat.tap("Quay lại")
        await chat.tap("Các hóa đơn")
        await chat.tap("Sen Hồng")
        await chat.tap("Sửa và gửi lại")
        assert "→" not in chat.window
