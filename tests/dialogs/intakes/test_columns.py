"""Columns: the field that each was taken for, and taking it for another field."""

from tests.dialogs.harness import Harness
from tests.dialogs.intakes.conftest import Lists, full, opened

UNNAMED = [{**full(n, email=""), "lien_he": f"kt{n}@congty.vn"} for n in (1, 2)]


async def test_a_column_is_taken_for_something_else(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, *UNNAMED)
    assert "✏️ 2 khách còn thiếu" in chat.window
    await chat.tap("Cột")
    assert "tax_code → Mã số thuế" in chat.buttons
    await chat.tap("lien_he → bỏ qua")
    assert "Em đang hiểu là: bỏ qua." in chat.window
    assert chat.rows == [
        ["Mã số thuế", "Tên"],
        ["Địa chỉ", "Email"],
        ["Điện thoại", "Khác…"],
        ["🚫 Bỏ qua cột này", "‹ Quay lại"],
    ]
    await chat.tap("Email")
    assert "⏳ Đang đọc tệp…" in chat.window
    await lists.read()
    assert "✅ 2 khách đủ thông tin" in chat.window


async def test_a_column_is_left_alone(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1))
    await chat.tap("Cột")
    await chat.tap("email →")
    await chat.tap("Bỏ qua cột này")
    await lists.read()
    assert "1. Số 1: email" in chat.window
    assert "Bỏ qua: email." in chat.window


async def test_every_field_can_be_chosen(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1))
    await chat.tap("Cột")
    await chat.tap("email →")
    offered = []
    for _ in range(5):
        offered += [label for row in chat.rows[:-1] for label in row if label != "Khác…"]
        await chat.tap("Khác…")
    assert len(offered) == 23
    assert "• Email" in offered
    assert chat.buttons[0] == "Mã số thuế"


async def test_the_same_again_reads_nothing(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1))
    await chat.tap("Cột")
    await chat.tap("email →")
    await chat.tap("• Email")
    assert "✅ 1 khách đủ thông tin" in chat.window
