"""Texts taken in any window that does not ask for them: a tax code, a reply that corrects."""

import pytest

from domain.customers import Customer
from services.people.people import PersonDetails
from tests.dialogs.harness import Harness, Person, plain
from tests.support.builders import CONSENT, enterprise, enterprise_tax_code, household_tax_code
from tests.support.direct import DirectWorld

CODE, OTHER, UNKNOWN = (enterprise_tax_code(number) for number in (1, 2, 3))
TOLD = f"⚠️ Công ty TNHH Hoa Sen 1\nMã số thuế: {CODE}"


async def with_customers(harness: Harness, count: int = 1) -> Person:
    chat = await harness.person()
    for number in range(1, count + 1):
        await harness.operations.add_customer(await chat.actor(), enterprise(number))
    return chat


async def kept(chat: Person, tax_code: str = CODE) -> Customer:
    found = await chat.harness.operations.find_by_tax_code(await chat.actor(), tax_code)
    assert found is not None
    return found


@pytest.mark.parametrize("window", [None, "/start", "/thongbao", "/donhang", "/trogiup"])
async def test_a_tax_code_opens_its_customer_from(harness: Harness, window: str | None) -> None:
    chat = await with_customers(harness)
    if window:
        await chat.text(window)
    below = chat.window if window else ""
    await chat.text(f"MST: {CODE[:4]} {CODE[4:]}" if window != "/donhang" else CODE)
    if window == "/donhang":  # The window's own search comes first.
        assert "Hoa Sen 1" not in chat.window
        return
    assert chat.window.startswith("Công ty TNHH Hoa Sen 1")
    await chat.tap("‹ Quay lại")
    assert chat.window == below or window is None


async def test_another_code_takes_the_place_of_the_first(harness: Harness) -> None:
    chat = await with_customers(harness, 2)
    await chat.text("/start")
    for code, name in ((CODE, "Hoa Sen 1"), (OTHER, "Hoa Sen 2"), (CODE, "Hoa Sen 1")):
        await chat.text(code)
        assert name in chat.window
    await chat.tap("‹ Quay lại")
    assert "Menu" in chat.window or "Mua hàng loạt" in str(chat.buttons)


async def test_the_catalogue_s_search_knows_a_whole_code(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.text("/khachhang")
    await chat.text(CODE)
    assert chat.window.startswith("Công ty TNHH Hoa Sen 1")
    await chat.tap("‹ Quay lại")
    await chat.text(UNKNOWN)
    assert "Không thấy khách nào khớp" in chat.window


@pytest.mark.parametrize("code", [UNKNOWN, household_tax_code(5), f"{CODE}-001"])
async def test_an_unknown_code_is_offered_to_be_added(harness: Harness, code: str) -> None:
    chat = await with_customers(harness)
    await chat.text("/start")
    await chat.text(code)
    assert f"Mã số thuế {code}" in chat.window
    await chat.tap("Thêm khách này")
    assert "Tên khách hàng?" in chat.window
    await chat.text("Khách Mới")
    await chat.tap("Bỏ qua hết")
    await chat.tap("Lưu khách hàng")
    assert chat.window.startswith("✅ Đã lưu khách mới")
    assert "Khách Mới\n" in chat.window
    assert "Chưa mua năm nào" in chat.window
    assert (await kept(chat, code)).name == "Khách Mới"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0101243151", "số kiểm tra không khớp"),
        ("010124315", "không đủ hoặc thừa số"),
        ("0101243150000", "đuôi -000"),
        ("0912345678", "không phải mã số thuế đúng, có vẻ là số điện thoại"),
    ],
)
async def test_what_is_wrong_is_said_where_it_was_typed(harness: Harness, text: str, says: str) -> None:
    chat = await with_customers(harness)
    await chat.text("/start")
    below = chat.window
    await chat.text(text)
    assert says in chat.window
    assert chat.window.endswith(below)


@pytest.mark.parametrize("text", ["1.500.000", "giá bao nhiêu vậy", "ck chưa nhé <b>"])
async def test_what_means_nothing_is_answered_by_a_sentence_alone(harness: Harness, text: str) -> None:
    chat = await with_customers(harness)
    await chat.text("/start")
    shown = chat.message
    await chat.text(text)
    assert chat.message == shown
    said = plain(harness.bot.said[-1])
    assert said.startswith(f"Em chưa hiểu “{text}” ạ.")
    assert "gõ “trợ giúp”" in said


