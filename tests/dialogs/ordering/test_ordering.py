"""The order, window by window, over the real services."""

from dataclasses import replace

import pytest

from dialogs.states import Ordering
from domain.customers import CustomerKind
from domain.orders import Step
from domain.recipients import RecipientMode
from services.catalogue.customers import EVERYONE, Criteria
from services.operations import Operations
from tests.dialogs.harness import Harness, Person
from tests.support.builders import (
    add_customers,
    drop_draft,
    enterprise,
    enterprise_tax_code,
    household,
    placed_order,
    ready_draft,
    start_draft,
    without_login,
)
from tests.support.clock import FixedClock
from texts.styles import Style


@pytest.fixture
async def chat(harness: Harness, operations: Operations) -> Person:
    """An owner with ten enterprises and two households."""
    person = await harness.person("An")
    actor = await person.actor()
    await add_customers(operations, actor, 10)
    for number in (1, 2):
        await operations.add_customer(actor, household(number))
    return person


async def _to_customers(chat: Person) -> None:
    await chat.text("/mua")
    for label in ("Standard", "2026", "Khách hàng"):
        await chat.tap(label)


async def _to_review(chat: Person) -> None:
    await _to_customers(chat)
    await chat.tap("Chọn cả 10")
    await chat.tap("Dùng thông tin")


async def test_this_year_is_offered_first_until_october(chat: Person, clock: FixedClock) -> None:
    await chat.text("/mua")
    await chat.tap("Standard")
    assert chat.rows[0] == ["2026 · năm nay"]
    clock.forward(days=120)
    await chat.text("/huy")
    await chat.text("/mua")
    await chat.tap("Standard")
    assert chat.rows[0] == ["2027 · năm sau"]


async def test_only_the_kind_of_the_package_is_listed(chat: Person) -> None:
    await _to_customers(chat)
    assert "10 doanh nghiệp" in chat.window
    assert not [label for label in chat.buttons if "Hộ" in label]


async def test_a_tap_picks_and_the_next_unpicks(chat: Person) -> None:
    await _to_customers(chat)
    first = chat.buttons[0]
    assert first.startswith("⬜️")
    await chat.tap(first)
    assert chat.buttons[0] == first.replace("⬜️", "☑️")
    assert "Đã chọn: 1" in chat.window
    await chat.tap(chat.buttons[0])
    assert chat.buttons[0] == first
    assert "Đã chọn: 0" in chat.window


async def test_a_repeated_tap_changes_nothing(chat: Person) -> None:
    await _to_customers(chat)
    await chat.tap(chat.buttons[0])
    await chat.repeat()
    assert "Đã chọn: 1" in chat.window


async def test_search_finds_without_diacritics_and_picks_what_matches(
    chat: Person, operations: Operations
) -> None:
    actor = await chat.actor()
    await operations.add_customer(actor, enterprise(11, name="Công ty TNHH Đông Á Xanh"))
    await _to_customers(chat)
    await chat.text("dong a xanh")
    assert "Tìm “dong a xanh”: 1 khách" in chat.window
    await chat.tap("Chọn cả 1 & tiếp tục")
    view = await operations.view_draft(actor)
    assert view.sums.lines == 1
    assert view.draft.step is Step.ACCOUNTING


async def test_only_the_next_step_stands_out(chat: Person) -> None:
    await _to_customers(chat)
    markup = chat.message.reply_markup
    assert markup is not None
    shown = {button.text: button.style for row in markup.inline_keyboard for button in row}
    assert {label for label, style in shown.items() if style} == {"Chọn cả 10 & tiếp tục ▶"}
    assert shown["Chọn cả 10 & tiếp tục ▶"] == Style.NEXT


async def test_pages_reach_the_end_and_back(chat: Person) -> None:
    await _to_customers(chat)
    await chat.tap("›")
    assert "2/2 ›" in chat.buttons
    assert len([label for label in chat.buttons if label.startswith("⬜️ H")]) == 4
    await chat.tap("‹")
    assert "1/2 ›" in chat.buttons


