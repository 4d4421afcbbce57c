"""The windows of the corpus are the real ones, and what is typed in them does what it means, on both apps."""

from collections.abc import Awaitable, Callable

import pytest
from aiogram.types import InlineKeyboardMarkup
from aiogram_dialog.api.entities import NewMessage

from dialogs.context import SUPPORT
from dialogs.numbered.reading import Asked, Tapped, read_typed
from dialogs.numbered.showing import show_window
from domain.choices import WINDOW, ChoiceMenu
from domain.people import FirmState
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.answers import windows
from tests.support.builders import enterprise
from tests.support.numbered import check_numbered
from tests.support.registry import ScriptedRegistry

Say = Callable[[Person, str], Awaitable[None]]


@pytest.fixture(params=["telegram", "zalo"])
def say(request: pytest.FixtureRequest, harness: Harness, shown: dict[int, ChoiceMenu]) -> Say:
    """Types a text in the app: on Zalo it is read against the choices shown before it reaches the dialogs."""

    async def types(chat: Person, text: str) -> None:
        if request.param == "zalo":
            read = read_typed(text, {WINDOW: shown[chat.chat.id]})
            if isinstance(read, Asked):
                harness.bot.said.append(read.text)
                return
            if isinstance(read, Tapped):
                for data in read.data:
                    await chat.press(data)
                return
        await chat.text(text)

    return types


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[int, ChoiceMenu]:
    """The choices under the last window of each chat."""
    menus: dict[int, ChoiceMenu] = {}

    def keep(message: NewMessage) -> None:
        check_numbered(message)
        if isinstance(message.reply_markup, InlineKeyboardMarkup):
            menus[message.chat.id] = show_window(message.text or "", message.reply_markup).menu

    monkeypatch.setattr("tests.dialogs.harness.check_numbered", keep)
    return menus


async def with_customers(harness: Harness) -> Person:
    chat = await harness.person()
    for number in range(1, 6):
        await harness.operations.add_customer(await chat.actor(), enterprise(number))
    await chat.text("/start")
    return chat


async def picked(chat: Person) -> int:
    view = await chat.harness.operations.view_draft(await chat.actor())
    return view.sums.lines


async def test_from_the_menu_to_the_last_screen(
    harness: Harness, say: Say, shown: dict[int, ChoiceMenu]
) -> None:
    chat = await with_customers(harness)
    for window, text in (
        ("menu", "số 1 đi em"),
        ("package", "standard nhé"),
        ("year", "nam nay"),
        ("recipient", "khách hàng ạ"),
    ):
        _same(window, shown[chat.chat.id])
        await say(chat, text)
    _same("picking", shown[chat.chat.id])
    for text, count in (("1-2, 5 e", 3), ("bỏ 2 5 nhé", 1), ("1 3", 2)):
        await say(chat, text)
        assert await picked(chat) == count
    _same("picked", shown[chat.chat.id])
    for text, count in (("1 3 5", 3), ("1 3 5", 3), ("tất cả", 5), ("bỏ hết", 0)):
        await say(chat, text)
        assert await picked(chat) == count
    before = chat.message
    await say(chat, "ck rồi nhé")
    await say(chat, "1 9")
    assert chat.message == before
    assert "Em chưa hiểu" in harness.bot.said[-2]
    assert "không thấy số 9" in harness.bot.said[-1]
    await say(chat, "hết luôn")
    assert await picked(chat) == 5
    await say(chat, "ok e")
    assert "Kiểm tra đơn hàng" in chat.window
    await say(chat, "bỏ 1")
    await say(chat, "tôi đã kiểm tra")
    await say(chat, "1")
    assert "☑️ Tôi đã kiểm tra" in chat.window
    await say(chat, "tiếp tục nha")
    for text in ("ok", "đặt", "đồng ý", "1", "vâng"):
        await say(chat, text)
        assert (await harness.operations.list_orders(await chat.actor())).total == 0
    # Placing has a word of its own, so that 1 is what is sent.
    assert "Tin sẽ gửi khi đặt hàng" in chat.window
    await say(chat, "quay lại")
    assert "Đặt hàng?" in chat.window
    await say(chat, "quay lại")
    assert "Kiểm tra đơn hàng" in chat.window


