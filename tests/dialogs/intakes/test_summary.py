"""The summary of a list, and acts on the whole list."""

import pytest

from domain.intakes.entries import EntryField
from services.operations import Operations
from tests.dialogs.harness import Harness
from tests.dialogs.intakes.conftest import Lists, catalogue_size, full, opened
from tests.support.builders import enterprise, enterprise_tax_code, household_tax_code
from tests.support.registry import ScriptedRegistry

WRONG_CODE = "0101243159"


async def test_everything_is_counted(harness: Harness, operations: Operations, lists: Lists) -> None:
    chat = await opened(harness)
    actor = await chat.actor()
    await operations.add_customer(actor, enterprise(1))
    await operations.add_customer(actor, enterprise(2))
    await lists.send(
        chat,
        {"tax_code": enterprise_tax_code(1)},
        {"tax_code": enterprise_tax_code(2), "name": "Tên mới"},
        full(3),
        full(3, name="Lặp lại"),
        full(4, email="", phone=""),
        full(5, tax_code=WRONG_CODE),
        full(6, name="Hộ kinh doanh Số 6", tax_code=household_tax_code(6), kind="Hộ kinh doanh"),
        {**full(7), "ghi_chu": "khách cũ"},
        name="khách 2026.xlsx",
    )
    assert chat.window.rstrip().split("\n\n") == [
        "📋 khách 2026.xlsx · 8 dòng\n🏢 5 doanh nghiệp · 🏪 1 hộ kinh doanh · 1 dòng sửa xong mới rõ",
        "✅ 5 khách đủ thông tin\n✏️ 1 khách còn thiếu\n⚠️ 1 dòng cần sửa\n🔁 1 dòng lặp mã số thuế\n"
        "☑️ Đã có sẵn 2 khách (1 giống, 1 khác)\nTrang em không đọc: Ghi chú",
        "Một đơn chỉ gồm một loại khách: mua sẽ thành hai đơn, kiểm tra lần lượt.",
        "Em hiểu các cột: mã số thuế, tên, địa chỉ, người đại diện, email, điện thoại, loại khách. "
        "Bỏ qua: ghi_chu.",
        "Cần bổ sung\n5. Số 4: email, điện thoại\n6. Số 5: mã số thuế “0101243159” chưa đúng",
        "Anh/chị trả lời trong một tin, mỗi khách một dòng:\n5. binh@hoasen.vn; 0912345678",
    ]
    assert chat.buttons == [
        "🛒 Mua cho 5 khách",
        "➕ Thêm 3 khách",
        "➕ Thêm cả 1 khách còn thiếu",
        "⬜️ Dùng thông tin mới cho 1 khách",
        "✏️ Sửa 2 dòng",
        "📄 Tải tệp cần sửa",
        "🗂 Cột",
        "‹ Quay lại",
    ]


async def test_only_what_was_looked_up_is_said_to_be(
    harness: Harness, lists: Lists, registry: ScriptedRegistry
) -> None:
    codes = [enterprise_tax_code(number) for number in (1, 2)]
    for code in codes:
        registry.taxpayers[code] = ("CÔNG TY ĐĂNG KÝ", "5 Láng, Hà Nội")
    for listed, said in (
        ("\n".join(f"{code} Công ty Số {at}" for at, code in enumerate(codes)), "địa chỉ"),
        ("\n".join(codes), "tên, địa chỉ"),
        (f"{codes[0]}; Công ty Số 1; 12 Lê Lợi, Huế\n{codes[1]}; 5 Láng, Hà Nội", "tên"),
    ):
        chat = await opened(harness)
        await lists.paste(chat, listed)
        count = 1 if said == "tên" else 2
        assert f"🔎 {count} khách em lấy {said} theo mã số thuế\n" in f"{chat.window}\n"
        assert "2. Số 1" in chat.window or "tên" in said


async def test_the_ready_ones_are_added_once(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1), full(2), full(3, email=""))
    await chat.tap("Thêm 2 khách")
    assert "Đã vào danh mục: 2 khách (2 khách mới)" in chat.window
    assert "Chưa thêm: 1 khách" in chat.window
    assert chat.buttons == [
        "🛒 Mua hàng loạt cho các khách này",
        "👥 Xem danh mục",
        "✏️ Sửa tiếp 1 dòng",
        "📋 Về danh sách",
        "🏠 Menu",
    ]
    await chat.repeat()
    assert await catalogue_size(chat) == 2
    await chat.tap("Về danh sách")
    assert "📥 2 khách đã vào danh mục" in chat.window
    assert "Thêm 2" not in "".join(chat.buttons)
    await chat.tap("Thêm cả 1 khách còn thiếu")
    assert "Đã vào danh mục: 3 khách (1 khách mới)" in chat.window
    assert "Chưa thêm" not in chat.window
    await chat.tap("Xem danh mục")
    assert "👥 Khách hàng · 3 khách" in chat.window


