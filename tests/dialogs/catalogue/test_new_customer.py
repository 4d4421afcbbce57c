from typing import Any

import pytest

from dialogs.states import NewCustomer, Ordering
from domain.customers import CustomerData, CustomerKind
from services.operations import Operations
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.builders import enterprise, enterprise_tax_code, household_tax_code
from tests.support.registry import ScriptedRegistry

WHOLE = CustomerData(
    kind=CustomerKind.ENTERPRISE,
    tax_code=enterprise_tax_code(1),
    name="Công ty Hoa",
    address="12 Lê Lợi",
    representative="Trần Văn Bình",
    email="binh@hoa.vn",
    phone="+84912345678",
)


async def type_all(chat: Person, tax_code: str = WHOLE.tax_code, name: str = WHOLE.name) -> None:
    for typed in (tax_code, name, WHOLE.address, WHOLE.representative, WHOLE.email, "0912345678"):
        await chat.text(typed)


async def in_order(harness: Harness, kind: str = "enterprise") -> Person:
    """A form opened from an order with the starter package, which is for enterprises."""
    chat = await harness.person()
    await builders.start_draft(harness.operations, await chat.actor())
    await chat.open(NewCustomer.tax_code, {"in_order": True, "kind": kind})
    return chat


async def alone(harness: Harness) -> Person:
    chat = await harness.person()
    await chat.text("/khachhang")
    await chat.tap("Thêm khách")
    return chat


async def kept(chat: Person) -> list[CustomerData]:
    found = await chat.harness.operations.find_customers(await chat.actor())
    return [customer.data for customer in found.items]


async def test_six_answers_and_one_tap(harness: Harness) -> None:
    chat = await alone(harness)
    assert chat.window.startswith("Bước 1/7")
    assert "gõ hết trong một tin" in chat.window
    await type_all(chat)
    assert chat.window.startswith("Bước 7/7")
    for shown in (WHOLE.name, WHOLE.tax_code, WHOLE.address, WHOLE.email, "0912 345 678"):
        assert shown in chat.window
    assert len(chat.buttons) == 12
    await chat.tap("Lưu khách hàng")
    await chat.repeat()
    assert await kept(chat) == [WHOLE]


async def test_a_household_is_told_by_its_code(harness: Harness) -> None:
    chat = await alone(harness)
    await chat.text(household_tax_code(1))
    await chat.text("Hộ Bà Tư")
    await chat.tap("Bỏ qua hết")
    assert "Hộ kinh doanh · " in chat.window
    assert chat.window.count("⚠️ chưa có") == 4


async def test_each_optional_answer_can_be_skipped_and_given_at_the_end(harness: Harness) -> None:
    chat = await alone(harness)
    await chat.text(WHOLE.tax_code)
    assert "Bỏ qua" not in chat.buttons
    await chat.text(WHOLE.name)
    for _ in range(4):
        await chat.tap("Bỏ qua")
    assert chat.window.startswith("Bước 7/7")
    await chat.tap("Email")
    await chat.text(WHOLE.email)
    assert f"Email: {WHOLE.email}" in chat.window
    await chat.tap("Lưu khách hàng")
    assert [(data.email, data.phone) for data in await kept(chat)] == [(WHOLE.email, "")]


async def test_the_rest_is_skipped_but_not_what_was_given(harness: Harness) -> None:
    chat = await alone(harness)
    for typed in (WHOLE.tax_code, WHOLE.name, WHOLE.address):
        await chat.text(typed)
    await chat.tap("Bỏ qua hết")
    assert WHOLE.address in chat.window


@pytest.mark.parametrize(
    "label, typed, shown",
    [
        ("Tên", "Công ty Sen", "Công ty Sen"),
        ("Địa chỉ", "1 Tràng Tiền", "1 Tràng Tiền"),
        ("Người đại diện", "Lê B", "Lê B"),
        ("Email", "b@sen.vn", "b@sen.vn"),
        ("Điện thoại", "0987654321", "0987 654 321"),
        ("✏️ Mã số thuế", enterprise_tax_code(7), enterprise_tax_code(7)),
    ],
)
async def test_every_value_is_changed_in_one_tap(
    harness: Harness, label: str, typed: str, shown: str
) -> None:
    chat = await alone(harness)
    await type_all(chat)
    await chat.tap(label)
    assert "Đang ghi:" in chat.window
    await chat.text(typed)
    assert chat.window.startswith("Bước 7/7")
    assert shown in chat.window