@pytest.mark.parametrize("too_old", [False, True])
async def test_nothing_picked_is_explained(chat: Person, operations: Operations, too_old: bool) -> None:
    """A tap that has waited for long gets no alert any more: the window says it."""
    await _to_customers(chat)
    await chat.tap(chat.buttons[0])
    actor = await chat.actor()
    await operations.pick_matching(actor, EVERYONE, picked=False)
    chat.harness.bot.taps_are_too_old = too_old
    await chat.tap("Tiếp tục với 1")
    if too_old:
        assert "chưa có khách nào" in chat.window
    else:
        assert chat.alert is not None
        assert "chưa có khách nào" in chat.alert
        assert "chưa có khách nào" not in chat.window


async def test_a_customer_is_declared_for_this_order_alone(chat: Person, operations: Operations) -> None:
    await _to_customers(chat)
    await chat.tap("Lọc")
    await chat.tap("Thêm khách")
    await chat.text(enterprise_tax_code(50))
    await chat.text("Công ty Chỉ Đơn Này")
    await chat.tap("Bỏ qua hết")
    await chat.tap("Chỉ dùng cho đơn này")
    # It counts, though the catalogue does not have it.
    assert "11 doanh nghiệp để chọn\nĐã chọn: 1" in chat.window
    assert "danh mục" not in chat.window
    actor = await chat.actor()
    assert (await operations.find_by_tax_code(actor, enterprise_tax_code(50))) is None
    assert (await operations.view_draft(actor)).sums.incomplete == 1


async def test_change_of_kind_is_asked_and_never_silent(chat: Person, operations: Operations) -> None:
    await _to_review(chat)
    await chat.tap("Đổi gói")
    await chat.tap("Hộ kinh doanh Plus")
    assert "10 doanh nghiệp" in chat.window
    await chat.tap("Giữ gói cũ")
    assert "Kiểm tra đơn hàng" in chat.window
    await chat.tap("Đổi gói")
    await chat.tap("Hộ kinh doanh Plus")
    await chat.tap("Đổi gói, chọn lại khách")
    assert "2 hộ kinh doanh" in chat.window
    view = await operations.view_draft(await chat.actor())
    assert view.kind is CustomerKind.HOUSEHOLD
    assert view.sums.lines == 0


async def test_a_household_is_asked_only_what_has_more_than_one_answer(chat: Person) -> None:
    await chat.text("/mua")
    for label in ("Hộ kinh doanh Plus", "2026", "Khách hàng", "Chọn cả 2"):
        await chat.tap(label)
    assert "Thuế GTGT" in chat.buttons
    assert "Chế độ kế toán" not in chat.buttons
    assert "Tháng bắt đầu" not in chat.buttons


@pytest.mark.parametrize(
    ("change", "answer"),
    [("Đổi gói", "Professional"), ("Đổi năm", "2027"), ("Đối tượng nhận", "Kế toán dịch vụ")],
)
async def test_an_answer_changed_in_the_review_returns_there_in_one_tap(
    chat: Person, change: str, answer: str
) -> None:
    await _to_review(chat)
    await chat.tap("Tôi đã kiểm tra")
    await chat.tap(change)
    await chat.tap(answer)
    assert "Kiểm tra đơn hàng" in chat.window
    assert "⬜️ Tôi đã kiểm tra và xác nhận thông tin trên là đúng" in chat.window


@pytest.mark.parametrize("change", ["Đổi năm", "Đổi khách", "Đối tượng nhận", "Dữ liệu kế toán"])
async def test_back_from_a_change_returns_to_the_review(chat: Person, change: str) -> None:
    await _to_review(chat)
    await chat.tap(change)
    await chat.tap("Quay lại")
    assert "Kiểm tra đơn hàng" in chat.window


