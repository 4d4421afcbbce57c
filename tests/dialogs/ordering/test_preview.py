"""Every message that placing the order sends can be read before, about any customer."""

import pytest

from domain.codes import LATER
from domain.messaging.budgets import FirstBudget
from domain.recipients import RecipientMode
from services.operations import Operations, build_operations
from services.ordering.previewing import NUMBER_LATER
from storage.database import Database
from tests.dialogs.conftest import TypedWorkbooks
from tests.dialogs.harness import Harness, Person
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    answer_draft,
    enterprise,
    ready_draft,
    without_login,
)
from tests.support.clock import FixedClock
from texts.ordering import previewing as texts


@pytest.fixture
def operations(database: Database, clock: FixedClock, workbooks: TypedWorkbooks) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, workbooks, budget=FirstBudget(2))


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person("An")


async def _review(chat: Person) -> None:
    await chat.text("/mua")
    await chat.tap("Làm tiếp")


async def test_it_is_one_tap_from_both_windows_and_leads_back(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, 2))
    await _review(chat)
    await chat.tap("Xem trước tin")
    assert "Gửi ngay: 2 email · 2 tin nhắn SMS · tin cho anh/chị" in chat.window
    assert "Khách 1/2: Công ty TNHH Hoa Sen 1" in chat.window
    assert "SMS tới 0910 000 001\nPhan mem ke toan 2026" in chat.window
    assert "chuyen 1.950.000d" in chat.window
    assert f"Email tới {enterprise(1).email}\n[{LATER}] Hướng dẫn thanh toán" in chat.window
    assert f"Tin cho anh/chị\n✅ Đã đặt đơn {LATER}\n" in chat.window
    assert "Em gửi hướng dẫn thanh toán bằng 4 tin" in chat.window
    await chat.tap("Quay lại")
    assert "Bước 6/6" in chat.window
    await chat.tap("Tiếp tục")
    await chat.tap("Xem trước tin")
    await chat.tap("Quay lại")
    assert "Đặt hàng?" in chat.window


async def test_any_customer_is_reached_by_its_name_and_by_going_on(
    chat: Person, operations: Operations
) -> None:
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, 5))
    await _review(chat)
    await chat.tap("Xem trước tin")
    assert "Gửi ngay: 2 email · 2 tin nhắn SMS" in chat.window
    assert "Em giữ lại tin của 3 người nhận" in chat.window
    assert "Tin của khách này" not in chat.window
    await chat.text("hoa sen 3")
    assert "Khách 3/5: Công ty TNHH Hoa Sen 3" in chat.window
    assert "Tin của khách này em giữ lại" in chat.window
    await chat.text(enterprise(5).tax_code)
    assert "Khách 5/5" in chat.window
    await chat.tap("Khách sau")
    assert "Khách 1/5" in chat.window
    await chat.tap("Khách trước")
    assert "Khách 5/5" in chat.window
    await chat.text("Không Ai Cả")
    assert "chưa có khách nào khớp “Không Ai Cả”" in chat.window
    await chat.text("Hoa Sen")
    assert "Có 5 khách khớp “Hoa Sen”: Công ty TNHH Hoa Sen 1, " in chat.window
    assert "Khách 5/5" in chat.window


async def test_the_accountant_reads_both_messages(chat: Person, operations: Operations) -> None:
    """They go to nobody else, so nothing is held."""
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, 3), RecipientMode.ACCOUNTANT)
    await _review(chat)
    await chat.tap("Xem trước tin")
    assert "Gửi ngay: tin cho anh/chị" in chat.window
    assert f"Hướng dẫn thanh toán đơn {LATER}" in chat.window
    assert "Số tiền: 5850000 (5.850.000 ₫)" in chat.window
    assert "giữ lại" not in chat.window
    assert "SMS tới" not in chat.window


async def test_what_is_missing_is_said_instead(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    bare = (await operations.add_customer(actor, without_login(enterprise(1)))).customer
    await answer_draft(operations, actor, [bare])
    await _review(chat)
    await chat.tap("Xem trước tin")
    assert "Bước 6/6" in chat.window
    assert "thiếu" in (chat.alert or "")


async def test_an_account_number_of_its_own_is_said_to_come_later(
    chat: Person, operations: Operations, database: Database, clock: FixedClock, workbooks: TypedWorkbooks
) -> None:
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, 1))
    own = build_operations(database, clock, PAYEE, CHANNELS, workbooks, own_numbers=True)
    heads = list(texts.heads(await own.preview_messages(actor)))
    assert f"{NUMBER_LATER}: số tài khoản riêng, có sau khi đặt" in heads
    assert PAYEE.account not in str(await own.preview_messages(actor))