async def test_the_kind_is_changed_at_the_end_where_the_code_allows(harness: Harness) -> None:
    chat = await alone(harness)
    await type_all(chat)
    await chat.tap("Tên")
    await chat.text("Hoa Sen")
    await chat.tap("Loại khách")
    await chat.tap("Hộ kinh doanh")
    assert "mã số thuế kiểu cũ" in chat.window
    assert "Hộ kinh doanh · " in chat.window
    await chat.tap("Loại khách")
    await chat.tap("‹ Quay lại")
    assert chat.window.startswith("Bước 7/7")


async def test_a_name_that_tells_another_kind_than_the_code_is_asked_about(harness: Harness) -> None:
    chat = await alone(harness)
    await type_all(chat, name="Hộ kinh doanh Cô Ba")
    assert "doanh nghiệp hay hộ kinh doanh?" in chat.window
    assert "Theo tên thì là hộ kinh doanh" in chat.window
    await chat.tap("Doanh nghiệp")
    assert "Tên khách hàng?" in chat.window
    assert "“Hộ kinh doanh Cô Ba” là tên của loại khách kia" in chat.window
    await chat.text("Công ty Cô Ba")
    await chat.tap("Bỏ qua hết")
    await chat.tap("Lưu khách hàng")
    assert [(data.kind, data.name) for data in await kept(chat)] == [
        (CustomerKind.ENTERPRISE, "Công ty Cô Ba")
    ]


@pytest.mark.parametrize(
    ("kind", "tax_code", "name"),
    [
        ("household", household_tax_code(1), "Công ty TNHH Hưng Thịnh"),
        ("household", enterprise_tax_code(1), "Công ty TNHH Hưng Thịnh"),
        ("enterprise", enterprise_tax_code(1), "Hộ kinh doanh Cô Ba"),
        ("enterprise", f"{enterprise_tax_code(1)}-002", "Hộ kinh doanh Cô Ba"),
    ],
)
async def test_an_order_takes_no_name_of_the_other_kind(
    harness: Harness, kind: str, tax_code: str, name: str
) -> None:
    chat = await in_order(harness, kind)
    await chat.text(tax_code)
    await chat.text(name)
    assert f"“{name}” là tên" in (chat.alert or chat.window)
    assert "Tên khách hàng?" in chat.window


async def test_a_kind_that_the_code_cannot_have_is_refused(harness: Harness) -> None:
    chat = await alone(harness)
    await type_all(chat, household_tax_code(2), "Hộ Bà Tư")
    await chat.tap("Loại khách")
    await chat.tap("Doanh nghiệp")
    assert "số định danh 12 số" in (chat.alert or "")


async def test_a_lost_zero_is_one_tap(harness: Harness) -> None:
    chat = await alone(harness)
    await chat.text(WHOLE.tax_code.removeprefix("0"))
    assert "thiếu số 0" in chat.window
    await chat.tap(f"Dùng {WHOLE.tax_code}")
    assert "Tên khách hàng" in chat.window


async def test_an_offer_goes_with_the_text_it_was_made_for(harness: Harness) -> None:
    chat = await alone(harness)
    await chat.text("100109106")
    assert any("0100109106" in label for label in chat.buttons)
    await chat.text("0300588560")
    assert not any("0100109106" in label for label in chat.buttons)


async def test_an_old_mobile_is_offered_as_what_it_became(harness: Harness) -> None:
    chat = await alone(harness)
    for typed in (WHOLE.tax_code, WHOLE.name, WHOLE.address, WHOLE.representative, WHOLE.email):
        await chat.text(typed)
    await chat.text("01662345678")
    await chat.tap("Dùng 0362345678")
    assert "Điện thoại: 0362 345 678" in chat.window