def _same(window: str, menu: ChoiceMenu) -> None:
    """The corpus shows the window as it is."""
    known = windows()[window][0]

    def plain(of: ChoiceMenu) -> list[tuple[str, str, str, bool]]:
        return [(one.key, one.label, one.role, one.ticked) for one in of.choices]

    assert sorted(plain(known)) == sorted(plain(menu))
    assert known.typing is menu.typing


async def test_talk_becomes_nobody_s_name(harness: Harness, say: Say) -> None:
    chat = await with_customers(harness)
    await chat.text("/khachhang")
    await say(chat, "thêm khách")
    await chat.text("0100109106")
    for text in ("ok e", "chưa biết", "GHI P4", "em ơi"):
        await say(chat, text)
        assert "Tên khách hàng?" in chat.window
        assert "chưa lấy được câu trả lời" in chat.window
    await say(chat, "Công ty Sao Mai")
    await say(chat, "dùng luôn nhé")
    assert "Địa chỉ" in chat.window.splitlines()[2]
    await say(chat, "chưa biết")
    await say(chat, "Chưa có em ạ")
    await say(chat, "bỏ qua")
    await say(chat, "ko có")
    assert "Công ty Sao Mai" in chat.window
    await say(chat, "ok")
    kept = await harness.operations.find_by_tax_code(await chat.actor(), "0100109106")
    assert kept is not None
    assert (kept.name, kept.address, kept.representative, kept.email, kept.phone) == (
        "Công ty Sao Mai",
        "",
        "",
        "",
        "",
    )


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("đơn hàng nhé", "Đơn hàng"),
        ("khach hang", "Khách hàng"),
        ("thông báo", "Thông báo"),
        ("trợ giúp", "Trợ giúp"),
        ("thoát", "Em đã dừng việc đang làm"),
        ("tùy chọn", "giờ yên lặng"),
        ("Hoa Sen 3", "Công ty TNHH Hoa Sen 3"),
        ("hoa sen", "Đang tìm: hoa sen"),
    ],
)
async def test_words_open_their_place(harness: Harness, say: Say, text: str, opens: str) -> None:
    chat = await with_customers(harness)
    await chat.text("/trogiup")
    await say(chat, text)
    assert opens.casefold() in chat.window.casefold()


async def test_what_is_not_understood_names_the_way_to_a_person(harness: Harness, say: Say) -> None:
    harness.dispatcher[SUPPORT] = "1900 1234"
    chat = await with_customers(harness)
    await say(chat, "giá bao nhiêu vậy em")
    assert "Cần gặp người: 1900 1234" in harness.bot.said[-1]
    await say(chat, "gặp nhân viên")
    assert "Gặp nhân viên hỗ trợ: 1900 1234" in chat.window


async def test_a_refusal_that_leads_to_a_person_names_the_way(
    harness: Harness, say: Say, database: Database
) -> None:
    harness.dispatcher[SUPPORT] = "1900 1234"
    chat = await with_customers(harness)
    async with database.write() as uow:
        await uow.people.decide_firm((await chat.actor()).firm_id, FirmState.REFUSED, "Sai mã số")
    await say(chat, "mua 2027 standard tất cả")
    for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
        await chat.tap(label)
    said = f"{chat.alert} {chat.window}"
    assert "liên hệ nhân viên hỗ trợ (1900 1234) để được xem lại" in said
    assert "/trogiup" not in said


async def test_the_help_has_its_usual_commands(harness: Harness, say: Say) -> None:
    chat = await with_customers(harness)
    await say(chat, "/help")
    assert "Trợ giúp" in chat.window
    await say(chat, "/settings")
    assert "giờ yên lặng" in chat.window.casefold()
    await say(chat, "/menu")
    assert "cần em giúp gì" in chat.window


async def test_a_tax_code_that_is_not_in_the_catalogue_is_added_while_picking(
    harness: Harness, say: Say
) -> None:
    chat = await with_customers(harness)
    for text in ("mua", "standard", "2026", "khách hàng"):
        await say(chat, text)
    await say(chat, "MST: 0101 243 151 nhé")
    assert "số kiểm tra không khớp" in chat.window
    await say(chat, "MST: 0101 243 150 nhé em")
    assert "0101243150 chưa có trong danh mục" in chat.window
    await say(chat, "Công ty Sao Mai")
    await say(chat, "bỏ qua hết")
    await say(chat, "ok")
    assert await picked(chat) == 1


