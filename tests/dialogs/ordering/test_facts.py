"""What is ticked is what was shown: the review and the last screen say all of it on one screen of a phone."""

from dataclasses import replace

import pytest

from domain.intakes.entries import OrderWish
from domain.invoices import BuyerKind
from domain.orders import Order, Step
from domain.packages import sample_price_list
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode
from services.catalogue.customers import EVERYONE
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.builders import (
    FIRM_ADDRESS,
    add_customers,
    answer_draft,
    enterprise,
    enterprise_tax_code,
    placed_order,
    ready_draft,
    start_draft,
)
from tests.support.clock import FixedClock

SCREEN = 22
"""Lines above the buttons on a phone 390 px wide and 844 px high."""
ACROSS = 44
"""Letters of one line."""

MAI = NoticeRecipient("Trần Thị Mai", "mai@b.vn", "+84912345678")
BA = NoticeRecipient("Lê Thị Ba", "ba@c.vn", "+84912345679")


def rows_of(window: str) -> int:
    """How many lines a phone shows of it."""
    return sum(max(1, -(-len(line) // ACROSS)) for line in window.splitlines())


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person("An")


async def _both(chat: Person) -> tuple[str, str]:
    """The review and the last screen of a draft that is ready."""
    await chat.text("/mua")
    await chat.tap("Làm tiếp")
    review = chat.window
    await chat.tap("Tiếp tục")
    assert "Đặt hàng?" in chat.window
    return review, chat.window


@pytest.mark.parametrize(
    ("count", "recipient"), [(2, RecipientMode.OTHER), (200, RecipientMode.CUSTOMER)], ids=str
)
async def test_both_windows_say_the_same_on_one_screen(
    chat: Person, operations: Operations, count: int, recipient: RecipientMode
) -> None:
    actor = await chat.actor()
    customers = await add_customers(operations, actor, count)
    await start_draft(operations, actor, recipient)
    if recipient is RecipientMode.OTHER:
        buyer = InvoiceRecipient(
            "Công ty Mẹ", enterprise_tax_code(500), "12 Lê Lợi", "hd@me.vn", BuyerKind.COMPANY
        )
        await operations.declare_other(actor, MAI, buyer)
    await operations.pick_matching(actor, EVERYONE, True)
    await operations.finish_picking(actor)
    await operations.set_common_accounting(actor, await operations.offer_accounting(actor))
    line = (await operations.review_line(actor, customers[0].id)).accounting
    assert line is not None
    await operations.set_line_accounting(actor, customers[0].id, replace(line, regime="TT133"))
    await operations.confirm_draft(actor, True)
    received = {
        RecipientMode.CUSTOMER: [
            "Đối tượng nhận: Khách hàng",
            f"Gửi {count} qua email · {count} qua SMS",
            "Hóa đơn ghi tên từng khách, gửi về: email của từng khách",
        ],
        RecipientMode.OTHER: [
            "Đối tượng nhận: Người khác",
            "Trần Thị Mai · 0912 345 678",
            "mai@b.vn",
            f"Hóa đơn ghi: Công ty Mẹ · MST {enterprise_tax_code(500)}",
            "Gửi về: hd@me.vn",
        ],
    }[recipient]
    for window in await _both(chat):
        for said in (
            "Gói: Starter",
            "Năm tài chính: 2026",
            f"Khách hàng: {count} × 1.950.000 ₫",
            "(không chịu thuế GTGT)",
            *received,
            "Kế toán: TT",
            f"khai riêng: {customers[0].name}",
        ):
            assert said in window
        assert rows_of(window) <= SCREEN, window
    assert all(len(row) <= 3 for row in chat.rows)


async def test_the_review_names_what_tells_customers_apart(harness: Harness) -> None:
    chat = await harness.person()
    actor = await chat.actor()
    for number, name in enumerate(
        ("Công ty TNHH Một thành viên Thương mại và Dịch vụ Xuất nhập khẩu Kim Long", "Hoa Mai")
    ):
        await harness.operations.add_customer(actor, enterprise(number + 1, name=name))
    await chat.text("mua 2027 standard tất cả")
    assert "\n• Kim Long\n• Hoa Mai\n" in chat.window


async def test_the_tax_in_a_price_is_that_of_the_price_list(
    chat: Person, operations: Operations, database: Database, clock: FixedClock
) -> None:
    taxed = [replace(one, vat_rate=8) for one in sample_price_list()]
    async with database.write() as uow:
        await uow.packages.replace_all(taxed, clock.now())
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, 2))
    for window in await _both(chat):
        assert "(đã gồm thuế GTGT 8%)" in window


async def test_of_several_recipients_one_is_named_and_the_others_counted(
    chat: Person, operations: Operations
) -> None:
    """The one for most customers; a customer who receives itself is counted by how it is reached."""
    actor = await chat.actor()
    customers = await add_customers(operations, actor, 4)
    await answer_draft(operations, actor, customers, RecipientMode.OTHER)
    await operations.declare_other(actor, MAI, None, customers[0].id)
    await operations.declare_other(actor, MAI, None, customers[1].id)
    await operations.declare_other(actor, MAI, None, customers[2].id)
    await operations.declare_other(actor, BA, None, customers[3].id, "")
    await operations.confirm_draft(actor, True)
    for window in await _both(chat):
        assert "Trần Thị Mai · 0912 345 678 · 3 khách\nmai@b.vn\n… và 1 người nhận nữa" in window
        assert "Hóa đơn ghi tên từng khách, gửi về: mai@b.vn · 3 khách" in window


async def _order(operations: Operations, chat: Person, *notices: NoticeRecipient) -> Order:
    actor = await chat.actor()
    customers = await add_customers(operations, actor, 3)
    mode = RecipientMode.OTHER if notices else RecipientMode.CUSTOMER
    await answer_draft(operations, actor, customers, mode)
    for customer, notice in zip(customers, notices, strict=False):
        await operations.declare_other(actor, notice, None, customer.id)
    view = await operations.view_draft(actor)
    await operations.confirm_draft(actor, True)
    return await operations.place_order(actor, view.draft.id, view.total)


@pytest.mark.parametrize("others", [False, True])
async def test_the_placed_order_says_the_same(chat: Person, operations: Operations, others: bool) -> None:
    order = await _order(operations, chat, *((MAI, MAI, BA) if others else ()))
    await chat.text(order.code)
    if others:
        assert "Trần Thị Mai · 0912 345 678 · 2 khách\nmai@b.vn\n… và 1 người nhận nữa" in chat.window
        assert "Hóa đơn ghi tên từng khách, gửi về: mai@b.vn · 2 khách" in chat.window
    else:
        assert "Đối tượng nhận: Khách hàng\nGửi 3 qua email · 3 qua SMS" in chat.window
        assert "Hóa đơn ghi tên từng khách, gửi về: email của từng khách" in chat.window


async def test_what_is_guessed_or_changed_by_the_year_is_marked_on_both(
    chat: Person, operations: Operations
) -> None:
    actor = await chat.actor()
    old = await operations.add_customer(actor, enterprise(1, regime="TT200", vat_method="KHAU_TRU"))
    await ready_draft(operations, actor, [old.customer])
    for window in await _both(chat):
        assert f"⚠️ Em đổi theo luật năm 2026: kế toán của {enterprise(1).name}" in window


async def test_the_firm_and_the_accountant_are_named(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, 2), RecipientMode.ACCOUNTANT)
    profile = await operations.show_profile(actor)
    for window in await _both(chat):
        assert f"Đối tượng nhận: Kế toán dịch vụ\n{profile.accountant.name} · " in window
        assert f"Hóa đơn ghi: {profile.firm.name} · MST {profile.firm.tax_code}" in window
        assert FIRM_ADDRESS in window


