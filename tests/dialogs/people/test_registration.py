import pytest

from domain.people import Role
from domain.proofs import FIRMS_A_DAY
from services.operations import Operations
from tests.dialogs.harness import Harness, Person
from tests.support.builders import enterprise_tax_code
from tests.support.clock import FixedClock
from tests.support.registry import ScriptedRegistry

FIRM_CODE = "0101243150"


async def registered(chat: Person) -> Person:
    """Type and tap everything up to the menu."""
    await up_to_consent(chat)
    await chat.tap("Tôi đồng ý")
    return chat


async def up_to_consent(chat: Person) -> None:
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    await chat.text("Nguyễn Thị Lan")
    await chat.text("010 124 3150")
    await chat.text("Kế toán Minh An")
    await chat.text("0912.345.678")
    await chat.text("Lan@MinhAn.vn")


async def test_a_newcomer_brings_a_firm(harness: Harness, operations: Operations) -> None:
    chat = harness.stranger("Lan")
    await chat.text("/start")
    assert chat.buttons == ["Bắt đầu đăng ký"]
    await chat.tap("Bắt đầu")
    assert chat.window.startswith("Bước 1/6")
    await registered(chat)
    assert chat.window.startswith("✅ Xong rồi ạ! Chào mừng Nguyễn Thị Lan (Kế toán Minh An)")
    assert chat.buttons[0] == "🛒 Mua hàng loạt"
    profile = await operations.show_profile(await chat.actor())
    assert (profile.firm.name, profile.firm.tax_code) == ("Kế toán Minh An", FIRM_CODE)
    assert profile.accountant.phone == "+84912345678"
    assert profile.accountant.email == "Lan@minhan.vn"
    assert profile.accountant.role is Role.OWNER


async def test_nothing_is_kept_before_consent(harness: Harness, operations: Operations) -> None:
    chat = harness.stranger()
    await up_to_consent(chat)
    assert "Luật 91/2025/QH15" in chat.window
    assert "Bước 6/6" in chat.window
    assert "0912 345 678" in chat.window
    assert await operations.who_is(chat.identity) is None


async def test_a_list_that_comes_too_early_is_asked_for_again(harness: Harness) -> None:
    chat = harness.stranger()
    await chat.text("/start")
    for begun in (False, True):
        if begun:
            await chat.tap("Bắt đầu")
        await chat.file(b"x", "khach.xlsx")
        assert chat.window.startswith("⚠️ Em nhận danh sách khách hàng sau khi anh/chị đăng ký xong")
    await chat.file(b"x", "hop-dong.pdf")
    assert chat.window.startswith("⚠️ Em chưa đọc được loại tệp này")


async def test_agreeing_twice_registers_once(harness: Harness) -> None:
    chat = harness.stranger()
    await registered(chat)
    first = await chat.actor()
    await chat.repeat()
    assert await chat.actor() == first


async def test_the_name_of_the_chat_is_one_tap(harness: Harness) -> None:
    chat = harness.stranger("Trần Văn Bình")
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    await chat.tap("Dùng Trần Văn Bình")
    assert "Mã số thuế của đơn vị" in chat.window


async def test_a_chat_name_that_is_no_name_is_not_offered(harness: Harness) -> None:
    chat = harness.stranger("\u200b")
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    assert chat.buttons == ["‹ Quay lại"]


async def test_each_answer_can_be_changed_at_the_end(harness: Harness) -> None:
    chat = harness.stranger()
    await up_to_consent(chat)
    for label, typed, shown in (
        ("Họ tên", "Lê Thị Hoa", "Lê Thị Hoa"),
        ("Tên đơn vị", "Đại lý thuế Hoa", "Đại lý thuế Hoa"),
        ("Mã số thuế", enterprise_tax_code(5), enterprise_tax_code(5)),
        ("Địa chỉ", "5 Láng, Hà Nội ạ", "Địa chỉ: 5 Láng, Hà Nội\n"),
        ("Điện thoại", "0987654321", "0987 654 321"),
        ("Email", "hoa@daily.vn", "hoa@daily.vn"),
    ):
        await chat.tap(label)
        assert label == "Địa chỉ" or any(button.startswith("Giữ") for button in chat.buttons)
        await chat.text(typed)
        assert "Bước 6/6" in chat.window
        assert shown in chat.window