@pytest.mark.parametrize(
    "text",
    ["mua 2027 standard tất cả", "Em ơi mua cho chị standard nam 2027 tat ca khach nhe"],
)
async def test_an_order_of_all_comes_to_the_review_by_one_line(harness: Harness, say: Say, text: str) -> None:
    chat = await with_customers(harness)
    await say(chat, text)
    assert "Bước 6/6" in chat.window
    assert "Gói: Standard · Năm tài chính: 2027" in chat.window
    assert "Khách hàng: 5 × 2.950.000 ₫" in chat.window


async def test_an_empty_draft_is_replaced_without_a_word(harness: Harness, say: Say) -> None:
    chat = await with_customers(harness)
    for text in ("mua", "starter", "2026", "thoát"):
        await say(chat, text)
    assert "đơn nháp" not in chat.window
    # The menu's button, and the command: each is a way of its own.
    for way in ("mua", "/mua"):
        await say(chat, way)
        assert "Bước 1/6" in chat.window, way
        for text in ("starter", "2026"):
            await say(chat, text)
    await say(chat, "mua 2027 standard Hoa Sen 2")
    assert "Khách hàng: 1" in chat.window
    assert "Năm tài chính: 2027" in chat.window


LINE = "Nguyễn Thị Hoa, Công ty Kế toán Hoa Sen, MST 0101243150, 0912345678, hoa@hoasen.vn"


@pytest.mark.parametrize("first", ["/start", None])
async def test_registration_is_one_line_and_one_consent(
    harness: Harness, say: Say, first: str | None
) -> None:
    chat = harness.stranger("Lạ")
    if first:
        await chat.text(first)
        assert "gõ luôn một tin gồm họ tên, tên đơn vị, mã số thuế, số di động, email" in chat.window
        await say(chat, LINE)
    else:
        await chat.text(LINE)
    for value in ("Nguyễn Thị Hoa", "Công ty Kế toán Hoa Sen", "0101243150", "0912 345 678", "hoa@hoasen.vn"):
        assert f": {value}\n" in chat.window
    # What is corrected at the end goes over what was read, and talk changes nothing.
    await say(chat, LINE.replace("0912345678", "0987654321"))
    assert "0987 654 321" in chat.window
    await say(chat, "sao lâu thế em")
    assert "0987 654 321" in chat.window
    await say(chat, "đồng ý")
    assert "Mua hàng loạt" in str(chat.buttons)


async def test_a_name_without_a_legal_form_is_asked_about(harness: Harness, say: Say) -> None:
    """It is not dropped: where no registry knows the firm, one word keeps it."""
    chat = harness.stranger("Lạ")
    await chat.text("/start")
    await say(chat, LINE.replace("Công ty Kế toán Hoa Sen", "Hoa Sen"))
    assert "Anh/chị gõ Hoa Sen" in chat.window
    await chat.tap("Giữ Hoa Sen")
    assert "Đơn vị: Hoa Sen\n" in chat.window
    await say(chat, "đồng ý")
    assert (await harness.operations.show_profile(await chat.actor())).firm.name == "Hoa Sen"


async def test_what_a_line_leaves_open_or_doubtful_is_asked(harness: Harness, say: Say) -> None:
    chat = harness.stranger("Lạ")
    await chat.text("/start")
    await say(chat, "hi")
    await say(chat, "0101243150 - hoa@gmail.con - Công ty Hoa Sen")
    assert "Anh/chị tên gì" in chat.window
    await say(chat, "bảo")
    assert "ghi đủ họ và tên" in chat.window
    await say(chat, "Trần Văn Bảo ạ")
    assert "Số di động" in chat.window
    await chat.text("0912345678 nhé")
    assert "Có phải là hoa@gmail.com không" in chat.window
    await say(chat, "đúng rồi em")
    assert "hoa@gmail.com" in chat.window
    assert "Trần Văn Bảo\n" in chat.window


async def test_a_new_customer_is_one_line(harness: Harness, say: Say) -> None:
    chat = await with_customers(harness)
    await chat.text("/khachhang")
    await say(chat, "thêm khách")
    await chat.text(f"{LINE}, 12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh")
    await say(chat, "ok em")
    kept = await harness.operations.find_by_tax_code(await chat.actor(), "0101243150")
    assert kept is not None
    assert (kept.name, kept.representative) == ("Công ty Kế toán Hoa Sen", "Nguyễn Thị Hoa")
    assert (kept.email, kept.phone) == ("hoa@hoasen.vn", "+84912345678")
    assert kept.address == "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh"


