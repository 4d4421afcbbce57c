"""The placed orders in the chat: the list, one order, its customers, its timeline, and acts on it."""

import io
from datetime import UTC, datetime

import pytest
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup
from openpyxl import load_workbook

from dialogs.states import Orders
from domain.customers import Customer, CustomerField
from domain.licences import LicenceState
from domain.money import vnd
from domain.orders import Order, OrderState
from domain.packages import sample_price_list
from domain.recipients import RecipientMode
from services.money import naming
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.banks import Bank
from tests.support.builders import FISCAL_YEAR, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.direct import DirectSession, DirectWorld
from tests.support.rows import rows_of
from tests.support.working import Working

MOST_BUTTONS = 9


@pytest.fixture
def working(database: Database, clock: FixedClock) -> Working:
    return Working(database, clock)


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person()


@pytest.fixture
async def customers(chat: Person, operations: Operations) -> list[Customer]:
    return await add_customers(operations, await chat.actor(), 10)


@pytest.fixture
async def order(chat: Person, operations: Operations, customers: list[Customer]) -> Order:
    return await placed_order(operations, await chat.actor(), customers)


async def _opened(chat: Person, order: Order, *labels: str) -> Person:
    """Open the order's page, then follow these buttons."""
    await chat.open(Orders.card, {"order_id": order.id})
    for label in labels:
        await chat.tap(label)
    return chat


def _few_buttons(chat: Person) -> bool:
    markup = chat.message.reply_markup
    assert isinstance(markup, InlineKeyboardMarkup)
    return sum(map(len, markup.inline_keyboard)) <= MOST_BUTTONS


class TestTheList:
    async def test_typing_searches_by_code_customer_and_tax_code(
        self, chat: Person, operations: Operations, order: Order
    ) -> None:
        actor = await chat.actor()
        households = await add_customers(operations, actor, 1, builders.household)
        other = await placed_order(operations, actor, households, package_code="HKD_BASIC")
        await chat.text("/donhang")
        assert "2 đơn" in chat.window
        for typed, found in (
            (order.code[:-1].lower(), order),
            ("banh mi", other),
            (builders.enterprise_tax_code(3), order),
        ):
            await chat.text(typed)
            assert f"Đang tìm: {typed}" in chat.window
            assert found.package_name[:8] in chat.buttons[0]
            assert "1 đơn" in chat.window
        # A whole code on the list opens the order.
        await chat.text(order.code.lower())
        assert f"Đơn {order.code} · " in chat.window
        await chat.text("/donhang")
        await chat.text("không có ai")
        assert "Không thấy đơn nào khớp" in chat.window
        await chat.text("🙂")
        assert "gõ chữ hoặc số" in chat.window
        await chat.tap("Bỏ tìm")
        assert "2 đơn" in chat.window

    async def test_states_are_filtered(self, chat: Person, operations: Operations, order: Order) -> None:
        await chat.text("/donhang")
        await chat.tap("Lọc")
        await chat.tap("Đã trả")
        assert "Không thấy đơn nào khớp" in chat.window
        await chat.tap("🔽 Đã trả")
        await chat.tap("Chờ tiền")
        await chat.repeat()
        assert "🔽 Chờ tiền" in chat.buttons
        assert chat.buttons[0] == f"⏳ 10 khách · {order.package_name} 2026 · 19,5 tr"
        await operations.cancel_order(await chat.actor(), order.id)
        await chat.tap("🔽")
        assert "• Chờ tiền" in chat.buttons
        await chat.tap("Đã hủy")
        assert chat.buttons[0].startswith("✖️")

    async def test_a_page_that_is_gone_shows_the_last_there_is(
        self, chat: Person, operations: Operations, customers: list[Customer]
    ) -> None:
        actor = await chat.actor()
        placed = [await placed_order(operations, actor, [customer]) for customer in customers[:7]]
        await chat.text("/donhang")
        await chat.tap("Lọc")
        await chat.tap("Chờ tiền")
        await chat.tap("›")
        assert [label[0] for label in chat.buttons if "khách ·" in label] == ["⏳"]
        assert "2/2 ›" in chat.buttons
        await operations.cancel_order(actor, placed[0].id)
        await chat.repeat()
        assert "6 đơn" in chat.window
        assert len([label for label in chat.buttons if "khách ·" in label]) == 6
        assert "2/2 ›" not in chat.buttons

    async def test_staff_find_their_own_the_owner_everybodys(
        self, harness: Harness, chat: Person, order: Order
    ) -> None:
        staff = await harness.colleague(chat)
        await staff.text("/donhang")
        assert "chưa có đơn nào" in staff.window
        await staff.text(order.code)
        assert "Không thấy đơn nào khớp" in staff.window