async def test_accounting_of_all_and_of_one(chat: Person, operations: Operations) -> None:
    await _to_customers(chat)
    await chat.tap("Chọn cả 10")
    await chat.tap("Chế độ kế toán")
    assert "Thông tư 99/2025/TT-BTC: mọi doanh nghiệp" in chat.window
    assert [label for label in chat.buttons if "🔘" in label] == ["🔘 Thông tư 99/2025/TT-BTC"]
    await chat.tap("Thông tư 133")
    await chat.tap("Thuế GTGT")
    await chat.tap("Trực tiếp trên doanh thu")
    await chat.tap("Tháng bắt đầu")
    await chat.tap("Tháng 4")
    assert "01/04/2026" in chat.window
    await chat.tap("Dùng thông tin")
    await chat.tap("Xem từng khách")
    await chat.tap(chat.buttons[0])
    await chat.tap("Kế toán riêng")
    await chat.tap("Thuế GTGT")
    await chat.tap("Khấu trừ")
    assert "(khai riêng)" in chat.window
    await chat.tap("Kế toán riêng")
    await chat.tap("Ngày bắt đầu")
    await chat.text("01/08/2025")
    assert "sớm nhất 02/01/2026" in (chat.alert or chat.window)
    await chat.text("15 tháng 2 nhé em")
    assert "(khai riêng)" in chat.window
    assert "từ 15/02/2026" in chat.window
    actor = await chat.actor()
    lines = (await operations.review_lines(actor)).lines
    methods = [line.accounting.vat_method for line in lines if line.accounting]
    assert sorted(set(methods)) == ["KHAU_TRU", "TT_DOANH_THU"]
    assert methods.count("KHAU_TRU") == 1
    await chat.tap("Kế toán riêng")
    await chat.tap("Dùng như mọi khách")
    assert "(khai riêng)" not in chat.window


async def test_one_customer_of_the_common_accounting_is_named(chat: Person, operations: Operations) -> None:
    """Whoever has declared theirs before keeps it, so the window is about one."""
    actor = await chat.actor()
    new = await operations.add_customer(actor, enterprise(30))
    await operations.add_customer(actor, enterprise(31, regime="TT133", vat_method="KHAU_TRU"))
    await _to_customers(chat)
    for code in (30, 31):
        await chat.text(enterprise_tax_code(code))
        await chat.tap("⬜️")
    await chat.tap("Tiếp tục với 2 khách")
    assert f"Dùng chung cho {new.customer.name}:" in chat.window
    assert "1 khách đã khai từ trước, em giữ phần đã khai." in chat.window
    await chat.tap("Dùng cho cả 1 khách đã khai")
    assert "Dùng chung cho 2 khách:" in chat.window


