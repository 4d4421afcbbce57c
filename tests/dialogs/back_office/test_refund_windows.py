"""Back office gives money back that is booked, in the chat."""

import pytest

from domain.orders import Order
from domain.payments import PaymentState
from services.back_office.people import EnsureBackOffice
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order, register_owner
from tests.support.clock import FixedClock
from tests.support.working import Working


@pytest.fixture
async def lan(harness: Harness, database: Database, clock: FixedClock) -> Person:
    person = harness.stranger("Lan")
    await EnsureBackOffice(database, clock, "Nhà cung cấp")([(person.user.id, "Lan")])
    return person


@pytest.fixture
async def order(operations: Operations, lan: Person) -> Order:
    owner = await register_owner(operations, 1)
    return await placed_order(operations, owner, await add_customers(operations, owner, 9))


async def test_one_of_nine_customers_gets_its_money_back(
    lan: Person, order: Order, database: Database, clock: FixedClock
) -> None:
    async with database.read() as uow:
        requests = list(await uow.payments.of_order(order.id))
    bank = Bank(database, clock, Working(database, clock))
    await bank.tells(order.code, sum(one.amount for one in requests), reference="FT26166001")
    await lan.text("/start")
    await lan.tap("Tra cứu")
    await lan.text("FT26166001")
    await lan.tap("17.550.000 ₫")
    assert "✅ đã ghi nhận" in lan.window
    await lan.tap("Hoàn tiền đã ghi")
    assert "Hoàn phần của khách nào?" in lan.window
    await lan.text("khong co ma nao")
    await lan.text(requests[0].code)
    assert "gõ lý do" in lan.window
    await lan.tap("Quay lại")
    await lan.tap("Hoa Sen 2")
    await lan.text("Khách giải thể")
    assert "Hoa Sen 2 · 1.950.000 ₫" in lan.window
    assert "Lý do: Khách giải thể" in lan.window
    await lan.tap("Mở hồ sơ")
    assert "⚠️ Cần hoàn tiền đã ghi: 1.950.000 ₫" in lan.window
    assert "Trả lại tiền, TL1: chưa trả, Lan đang làm" in lan.window
    assert "Hoàn tiền đã ghi" not in lan.buttons
    # Others owe the same sum: what is given back is proposed for nobody.
    assert "Có thể là của" not in lan.window
    await lan.tap("Bỏ qua")
    await lan.text("Đổi ý")
    assert "Không hoàn nữa, tiền vẫn ghi cho khách như cũ." in lan.window
    await lan.tap("Quay lại")
    await lan.tap("Đã trả lại tiền")
    await lan.text("FT-TRA-1")
    assert "Khách thành chưa trả" in lan.window
    await lan.tap("Đã trả lại")
    async with database.read() as uow:
        states = [one.state for one in await uow.payments.of_order(order.id)]
    assert sorted(states) == [PaymentState.AWAITING] + [PaymentState.PAID] * 8
    await lan.text("/start")
    await lan.tap("Trả lại")
    await lan.tap("Đã xong")
    await lan.tap("1.950.000 ₫ · hoàn tiền")
    assert "Đã trả lại · hoàn tiền: Khách giải thể" in lan.window