async def test_a_wrong_code_with_no_window_at_all(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.text("0101243151")
    assert "số kiểm tra không khớp" in chat.window
    assert "Mua hàng loạt" in str(chat.buttons)


async def test_a_lost_zero_is_one_tap(harness: Harness) -> None:
    chat = await harness.person()
    await harness.operations.add_customer(await chat.actor(), enterprise(1, tax_code="0101243150"))
    await chat.text("/start")
    await chat.text("101243150")
    assert "thiếu số 0" in chat.window
    await chat.tap("Dùng 0101243150")
    assert chat.window.startswith("Công ty TNHH Hoa Sen 1")


async def test_a_stranger_s_and_the_back_office_s_code_opens_nothing(harness: Harness) -> None:
    await with_customers(harness)
    stranger, desk = harness.stranger(), await harness.back_office()
    for chat in (stranger, desk):
        await chat.text(CODE)
        assert "Hoa Sen" not in chat.window


# Replies


async def test_a_reply_changes_one_field_and_one_tap_undoes_it(harness: Harness) -> None:
    chat = await with_customers(harness)
    before = await kept(chat)
    await chat.text("/start")
    menu = chat.window
    await chat.reply("moi@hoasen.vn", TOLD)
    assert f"Đã đổi email của Công ty TNHH Hoa Sen 1 ({CODE})" in chat.window
    assert "giamdoc1@hoasen.vn → moi@hoasen.vn" in chat.window
    assert (await kept(chat)).email == "moi@hoasen.vn"
    await chat.tap("Hoàn tác")
    await chat.repeat()
    assert "Đã trả lại email" in chat.window
    assert "Hoàn tác" not in str(chat.buttons)
    assert await kept(chat) == before
    await chat.tap("‹ Quay lại")
    assert chat.window == menu


async def test_a_reply_goes_before_what_the_window_asks_for(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.text("/khachhang")
    catalogue = chat.window
    await chat.reply("0987654321", TOLD)
    assert "0910 000 001 → 0987 654 321" in chat.window
    await chat.tap("‹ Quay lại")
    assert chat.window == catalogue


async def test_a_reply_to_the_window_that_asks_is_its_answer(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.text("/khachhang")
    await chat.tap("Công ty TNHH Hoa Sen 1")
    await chat.reply("0987654321", chat.message)
    assert "→ 0987 654 321" in chat.window
    await chat.tap("‹ Quay lại")
    await chat.tap("Tên")
    await chat.reply("0101243150", chat.message)
    assert (await kept(chat)).name == "0101243150"


async def test_with_no_window_at_all_a_reply_works_too(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.reply("đc: 5 Hàng Bài", TOLD)
    assert "→ 5 Hàng Bài" in chat.window
    await chat.tap("Khách này")
    assert "Chưa mua năm nào" in chat.window


@pytest.mark.parametrize(
    ("button", "email"),
    [
        ("Dùng gmail.com", "moi@gmail.com"),
        ("Giữ gmail.con", "moi@gmail.con"),
        ("Không đổi", "giamdoc1@hoasen.vn"),
    ],
)
async def test_a_doubtful_address_is_asked_about(harness: Harness, button: str, email: str) -> None:
    chat = await with_customers(harness)
    await chat.text("/start")
    await chat.reply("moi@gmail.con", TOLD)
    assert "Có phải là moi@gmail.com không ạ?" in chat.window
    assert (await kept(chat)).email == "giamdoc1@hoasen.vn"
    await chat.tap(button)
    assert (await kept(chat)).email == email
    if button != "Không đổi":
        await chat.tap("Hoàn tác")
        assert (await kept(chat)).email == "giamdoc1@hoasen.vn"


async def test_a_tax_code_that_lost_its_zero_is_asked_about(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.reply(f"MST {UNKNOWN.removeprefix('0')}", TOLD)
    assert f"Có phải là {UNKNOWN} không ạ?" in chat.window
    assert chat.buttons == [f"⭐ Dùng {UNKNOWN}", "‹ Không đổi"]
    await chat.tap("Dùng")
    assert (await kept(chat, UNKNOWN)).name == "Công ty TNHH Hoa Sen 1"


async def test_a_name_like_a_web_site_is_asked_about_in_a_reply(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.reply("tên: Công ty CP Bán Lẻ Tiki.vn", TOLD)
    assert "Tên này đúng không ạ?" in chat.window
    assert (await kept(chat)).name == "Công ty TNHH Hoa Sen 1"
    await chat.tap("Giữ")
    assert (await kept(chat)).name == "Công ty CP Bán Lẻ Tiki.vn"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("vâng ạ", "chưa rõ anh/chị muốn sửa mục nào"),
        (f"MST {OTHER}", "đã có trong danh mục: Công ty TNHH Hoa Sen 2"),
        ("028 3822 1234", "Số cố định không nhận được tin nhắn"),
    ],
)
async def test_what_cannot_be_taken_is_said(harness: Harness, text: str, says: str) -> None:
    chat = await with_customers(harness, 2)
    before = await kept(chat)
    await chat.text("/start")
    await chat.reply(text, TOLD)
    assert says in chat.window
    assert await kept(chat) == before


async def test_a_reply_to_a_message_about_several_has_to_name_one(harness: Harness) -> None:
    chat = await with_customers(harness, 2)
    await chat.reply("moi@hoasen.vn", f"{CODE}, {OTHER}")
    assert "Tin này nói về nhiều khách" in chat.window
    await chat.reply(f"{OTHER} moi@hoasen.vn", f"{CODE}, {OTHER}")
    assert "của Công ty TNHH Hoa Sen 2" in chat.window
    assert (await kept(chat, OTHER)).email == "moi@hoasen.vn"


async def test_what_was_changed_since_is_not_undone(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.reply("moi@hoasen.vn", TOLD)
    customer = await kept(chat)
    actor = await chat.actor()
    await harness.operations.correct_customer(actor, customer.id, "sau@hoasen.vn")
    await chat.tap("Hoàn tác")
    assert "đã được sửa lại sau đó" in (chat.alert or "")
    assert (await kept(chat)).email == "sau@hoasen.vn"


async def test_a_reply_to_anything_else_is_an_ordinary_message(harness: Harness) -> None:
    chat = await with_customers(harness)
    await chat.text("/khachhang")
    await chat.reply("hoa sen", "Chào anh/chị")
    assert "Đang tìm: hoa sen" in chat.window
    await chat.reply("/donhang", TOLD)
    assert "Đơn hàng" in chat.window
    stranger = harness.stranger()
    await stranger.reply("moi@hoasen.vn", TOLD)
    assert (await kept(chat)).email == "giamdoc1@hoasen.vn"


async def test_a_reply_in_telegram_itself_and_an_undo_after_a_restart(direct: DirectWorld) -> None:
    details = PersonDetails("An", "+84912345678", "an@minhan.vn", CONSENT)
    code = enterprise_tax_code(1000)
    await direct.operations.register_firm(direct.identity("owner"), details, "Minh An", code)
    actor = await direct.actor("owner")
    assert actor is not None
    customer = (await direct.operations.add_customer(actor, enterprise(1))).customer
    phone = direct.phone("owner")
    await direct.says("owner", "/khachhang")
    push = await direct.bot.send_message(phone.person.telegram_id, TOLD)
    phone.text("moi@hoasen.vn", reply_to=push.message_id)
    await direct.settle()
    assert await direct.state("owner") == "Correction:done"
    assert (await direct.operations.get_customer(actor, customer.id)).email == "moi@hoasen.vn"
    await direct.restart()
    await direct.taps("owner", "Hoàn tác")
    assert await direct.operations.get_customer(actor, customer.id) == customer
    await direct.taps("owner", "Quay lại")
    assert await direct.state("owner") == "Customers:list"
    # A window that asks for a text takes it as the answer.
    phone.text("hoa sen", reply_to=direct.messages("owner")[-1].id)
    await direct.settle()
    assert "Đang tìm" in direct.shown("owner")