async def test_a_known_tax_code_shows_whose_it_is(harness: Harness, operations: Operations) -> None:
    chat = await alone(harness)
    await operations.add_customer(await chat.actor(), enterprise(1))
    await chat.text(enterprise_tax_code(1))
    assert "đã có trong danh mục" in chat.window
    assert "Công ty TNHH Hoa Sen 1" in chat.window
    await chat.text("sai bét")
    assert "không phải mã số thuế" in chat.window
    await chat.text(enterprise_tax_code(2))
    assert "Tên khách hàng" in chat.window


async def test_a_known_customer_is_opened_in_one_tap(harness: Harness, operations: Operations) -> None:
    chat = await alone(harness)
    await operations.add_customer(await chat.actor(), enterprise(1))
    await chat.text(enterprise_tax_code(1))
    await chat.tap("Mở khách này")
    assert "Khách này đã có sẵn" in chat.window
    assert "Công ty TNHH Hoa Sen 1" in chat.window
    assert len(await kept(chat)) == 1


async def test_a_known_code_is_not_kept_as_an_answer(harness: Harness, operations: Operations) -> None:
    chat = await alone(harness)
    await operations.add_customer(await chat.actor(), enterprise(1))
    await chat.text(enterprise_tax_code(1))
    await chat.tap("‹ Quay lại")
    assert chat.buttons == ["‹ Quay lại"]
    await chat.tap("Quay lại")
    assert "👥 Khách hàng" in chat.window


@pytest.mark.parametrize(
    "button, in_catalogue", [("Lưu vào danh mục", True), ("Chỉ dùng cho đơn này", False)]
)
async def test_inside_an_order_it_is_kept_or_used_once(
    harness: Harness, operations: Operations, button: str, in_catalogue: bool
) -> None:
    chat = await in_order(harness)
    await type_all(chat)
    assert len(chat.buttons) == 11
    assert "✏️ Loại khách" not in chat.buttons
    await chat.tap(button)
    assert len(await kept(chat)) == int(in_catalogue)
    lines = (await operations.review_lines(await chat.actor())).lines
    assert [line.line.customer.data for line in lines] == [WHOLE]


async def test_the_order_s_kind_binds_the_code(harness: Harness) -> None:
    chat = await in_order(harness)
    await chat.text(household_tax_code(1))
    assert "Mã số thuế doanh nghiệp có 10 số" in chat.window
    assert "Doanh nghiệp có 10 số" in chat.window


async def test_a_known_customer_of_the_other_kind_is_not_offered(
    harness: Harness, operations: Operations
) -> None:
    chat = await in_order(harness, "household")
    await operations.add_customer(await chat.actor(), enterprise(1))
    await chat.text(enterprise_tax_code(1))
    assert "dành cho hộ kinh doanh" in chat.window
    assert chat.buttons == ["‹ Quay lại"]


async def test_a_known_customer_of_the_kind_is_given_to_the_order(
    harness: Harness, operations: Operations
) -> None:
    chat = await harness.person()
    actor = await chat.actor()
    added = await operations.add_customer(actor, enterprise(1))
    await builders.start_draft(operations, actor)
    await chat.open(Ordering.customers)
    assert "Hoa Sen 1" in str(chat.buttons)
    await chat.tap("Thêm")
    await chat.text(enterprise_tax_code(1))
    await chat.tap("Dùng khách này")
    lines = (await operations.review_lines(actor)).lines
    assert [line.line.customer.id for line in lines] == [added.customer.id]


async def test_an_old_household_code_is_taken_with_a_warning(harness: Harness) -> None:
    chat = await in_order(harness, "household")
    await chat.text(enterprise_tax_code(3))
    assert chat.window.startswith("⚠️ Đây là mã số thuế kiểu cũ")
    assert "Tên khách hàng" in chat.window


async def test_going_back_asks_the_question_before(harness: Harness) -> None:
    chat = await alone(harness)
    for typed in (WHOLE.tax_code, WHOLE.name, WHOLE.address):
        await chat.text(typed)
    titles: list[Any] = []
    for _ in range(3):
        await chat.tap("‹ Quay lại")
        titles.append(chat.window.splitlines()[0])
    assert [title.split(" · ")[1] for title in titles] == [
        "Địa chỉ?",
        "Tên khách hàng?",
        "Mã số thuế của khách?",
    ]
    await chat.tap("Giữ")
    assert "Người đại diện" in chat.window