async def test_a_wrong_tap_on_change_is_undone_in_one_tap(harness: Harness) -> None:
    chat = harness.stranger()
    await up_to_consent(chat)
    for undo in ("Giữ", "‹ Quay lại"):
        await chat.tap("Email")
        await chat.tap(undo)
        assert "Bước 6/6" in chat.window


async def test_going_back_keeps_what_was_typed(harness: Harness) -> None:
    chat = harness.stranger()
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    await chat.text("Trần Lan")
    await chat.text(FIRM_CODE)
    await chat.tap("‹ Quay lại")
    assert f"Đang ghi: {FIRM_CODE}" in chat.window
    await chat.tap("‹ Quay lại")
    await chat.tap("‹ Quay lại")
    await chat.tap("Bắt đầu")
    assert "Tên đơn vị kế toán" in chat.window


async def test_nobody_learns_by_typing_codes_who_is_a_client(
    harness: Harness, operations: Operations
) -> None:
    """Every window is the same for a tax code that is known and for one that is not."""
    owner = await harness.person()
    known = (await operations.show_profile(await owner.actor())).firm.tax_code
    shown: list[list[str]] = []
    for code in (known, enterprise_tax_code(4711)):
        chat = harness.stranger()
        windows = []
        await chat.text("/start")
        await chat.tap("Bắt đầu")
        for answer in ("Trần Khác", code, "Kế toán Khác", "0912.345.999", "khac@khac.vn"):
            await chat.text(answer)
            windows.append(chat.window.replace(code, "CODE"))
        await chat.tap("Tôi đồng ý")
        shown.append([*windows, chat.window])
    assert shown[0] == shown[1]
    assert "Chào mừng" in shown[0][-1]


async def test_a_chat_types_few_tax_codes_of_firms_a_day(harness: Harness, clock: FixedClock) -> None:
    chat = harness.stranger()
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    await chat.text("Trần Khác")
    for number in range(FIRMS_A_DAY):
        await chat.text(enterprise_tax_code(number + 1))
        await chat.tap("Quay lại")
    await chat.text(enterprise_tax_code(4711))
    assert "nhiều mã số thuế đơn vị quá" in chat.window
    clock.forward(days=1)
    await chat.text(enterprise_tax_code(4711))
    assert "Tên đơn vị" in chat.window


@pytest.mark.parametrize(
    "tap, kept", [("Dùng gmail.com", "lan@gmail.com"), ("Giữ gmail.con", "lan@gmail.con")]
)
async def test_a_mistyped_address_is_one_tap_away(harness: Harness, tap: str, kept: str) -> None:
    chat = harness.stranger()
    await up_to_consent(chat)
    await chat.tap("Email")
    await chat.text("lan@gmail.con")
    assert "Có phải là lan@gmail.com không" in chat.window
    await chat.tap(tap)
    assert f"Email: {kept}" in chat.window


async def test_a_lost_zero_is_one_tap_away(harness: Harness) -> None:
    chat = harness.stranger()
    await up_to_consent(chat)
    await chat.tap("Mã số thuế")
    await chat.text("101243150")
    assert "thiếu số 0" in chat.window
    await chat.tap("Dùng 0101243150")
    assert "Bước 6/6" in chat.window


async def test_a_wrong_value_is_explained_and_asked_again(harness: Harness) -> None:
    chat = harness.stranger()
    await up_to_consent(chat)
    await chat.tap("Điện thoại")
    await chat.text("02438123456")
    assert chat.window.startswith("⚠️ 02438123456 là số cố định")
    assert "Số di động" in chat.window


