"""Doubtful logins stand marked in the review and on the last screen until somebody mends or confirms them."""

import pytest

from domain.customers import Customer
from services.operations import Operations
from tests.dialogs.harness import Harness, Person
from tests.support.builders import add_customers, enterprise, ready_draft
from texts.filters import NAME_DOUBT

MARK = "⚠️ Đăng nhập: "


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person("An")


@pytest.fixture
async def doubtful(chat: Person, operations: Operations) -> list[Customer]:
    """One e-mail is mistyped, one phone a landline, two share a phone; the fifth shares with nobody in the
    order, but with a customer of the catalogue."""
    actor = await chat.actor()
    datas = [
        enterprise(1, email="khach1@gmail.con"),
        enterprise(2, phone="+842438123456"),
        enterprise(3),
        enterprise(4, phone=enterprise(3).phone),
        enterprise(5, email="chung@hoasen.vn"),
        enterprise(6, email="chung@hoasen.vn"),
        enterprise(7),
    ]
    added = [(await operations.add_customer(actor, data)).customer for data in datas]
    picked = [*added[:5], added[6]]
    await ready_draft(operations, actor, picked)
    return picked


async def _review(chat: Person) -> None:
    await chat.text("/mua")
    await chat.tap("Làm tiếp")


async def test_they_are_counted_on_both_windows_and_shown_in_one_tap(
    chat: Person, doubtful: list[Customer]
) -> None:
    await _review(chat)
    said = f"{MARK}1 email có vẻ gõ nhầm, 1 số cố định, 3 khách dùng chung"
    assert said in chat.window
    # A landline gets no SMS.
    assert "Gửi 6 qua email · 5 qua SMS" in chat.window
    assert len(chat.buttons) <= 12
    await chat.tap("Tiếp tục")
    assert said in chat.window
    await chat.tap("Đăng nhập cần xem (5)")
    assert "Đăng nhập cần xem · 5 khách" in chat.window
    assert "Công ty TNHH Hoa Sen 1\nEmail khach1@gmail.con có vẻ gõ nhầm" in chat.window
    assert "Công ty TNHH Hoa Sen 7" not in chat.window
    await chat.tap("Công ty TNHH Hoa Sen 2")
    assert chat.window.startswith("Công ty TNHH Hoa Sen 2")


async def test_mistyped_emails_are_mended_in_one_tap_and_the_tick_is_asked_again(
    chat: Person, operations: Operations, doubtful: list[Customer]
) -> None:
    await _review(chat)
    await chat.tap("Đăng nhập cần xem (5)")
    await chat.tap("Sửa 1 email")
    assert "Đã sửa 1 email" in chat.window
    mended = await operations.get_customer(await chat.actor(), doubtful[0].id)
    assert mended.email == "khach1@gmail.com"
    assert "Sửa" not in str(chat.buttons)
    await chat.tap("‹ Về kiểm tra")
    assert f"{MARK}1 số cố định, 3 khách dùng chung" in chat.window
    assert "⬜️ Tôi đã kiểm tra" in chat.buttons


async def test_what_was_said_to_be_right_is_marked_no_more(
    chat: Person, operations: Operations, doubtful: list[Customer]
) -> None:
    await _review(chat)
    await chat.tap("Đăng nhập cần xem (5)")
    await chat.tap("Đúng cả 5")
    assert "Bước 6/6" in chat.window
    assert MARK not in chat.window
    assert "Đăng nhập cần xem" not in str(chat.buttons)
    # Nothing that is ordered has changed, so the tick stays.
    await chat.tap("Tiếp tục")
    assert "Đặt hàng?" in chat.window
    assert MARK not in chat.window


async def test_thirty_clean_customers_meet_no_mark_and_no_tap_more(
    chat: Person, operations: Operations
) -> None:
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, 30))
    await _review(chat)
    assert "⚠️" not in chat.window
    assert "⚠️" not in str(chat.buttons)
    await chat.tap("Tiếp tục")
    assert chat.buttons[0] == "🛒 Đặt hàng"
    assert "⚠️" not in chat.window


async def test_names_that_were_kept_though_doubtful_stay_marked(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    names = ("Công ty CP Bán Lẻ Tiki.vn", "Công ty Xây dựng 0 Hai", "Công ty CP Sendo.vn")
    added = [
        (await operations.add_customer(actor, enterprise(number, name=name))).customer
        for number, name in enumerate(names, 1)
    ]
    await ready_draft(operations, actor, added)
    await _review(chat)
    said = "⚠️ Tên cần xem: Công ty CP Bán Lẻ Tiki.vn và 1 khách nữa"
    assert said in chat.window
    await chat.text(added[0].tax_code)
    assert f"⚠️ {NAME_DOUBT}" in chat.window
    await chat.tap("Về kiểm tra")
    await chat.tap("Tiếp tục")
    assert said in chat.window