async def test_a_registered_name_and_address_are_one_tap(
    harness: Harness, registry: ScriptedRegistry
) -> None:
    registry.taxpayers[WHOLE.tax_code] = ("CÔNG TY HOA <1>", "5 Lê Lợi")
    chat = await alone(harness)
    await chat.text(WHOLE.tax_code)
    assert chat.window.startswith("Bước 2/7")
    assert "CÔNG TY HOA <1>\n5 Lê Lợi" in chat.window
    await chat.tap("Dùng thông tin này")
    assert chat.window.startswith("Bước 4/7")
    await chat.tap("Bỏ qua hết")
    await chat.tap("Lưu khách hàng")
    assert [(data.name, data.address) for data in await kept(chat)] == [("CÔNG TY HOA <1>", "5 Lê Lợi")]


async def test_what_was_found_can_be_typed_anew(harness: Harness, registry: ScriptedRegistry) -> None:
    registry.taxpayers[WHOLE.tax_code] = ("CÔNG TY HOA", "5 Lê Lợi")
    chat = await alone(harness)
    await chat.text(WHOLE.tax_code)
    await chat.text(WHOLE.name)
    assert "CÔNG TY HOA" not in chat.window
    assert "5 Lê Lợi" in chat.window
    await chat.tap("Dùng thông tin này")
    await chat.tap("Bỏ qua hết")
    await chat.tap("Địa chỉ")
    assert "Dùng thông tin này" not in str(chat.buttons)
    await chat.text(WHOLE.address)
    await chat.tap("Lưu khách hàng")
    assert [(data.name, data.address) for data in await kept(chat)] == [(WHOLE.name, WHOLE.address)]


async def test_another_code_brings_another_name(harness: Harness, registry: ScriptedRegistry) -> None:
    registry.taxpayers[WHOLE.tax_code] = ("CÔNG TY HOA", "")
    registry.silent = {enterprise_tax_code(2)}
    chat = await alone(harness)
    await chat.text(WHOLE.tax_code)
    assert "CÔNG TY HOA" in chat.window
    await chat.tap("‹ Quay lại")
    await chat.text(enterprise_tax_code(2))
    assert chat.window.startswith("Bước 2/7")
    assert "Tra cứu" not in chat.window


async def test_a_code_typed_elsewhere_begins_the_form(harness: Harness) -> None:
    chat = await harness.person()
    await chat.open(NewCustomer.tax_code, {"tax_code": WHOLE.tax_code})
    assert "Tên khách hàng?" in chat.window


async def test_an_order_takes_no_code_that_is_registered_for_the_other_kind(
    harness: Harness, registry: ScriptedRegistry
) -> None:
    registry.taxpayers[WHOLE.tax_code] = ("Công ty TNHH Dược phẩm Hưng Thịnh", "5 Lê Lợi")
    chat = await in_order(harness, "household")
    await chat.text(WHOLE.tax_code)
    assert f"Theo tra cứu, mã {WHOLE.tax_code} là của Công ty TNHH Dược phẩm" in (chat.alert or chat.window)
    assert "Mã số thuế của khách?" in chat.window
    assert await kept(chat) == []


async def test_a_registered_name_that_tells_a_household_is_asked_about(
    harness: Harness, registry: ScriptedRegistry
) -> None:
    registry.taxpayers[WHOLE.tax_code] = ("HỘ KINH DOANH CÔ BA", "5 Lê Lợi")
    chat = await alone(harness)
    await chat.text(WHOLE.tax_code)
    assert "Theo tên thì là hộ kinh doanh" in chat.window
    await chat.tap("Doanh nghiệp")
    assert "là tên hộ kinh doanh, mà khách đang ghi là doanh nghiệp" in (chat.alert or chat.window)
    await chat.tap("Hộ kinh doanh")
    await chat.tap("Dùng thông tin này")
    await chat.tap("Bỏ qua hết")
    await chat.tap("Lưu khách hàng")
    assert [data.kind for data in await kept(chat)] == [CustomerKind.HOUSEHOLD]