class TestTheCard:
    @pytest.mark.parametrize("typed", ["{}", "mã đơn {}", "{} ạ"])
    async def test_a_code_with_one_letter_three_times_is_a_code(
        self,
        chat: Person,
        operations: Operations,
        customers: list[Customer],
        monkeypatch: pytest.MonkeyPatch,
        typed: str,
    ) -> None:
        drawn = ["KTN4DTTTJ", "KTC8VCCCJ", "KTH4HHHQW"]
        monkeypatch.setattr(naming, "new_code", drawn.pop)
        code = (await placed_order(operations, await chat.actor(), customers[:1])).code
        for text in (code, code.lower(), f"{code[:4]} {code[4:]}"):
            await chat.text(typed.format(text))
            assert f"Đơn {code}" in chat.window, text
            await chat.text("/start")

    async def test_money_and_licences(
        self,
        chat: Person,
        operations: Operations,
        order: Order,
        database: Database,
        clock: FixedClock,
        working: Working,
    ) -> None:
        await _opened(chat, order)
        assert f"Đơn {order.code} · chờ thanh toán" in chat.window
        assert "chưa kích hoạt: 10" in chat.window
        assert "Hạn gần nhất" not in chat.window
        assert "hướng dẫn thanh toán riêng" in chat.window
        actor = await chat.actor()
        run = await operations.open_activation(actor, order.id)
        await operations.start_run(actor, run.id)
        await working.work()
        clock.forward(days=4, hours=1)
        code = (await operations.list_order_lines(actor, order.id)).lines[0].payment.code
        await Bank(database, clock, working).tells(code, order.total // 10)
        await _opened(chat, order)
        assert "đã thanh toán một phần" in chat.window
        assert "Đã nhận: 1.950.000 ₫ (1/10 khoản)" in chat.window
        assert "🟢 đang dùng: 1" in chat.window
        assert "🟡 đang dùng, chưa trả tiền: 9" in chat.window
        assert "Hạn gần nhất: còn 2 ngày 23 giờ" in chat.window

    async def test_the_deadline_of_a_payment_is_that_of_its_own_licences(
        self, chat: Person, operations: Operations, customers: list[Customer], working: Working
    ) -> None:
        actor = await chat.actor()
        order = await placed_order(operations, actor, customers[:2], RecipientMode.ACCOUNTANT)
        await _opened(chat, order)
        assert "Hạn: 7 ngày từ khi kích hoạt\n" in f"{chat.window}\n"
        run = await operations.open_activation(actor, order.id)
        await operations.pick_all_licences(actor, run.id, False)
        (first, second) = (await operations.view_activation(actor, run.id)).licences
        await operations.pick_licence(actor, run.id, first.licence.id, True)
        await operations.start_run(actor, run.id)
        await working.work()
        await _opened(chat, order)
        assert "Hạn: 22/06/2026 12:00 (7 ngày từ khi kích hoạt)" in chat.window
        deadlines = [
            (await operations.view_payment(actor, one.line.payment_code)).deadline for one in (first, second)
        ]
        whole = (await operations.view_payment(actor, order.code)).deadline
        assert deadlines == [whole, None]
        assert whole is not None

    async def test_one_transfer_for_all_is_there_to_copy_while_it_is_to_be_made(
        self, chat: Person, operations: Operations, customers: list[Customer]
    ) -> None:
        actor = await chat.actor()
        order = await placed_order(operations, actor, customers, RecipientMode.ACCOUNTANT)
        await _opened(chat, order)
        assert "0011001234567" in chat.window
        assert {"📋 Số tiền", "📋 Nội dung"} <= set(chat.buttons)
        assert {"⚡ Kích hoạt", "💳 Thanh toán"} <= set(chat.buttons)
        assert _few_buttons(chat)
        await operations.cancel_order(actor, order.id)
        await _opened(chat, order)
        assert "0011001234567" not in chat.window
        assert not {"📋 Số tiền", "⚡ Kích hoạt"} & set(chat.buttons)

    async def test_what_came_for_all_is_said_and_asked_for_no_more(
        self,
        chat: Person,
        operations: Operations,
        customers: list[Customer],
        database: Database,
        clock: FixedClock,
        working: Working,
    ) -> None:
        actor, bank = await chat.actor(), Bank(database, clock, working)
        order = await placed_order(operations, actor, customers, RecipientMode.ACCOUNTANT)
        await bank.tells(order.code, 1_950_000)
        await _opened(chat, order)
        assert "Có tiền chờ chọn khách đã trả" in chat.window
        assert vnd(order.total - 1_950_000) in chat.window
        await bank.tells(order.code, order.total - 1_950_000)
        await _opened(chat, order)
        assert "chờ chọn khách" not in chat.window
        assert "0011001234567" not in chat.window
        assert "Mỗi người nhận" not in chat.window

    async def test_it_leads_to_activation_and_payments(self, chat: Person, order: Order) -> None:
        await _opened(chat, order, "Kích hoạt")
        assert order.code in chat.window
        await _opened(chat, order, "Thanh toán")
        assert f"Thanh toán đơn {order.code}" in chat.window

    async def test_an_order_of_somebody_else_is_not_shown(
        self, harness: Harness, chat: Person, order: Order
    ) -> None:
        for stranger in (await harness.person("Khác"), await harness.colleague(chat)):
            await stranger.text(f"/start don_{order.id}")
            assert order.code not in stranger.window
            assert "không tìm thấy đơn hàng" in stranger.window


class TestItsCustomers:
    async def test_each_line_with_state_and_money_and_a_page_of_its_own(
        self, chat: Person, operations: Operations, order: Order, working: Working
    ) -> None:
        actor = await chat.actor()
        run = await operations.open_activation(actor, order.id)
        await operations.start_run(actor, run.id)
        await working.work()
        await _opened(chat, order, "Khách trong đơn")
        assert "6. Công ty TNHH Hoa Sen 6" in chat.window
        assert "đang dùng, chưa trả tiền, còn 7 ngày" in chat.window
        assert "1.950.000 ₫ · chưa trả" in chat.window
        await chat.tap("›")
        assert chat.buttons[:4] == ["7", "8", "9", "10"]
        await chat.tap("10")
        (view,) = (await operations.view_order_line(actor, order.id, 10)).lines
        assert view.licence.state is LicenceState.ACTIVE_UNPAID
        for shown in (
            "Công ty TNHH Hoa Sen 10",
            f"Đăng nhập: {view.licence.login}",
            view.payment.code,
            "giamdoc10@hoasen.vn",
            "Nguyễn Văn 10",
            "Dùng chưa trả tiền đến: 22/06/2026 12:00",
        ):
            assert shown in chat.window
        await chat.tap("Danh sách")
        assert "7. Công ty TNHH Hoa Sen 7" in chat.window
        await chat.tap("Về đơn")
        assert "Phần mềm" in chat.window


async def test_the_timeline_says_who_did_what_newest_first(
    chat: Person, operations: Operations, order: Order, working: Working
) -> None:
    actor = await chat.actor()
    run = await operations.open_activation(actor, order.id)
    await operations.start_run(actor, run.id)
    await working.work()
    for _ in range(5):
        await operations.export_order(actor, order.id)
    await _opened(chat, order, "Lịch sử")
    assert chat.window.count("Xuất đơn ra Excel\n15/06/2026 12:00 · An") == 5
    assert "Kết quả kích hoạt · 10 xong\n15/06/2026 12:00 · tự động" in chat.window
    await chat.tap("›")
    assert "Bắt đầu kích hoạt · 10 khách" in chat.window
    assert chat.window.rstrip().endswith("Đặt đơn\n15/06/2026 12:00 · An")
    await chat.tap("Về đơn")
    assert f"Đơn {order.code}" in chat.window


class TestCancelling:
    async def test_it_is_asked_what_will_happen_and_done_by_one_tap(
        self, chat: Person, operations: Operations, order: Order, working: Working
    ) -> None:
        actor = await chat.actor()
        run = await operations.open_activation(actor, order.id)
        await operations.start_run(actor, run.id)
        await working.work()
        await _opened(chat, order, "Việc khác")
        assert _few_buttons(chat)
        await chat.tap("Hủy đơn")
        for said in (
            f"Hủy đơn {order.code}?",
            "10 phần mềm đã kích hoạt sẽ tạm dừng",
            "em báo để đừng chuyển",
        ):
            assert said in chat.window
        await chat.tap("Không hủy")
        assert (await operations.view_order(actor, order.id)).order.state is OrderState.PLACED
        await _opened(chat, order, "Việc khác", "Hủy đơn", "Hủy đơn này")
        assert f"Đã hủy đơn {order.code}" in chat.window
        assert f"Đơn {order.code} · đã hủy" in chat.window
        await chat.tap("Việc khác")
        assert [label for label in chat.buttons if "Hủy" in label or "Gia hạn" in label] == []

    async def test_money_that_came_meanwhile_is_told(
        self,
        chat: Person,
        operations: Operations,
        order: Order,
        database: Database,
        clock: FixedClock,
        working: Working,
    ) -> None:
        await _opened(chat, order, "Việc khác", "Hủy đơn")
        code = (await operations.list_order_lines(await chat.actor(), order.id)).lines[0].payment.code
        await Bank(database, clock, working).tells(code, 1)
        await chat.tap("Hủy đơn này")
        assert chat.alert is not None
        assert "đã có tiền về" in chat.alert


class TestRepeating:
    async def test_buying_again_lands_on_the_review_and_says_who_is_ordered_already(
        self, chat: Person, operations: Operations, customers: list[Customer], order: Order
    ) -> None:
        actor = await chat.actor()
        await operations.archive_customer(actor, customers[0].id, True)
        await _opened(chat, order, "Việc khác", "Mua lại")
        assert "Em đã lập đơn nháp với 9 khách. Không gồm: 1 khách ngừng theo dõi." in chat.window
        assert "Bước 6/6" in chat.window
        assert "9 khách đã có đơn" in chat.window
        assert _few_buttons(chat)
        await chat.tap("Khách đã có đơn")
        assert f"Đơn {order.code} · An · 15/06/2026" in chat.window
        assert "… và 3 khách nữa" in chat.window
        await chat.tap(f"Mở đơn {order.code}")
        assert f"Đơn {order.code} · chờ thanh toán" in chat.window

    async def test_what_has_changed_since_is_named(
        self, chat: Person, operations: Operations, customers: list[Customer], order: Order
    ) -> None:
        actor = await chat.actor()
        for customer in customers[:5]:
            await operations.edit_customer(actor, customer.id, CustomerField.PHONE, "0987654321")
        await operations.edit_customer(actor, customers[0].id, CustomerField.EMAIL, "moi@hoasen.vn")
        await _opened(chat, order, "Việc khác", "Gia hạn sang 2027", "Lập đơn năm 2027")
        assert (
            "\nThông tin mới so với đơn trước: Hoa Sen 1 (email, điện thoại); Hoa Sen 2 (điện thoại); "
            "Hoa Sen 3 (điện thoại); và 2 khách nữa.\n"
        ) in chat.window
        assert "Giá một khách" not in chat.window

    async def test_the_tick_is_not_enough_while_somebody_is_ordered_already(
        self, chat: Person, operations: Operations, customers: list[Customer], order: Order
    ) -> None:
        actor = await chat.actor()
        more = await add_customers(operations, actor, 2, first=20)
        await builders.ready_draft(operations, actor, [*customers, *more])
        await chat.text("/mua")
        await chat.tap("Làm tiếp")
        await chat.tap("Tiếp tục")
        assert chat.alert is not None
        assert f"đã có trong đơn {order.code}, An đặt" in chat.alert
        await chat.tap("Khách đã có đơn (10)")
        await chat.tap("Bỏ hết 10 khách")
        await chat.repeat()
        assert "khách đã có đơn cùng gói" not in chat.window
        assert "Khách hàng: 2" in chat.window
        for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
            await chat.tap(label)
        assert "Đã đặt đơn" in chat.window

    async def test_a_draft_in_the_way_is_kept_or_replaced_as_asked(
        self, chat: Person, operations: Operations, customers: list[Customer], order: Order
    ) -> None:
        actor = await chat.actor()
        draft = (await builders.answer_draft(operations, actor, customers[:3], package_code="STANDARD")).draft
        await _opened(chat, order, "Việc khác", "Mua lại")
        assert "đang có một đơn nháp" in chat.window
        assert "Đã chọn: 3 khách" in chat.window
        await chat.tap("Giữ, làm tiếp")
        assert "Bước 6/6" in chat.window
        assert (await operations.view_draft(actor)).draft == draft
        await _opened(chat, order, "Việc khác", "Mua lại", "Bỏ đơn nháp")
        assert "Em đã lập đơn nháp với 10 khách" in chat.window
        assert (await operations.view_draft(actor)).draft.id != draft.id

    async def test_renewing_in_three_taps(self, chat: Person, operations: Operations, order: Order) -> None:
        await _opened(chat, order, "Việc khác", "Gia hạn sang 2027")
        assert "Gia hạn đơn" in chat.window
        assert _few_buttons(chat)
        assert [label for label in chat.buttons if "🔘" in label] == ["① 🔘 Khách hàng", "② 🔘 Khách hàng"]
        await chat.tap("② ⚪️ Đơn vị kế toán")
        await chat.repeat()
        await chat.tap("Lập đơn năm 2027")
        assert "Em đã lập đơn nháp với 10 khách" in chat.window
        assert "Năm tài chính: 2027" in chat.window
        assert "Đối tượng nhận: Khách hàng" in chat.window
        assert "Hóa đơn ghi: Đơn vị kế toán" in chat.window
        for label in ("Tôi đã kiểm tra", "Tiếp tục"):
            await chat.tap(label)
        assert "Hóa đơn ghi: Đơn vị kế toán" in chat.window
        await chat.tap("Đặt hàng")
        actor = await chat.actor()
        renewed = (await operations.list_orders(actor)).items[0]
        assert (renewed.fiscal_year, renewed.line_count) == (FISCAL_YEAR + 1, 10)
        line = (await operations.list_order_lines(actor, renewed.id)).lines[0].line
        assert line.invoice.unit_name == "Kế toán An"
        assert line.notice.email == line.email

    async def test_from_october_the_menu_offers_what_is_not_renewed(
        self, chat: Person, operations: Operations, order: Order, clock: FixedClock
    ) -> None:
        await chat.text("/start")
        assert "Gia hạn" not in str(chat.buttons)
        clock.set(datetime(2026, 10, 1, 3, tzinfo=UTC))
        actor = await chat.actor()
        one = (await operations.list_order_lines(actor, order.id)).lines[0].line
        await operations.archive_customer(actor, one.customer_id, True)
        await chat.text("/start")
        for label in ("🔁 Gia hạn 2027: 9 khách", "Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
            await chat.tap(label)
        assert "Đã đặt đơn" in chat.window
        renewed = (await operations.list_orders(actor)).items[0]
        assert (renewed.fiscal_year, renewed.line_count) == (FISCAL_YEAR + 1, 9)
        await chat.text("/start")
        assert "Gia hạn" not in str(chat.buttons)
        await operations.cancel_order(actor, renewed.id)
        await chat.text("/start")
        assert "🔁 Gia hạn 2027: 9 khách" in chat.buttons

    async def test_others_of_last_year_can_be_kept_for_one_of_the_two(
        self, chat: Person, operations: Operations, customers: list[Customer]
    ) -> None:
        order = await placed_order(operations, await chat.actor(), customers, RecipientMode.OTHER)
        await _opened(chat, order, "Việc khác", "Gia hạn sang 2027")
        chosen = [label for label in chat.buttons if "🔘" in label]
        assert chosen == ["① 🔘 Như năm trước", "② 🔘 Như năm trước"]
        assert _few_buttons(chat)
        await chat.tap("① ⚪️ Kế toán")
        await chat.tap("Lập đơn năm 2027")
        assert "Đối tượng nhận: Kế toán dịch vụ" in chat.window
        assert "Hóa đơn ghi: Người khác" in chat.window

    async def test_a_package_sold_no_more_is_asked_for(
        self, chat: Person, operations: Operations, order: Order, database: Database, clock: FixedClock
    ) -> None:
        async with database.write() as uow:
            others = [one for one in sample_price_list() if one.code != "STARTER"]
            await uow.packages.replace_all(others, clock.now())
        await _opened(chat, order, "Việc khác", "Gia hạn sang 2027")
        assert "Gói Starter không còn bán" in chat.window
        await chat.tap("Lập đơn năm 2027")
        assert "Em đã lập đơn nháp với 10 khách" in chat.window
        assert "Bước 1/6" in chat.window
        await chat.tap("🏢 Standard")
        assert "Bước 6/6" in chat.window
        assert "Gói: Standard" in chat.window

    async def test_a_renewal_asks_about_the_draft_in_the_way_too(
        self, chat: Person, operations: Operations, customers: list[Customer], order: Order
    ) -> None:
        await builders.answer_draft(operations, await chat.actor(), customers[:3], package_code="STANDARD")
        await _opened(chat, order, "Việc khác", "Gia hạn sang 2027", "① ⚪️ Kế toán", "Lập đơn năm 2027")
        assert "đang có một đơn nháp" in chat.window
        await chat.tap("Bỏ đơn nháp")
        assert "Đối tượng nhận: Kế toán dịch vụ" in chat.window
        assert "Hóa đơn ghi: Khách hàng" in chat.window


async def test_an_order_is_exported_with_everything(
    harness: Harness, chat: Person, operations: Operations, order: Order, working: Working
) -> None:
    actor = await chat.actor()
    run = await operations.open_activation(actor, order.id)
    await operations.start_run(actor, run.id)
    await working.work()
    await _opened(chat, order, "Việc khác", "Xuất Excel")
    (sent,) = harness.bot.documents
    assert isinstance(sent.document, BufferedInputFile)
    assert sent.document.filename == f"don-{order.code}.xlsx"
    (sheet,) = load_workbook(io.BytesIO(sent.document.data)).worksheets
    headings, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 10
    third = dict(zip(headings, rows[2], strict=True))
    (view,) = (await operations.view_order_line(actor, order.id, 3)).lines
    expected = {
        "STT": 3,
        "Mã số thuế": builders.enterprise_tax_code(3),
        "Tên khách hàng": "Công ty TNHH Hoa Sen 3",
        "Loại khách hàng": "Doanh nghiệp",
        "Số điện thoại": "0910 000 003",
        "Thành tiền": 1_950_000,
        "Hóa đơn ghi": view.line.invoice.unit_name,
        "Loại mã trên hóa đơn": "MST",
        "MST (số định danh, mã ĐVQHNS) trên hóa đơn": view.line.invoice.tax_id,
        "Địa chỉ trên hóa đơn": view.line.invoice.address,
        "Email nhận hóa đơn": view.line.invoice.email,
        "Nội dung chuyển khoản": view.payment.code,
        "Đã nhận của khoản": 0,
        "Thanh toán": "chưa trả",
        "Phần mềm": "đang dùng, chưa trả tiền",
        "Thời gian còn lại": "còn 7 ngày",
        "Tên đăng nhập": view.licence.login,
        "Lý do lỗi": "",
    }
    assert {name: third[name] or expected[name] for name in expected} == expected


async def test_two_colleagues_through_the_whole_way_of_an_update(direct: DirectWorld) -> None:
    """The second is shown the first's order; the owner renews, exports and cancels it."""
    assert isinstance(direct.bot.session, DirectSession)
    operations = direct.operations
    await operations.register_firm(
        direct.identity("owner"),
        builders.person("Lan"),
        "Kế toán Minh An",
        builders.enterprise_tax_code(80_000),
    )
    owner = await direct.actor("owner")
    assert owner is not None
    token = await operations.invite_staff(owner)
    await operations.join_firm(direct.identity("staff"), builders.person("Quân", 2), token)
    staff = await direct.actor("staff")
    assert staff is not None
    customers = await add_customers(operations, owner, 3)
    order = await placed_order(operations, staff, customers[:2])
    await builders.answer_draft(operations, owner, customers)

    await direct.says("owner", "/mua")
    for label, shown in (
        ("Làm tiếp", "2 khách đã có đơn"),
        ("Khách đã có đơn", f"Đơn {order.code} · Quân"),
        ("Mở đơn", "chờ thanh toán"),
        ("Khách trong đơn", "chưa kích hoạt"),
        ("2", "Nguyễn Văn 2"),
        ("Về đơn", "chờ thanh toán"),
        ("Lịch sử", "Đặt đơn"),
        ("Về đơn", "chờ thanh toán"),
        ("Việc khác", "Mua lại"),
        ("Gia hạn", "Ai nhận thông báo"),
        ("Kế toán", "② Hóa đơn ghi cho ai?"),
        ("Lập đơn năm", "đang có một đơn nháp"),
        ("Bỏ đơn nháp", "Em đã lập đơn nháp với 2 khách"),
    ):
        await direct.taps("owner", label)
        assert shown in direct.shown("owner")
    await direct.says("owner", f"/start don_{order.id}")
    for label, shown in (
        ("Việc khác", "Xuất Excel"),
        ("Xuất Excel", "Xuất Excel"),
        ("Hủy đơn", "không mở lại được"),
        ("Hủy đơn này", "Đã hủy đơn"),
    ):
        await direct.taps("owner", label)
        assert shown in direct.shown("owner")
    names = [
        message.content["document"]["file_name"]
        for message in direct.messages("owner")
        if "document" in message.content
    ]
    assert names == [f"don-{order.code}.xlsx"]
    assert direct.refusals == []


async def test_several_orders_that_the_accountant_pays_have_one_qr(
    harness: Harness, database: Database
) -> None:
    chat = await harness.person()
    actor = await chat.actor()
    for first in (1, 10):
        customers = await builders.add_customers(harness.operations, actor, 2, first=first)
        await builders.placed_order(harness.operations, actor, customers, RecipientMode.ACCOUNTANT)
        await chat.text("/donhang")
        assert ("Một QR cho 2 đơn chưa trả" in str(chat.buttons)) == (first == 10)
    await chat.tap("Một QR cho 2 đơn chưa trả")
    assert "Em gửi mã QR chung ngay bên dưới" in chat.window
    (told,) = [row for row in await rows_of(database, "pushes") if row["kind"] == "joint_instruction"]
    assert {row["code"] for row in await rows_of(database, "payment_bundles")} == {told["about"]}