async def test_what_was_taken_from_the_last_order_is_said_next_to_it(
    chat: Person, operations: Operations
) -> None:
    """Until it is answered; what was said in words is no proposal."""
    actor = await chat.actor()
    customers = await add_customers(operations, actor, 3)
    await placed_order(operations, actor, customers[:1], RecipientMode.ACCOUNTANT, "STANDARD")
    made = await operations.order_wished(actor, OrderWish(), everyone=True)
    assert made.choose is None
    await chat.text("/mua")
    await chat.tap("Làm tiếp")
    assert "Gói: Standard (theo đơn trước) · Năm tài chính: 2026 (theo đơn trước)" in chat.window
    assert "Đối tượng nhận: Kế toán dịch vụ (theo đơn trước)" in chat.window
    await chat.tap("Đổi năm")
    await chat.tap("2027")
    assert "Gói: Standard (theo đơn trước) · Năm tài chính: 2027\n" in chat.window
    await operations.order_wished(actor, OrderWish("STARTER", 2027), True, replaces=made.draft.id)
    await chat.text("/mua")
    await chat.tap("Làm tiếp")
    assert "Gói: Starter · Năm tài chính: 2027\n" in chat.window
    await operations.confirm_draft(actor, True)
    await chat.tap("Tiếp tục")
    assert "Đối tượng nhận: Kế toán dịch vụ (theo đơn trước)" in chat.window


async def test_the_usual_answers_are_said_to_be_guessed(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    await add_customers(operations, actor, 2)
    made = await operations.order_wished(actor, OrderWish("STANDARD"), everyone=True)
    assert made.draft.guessed == {Step.FISCAL_YEAR, Step.RECIPIENT}
    await operations.confirm_draft(actor, True)
    for window in await _both(chat):
        assert "Gói: Standard · Năm tài chính: 2026 (em đoán)\n" in window
        assert "Đối tượng nhận: Khách hàng (em đoán)\n" in window
        assert "⚠️ Em đoán: kế toán của 2 khách (chưa khai đủ)" in window
    # The order that is made of it is somebody's answer: ordering again guesses nothing.
    view = await operations.view_draft(actor)
    order = await operations.place_order(actor, view.draft.id, view.total)
    again = await operations.buy_again(actor, order.id)
    assert not again.draft.guessed | again.draft.as_last
