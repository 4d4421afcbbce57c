"""The personal data of one customer: a copy of it, and its erasure."""

import io

from openpyxl import load_workbook

from dialogs.context import CONTROLLER
from domain.consents import Controller
from domain.customers import Customer
from domain.invoices import InvoiceState
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.builders import enterprise, placed_order, ready_draft
from tests.support.documents import BUYER, EMAIL, add_document, number_of


async def on_the_card(harness: Harness) -> tuple[Person, Customer]:
    chat = await harness.person()
    customer = (await harness.operations.add_customer(await chat.actor(), enterprise(1))).customer
    await chat.text("/khachhang")
    await chat.tap(customer.name)
    await chat.tap("Việc khác")
    await chat.tap("Dữ liệu cá nhân")
    assert "Luật 91/2025" in chat.window
    return chat, customer


async def test_a_copy_is_a_workbook_with_all_that_is_kept(harness: Harness, database: Database) -> None:
    chat, customer = await on_the_card(harness)
    actor = await chat.actor()
    twin = (await harness.operations.add_customer(actor, enterprise(2, email="cu@hoasen.vn"))).customer
    order = await placed_order(harness.operations, actor, [customer])
    await add_document(database, order, number=number_of(12), state=InvoiceState.DELIVERED)
    await harness.operations.merge_customers(actor, customer.id, twin.id)
    await harness.operations.label_customer(actor, customer.id, "VIP")
    await chat.tap("Lấy bản sao")
    (sent,) = harness.bot.documents
    book = load_workbook(io.BytesIO(sent.document.data))  # type: ignore[union-attr]
    texts = {
        sheet.title: [str(cell.value) for row in sheet.iter_rows() for cell in row]
        for sheet in book.worksheets
    }
    assert set(texts) == {"Khách hàng", "Bản khác của khách", "Đơn hàng", "Hóa đơn"}
    assert {order.code, "00000012", "C26TAA", "2QTB12", BUYER.name, EMAIL} <= set(texts["Hóa đơn"])
    for value in (customer.tax_code, customer.name, customer.email, "0910 000 001", "VIP", "Doanh nghiệp"):
        assert value in texts["Khách hàng"]
    assert "cu@hoasen.vn" in texts["Bản khác của khách"]
    assert {order.code, customer.email, customer.address} <= set(texts["Đơn hàng"])
    assert "Dữ liệu cá nhân" in chat.window


async def test_erasing_explains_itself_asks_once_more_and_is_safe_to_repeat(harness: Harness) -> None:
    harness.dispatcher[CONTROLLER] = Controller(backup_days=30)
    chat, customer = await on_the_card(harness)
    await chat.tap("Xóa dữ liệu")
    for said in ("Xóa hẳn", "Giữ lại theo luật thuế", "hóa đơn phải giữ 10 năm", "không lấy lại được"):
        assert said in chat.window
    assert "Bản sao lưu máy chủ còn giữ các điều này tối đa 30 ngày" in chat.window
    await chat.tap("‹ Quay lại")
    assert await harness.operations.get_customer(await chat.actor(), customer.id) == customer
    await chat.tap("Xóa dữ liệu")
    await chat.tap("Xóa hẳn")
    assert chat.window.startswith("✅ Đã xóa dữ liệu của khách.")
    assert "0 khách" in chat.window
    await chat.text(f"/start khach_{customer.id}")
    assert chat.window.startswith("⚠️ Em không tìm thấy khách hàng này")


async def test_what_is_in_the_way_is_named_and_tried_again(harness: Harness) -> None:
    chat, customer = await on_the_card(harness)
    actor = await chat.actor()
    order = await placed_order(harness.operations, actor, [customer])
    await ready_draft(harness.operations, actor, [customer], fiscal_year=2027)
    await chat.tap("Xóa dữ liệu")
    await chat.tap("Xóa hẳn")
    assert "Chưa xóa được" in chat.window
    assert order.code in chat.window
    assert "đơn nháp của: An" in chat.window
    await harness.operations.cancel_order(actor, order.id)
    await chat.tap("Xóa lại")
    assert order.code not in chat.window
    draft = await harness.operations.find_draft(actor)
    assert draft is not None
    await harness.operations.discard_draft(actor, draft.id)
    await chat.tap("Xóa lại")
    assert chat.window.startswith("✅ Đã xóa dữ liệu của khách.")
