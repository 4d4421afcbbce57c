"""Several transfers, or firms, decided at once in the chat."""

import pytest

from domain.orders import Order
from domain.people import FirmState
from services.operations import Operations, build_operations
from storage.database import Database
from tests.dialogs.conftest import TypedWorkbooks
from tests.dialogs.harness import Harness, Person
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE, add_customers, placed_order, register_owner
from tests.support.clock import FixedClock
from tests.support.working import Working


@pytest.fixture
async def lan(harness: Harness) -> Person:
    return await harness.back_office("Lan")


@pytest.fixture
def bank(database: Database, clock: FixedClock) -> Bank:
    return Bank(database, clock, Working(database, clock))


@pytest.fixture
async def order(operations: Operations, lan: Person) -> Order:
    owner = await register_owner(operations, 1)
    return await placed_order(operations, owner, await add_customers(operations, owner, 3))


async def test_ignored_together_with_one_reason(
    lan: Person, bank: Bank, operations: Operations, database: Database
) -> None:
    for amount in range(1, 11):
        await bank.tells("lai <tien> gui", amount)
    await lan.text("/start")
    await lan.tap("Chuyển khoản cần xử lý (10)")
    await lan.tap("Chọn nhiều")
    assert "🚫 Bỏ qua" not in " ".join(lan.buttons)
    await lan.tap("1 ₫ · không có mã")
    await lan.repeat()
    assert "Đã chọn 1 khoản" in lan.window
    await lan.tap("1 ₫ · không có mã")
    await lan.tap("Cả trang")
    assert "Đã chọn 6 khoản" in lan.window
    await lan.tap("›")
    await lan.tap("9 ₫")
    assert "Đã chọn 7 khoản" in lan.window
    await lan.tap("Bỏ qua (7)")
    assert "7 khoản, 30 ₫" in lan.window
    await lan.text("Lãi tiền gửi")
    assert "Bỏ qua: 7 khoản, 30 ₫" in lan.window
    assert "Lý do: Lãi tiền gửi" in lan.window
    await operations.desk.return_transfer(await lan.actor(), 3, "FT1")
    await lan.tap("Bỏ qua")
    assert "6 dòng xong, 1 dòng chưa làm được." in lan.window
    first = next(line for line in lan.window.splitlines() if line.startswith(("✅", "✖️")))
    assert first.startswith("✖️ 3 ₫")
    assert "đã có người xử lý" in first
    await lan.tap("Bàn làm việc")
    assert "🏦 Chuyển khoản cần xử lý (3)" in lan.buttons


async def test_given_to_the_customers_that_they_name(
    lan: Person, bank: Bank, order: Order, database: Database
) -> None:
    await bank.tells("cty hoa sen 2 ck", 1_950_000)
    await bank.tells("khong ro", 4)
    await lan.text("/start")
    await lan.tap("Chuyển khoản cần xử lý (2)")
    await lan.tap("Chọn nhiều")
    await lan.tap("Cả trang")
    await lan.tap("Ghi cho khách nêu trong nội dung (2)")
    assert "1 khoản, 1.950.000 ₫" in lan.window
    assert "→ Công ty TNHH Hoa Sen 2" in lan.window
    assert "không nêu đúng một khách, em bỏ ra" in lan.window
    await lan.tap("Ghi nhận")
    assert "1 dòng xong." in lan.window
    async with database.read() as uow:
        assert [one.left for one in await uow.payments.of_order(order.id)] == [1_950_000, 0, 1_950_000]


async def test_firms_are_approved_together(
    lan: Person, operations: Operations, database: Database, clock: FixedClock
) -> None:
    approving = build_operations(database, clock, PAYEE, CHANNELS, TypedWorkbooks(), approval=True)
    for number in (5, 6, 7):
        await register_owner(approving, number, f"Minh & <b>{number}</b>")
    await lan.text("/start")
    await lan.tap("Duyệt đơn vị (3)")
    await lan.tap("Chọn nhiều")
    await lan.tap("Cả trang")
    await lan.tap("Duyệt (3)")
    assert "Duyệt: 3 đơn vị" in lan.window
    found = (await operations.desk.list_firms(await lan.actor(), FirmState.WAITING)).items
    await operations.desk.refuse_firm(await lan.actor(), found[0].id, "Sai")
    await operations.desk.approve_firm(await lan.actor(), found[1].id)
    await lan.tap("Duyệt và báo")
    assert "1 dòng xong, 1 dòng chưa làm được." in lan.window
    assert (await operations.desk.list_firms(await lan.actor(), FirmState.WAITING)).total == 0
    assert (await operations.desk.list_firms(await lan.actor(), FirmState.REFUSED)).total == 1
