"""Changing a placed order in the chat: each change is shown before and after, made by one tap, taken back by
one more."""

import pytest

from dialogs.states import Orders
from domain.customers import Customer
from domain.orders import Order
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.working import Working
from texts.common import name_label


@pytest.fixture
def bank(database: Database, clock: FixedClock) -> Bank:
    return Bank(database, clock, Working(database, clock))


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person()


@pytest.fixture
async def customers(chat: Person, operations: Operations) -> list[Customer]:
    return await add_customers(operations, await chat.actor(), 3)


async def _order(
    chat: Person,
    operations: Operations,
    bank: Bank,
    customers: list[Customer],
    mode: RecipientMode = RecipientMode.CUSTOMER,
) -> Order:
    """An order whose payers were told; its page leads to what may be changed."""
    order = await placed_order(operations, await chat.actor(), customers, mode)
    await bank.working.work()
    await _open(chat, order)
    return order


async def _open(chat: Person, order: Order, *labels: str) -> None:
    await chat.open(Orders.card, {"order_id": order.id})
    for label in ("Sửa đơn", *labels):
        await chat.tap(label)


async def test_customers_are_dropped(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    order = await _order(chat, operations, bank, customers)
    assert f"Sửa đơn {order.code}" in chat.window
    await chat.tap("Bỏ khách")
    await chat.text(customers[2].tax_code)
    assert f"Đang tìm: {customers[2].tax_code} · 1 khách" in chat.window
    assert [label for label in chat.buttons if "Hoa Sen" in label] == [f"⬜️ {name_label(customers[2].name)}"]
    await chat.tap("Bỏ tìm")
    await chat.tap(name_label(customers[0].name))
    await chat.repeat()
    await chat.tap(name_label(customers[1].name))
    assert "Đã chọn: 2 khách" in chat.window
    await chat.tap(name_label(customers[2].name))
    assert chat.alert is not None
    assert "Đơn chỉ còn khách này" in chat.alert
    await chat.tap(name_label(customers[0].name))
    await chat.tap("Bỏ 1 khách")
    for said in (
        "• Công ty TNHH Hoa Sen 2 · 1.950.000 ₫",
        "Khách: 3 → 2",
        "Tổng tiền: 5.850.000 ₫ → 3.900.000 ₫",
        "\n1 hướng dẫn đã gửi: em báo người trả đừng chuyển nữa.\n",
    ):
        assert said in chat.window
    await chat.tap("Không bỏ")
    await chat.tap("Bỏ 1 khách")
    await chat.tap("Bỏ khỏi đơn")
    assert f"Đã bỏ Công ty TNHH Hoa Sen 2 khỏi đơn {order.code}" in chat.window
    assert "Khách hàng: 2" in chat.window
    await chat.tap("Lịch sử")
    assert "Bỏ khách khỏi đơn · 1.950.000 ₫ · Công ty TNHH Hoa Sen 2\n15/06/2026 12:00 · An" in chat.window


async def test_what_payers_are_told_of_a_drop_is_said_as_it_will_be(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    """Where one transfer pays for all, its sum changes, and nobody is asked not to pay."""
    await _order(chat, operations, bank, customers, RecipientMode.ACCOUNTANT)
    await chat.tap("Bỏ khách")
    await chat.tap(name_label(customers[0].name))
    await chat.tap("Bỏ 1 khách")
    assert "đừng chuyển nữa" not in chat.window


async def test_the_package_changes_and_back_by_one_tap(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    order = await _order(chat, operations, bank, customers)
    await chat.tap("Đổi gói")
    assert "Đang là: Starter · 1.950.000 ₫ mỗi khách" in chat.window
    await chat.tap("Standard · 2.950.000 ₫")
    for said in ("Trước: Starter", "Sau: Standard", "5.850.000 ₫", "8.850.000 ₫", "3 hướng dẫn đã gửi"):
        assert said in chat.window
    await chat.tap("Không đổi")
    assert (await operations.view_order(await chat.actor(), order.id)).order == order
    await _open(chat, order, "Đổi gói", "Standard", "Đồng ý đổi")
    await chat.repeat()
    assert "✅ Gói: Standard" in chat.window
    assert (await operations.view_order(await chat.actor(), order.id)).order.package_name == "Standard"
    await chat.tap("Trở lại như trước")
    assert "đã đổi lại như trước" in chat.window
    assert (await operations.view_order(await chat.actor(), order.id)).order == order
    await chat.tap("Về đơn")
    await chat.tap("Lịch sử")
    assert "Đổi gói · từ Starter · sang Standard" in chat.window


async def test_another_package_of_the_year_is_said(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    order = await _order(chat, operations, bank, customers)
    other = await placed_order(operations, await chat.actor(), customers[:1], package_code="PROFESSIONAL")
    await _open(chat, order, "Đổi gói", "Standard")
    assert f"Hoa Sen 1 đã có gói khác cho năm này: Professional ({other.code})" in chat.window
    await _open(chat, order, "Đổi gói", "Professional")
    assert chat.alert is not None
    assert f"đã có gói này trong đơn {other.code}" in chat.alert


async def test_somebody_else_pays_and_back_by_one_tap(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    order = await _order(chat, operations, bank, customers)
    await chat.tap("Đổi người nhận")
    assert "Đang gửi cho: Khách hàng" in chat.window
    await chat.tap("Người khác")
    await chat.text("Trần Thị Mai")
    assert "đủ họ tên, email và số di động" in chat.window
    await chat.text("Trần Thị Mai mai@gmail.con 0912345678")
    for said in (
        "Trước: Khách hàng",
        "Sau: Trần Thị Mai · mai@gmail.con",
        "3 hướng dẫn đã gửi: em báo xin KHÔNG chuyển khoản theo mã cũ",
        "Em gửi hướng dẫn mới cho 1 người",
        "Có phải anh/chị định gõ mai@gmail.com",
    ):
        assert said in chat.window
    await chat.tap("Đồng ý đổi")
    assert "✅ Đối tượng nhận: Trần Thị Mai · mai@gmail.con" in chat.window
    await chat.tap("Trở lại như trước")
    view = await operations.view_order(await chat.actor(), order.id)
    assert view.order.recipient is RecipientMode.CUSTOMER


async def test_an_accountant_who_does_not_pay_any_more_is_told_of_the_old_code(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    order = await _order(chat, operations, bank, customers, RecipientMode.ACCOUNTANT)
    await chat.tap("Đổi người nhận")
    await chat.tap("Khách hàng")
    assert f"Mã {order.code} anh/chị đã nhận không dùng nữa" in chat.window
    assert "• Sau: tên từng khách hàng" in chat.window
    await chat.tap("Đồng ý đổi")
    view = await operations.view_order(await chat.actor(), order.id)
    assert view.order.recipient is RecipientMode.CUSTOMER


async def test_money_that_came_is_the_reason(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    order = await _order(chat, operations, bank, customers)
    line = (await operations.view_order_line(await chat.actor(), order.id, 1)).lines[0]
    await bank.tells(line.payment.code, 1)
    for label in ("Đổi gói", "Đổi người nhận"):
        await _open(chat, order, label)
        if label == "Đổi người nhận":
            await chat.tap("Kế toán dịch vụ")
        assert chat.alert is not None
        assert "Đơn này đã có 1 ₫ về" in chat.alert
    await _open(chat, order, "Bỏ khách", name_label(customers[0].name))
    assert chat.alert is not None
    assert "Hoa Sen 1 đã có tiền về" in chat.alert


async def test_a_field_of_one_customer_is_mended_and_back(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    order = await _order(chat, operations, bank, customers)
    await chat.tap("Sửa khách")
    await chat.text(customers[1].tax_code)
    await chat.tap(name_label(customers[1].name))
    await chat.tap("Email")
    assert "Email đang ghi: giamdoc2@hoasen.vn" in chat.window
    await chat.text("ketoan@hoasen.vn")
    for said in ("Trước: giamdoc2@hoasen.vn", "Sau: ketoan@hoasen.vn", "báo địa chỉ cũ đừng chuyển khoản"):
        assert said in chat.window
    await chat.tap("Đồng ý đổi")
    actor = await chat.actor()
    (view,) = (await operations.view_order_line(actor, order.id, 2)).lines
    assert view.line.email == view.payment.notice.email == "ketoan@hoasen.vn"
    await chat.tap("Trở lại như trước")
    (view,) = (await operations.view_order_line(actor, order.id, 2)).lines
    assert view.line.email == "giamdoc2@hoasen.vn"


async def test_accounting_data_of_one_customer_are_mended_from_its_line(
    chat: Person, operations: Operations, bank: Bank, customers: list[Customer]
) -> None:
    order = await _order(chat, operations, bank, customers)
    await chat.open(Orders.card, {"order_id": order.id})
    for label in ("Khách trong đơn", "1", "Sửa khách", "Kế toán", "Chế độ kế toán", "Thông tư 133", "Lưu"):
        await chat.tap(label)
    assert "Chế độ kế toán" in chat.window
    assert "Sau: Thông tư 133" in chat.window
    await chat.tap("Đồng ý đổi")
    (view,) = (await operations.view_order_line(await chat.actor(), order.id, 1)).lines
    assert view.line.accounting.regime == "TT133"
    # The others keep theirs.
    (view,) = (await operations.view_order_line(await chat.actor(), order.id, 2)).lines
    assert view.line.accounting.regime != "TT133"