async def test_known_customers_change_only_when_asked(
    harness: Harness, operations: Operations, lists: Lists
) -> None:
    chat = await opened(harness)
    actor = await chat.actor()
    known = (await operations.add_customer(actor, enterprise(1))).customer
    await lists.send(chat, full(1), full(2))
    await chat.tap("Dùng thông tin mới cho 1 khách")
    assert "☑️ Dùng thông tin mới cho 1 khách" in chat.buttons
    assert "➕ Thêm 1, cập nhật 1 khách" in chat.buttons
    await chat.tap("Dùng thông tin mới cho 1 khách")
    await chat.tap("Thêm 1 khách")
    assert (await operations.get_customer(actor, known.id)).name == known.name
    await chat.text("/khachhang")
    await lists.send(chat, full(1))
    assert "➕" not in "".join(chat.buttons)
    await chat.tap("Dùng thông tin mới cho 1 khách")
    await chat.tap("Cập nhật 1 khách")
    assert "cập nhật 1 khách" in chat.window
    assert (await operations.get_customer(actor, known.id)).name == "Công ty Số 1"


async def test_nothing_to_do_is_said(harness: Harness, operations: Operations, lists: Lists) -> None:
    chat = await opened(harness)
    await operations.add_customer(await chat.actor(), enterprise(1))
    await lists.send(chat, {"tax_code": enterprise_tax_code(1)})
    assert "☑️ Đã có sẵn 1 khách (1 giống)" in chat.window
    assert chat.buttons == ["🛒 Mua cho 1 khách", "🗂 Cột", "‹ Quay lại"]


async def test_a_long_file_is_not_asked_about_in_one_message(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, *(full(n, email="") for n in range(1, 102)))
    assert "✏️ 101 khách còn thiếu" in chat.window
    assert "Cần bổ sung" not in chat.window


@pytest.mark.parametrize("text", ["<b>đậm</b>", "{{ x }}", "%s %(x)s {y}"])
async def test_what_a_file_says_is_only_text(harness: Harness, lists: Lists, text: str) -> None:
    chat = await opened(harness)
    await lists.send(chat, {**full(1, name=text, email=text), text: "x"}, name=f"{text}.xlsx")
    assert text in chat.window
    await chat.tap("Sửa 1 dòng")
    assert text in chat.window
    await chat.tap("Các dòng cần sửa")
    assert text in chat.window
    await chat.tap("Về danh sách")
    await chat.tap("Cột")
    await chat.tap(text)
    assert text in chat.window


async def test_the_longest_windows_fit(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    long = "🏠" * 200
    rows = [full(n, name=long, address=long, representative=long, email="", phone=long) for n in range(1, 41)]
    await lists.send(chat, *({**row, "regime": long, long: long} for row in rows), name=long)
    assert len(chat.buttons) <= 8
    await chat.text("\n".join(f"{n}. {long} ; {long}" for n in range(1, 41)))
    await chat.tap("Sửa 40 dòng")
    assert len(chat.buttons) <= 8
    await chat.tap("Các dòng cần sửa")
    await chat.tap("Về danh sách")
    await chat.tap("Cột")
    await chat.tap("🏠")
    assert len(chat.buttons) <= 8


def test_every_field_has_its_words() -> None:
    from dialogs.intakes.columns import FIELDS
    from texts.intakes.fields import EXAMPLES, HEADINGS, LABELS

    assert set(LABELS) == set(HEADINGS) == set(EXAMPLES) == set(FIELDS) == set(EntryField)
    assert max(map(len, LABELS.values())) <= 22


async def test_logins_that_customers_of_a_list_share_are_one_question(harness: Harness, lists: Lists) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    rows = [full(number, phone="0912345678") for number in (1, 2)]
    await lists.send(chat, *rows, full(3))
    await chat.tap("Thêm 3 khách")
    assert "⚠️ Anh/chị xem lại giúp em 2 khách" in chat.window
    assert "0912 345 678 cũng là của khách khác" in chat.window
    await chat.tap("Đúng rồi, giữ nguyên")
    assert "⚠️" not in chat.window
