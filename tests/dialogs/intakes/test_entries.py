"""Putting entries right one by one, and looking at those that are left out."""

from services.operations import Operations
from tests.dialogs.harness import Harness
from tests.dialogs.intakes.conftest import Lists, full, opened
from tests.support.builders import enterprise_tax_code


async def test_one_question_follows_the_other(harness: Harness, operations: Operations, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1), full(2, email="", address=""), full(3, email="binh@gmail.con"))
    await chat.tap("Sửa 2 dòng")
    assert chat.window.startswith(f"✏️ Công ty Số 2\nDòng 3 · MST {enterprise_tax_code(2)}")
    assert "Còn thiếu: địa chỉ." in chat.window
    await chat.text("2 Lê Lợi, Quận 1")
    assert chat.window.startswith("✅ Đã ghi: địa chỉ.\n\n✏️ Công ty Số 2")
    assert "Còn thiếu: email." in chat.window
    await chat.text("không nhớ")
    assert chat.window.startswith("⚠️ Em chưa lấy được câu trả lời")
    await chat.text("@hai")
    assert chat.window.startswith("⚠️ “@hai” không phải địa chỉ email")
    await chat.text("hai@congty.vn")
    assert "⚠️ Công ty Số 3\nDòng 4" in chat.window
    assert "binh@gmail.com" in chat.window
    assert chat.buttons[:2] == ["⭐ binh@gmail.com", "Giữ binh@gmail.con"]
    await chat.tap("binh@gmail.com")
    assert chat.window.startswith("✅ Không còn dòng nào cần sửa.\n\n📋 khach.xlsx")
    assert "✅ 3 khách đủ thông tin" in chat.window
    await chat.tap("Thêm 3 khách")
    kept = await operations.find_by_tax_code(await chat.actor(), enterprise_tax_code(3))
    assert kept is not None
    assert kept.email == "binh@gmail.com"


async def test_a_tap_that_comes_twice_answers_once(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1, email="a@gmail.con"), full(2, email="b@gmail.con"))
    await chat.tap("Sửa 2 dòng")
    first = chat.message
    await chat.tap("a@gmail.com")
    assert "Công ty Số 2" in chat.window
    # Telegram keeps the id of a window that changes, so a fast second tap arrives as a tap on the new window.
    second = chat.message.model_copy(update={"reply_markup": first.reply_markup})
    for label in ("a@gmail.com", "Bỏ qua dòng này", "Để sau", "Để trống mục này"):
        await chat.tap(label, on=second)
        assert "Công ty Số 2" in chat.window
        assert "b@gmail.com" in chat.window


async def test_a_row_is_skipped_and_brought_back(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1, email=""), full(2, email=""))
    await chat.tap("Sửa 2 dòng")
    await chat.tap("Bỏ qua dòng này")
    assert chat.window.startswith("✅ Đã bỏ qua: Công ty Số 1.\n\n✏️ Công ty Số 2")
    await chat.tap("Hoàn tác")
    assert chat.window.startswith("✅ Đã hoàn tác.\n\n✏️ Công ty Số 1")
    await chat.tap("Bỏ qua dòng này")
    await chat.tap("Bỏ qua dòng này")
    assert "➖ 2 dòng bỏ qua" in chat.window
    await chat.tap("Xem dòng lặp, dòng bỏ qua")
    assert "➖ Dòng bỏ qua · 2 dòng" in chat.window
    await chat.tap("2")
    assert "Dòng này đã bỏ qua" in chat.window
    await chat.text("12 Lê Lợi")
    assert chat.window.startswith("⚠️ Dòng này đã bỏ qua")
    await chat.tap("Hoàn tác")
    assert "Còn thiếu: email." in chat.window


async def test_the_last_change_is_taken_back_from_the_list(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1, email=""))
    await chat.tap("Sửa 1 dòng")
    await chat.text("mot@congty.vn")
    await chat.tap("Hoàn tác dòng vừa sửa")
    assert "Còn thiếu: email." in chat.window
    assert "Hoàn tác" not in "".join(chat.buttons)


async def test_a_row_may_wait(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1, email=""), full(2, email=""))
    await chat.tap("Sửa 2 dòng")
    await chat.tap("Để sau")
    assert "Công ty Số 2" in chat.window
    await chat.tap("Để sau")
    assert "Công ty Số 1" in chat.window
    await chat.tap("Bỏ qua dòng này")
    await chat.tap("Để sau")
    assert chat.window.startswith("⚠️ Chỉ còn dòng này cần sửa")


async def test_rows_are_listed_in_pages(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, *(full(n, email="", phone="12") for n in range(1, 11)))
    await chat.tap("Sửa 10 dòng")
    await chat.tap("Các dòng cần sửa")
    assert "✏️ Dòng cần sửa · 10 dòng" in chat.window
    assert chat.window.count("Dòng ") == 6 + 1
    assert "Dòng 2 · Công ty Số 1\n" in chat.window
    assert "Còn thiếu: email." in chat.window
    await chat.tap("›")
    assert "Dòng 11 · Công ty Số 10" in chat.window
    await chat.tap("11")
    assert "Công ty Số 10" in chat.window
    assert "không phải số điện thoại" in chat.window


async def test_a_repeated_row_can_be_looked_at_and_mended(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1), full(1, name="Công ty Khác"))
    await chat.tap("Xem dòng lặp, dòng bỏ qua")
    assert "🔁 Dòng lặp mã số thuế · 1 dòng" in chat.window
    assert "Trùng mã số thuế với dòng 2" in chat.window
    await chat.tap("3")
    assert "em không thêm dòng này" in chat.window
    await chat.text(enterprise_tax_code(2))
    assert "✅ 2 khách đủ thông tin" in chat.window


async def test_what_cannot_be_taken_may_be_left_out(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1, regime="luật cũ", phone="12"), full(2, tax_code="123"))
    await chat.tap("Sửa 2 dòng")
    assert "luật cũ" not in chat.window
    await chat.text("0912345678")
    assert "“luật cũ”" in chat.window
    assert len(chat.buttons) <= 8
    await chat.tap("Để trống mục này")
    assert "Công ty Số 2" in chat.window
    assert "Để trống mục này" not in "".join(chat.buttons)
