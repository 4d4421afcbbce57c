"""A list comes as a file or a text, in whichever window the accountant is, and is read."""

import pytest
from aiogram.fsm.state import State
from aiogram.types import BufferedInputFile

from dialogs.states import Customers, Menu, NewCustomer, Notices, Ordering, Orders
from storage.database import Database
from tests.dialogs.harness import Harness
from tests.dialogs.intakes.conftest import Lists, catalogue_size, full, opened
from tests.support import builders
from tests.support.lists import list_file


async def test_the_template_comes_as_a_file(harness: Harness) -> None:
    chat = await opened(harness)
    await chat.tap("Tải mẫu trống")
    [sent] = harness.bot.documents
    assert isinstance(sent.document, BufferedInputFile)
    assert sent.document.filename == "mau-danh-sach-khach-hang.xlsx"
    assert sent.document.data == b"PK-template"
    assert "dán danh sách vào đây" in chat.window


async def test_a_file_is_read_and_its_window_drawn_again(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await chat.file(list_file(full(1), full(2)), "khách 2026.xlsx")
    assert chat.window.startswith("📋 khách 2026.xlsx\n\n⏳ Đang đọc tệp…")
    assert chat.buttons == ["⏹ Dừng lại", "‹ Quay lại"]
    await lists.read()
    assert "✅ 2 khách đủ thông tin" in chat.window
    assert await catalogue_size(chat) == 0


async def test_reading_can_be_stopped_and_begun_again(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await chat.file(list_file(full(1)))
    await chat.tap("Dừng lại")
    assert "Đã dừng, em chưa lưu gì" in chat.window
    await lists.read()
    assert "Đã dừng" in chat.window
    assert chat.buttons == ["🔄 Đọc lại", "📄 Gửi tệp khác", "‹ Quay lại"]
    await chat.tap("Đọc lại")
    await lists.read()
    assert "✅ 1 khách đủ thông tin" in chat.window


async def test_a_file_that_cannot_be_read_says_why(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await chat.file(b"broken")
    await lists.read()
    assert "❌ Tệp bị hỏng" in chat.window
    assert chat.buttons == ["🔄 Đọc lại", "📄 Gửi tệp khác", "‹ Quay lại"]
    await chat.tap("Đọc lại")
    await lists.read()
    assert "❌ Tệp bị hỏng" in chat.window
    # The next file or text is a list of its own.
    await lists.send(chat, full(1))
    assert chat.window.startswith("📋 khach.xlsx")


async def test_progress_is_shown_in_rows(harness: Harness, lists: Lists, database: Database) -> None:
    chat = await opened(harness)
    await chat.file(list_file(full(1)))
    async with database.write() as uow:
        intake = await uow.intakes.latest_of((await chat.actor()).accountant_id)
        assert intake is None  # The list has no entries yet.
        await uow.intakes.progress(1, 3_000, 10_000)
    await chat.photo()
    assert "Đang đọc tệp… 3.000/10.000 dòng" in chat.window


WINDOWS = [Customers.list, Menu.home, Menu.help, Orders.list, Notices.list, NewCustomer.name]


@pytest.mark.parametrize("state", WINDOWS, ids=str)
async def test_a_list_is_taken_in_any_window(harness: Harness, lists: Lists, state: State) -> None:
    chat = await harness.person()
    await chat.open(state)
    before = chat.window
    await lists.send(chat, full(1))
    assert chat.window.startswith("📋 khach.xlsx · 1 dòng")
    await chat.tap("‹ Quay lại")
    assert chat.window == before


async def test_a_list_takes_the_place_of_one_that_is_shown(harness: Harness, lists: Lists) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await lists.send(chat, full(1), full(2, email=""))
    await chat.tap("Sửa 1 dòng")
    await lists.send(chat, full(3), name="khac.csv")
    assert chat.window.startswith("📋 khac.csv · 1 dòng")
    await chat.tap("‹ Quay lại")
    assert "👥 Khách hàng" in chat.window


@pytest.mark.parametrize(
    "name, told",
    [
        ("anh.png", "Em chưa thấy khoản nào đang chờ anh/chị trả"),
        ("hop-dong.pdf", "Em chưa đọc được loại tệp này"),
        ("x.xlsx.zip", "Em chưa đọc được loại tệp này"),
    ],
)
async def test_a_file_that_is_no_list_opens_nothing(harness: Harness, name: str, told: str) -> None:
    chat = await harness.person()
    await chat.open(Menu.home)
    menu = chat.window
    await chat.file(b"x", name)
    assert chat.window.startswith(f"⚠️ {told}")
    assert chat.window.endswith(menu)


async def test_in_an_order_a_list_is_for_that_order(harness: Harness, lists: Lists) -> None:
    chat = await harness.person()
    await builders.start_draft(harness.operations, await chat.actor())
    for state in (Ordering.customers, Ordering.recipient):
        await chat.open(state)
        await lists.send(chat, full(1))
        assert chat.buttons[0] == "🛒 Đưa 1 khách vào đơn"
    await chat.open(Ordering.customers)
    await chat.tap("Thêm nhiều khách")
    await lists.send(chat, full(1))
    assert chat.buttons[0] == "🛒 Đưa 1 khách vào đơn"


async def test_back_office_has_no_lists(harness: Harness) -> None:
    chat = await harness.back_office()
    await chat.text("/start")
    await chat.file(list_file(full(1)))
    assert chat.window.startswith("⚠️ Em chưa thấy trong tệp một bảng có cột ngày, nội dung và tiền vào")
    assert "Bàn làm việc" in chat.window


async def test_a_list_that_was_left_is_found_again(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1), full(2, email=""), name="danh-sach-khach-hang-2026.xlsx")
    await chat.tap("Thêm 1 khách")
    await chat.text("/khachhang")
    await chat.tap("Thêm nhiều khách")
    assert chat.buttons[0] == "📋 Làm tiếp: danh-sach-khach… (1)"
    await chat.tap("Làm tiếp")
    assert chat.window.startswith("📋 danh-sach-khach-hang-2026.xlsx · 2 dòng")
    await chat.tap("Thêm cả 1 khách")
    await chat.text("/khachhang")
    await chat.tap("Thêm nhiều khách")
    assert chat.buttons == ["⬇️ Tải mẫu trống", "‹ Quay lại"]


async def test_a_mended_workbook_leads_back_to_the_list_that_it_came_from(
    harness: Harness, lists: Lists
) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1), full(2, email=""), name="tat-ca.xlsx")
    await lists.send(chat, full(2), name="khach-hang-can-sua.xlsx")
    await chat.tap("Thêm 1 khách")
    assert "📋 Làm tiếp: tat-ca.xlsx (2)" in chat.buttons
    await chat.tap("Làm tiếp")
    assert "✅ 2 khách đủ thông tin" in chat.window
    await chat.tap("Thêm 1 khách")
    assert "Làm tiếp" not in "".join(chat.buttons)