async def test_the_own_contact_is_taken_and_no_other(harness: Harness) -> None:
    chat = harness.stranger()
    await up_to_consent(chat)
    await chat.tap("Điện thoại")
    assert "📱 Gửi số của tôi" in chat.buttons
    await chat.contact("84987654321", user_id=999)
    assert "số của người khác" in chat.window
    await chat.contact("84987654321")
    assert "0987 654 321" in chat.window


async def test_the_keyboard_of_the_phone_leads_back(harness: Harness) -> None:
    chat = harness.stranger()
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    await chat.text("Trần Lan")
    await chat.text(FIRM_CODE)
    await chat.text("Kế toán Lan")
    assert chat.rows == [["📱 Gửi số của tôi"], ["‹ Quay lại"]]
    await chat.tap("‹ Quay lại")
    assert "Tên đơn vị kế toán" in chat.window


async def test_an_invited_colleague_answers_three_questions(harness: Harness, operations: Operations) -> None:
    owner = await harness.person("An")
    token = await operations.invite_staff(await owner.actor())
    chat = harness.stranger("Bình")
    await chat.text(f"/start moi_{token}")
    assert "Kế toán An" in chat.window
    await chat.tap("Nhận lời mời")
    assert chat.window.startswith("Bước 1/4")
    await chat.tap("Dùng Bình")
    await chat.text("0987654321")
    await chat.text("binh@daily.vn")
    assert "Bước 4/4" in chat.window
    assert "Đơn vị: Kế toán An" in chat.window
    assert not any("Tên đơn vị" in button or "Mã số thuế" in button for button in chat.buttons)
    await chat.tap("Tôi đồng ý")
    assert "Chào mừng Bình (Kế toán An)" in chat.window
    assert not any("Nhân viên" in button for button in chat.buttons)
    assert (await chat.actor()).role is Role.STAFF


async def test_an_invitation_that_does_not_hold_says_so(
    harness: Harness, operations: Operations, clock: FixedClock
) -> None:
    owner = await harness.person("An")
    token = await operations.invite_staff(await owner.actor())
    stranger = harness.stranger()
    await stranger.text("/start moi_khong-co")
    assert "Lời mời này không đúng" in stranger.window
    assert stranger.buttons == ["Đăng ký đơn vị mới"]
    clock.forward(days=8)
    await stranger.text(f"/start moi_{token}")
    assert "quá hạn" in stranger.window


async def test_an_invitation_used_meanwhile_is_refused_at_the_end(
    harness: Harness, operations: Operations
) -> None:
    owner = await harness.person("An")
    token = await operations.invite_staff(await owner.actor())
    first, second = harness.stranger("Một"), harness.stranger("Hai")
    for chat in (first, second):
        await chat.text(f"/start moi_{token}")
        await chat.tap("Nhận lời mời")
        await chat.tap("Dùng")
        await chat.text("0987654321")
        await chat.text("x@daily.vn")
    await first.tap("Tôi đồng ý")
    await second.tap("Tôi đồng ý")
    assert "đã có người dùng" in (second.alert or "")
    assert await operations.who_is(second.identity) is None


async def test_the_registered_firm_is_one_tap(
    harness: Harness, operations: Operations, registry: ScriptedRegistry
) -> None:
    registry.taxpayers[FIRM_CODE] = ("CÔNG TY TNHH KẾ TOÁN MINH AN", "5 Láng, Hà Nội")
    chat = harness.stranger()
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    for answer in ("Nguyễn Thị Lan", FIRM_CODE):
        await chat.text(answer)
    assert "CÔNG TY TNHH KẾ TOÁN MINH AN\n5 Láng, Hà Nội" in chat.window
    await chat.tap("Dùng thông tin này")
    for answer in ("0912345678", "lan@minhan.vn"):
        await chat.text(answer)
    assert "Bước 6/6" in chat.window
    assert "Địa chỉ: 5 Láng, Hà Nội" in chat.window
    await chat.tap("Tôi đồng ý")
    firm = (await operations.show_profile(await chat.actor())).firm
    assert (firm.name, firm.address) == ("CÔNG TY TNHH KẾ TOÁN MINH AN", "5 Láng, Hà Nội")