async def test_accounting_data_are_proposed_and_kept_with_one_tap(harness: Harness) -> None:
    chat = await alone(harness)
    await type_all(chat)
    assert "Dữ liệu kế toán: chưa khai, em hỏi khi đặt hàng" in chat.window
    await chat.tap("Kế toán")
    assert "Chế độ kế toán: Thông tư 99/2025/TT-BTC (em đề nghị)" in chat.window
    await chat.tap("Chế độ kế toán")
    await chat.tap("Thông tư 133")
    await chat.tap("Ngày bắt đầu")
    await chat.text("01/11/2026")
    await chat.tap("Lưu dữ liệu kế toán")
    assert "Dữ liệu kế toán: TT133 · khấu trừ · năm tài chính từ tháng 1 · bắt đầu 01/11/2026" in chat.window
    await chat.tap("Lưu khách hàng")
    (data,) = await kept(chat)
    assert (data.regime, data.vat_method, data.first_month, str(data.data_start), data.costing) == (
        "TT133",
        "KHAU_TRU",
        1,
        "2026-11-01",
        "average_period_end",
    )


async def test_accounting_data_of_the_other_kind_are_not_kept(harness: Harness) -> None:
    chat = await alone(harness)
    await type_all(chat, name="Hoa Sen")
    await chat.tap("Kế toán")
    await chat.tap("Lưu dữ liệu kế toán")
    await chat.tap("Loại khách")
    await chat.tap("Hộ kinh doanh")
    assert "chưa khai" in chat.window
    await chat.tap("Lưu khách hàng")
    assert [(data.kind, data.regime) for data in await kept(chat)] == [(CustomerKind.HOUSEHOLD, None)]


async def test_a_name_like_a_web_site_is_one_question(harness: Harness) -> None:
    chat = await alone(harness)
    await chat.text(WHOLE.tax_code)
    await chat.text("Công ty TNHH 123.VN")
    assert "Tên này đúng không ạ?" in chat.window
    await chat.tap("Giữ Công ty TNHH 123.VN")
    for typed in (WHOLE.address, WHOLE.representative, WHOLE.email, "0912345678"):
        await chat.text(typed)
    await chat.tap("Lưu khách hàng")
    assert [data.name for data in await kept(chat)] == ["Công ty TNHH 123.VN"]


async def test_a_doubtful_login_is_one_question_and_kept_as_it_was_meant(harness: Harness) -> None:
    chat = await alone(harness)
    actor = await chat.actor()
    await harness.operations.add_customer(actor, enterprise(9, email="chung@sen.vn"))
    for typed in (WHOLE.tax_code, WHOLE.name, WHOLE.address, WHOLE.representative):
        await chat.text(typed)
    await chat.text("chung@sen.vn")
    assert "Công ty TNHH Hoa Sen 9 đang dùng email này" in chat.window
    await chat.tap("Giữ chung@sen.vn")
    await chat.text("024 3825 1234")
    assert "Số cố định không nhận được tin nhắn" in chat.window
    await chat.tap("Giữ 024 3825 1234")
    await chat.tap("Lưu khách hàng")
    found = await harness.operations.find_customers(actor)
    assert {customer.phone for customer in found.items} >= {"+842438251234"}
    # The other customer was told of, too.
    assert await harness.operations.find_login_doubts(actor, [one.id for one in found.items]) == {}


async def test_a_doubt_about_one_of_several_answers_in_a_line_is_its_question(harness: Harness) -> None:
    chat = await alone(harness)
    await chat.text(f"{WHOLE.tax_code}, Công ty TNHH Hoa Sen, hoa@gmail.con, 024 3825 1234")
    await chat.tap("Bỏ qua")
    await chat.tap("Bỏ qua")
    assert "Có phải là hoa@gmail.com không" in chat.window
    await chat.tap("Dùng gmail.com")
    assert "Số cố định không nhận được tin nhắn" in chat.window


async def test_what_was_found_stays_under_another_name(harness: Harness, registry: ScriptedRegistry) -> None:
    registry.taxpayers[WHOLE.tax_code] = ("CÔNG TY HOA <1>", "5 Lê Lợi")
    chat = await alone(harness)
    for typed in (WHOLE.tax_code, WHOLE.name):
        await chat.text(typed)
    await chat.tap("Bỏ qua hết")
    await chat.tap("Lưu khách hàng")
    assert [(data.name, data.address) for data in await kept(chat)] == [(WHOLE.name, "5 Lê Lợi")]
