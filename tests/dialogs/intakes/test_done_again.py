"""Lists whose updates come again because a kill made the dialogs forget them: each counts once."""

from tests.dialogs.again import Twice
from tests.dialogs.harness import Harness, Person
from tests.dialogs.intakes.conftest import Lists, full
from tests.support.builders import enterprise_tax_code, household
from tests.support.lists import Row, list_file

CODES = [enterprise_tax_code(number) for number in range(10)]


async def test_a_pasted_list(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await twice(chat, chat.text(f"{CODES[1]} Công ty Một 0912345678\n{CODES[2]} Công ty Hai"))
    await lists.read()
    assert "2 khách còn thiếu" in chat.window
    await twice(chat, chat.text(f"{CODES[3]} Công ty Ba"))
    await lists.read()
    assert "3 khách còn thiếu" in chat.window
    await twice(chat, chat.text(f"{CODES[3]} Công ty Ba\n{CODES[1]} Công ty Một"))
    await lists.read()
    await twice(chat, chat.text("2. 12 Lê Lợi"))
    assert "2. Hai: người đại diện, email, điện thoại" in chat.window
    await twice(chat, chat.text("1. 1 Lê Lợi; Trần Văn Bình; mot@congty.vn"))
    assert "1 khách đủ thông tin" in chat.window
    await twice(chat, chat.tap("Thêm 1 khách"))
    await chat.tap("Về danh sách")
    await twice(chat, chat.tap("Thêm cả 2 khách còn thiếu"))


async def test_the_answer_that_leaves_nothing_open(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await lists.send(chat, full(1, email=""))
    await twice(chat, chat.text(f"{CODES[1]} mot@congty.vn"))
    assert "1 khách đủ thông tin" in chat.window
    assert "trùng" not in chat.window


async def test_a_file_and_its_rows(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await chat.tap("Thêm nhiều khách")
    await lists.send(chat, full(1))
    rows = [full(1, address="", representative=""), full(2, email="hai@gmail.con"), full(3, phone="")]
    await twice(chat, chat.file(list_file(*rows)))
    await lists.read()
    await chat.tap("Sửa 3 dòng")
    await twice(chat, chat.text("12 Lê Lợi"))
    assert "người đại diện" in chat.window
    await twice(chat, chat.text("Trần Văn Bình"))
    assert "Công ty Số 2" in chat.window
    await twice(chat, chat.tap("hai@gmail.com"))
    assert "Công ty Số 3" in chat.window
    await twice(chat, chat.tap("Bỏ qua dòng này"))
    assert "1 dòng bỏ qua" in chat.window
    await twice(chat, chat.tap("Hoàn tác dòng vừa sửa"))
    assert "điện thoại" in chat.window
    await chat.text("0912345679")
    assert "3 khách đủ thông tin" in chat.window
    await twice(chat, chat.tap("Cột"))
    await twice(chat, chat.tap("Quay lại"))


def shop(number: int) -> Row:
    data = household(number)
    names = ("tax_code", "name", "address", "representative", "email")
    return {**{name: getattr(data, name) for name in names}, "phone": f"0{data.phone[3:]}"}


async def _place(chat: Person, twice: Twice, *packages: str) -> None:
    for package in packages:
        await twice(chat, chat.tap(package))
    await twice(chat, chat.tap("Tôi đã kiểm tra"))
    await twice(chat, chat.tap("Tiếp tục"))
    await twice(chat, chat.tap("Đặt hàng"))


async def test_the_orders_of_both_kinds(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    rows = [full(1), full(2), shop(1)]
    await chat.text("/khachhang")
    await lists.send(chat, *rows)
    await twice(chat, chat.tap("Mua cho 3 khách"))
    await chat.tap("Standard")
    assert "Đơn 1/2" in chat.window
    # A second list finds the two drafts in its way.
    await chat.text("/khachhang")
    await lists.send(chat, *rows, full(3))
    await twice(chat, chat.tap("Mua cho 4 khách"))
    await twice(chat, chat.tap("Thêm khách vào đơn nháp"))
    assert "Khách hàng: 3" in chat.window
    await chat.text("/khachhang")
    await lists.send(chat, *rows[:2], shop(2))
    await chat.tap("Mua cho 3 khách")
    await twice(chat, chat.tap("Bỏ đơn nháp, lập đơn mới"))
    await _place(chat, twice, "Standard")
    assert "Anh/chị còn một đơn chưa đặt: 1 hộ kinh doanh" in chat.window
    await twice(chat, chat.tap("Hộ kinh doanh Plus"))
    await _place(chat, twice)
    assert "còn một đơn" not in chat.window


async def test_the_order_that_waits_for_a_dropped_one(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await lists.send(chat, full(1), full(2), shop(1))
    await chat.tap("Mua cho 3 khách")
    await chat.text("/mua")
    await chat.tap("Bỏ, làm đơn mới")
    await twice(chat, chat.tap("Bỏ hẳn"))
    assert "Hộ kinh doanh Plus" in "".join(chat.buttons)


async def test_a_wish_with_its_customers(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await lists.send(chat, full(1), full(2))
    await chat.tap("Thêm 2 khách")
    await twice(chat, chat.text(f"/mua STANDARD {CODES[1]} {CODES[2]}"))
    assert "Khách hàng: 2" in chat.window