async def test_continue_explains_itself_until_all_is_there(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    await operations.add_customer(actor, without_login(enterprise(20)))
    await _to_customers(chat)
    await chat.tap("Chọn cả 11")
    await chat.tap("Dùng thông tin")
    assert "1 khách còn thiếu thông tin" in chat.window
    await chat.tap("Tiếp tục")
    assert chat.alert is not None
    assert "Còn 1 khách thiếu" in chat.alert
    await chat.tap("Xem từng khách")
    assert chat.buttons[0].startswith("⚠️")
    await chat.tap(chat.buttons[0])
    await chat.tap("✏️ Email")
    await chat.text("giamdoc.gmail.com")
    assert "không phải địa chỉ email" in chat.window
    await chat.text("giamdoc@gmail.con")
    assert "Có phải là giamdoc@gmail.com không" in chat.window
    await chat.tap("Dùng gmail.com")
    assert "giamdoc@gmail.com" in chat.window
    await chat.tap("✏️ Điện thoại")
    await chat.text("0912 345 678")
    assert "Còn thiếu" not in chat.window
    await chat.tap("Về kiểm tra")
    await chat.tap("Tiếp tục")
    assert "Tôi đã kiểm tra" in (chat.alert or "")
    await chat.tap("Tôi đã kiểm tra")
    await chat.tap("Tiếp tục")
    assert "Đặt hàng?" in chat.window
    assert "22 tin" in chat.window


async def test_a_customer_taken_out_is_back_in_one_tap(chat: Person, operations: Operations) -> None:
    await _to_review(chat)
    await chat.tap("Xem từng khách")
    await chat.tap(chat.buttons[0])
    await chat.tap("Bỏ khỏi đơn")
    actor = await chat.actor()
    assert (await operations.view_draft(actor)).sums.lines == 9
    await chat.tap("Chọn lại khách vừa bỏ")
    assert (await operations.view_draft(actor)).sums.lines == 10


async def test_two_quick_taps_place_one_order(chat: Person, operations: Operations) -> None:
    await _to_review(chat)
    await chat.tap("Tôi đã kiểm tra")
    await chat.tap("Tiếp tục")
    await chat.tap("Đặt hàng")
    await chat.repeat()
    assert "Đã đặt đơn" in chat.window
    assert (await operations.list_orders(await chat.actor())).total == 1


async def test_the_placed_orders_window_is_its_notice_and_stays(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    await _to_review(chat)
    await chat.tap("Tôi đã kiểm tra")
    await chat.tap("Tiếp tục")
    await chat.tap("Đặt hàng")
    placed = chat.message
    for shown in ("✅ Đã đặt đơn KT", "Standard · năm 2026", "Khách hàng: 10", "Đối tượng nhận: Khách hàng"):
        assert shown in chat.window
    assert "bằng 20 tin" in chat.window
    (notice,) = (await operations.list_notices(actor)).items
    assert notice.read
    # The next window is a message of its own, so that the notice stays in the chat.
    await chat.tap("Kích hoạt hàng loạt")
    assert "Sẽ kích hoạt: 10" in chat.window
    assert chat.message.message_id != placed.message_id


async def test_a_total_that_changed_meanwhile_is_shown_first(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    await _to_review(chat)
    await chat.tap("Tôi đã kiểm tra")
    await chat.tap("Tiếp tục")
    # On another device a customer is taken out, and the order is ticked again.
    first = (await operations.review_lines(actor)).lines[0].line.customer.id
    await operations.pick_customer(actor, first, picked=False)
    await operations.confirm_draft(actor, confirmed=True)
    await chat.tap("Đặt hàng")
    assert "Tổng tiền vừa đổi" in (chat.alert or "")
    assert "Khách hàng: 9" in chat.window
    await chat.tap("Đặt hàng")
    assert "Đã đặt đơn" in chat.window


async def test_a_draft_is_dropped_only_after_a_question(chat: Person, operations: Operations) -> None:
    await _to_review(chat)
    await chat.text("/mua")
    assert "10 khách" in chat.window
    await chat.tap("Bỏ, làm đơn mới")
    await chat.tap("Giữ lại")
    await chat.tap("Làm tiếp")
    assert "Kiểm tra đơn hàng" in chat.window
    await chat.text("/mua")
    await chat.tap("Bỏ, làm đơn mới")
    await chat.tap("Bỏ hẳn")
    assert "Bước 1/6" in chat.window
    assert (await operations.view_draft(await chat.actor())).sums.lines == 0


async def test_the_only_package_is_not_asked_for(
    chat: Person, operations: Operations, clock: FixedClock
) -> None:
    offer = await operations.offer_packages(await chat.actor())
    async with operations.offer_packages.units.write() as uow:
        await uow.packages.replace_all(offer.packages[:1], clock.now())
    await chat.text("/mua")
    assert "Bước 2/6" in chat.window


async def test_the_signs_of_kinds_are_explained_only_where_both_stand(
    chat: Person, operations: Operations, clock: FixedClock
) -> None:
    legend = "🏢 doanh nghiệp   🏪 hộ kinh doanh\nMột đơn chỉ gồm một loại khách."
    await chat.text("/mua")
    assert legend in chat.window
    offer = await operations.offer_packages(await chat.actor())
    households = [one for one in offer.packages if one.kind is CustomerKind.HOUSEHOLD]
    assert len(households) > 1
    async with operations.offer_packages.units.write() as uow:
        await uow.packages.replace_all(households, clock.now())
    await chat.text("/mua")
    assert "Bước 1/6" in chat.window
    assert "🏪" in chat.window
    assert not [said for said in ("🏢", "hộ kinh doanh", "một loại khách") if said in chat.window]
    assert "Giá cho một năm tài chính." in chat.window


async def test_a_draft_gone_on_another_device_leads_to_the_menu(chat: Person, operations: Operations) -> None:
    await _to_review(chat)
    await drop_draft(operations, await chat.actor())
    await chat.tap("Tôi đã kiểm tra")
    assert "Đơn nháp này không còn" in chat.window
    assert "Mua hàng loạt" in str(chat.buttons)


async def test_the_last_window_shows_no_messages_for_the_accountant(
    chat: Person, operations: Operations
) -> None:
    actor = await chat.actor()
    await start_draft(operations, actor)
    await chat.open(Ordering.customers)
    await chat.tap("Quay lại")
    await chat.tap("Kế toán dịch vụ")
    await chat.tap("Chọn cả 10")
    await chat.tap("Dùng thông tin")
    await chat.tap("Tôi đã kiểm tra")
    await chat.tap("Tiếp tục")
    assert "ngay tại đây" in chat.window


async def test_orders_are_listed_opened_and_paged(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    found = (await operations.find_customers(actor, Criteria(kind=CustomerKind.ENTERPRISE))).items
    view = await ready_draft(operations, actor, list(found), RecipientMode.ACCOUNTANT)
    order = await operations.place_order(actor, view.draft.id, view.total)
    await chat.text("/donhang")
    assert "1 đơn" in chat.window
    await chat.tap(f"⏳ {order.line_count} khách")
    assert order.code in chat.window
    assert "0011001234567" in chat.window
    await chat.tap("Khách trong đơn")
    assert found[0].name in chat.window
    await chat.tap("Về đơn")
    await chat.tap("Các đơn hàng")
    assert "1 đơn" in chat.window


async def test_the_review_says_the_accounting_data_of_all_and_names_the_exception(
    chat: Person, operations: Operations
) -> None:
    await _to_review(chat)
    assert "Kế toán: TT99 · khấu trừ" in chat.window
    assert "chưa khai" not in chat.window
    actor = await chat.actor()
    line = (await operations.review_lines(actor)).lines[0]
    assert line.accounting is not None
    own = replace(line.accounting, regime="TT133")
    await operations.set_line_accounting(actor, line.line.customer.id, own)
    await chat.tap("Đổi năm")
    await chat.tap("Quay lại")
    assert "Kế toán: TT99 9 khách, TT133 1 · khấu trừ · khai riêng: " in chat.window
    assert line.line.customer.called in chat.window.partition("khai riêng: ")[2].partition("\n")[0]


@pytest.mark.parametrize(("package", "asked"), [("Standard", False), ("Professional", True)])
async def test_costing_is_asked_only_of_packages_with_stock(chat: Person, package: str, asked: bool) -> None:
    await chat.text("/mua")
    for label in (package, "2026", "Khách hàng", "Chọn cả 10"):
        await chat.tap(label)
    assert ("Giá xuất kho" in chat.window) is asked
    assert ("Giá xuất kho" in chat.buttons) is asked


async def test_a_second_package_for_the_year_is_asked_about(chat: Person, operations: Operations) -> None:
    actor = await chat.actor()
    page = await operations.find_customers(actor)
    enterprises = [one for one in page.items if one.kind is CustomerKind.ENTERPRISE]
    order = await placed_order(operations, actor, enterprises[:1])
    await chat.text("/mua")
    for label in ("Standard", "2026", "Kế toán dịch vụ", "Chọn cả 10", "Dùng thông tin"):
        await chat.tap(label)
    name = enterprises[0].name
    assert f"⚠️ {name} đã có Starter 2026 ({order.code})" in chat.window
    await chat.tap("Tôi đã kiểm tra")
    await chat.tap("Tiếp tục")
    assert "1 khách đã có gói khác của năm 2026" in chat.window
    assert f"Starter · đơn {order.code}" in chat.window
    await chat.tap("Đúng, mua thêm gói")
    assert "Đặt hàng" in str(chat.buttons)
    # It is asked once.
    await chat.tap("Kiểm tra lại")
    await chat.tap("Tiếp tục")
    assert "Đặt hàng" in str(chat.buttons)


async def test_customers_with_a_package_are_taken_out_in_one_tap(
    chat: Person, operations: Operations
) -> None:
    actor = await chat.actor()
    page = await operations.find_customers(actor)
    enterprises = [one for one in page.items if one.kind is CustomerKind.ENTERPRISE]
    await placed_order(operations, actor, enterprises[:2])
    await chat.text("/mua")
    for label in ("Standard", "2026", "Kế toán dịch vụ", "Chọn cả 10", "Dùng thông tin"):
        await chat.tap(label)
    await chat.tap("Tôi đã kiểm tra")
    await chat.tap("Tiếp tục")
    await chat.tap("Bỏ hết 2 khách")
    assert "Khách hàng: 8" in chat.window
    assert "đã có Starter" not in chat.window


async def test_income_tax_is_asked_where_the_books_depend_on_it_with_the_usual_answer_first(
    chat: Person, operations: Operations
) -> None:
    await chat.text("/mua")
    for label in ("Hộ kinh doanh Plus", "2026", "Khách hàng", "Chọn cả 2"):
        await chat.tap(label)
    assert "Thuế TNCN: Theo tỷ lệ trên doanh thu" in chat.window
    await chat.tap("Thuế thu nhập")
    assert "🔘 Theo tỷ lệ trên doanh thu" in chat.buttons
    await chat.tap("Trên thu nhập tính thuế")
    assert "Thuế TNCN: Trên thu nhập tính thuế" in chat.window
    await chat.tap("Thuế GTGT")
    await chat.tap("Không chịu thuế")
    assert "Thuế TNCN" not in chat.window
    assert "Thuế thu nhập" not in chat.buttons
    await chat.tap("Thuế GTGT")
    await chat.tap("Trực tiếp trên doanh thu")
    await chat.tap("Dùng thông tin")
    lines = (await operations.review_lines(await chat.actor())).lines
    assert {line.accounting.income_method for line in lines if line.accounting} == {"PIT_INCOME"}


async def test_most_enterprises_are_not_asked_about_income_tax(chat: Person) -> None:
    await _to_customers(chat)
    await chat.tap("Chọn cả 10")
    assert "Thuế TNDN" not in chat.window
    assert "Thuế thu nhập" not in chat.buttons


async def test_a_name_typed_in_the_review_opens_that_customer(chat: Person) -> None:
    """A tax code does, too; several are named, and what is no customer of the order is answered as ever."""
    await _to_review(chat)
    await chat.text("hoa sen 7")
    assert chat.window.startswith("Công ty TNHH Hoa Sen 7\n")
    assert "Email và số này dùng để tạo tài khoản" in chat.window
    await chat.tap("‹ Về kiểm tra")
    await chat.text(enterprise_tax_code(8))
    assert chat.window.startswith("Công ty TNHH Hoa Sen 8\n")
    await chat.tap("‹ Về kiểm tra")
    await chat.text("Hoa Sen")
    assert "Có 10 khách khớp “Hoa Sen”" in chat.window
    assert "Bước 6/6" in chat.window
    said = len(chat.harness.bot.said)
    await chat.text("Trường Sơn Đỏ")
    assert len(chat.harness.bot.said) == said + 1
    await chat.text("ok")
    assert "Bước 6/6" in chat.window


async def test_one_customers_own_regime_is_a_name_and_three_taps(
    chat: Person, operations: Operations
) -> None:
    await _to_review(chat)
    await chat.text("Hoa Sen 4")
    for label in ("Kế toán riêng", "Chế độ kế toán", "Thông tư 133"):
        await chat.tap(label)
    assert "Bước 6/6" in chat.window
    assert "Đã ghi dữ liệu kế toán riêng của Công ty TNHH Hoa Sen 4" in chat.window
    assert "TT133 1 · khấu trừ · khai riêng: Công ty TNHH Hoa Sen 4" in chat.window
    # From the list of customers it leads back to the customer.
    for label in (
        "Xem từng khách",
        "✅ Công ty TNHH Hoa Sen 5",
        "Kế toán riêng",
        "Chế độ kế toán",
        "Thông tư 133",
    ):
        await chat.tap(label)
    assert chat.window.startswith("Công ty TNHH Hoa Sen 5")
    assert "(khai riêng)" in chat.window
