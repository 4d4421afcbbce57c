"""A person's own account: seeing, correcting, copying, agreeing, handing over, closing."""

import io

from openpyxl import load_workbook

from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.builders import add_customers, placed_order


async def _at_account(chat: Person) -> None:
    await chat.text("/tuychon")
    await chat.tap("Tài khoản của tôi")


async def test_it_is_two_taps_away_and_in_the_help(harness: Harness) -> None:
    chat = await harness.person("An")
    await _at_account(chat)
    for said in ("Họ tên: An", "Kế toán An (chủ đơn vị)", "Chat đã nối: Telegram", "Đã đồng ý"):
        assert said in chat.window, chat.window
    await chat.text("/trogiup")
    assert "chọn 🔐 Tài khoản của tôi" in chat.window
    await chat.tap("Tài khoản của tôi")
    assert "Họ tên: An" in chat.window
    await chat.tap("‹ Quay lại")
    assert "Tùy chọn nhận tin" in chat.window


async def test_each_of_three_is_corrected_by_typing_it(harness: Harness) -> None:
    chat = await harness.person("An")
    await _at_account(chat)
    for button, typed, shown in (
        ("✏️ Họ tên", "Trần Thị Mới", "Họ tên: Trần Thị Mới"),
        ("✏️ Điện thoại", "0987654321", "Điện thoại: 0987 654 321"),
        ("✏️ Email", "moi@ketoan.vn nhé", "Email: moi@ketoan.vn"),
    ):
        await chat.tap(button)
        assert "Đang ghi:" in chat.window
        await chat.text(typed)
        assert chat.window.startswith("✅ Đã sửa"), chat.window
        assert shown in chat.window
    await chat.tap("✏️ Điện thoại")
    await chat.text("12345")
    assert chat.window.startswith("⚠️")


async def test_a_copy_is_a_workbook_with_a_sheet_for_each_kind(harness: Harness) -> None:
    chat = await harness.person("An")
    actor = await chat.actor()
    order = await placed_order(harness.operations, actor, await add_customers(harness.operations, actor, 1))
    await _at_account(chat)
    await chat.tap("Lấy bản sao")
    (sent,) = harness.bot.documents
    book = load_workbook(io.BytesIO(sent.document.data))  # type: ignore[union-attr]
    texts = {
        sheet.title: [str(cell.value) for row in sheet.iter_rows() for cell in row]
        for sheet in book.worksheets
    }
    assert {"Tôi", "Đơn vị", "Chat đã nối", "Đồng ý", "Đơn hàng", "Tin đã gửi", "Nhật ký"} <= set(texts)
    assert {"An", "owner"} <= set(texts["Tôi"])
    assert {order.code, "chờ thanh toán"} <= set(texts["Đơn hàng"])
    assert {"Đặt đơn", "Lấy bản sao dữ liệu của mình"} <= set(texts["Nhật ký"])
    assert "Tài khoản của tôi" in chat.window


async def test_a_new_text_waits_in_the_menu_until_it_is_agreed_to(
    harness: Harness, database: Database
) -> None:
    chat = await harness.person("An")
    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE consents SET text_version = '2026-11'")
    await chat.text("/start")
    assert "có bản mới" in chat.window
    await chat.tap("Xem cách dùng dữ liệu mới")
    for said in ("Bên kiểm soát", "10 năm (Luật Kế toán)", "máy chủ ở nước ngoài", "rút đồng ý"):
        assert said in chat.window
    await chat.tap("Tôi đồng ý")
    assert chat.window.startswith("✅ Đã ghi nhận")
    assert chat.buttons[-1] == "❓ Trợ giúp"
    await _at_account(chat)
    await chat.tap("Cách dùng dữ liệu")
    assert "Tôi đồng ý ▶" not in chat.buttons


async def test_an_owner_hands_the_firm_over_and_closes(harness: Harness, operations: Operations) -> None:
    owner = await harness.person("An")
    heir = await harness.colleague(owner, "Bình")
    await _at_account(owner)
    await owner.tap("Đóng tài khoản")
    assert "còn 1 đồng nghiệp" in owner.window
    await owner.tap("Giao đơn vị")
    await owner.tap("Bình")
    assert "Giao đơn vị cho Bình?" in owner.window
    await owner.tap("Giao đơn vị")
    assert owner.window.startswith("✅ Bình là chủ đơn vị"), owner.window
    assert "👑 Giao đơn vị" not in owner.buttons
    await owner.tap("Đóng tài khoản")
    for said in ("Xóa hẳn", "10 năm theo Luật Kế toán", "tên anh/chị thành số #", "không lấy lại được"):
        assert said in owner.window
    assert "danh mục khách hàng" not in owner.window
    await owner.tap("Đóng tài khoản")
    assert owner.window.startswith("✅ Đã đóng tài khoản"), owner.window
    assert owner.buttons == ["Bắt đầu đăng ký"]
    assert await operations.who_is(owner.identity) is None
    await heir.text("/start")
    assert "👤 Nhân viên" in heir.buttons


async def test_what_is_in_the_way_is_named_with_the_way_on(harness: Harness) -> None:
    chat = await harness.person("An")
    actor = await chat.actor()
    order = await placed_order(harness.operations, actor, await add_customers(harness.operations, actor, 1))
    await _at_account(chat)
    await chat.tap("Đóng tài khoản")
    assert "Chưa đóng được" in chat.window
    assert order.code in chat.window
    assert "hủy đơn" in chat.window
    await harness.operations.cancel_order(actor, order.id)
    await chat.tap("‹ Quay lại")
    await chat.tap("Đóng tài khoản")
    assert "cả danh mục khách hàng và nhãn" in chat.window
    assert "tên và mã số thuế đơn vị giữ nguyên" in chat.window
    assert "Bản sao lưu máy chủ mất theo hạn" in chat.window


async def test_who_joined_is_removed_from_their_own_notice(harness: Harness) -> None:
    owner = await harness.person("An")
    colleague = await harness.colleague(owner, "Bình")
    await owner.push_tap(f"open:member:{(await colleague.actor()).accountant_id}")
    assert "Cho Bình nghỉ?" in owner.window
    await owner.tap("Cho nghỉ")
    assert owner.window.startswith("✅ Bình đã nghỉ")
