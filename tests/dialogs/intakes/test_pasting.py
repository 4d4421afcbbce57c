"""Pasted lists: from any window, with further lines, and with answers for missing fields."""

import pytest
from aiogram.fsm.state import State

from dialogs.states import Customers, Menu, Notices, Ordering
from services.operations import Operations
from tests.dialogs.harness import Harness
from tests.dialogs.intakes.conftest import Lists, opened
from tests.support import builders
from tests.support.builders import enterprise_tax_code

PASTED = f"{enterprise_tax_code(1)} Cty TNHH Hoa Sen 0912345678\n{enterprise_tax_code(2)} Cty Hai"


@pytest.mark.parametrize("state", [Customers.list, Menu.home, Menu.help, Notices.list], ids=str)
async def test_a_list_is_taken_in_any_window(harness: Harness, lists: Lists, state: State) -> None:
    chat = await harness.person()
    await chat.open(state)
    before = chat.window
    await lists.paste(chat, PASTED)
    assert chat.window.startswith("📋 Danh sách dán · 2 dòng")
    await chat.tap("‹ Quay lại")
    assert chat.window == before


async def test_in_an_order_it_is_for_that_order(harness: Harness, lists: Lists) -> None:
    chat = await harness.person()
    await builders.start_draft(harness.operations, await chat.actor())
    for state in (Ordering.customers, Ordering.recipient):
        await chat.open(state)
        await lists.paste(chat, f"{enterprise_tax_code(1)}\n{enterprise_tax_code(2)}")
        assert chat.buttons[0] == "🛒 Đưa 2 khách vào đơn, bổ sung sau"


async def test_strangers_have_no_lists(harness: Harness) -> None:
    for chat in (harness.stranger(), await harness.back_office()):
        await chat.text("/start")
        await chat.text(PASTED)
        assert "📋 Danh sách" not in chat.window


async def test_a_pasted_list_is_there_at_once(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.paste(chat, PASTED)
    assert chat.window.startswith("📋 Danh sách dán · 2 dòng\n\n✏️ 2 khách còn thiếu")
    assert "Cột" not in "".join(chat.buttons)


async def test_a_text_without_customers_is_asked_for_again(harness: Harness) -> None:
    chat = await opened(harness)
    await chat.text("chào em")
    assert chat.window.startswith("⚠️ Em chưa thấy mã số thuế nào")
    assert "dán danh sách vào đây" in chat.window
    await chat.photo()
    assert "dưới dạng tệp đính kèm" in chat.window


async def test_a_list_is_taken_with_no_window_open(harness: Harness, lists: Lists) -> None:
    chat = await harness.person()
    await lists.paste(chat, PASTED)
    assert chat.window.startswith("📋 Danh sách dán · 2 dòng")
    await chat.tap("‹ Quay lại")
    assert "anh/chị cần em giúp gì" in chat.window


async def test_further_lines_are_added(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.paste(chat, f"{enterprise_tax_code(1)} Công ty Một")
    await chat.text(f"{enterprise_tax_code(2)} Công ty Hai\n{enterprise_tax_code(3)} Công ty Ba")
    assert chat.window.startswith("✅ Đã thêm 2 dòng vào danh sách.\n\n📋 Danh sách dán · 3 dòng")
    await chat.repeat()
    await lists.read()
    assert chat.window.startswith("📋 Danh sách dán · 3 dòng\n\n✏️ 3 khách còn thiếu")


async def test_messages_that_come_at_once_make_one_list(harness: Harness, lists: Lists) -> None:
    """The second message comes while names are looked up for the first."""
    chat = await opened(harness)
    await chat.text(f"{enterprise_tax_code(1)} Công ty Một\n{enterprise_tax_code(2)} Công ty Hai")
    assert "Đang tra tên" in chat.window
    await chat.text(f"{enterprise_tax_code(3)} Công ty Ba\n{enterprise_tax_code(4)} Công ty Bốn")
    await lists.read()
    assert "📋 Danh sách dán · 4 dòng\n\n✏️ 4 khách còn thiếu" in chat.window


async def test_answers_to_all_gaps_come_in_one_message(
    harness: Harness, lists: Lists, operations: Operations
) -> None:
    chat = await opened(harness)
    one, two = enterprise_tax_code(1), enterprise_tax_code(2)
    await lists.paste(chat, f"{one} Công ty Một 0912345678\n{two} Công ty Hai hai@congty.vn")
    assert "1. Một: địa chỉ, người đại diện, email" in chat.window
    assert "2. Hai: địa chỉ, người đại diện, điện thoại" in chat.window
    await chat.text(
        "1. 1 Lê Lợi, Quận 1; Trần Văn Bình; mot@gmail.con\n2: 2 Lê Lợi, Quận 1; Lê Thị Hoa; 0912345679"
    )
    assert "✅ Đã bổ sung 2 khách." in chat.window
    assert "1. Một: email “mot@gmail.con” → mot@gmail.com?" in chat.window
    assert "2. Hai" not in chat.window
    await lists.paste(chat, f"{one}: mot@gmail.com")
    assert "✅ 2 khách đủ thông tin" in chat.window
    assert chat.buttons == ["🛒 Mua cho 2 khách", "➕ Thêm 2 khách", "‹ Quay lại"]
    await chat.tap("Thêm 2 khách")
    kept = await operations.find_by_tax_code(await chat.actor(), two)
    assert kept is not None
    assert kept.representative == "Lê Thị Hoa"


async def test_what_is_not_understood_is_named(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.paste(chat, f"{enterprise_tax_code(1)} Công ty Một\n{enterprise_tax_code(2)} Công ty Hai")
    await chat.text("9. 12 Lê Lợi")
    assert chat.window.startswith("⚠️ Em chưa hiểu: “9. 12 Lê Lợi”")


async def test_what_is_not_understood_is_named_until_the_names_are_looked_up(
    harness: Harness, lists: Lists
) -> None:
    chat = await opened(harness)
    await lists.paste(chat, f"{enterprise_tax_code(1)} Công ty Một\n{enterprise_tax_code(2)} Công ty Hai")
    await lists.paste(chat, f"9. 12 Lê Lợi\n{enterprise_tax_code(3)}")
    assert chat.window.startswith("⚠️ Em chưa hiểu: “9. 12 Lê Lợi”\n✅ Đã thêm 1 dòng")


async def test_what_all_lack_is_said_once_and_those_beyond_are_counted(
    harness: Harness, lists: Lists
) -> None:
    chat = await opened(harness)
    await lists.paste(chat, "\n".join(f"{enterprise_tax_code(n)} Công ty Số {n}" for n in range(1, 41)))
    assert "Cần bổ sung: địa chỉ, người đại diện, email, điện thoại\n1. Số 1\n2. Số" in chat.window
    assert "30. Số 30\n… và 10 khách nữa" in chat.window


async def test_rows_of_a_pasted_list_are_numbered_as_they_came(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.paste(
        chat, f"chào em\n\n{enterprise_tax_code(1)} Công ty Một\n{enterprise_tax_code(2)} Công ty Hai"
    )
    await chat.tap("Sửa 2 dòng")
    assert "Khách số 1" in chat.window
    await lists.paste(chat, "/start")
    await lists.paste(chat, f"chào em\n\n{enterprise_tax_code(1)} Công ty Một\n{enterprise_tax_code(1)}")
    for label in ("Sửa 1 dòng", "Các dòng cần sửa", "Lặp 1"):
        await chat.tap(label)
    assert "Khách số 2 · " in chat.window
    assert "Trùng mã số thuế với một khách ở trên." in chat.window
