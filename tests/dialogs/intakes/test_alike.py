"""One tap answers the same fault in many rows, one takes it back; what was left out is named."""

from tests.dialogs.harness import Harness
from tests.dialogs.intakes.conftest import Lists, full, opened
from tests.support.builders import enterprise_tax_code, household_tax_code


async def test_one_tap_mends_all_rows_and_one_takes_it_back(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, *(full(number, email=f"kh{number}@gmail.con") for number in range(1, 4)), full(4))
    await chat.tap("Sửa 3 dòng")
    assert "Sửa tất cả theo gợi ý (3)" in chat.buttons
    await chat.tap("Sửa tất cả theo gợi ý")
    assert chat.window.startswith("✅ Không còn dòng nào cần sửa.\n\n📋 khach.xlsx")
    assert "✅ 4 khách đủ thông tin" in chat.window
    await chat.tap("Hoàn tác")
    assert chat.window.startswith("✅ Đã hoàn tác.\n\n⚠️ Công ty Số 1")
    await chat.tap("Về danh sách" if "📋 Về danh sách" in chat.buttons else "Các dòng cần sửa")
    assert "3 dòng" in chat.window


async def test_the_answer_to_the_last_list_comes_first(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1, email="a@gmail.con"), full(2, email="b@gmail.con"))
    await chat.tap("Sửa 2 dòng")
    await chat.tap("Giữ nguyên tất cả")
    await lists.send(chat, full(3, email="c@gmail.con"), full(4, email="d@gmail.con"))
    await chat.tap("Sửa 2 dòng")
    alike = [label for label in chat.buttons if "tất cả (" in label]
    assert alike[0] == "Như trước: Giữ nguyên tất cả (2)"


async def test_rows_that_the_answer_does_not_fit_are_counted_and_asked_about(
    harness: Harness, lists: Lists
) -> None:
    chat = await opened(harness)
    codes = (enterprise_tax_code(1), enterprise_tax_code(2), household_tax_code(3))
    # An enterprise has no code of twelve digits.
    rows = (full(at, tax_code=code, name=f"Hoa Sen {at}", kind="khác") for at, code in enumerate(codes, 1))
    await lists.send(chat, *rows)
    await chat.tap("Sửa 3 dòng")
    await chat.tap("Tất cả: Doanh nghiệp (3)")
    assert chat.window.startswith(
        "✅ Đã sửa 2 dòng. Bấm “Hoàn tác” nếu chưa đúng ý. Còn 1 dòng chưa sửa được như vậy, em hỏi riêng."
    )
    assert "Hoa Sen 3" in chat.window
    await chat.tap("Hoàn tác")
    assert "Đã hoàn tác" in chat.window


async def test_hidden_rows_are_named_and_taken_by_a_tap(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1), {**full(2), "hidden": "1"})
    assert "🙈 1 dòng đang ẩn (do lọc): em không lấy" in chat.window
    await chat.tap("Lấy cả dòng ẩn")
    await lists.read()
    assert "✅ 2 khách đủ thông tin" in chat.window
    assert "🙈 1 dòng đang ẩn (do lọc): em đã lấy cả" in chat.window


async def test_lines_left_out_are_shown_as_written(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    refused = f"không mua cho {enterprise_tax_code(2)} Công ty Hai"
    await lists.paste(chat, f"{enterprise_tax_code(1)} Công ty Một\n{refused}")
    assert "✂️ Em không lấy 1 dòng chữ: “không mua cho" in chat.window
