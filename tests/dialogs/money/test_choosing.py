"""The window in which an accountant says who has paid."""

import pytest

from dialogs.states import Choosing, Payments
from domain.money import vnd
from domain.orders import Order
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.banks import Bank
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working

PRICE = 1_950_000
COUNT = 20


@pytest.fixture
def bank(database: Database, clock: FixedClock) -> Bank:
    return Bank(database, clock, Working(database, clock))


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person()


@pytest.fixture
async def order(chat: Person, operations: Operations) -> Order:
    actor = await chat.actor()
    customers = await builders.add_customers(operations, actor, COUNT)
    return await builders.placed_order(operations, actor, customers, RecipientMode.ACCOUNTANT)


async def _received(database: Database) -> list[int]:
    rows = {row["code"]: row["received"] for row in await rows_of(database, "payment_requests")}
    return [rows[line["payment_code"]] for line in await rows_of(database, "order_lines")]


async def test_who_has_paid_is_ticked_on_any_page_and_counted_against_the_money(
    chat: Person, bank: Bank, database: Database, order: Order
) -> None:
    await bank.tells(order.code, 2 * PRICE + 50_000)
    await chat.open(Payments.list, {"order_id": order.id})
    assert f"Chờ chọn khách: {vnd(2 * PRICE + 50_000)}" in chat.window
    await chat.tap("Chọn khách đã trả")
    assert "Khách nào đã trả?" in chat.window
    assert f"đã nhận {vnd(2 * PRICE + 50_000)}" in chat.window
    assert "23:45" in chat.window
    assert not any("Xong" in label for label in chat.buttons)
    await chat.tap("⬜️ Công ty TNHH Hoa Sen 2")
    assert f"Đã chọn: 1 khách · {vnd(PRICE)}" in chat.window
    assert f"Còn {vnd(PRICE + 50_000)}: em ghi tiếp cho khách chưa chọn" in chat.window
    await chat.tap("›")
    await chat.tap("⬜️ Công ty TNHH Hoa Sen 9")
    await chat.tap("⬜️ Công ty TNHH Hoa Sen 8")
    assert f"Đã chọn: 3 khách · {vnd(3 * PRICE)}" in chat.window
    assert f"Thiếu {vnd(PRICE - 50_000)}: khách chọn sau cùng được ghi một phần" in chat.window
    # No more than the money pays for.
    await chat.tap("⬜️ Công ty TNHH Hoa Sen 7")
    assert "Số tiền đã chia hết" in (chat.alert or "")
    assert "Đã chọn: 3 khách" in chat.window
    await chat.tap("☑️ Công ty TNHH Hoa Sen 9")
    assert "Đã chọn: 2 khách" in chat.window
    await chat.tap("⬜️ Công ty TNHH Hoa Sen 7")
    await chat.tap("Xong, ghi cho 3 khách")
    assert "Em đã ghi" in chat.window
    assert f"Đã trả: 2/{COUNT} khách" in chat.window
    expected = [0] * COUNT
    expected[1], expected[7], expected[6] = PRICE, PRICE, 50_000
    assert await _received(database) == expected


async def test_several_are_typed_at_once(chat: Person, bank: Bank, order: Order) -> None:
    await bank.tells(order.code, 3 * PRICE)
    await chat.open(Payments.list, {"order_id": order.id})
    await chat.tap("Chọn khách đã trả")
    await chat.text("1-3")
    assert "Đã chọn: 3 khách" in chat.window
    await chat.text("bỏ 3")
    assert "Đã chọn: 2 khách" in chat.window


async def test_one_tap_takes_them_in_the_order_of_the_lines(
    chat: Person, bank: Bank, database: Database, order: Order
) -> None:
    await bank.tells(order.code, PRICE + 1)
    await chat.open(Payments.list, {"order_id": order.id})
    await chat.tap("Chọn khách đã trả")
    await chat.tap("Theo thứ tự trong đơn")
    assert f"Đã trả: 1/{COUNT} khách" in chat.window
    assert (await _received(database))[:2] == [PRICE, 1]


async def test_a_choice_that_is_made_already_is_said(
    chat: Person, operations: Operations, bank: Bank, order: Order
) -> None:
    await bank.tells(order.code, PRICE)
    await operations.choose_payments(await chat.actor(), 1, [])
    await chat.open(Choosing.who, {"transfer_id": 1})
    assert "Khoản tiền này đã được chia" in chat.window
    await chat.open(Choosing.who, {"transfer_id": 99})
    assert "Khách nào đã trả" not in chat.window