async def test_an_offer_goes_with_the_text_it_was_made_for(harness: Harness, say: Say) -> None:
    chat = await with_customers(harness)
    await chat.text("/khachhang")
    await say(chat, "thêm khách")
    await chat.text("100109106")
    assert "Dùng 0100109106" in str(chat.buttons)
    await chat.text("0300588560")
    assert "số kiểm tra không khớp" in chat.window
    assert "Dùng" not in str(chat.buttons)
    await chat.text("100109106")
    await say(chat, "ok")
    assert "Tên khách hàng?" in chat.window


async def test_the_registered_address_is_kept_where_the_rest_is_skipped(
    harness: Harness, say: Say, registry: ScriptedRegistry
) -> None:
    chat = await with_customers(harness)
    registry.taxpayers["0101243150"] = ("Công ty Theo Sổ", "5 Hàng Bài, Hà Nội")
    await chat.text("/khachhang")
    await say(chat, "thêm khách")
    await chat.text("0101243150 nhé")
    await chat.text("Công ty Khác Sổ")
    await say(chat, "bỏ qua hết")
    await say(chat, "ok")
    kept = await harness.operations.find_by_tax_code(await chat.actor(), "0101243150")
    assert kept is not None
    assert (kept.name, kept.address) == ("Công ty Khác Sổ", "5 Hàng Bài, Hà Nội")


async def test_the_last_step_leads_back_out_and_on(harness: Harness, say: Say) -> None:
    chat = await with_customers(harness)
    await chat.text("/khachhang")
    await say(chat, "thêm khách")
    await chat.text(LINE + ", 5 Hàng Bài, Hà Nội")
    await say(chat, "quay lại")
    assert "Đang ghi: 0912 345 678" in chat.window
    await say(chat, "quay lại")
    await say(chat, "lưu thêm khách nữa")
    assert "Đã lưu Công ty Kế toán Hoa Sen" in chat.window
    assert "Mã số thuế" in chat.window
    await chat.text("0100109106")
    await say(chat, "Công ty Sao Mai")
    await say(chat, "bỏ qua hết")
    await chat.tap("Quay lại")
    assert await harness.operations.find_by_tax_code(await chat.actor(), "0101243150") is not None
    assert await harness.operations.find_by_tax_code(await chat.actor(), "0100109106") is None


async def test_a_near_miss_is_one_tap_in_an_order_too(harness: Harness, say: Say) -> None:
    chat = await with_customers(harness)
    await say(chat, "mua 2027 standard tất cả")
    for text in ("xem từng khách", "1", "email"):
        await say(chat, text)
    await chat.text("a@gmail.con")
    assert "Có phải là a@gmail.com không" in chat.window
    await say(chat, "ừ đúng rồi em")
    assert "a@gmail.com" in chat.window
    assert "gmail.con" not in chat.window
    await say(chat, "email")
    await chat.text("b@gmail.con")
    await chat.text("hai@hoasen.vn nhé")
    assert "hai@hoasen.vn" in chat.window


async def test_another_recipient_is_one_line_and_its_near_miss_one_tap(harness: Harness, say: Say) -> None:
    chat = await with_customers(harness)
    await say(chat, "mua 2027 standard tất cả")
    for text in ("đối tượng nhận", "người khác", "1"):
        await say(chat, text)
    await say(chat, "Chị là Trần Thị Mai mai@gmail.con 0912345670")
    assert "Có phải là mai@gmail.com không" in chat.window
    await say(chat, "giữ nguyên nhé")
    assert "hóa đơn" in chat.window.casefold()
    await say(chat, "1")
    await chat.text("b@gmail.con")
    await say(chat, "dùng gmail.com")
    assert "Bước 6/6" in chat.window


async def test_a_wrong_code_in_the_line_is_all_that_is_asked_again(harness: Harness, say: Say) -> None:
    chat = harness.stranger("Lạ")
    await chat.text("/start")
    await chat.text(LINE.replace("0101243150", "0317839485"))
    assert "số kiểm tra không khớp" in chat.window
    await chat.text("0101243150 nhé em")
    for value in ("Nguyễn Thị Hoa", "Công ty Kế toán Hoa Sen", "0101243150", "0912 345 678", "hoa@hoasen.vn"):
        assert f": {value}\n" in chat.window