async def test_another_name_keeps_the_registered_address_and_another_code_does_not(
    harness: Harness, operations: Operations, registry: ScriptedRegistry
) -> None:
    registry.taxpayers[FIRM_CODE] = ("CÔNG TY TNHH KẾ TOÁN MINH AN", "5 Láng, Hà Nội")
    chat = harness.stranger()
    await up_to_consent(chat)
    assert "Đơn vị: Kế toán Minh An" in chat.window
    assert "Địa chỉ: 5 Láng, Hà Nội" in chat.window
    await chat.tap("Mã số thuế")
    await chat.text(enterprise_tax_code(5))
    assert "Tên đơn vị kế toán" in chat.window
    await chat.text("Kế toán Khác")
    assert "Bước 6/6" in chat.window
    assert "5 Láng" not in chat.window
    await chat.tap("Tôi đồng ý")
    assert (await operations.show_profile(await chat.actor())).firm.address == ""


async def test_a_registered_address_is_mended_in_one_tap(
    harness: Harness, operations: Operations, registry: ScriptedRegistry
) -> None:
    registry.taxpayers[FIRM_CODE] = ("CÔNG TY TNHH KẾ TOÁN MINH AN", "5 Láng, Hà Nội")
    chat = harness.stranger()
    await up_to_consent(chat)
    await chat.tap("✏️ Địa chỉ")
    assert "Đang ghi: 5 Láng, Hà Nội" in chat.window
    for talk in ("ok e", "chưa biết"):
        await chat.text(talk)
        assert "Đang ghi: 5 Láng, Hà Nội" in chat.window
    await chat.tap("‹ Quay lại")
    assert "Địa chỉ: 5 Láng, Hà Nội" in chat.window
    await chat.tap("✏️ Địa chỉ")
    await chat.text("12 Lê Lợi, Hà Nội")
    assert "Địa chỉ: 12 Lê Lợi, Hà Nội" in chat.window
    await chat.tap("Tôi đồng ý")
    assert (await operations.show_profile(await chat.actor())).firm.address == "12 Lê Lợi, Hà Nội"


async def test_a_mended_address_does_not_go_with_another_code(
    harness: Harness, registry: ScriptedRegistry
) -> None:
    registry.taxpayers[FIRM_CODE] = ("CÔNG TY TNHH KẾ TOÁN MINH AN", "5 Láng, Hà Nội")
    chat = harness.stranger()
    await up_to_consent(chat)
    await chat.tap("✏️ Địa chỉ")
    await chat.text("12 Lê Lợi, Hà Nội")
    await chat.tap("Mã số thuế")
    await chat.text(enterprise_tax_code(5))
    await chat.text("Kế toán Khác")
    assert "Bước 6/6" in chat.window
    assert "Địa chỉ:" not in chat.window


async def test_somebody_invited_has_no_address_to_mend(harness: Harness, operations: Operations) -> None:
    token = await operations.invite_staff(await (await harness.person("An")).actor())
    chat = harness.stranger("Bình")
    await chat.text(f"/start moi_{token}")
    await chat.tap("Nhận lời mời")
    await chat.tap("Dùng Bình")
    await chat.text("0987654321")
    await chat.text("binh@daily.vn")
    assert not any("Địa chỉ" in button for button in chat.buttons)


async def test_a_firm_named_as_a_web_site_is_one_question_and_as_a_bank_is_refused(harness: Harness) -> None:
    chat = harness.stranger()
    await up_to_consent(chat)
    await chat.tap("✏️ Tên đơn vị")
    for name in ("Kế toán Techcombank", "Kế toán 0987654321", "Kế toán evil.vn/hoa"):
        await chat.text(name)
        assert "người nhận dễ tưởng là tin lừa đảo" in chat.window
    await chat.text("Công ty TNHH Kế toán 123.VN")
    assert "Tên này đúng không ạ?" in chat.window
    await chat.tap("Giữ Công ty TNHH Kế toán 123.VN")
    assert "Đơn vị: Công ty TNHH Kế toán 123.VN" in chat.window
