import pytest

from domain.customers import Customer, CustomerKind
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.builders import enterprise
from texts.filters import NAME_DOUBT


async def card(harness: Harness, chat: Person, **changes: object) -> Customer:
    actor = await chat.actor()
    added = await harness.operations.add_customer(actor, enterprise(1, **changes))
    await chat.text(f"/start khach_{added.customer.id}")
    return added.customer


async def reread(harness: Harness, chat: Person, customer: Customer) -> Customer:
    return await harness.operations.get_customer(await chat.actor(), customer.id)


async def test_every_field_is_shown_unmasked(harness: Harness) -> None:
    chat = await harness.person()
    await card(harness, chat, regime="TT99", vat_method="KHAU_TRU", first_month=4)
    for shown in (
        "Công ty TNHH Hoa Sen 1",
        "Doanh nghiệp",
        "DN0001",
        builders.enterprise_tax_code(1),
        "1 Lê Lợi, Quận 1",
        "Nguyễn Văn 1",
        "giamdoc1@hoasen.vn",
        "0910 000 001",
        "TT99 · khấu trừ · năm tài chính từ tháng 4",
    ):
        assert shown in chat.window
    assert "⚠️" not in chat.window
    assert len(chat.buttons) == 9


async def test_missing_fields_are_marked(harness: Harness) -> None:
    chat = await harness.person()
    await card(harness, chat, email="", address="")
    assert "Email: ⚠️ chưa có" in chat.window
    assert "Địa chỉ: ⚠️ chưa có" in chat.window
    assert {"⚠️ Email", "⚠️ Địa chỉ", "✏️ Tên"} <= set(chat.buttons)


async def test_a_shared_login_is_told(harness: Harness) -> None:
    chat = await harness.person()
    await harness.operations.add_customer(
        await chat.actor(), enterprise(2, phone=enterprise(1).phone, name="Công ty Chung")
    )
    await card(harness, chat)
    assert "Cùng email hoặc điện thoại với: Công ty Chung" in chat.window


@pytest.mark.parametrize(
    "label, typed, field, value",
    [
        ("Tên", "Công ty  Mới", "name", "Công ty Mới"),
        ("Địa chỉ", "9 Hàng Bài", "address", "9 Hàng Bài"),
        ("Người đại diện", "Lê Thị B", "representative", "Lê Thị B"),
        ("Email", "b@congty.vn", "email", "b@congty.vn"),
        ("Điện thoại", "0987 654 321", "phone", "+84987654321"),
    ],
)
async def test_a_field_is_edited(harness: Harness, label: str, typed: str, field: str, value: str) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    await chat.tap(label)
    assert "Đang ghi:" in chat.window
    await chat.text(typed)
    assert chat.window.startswith(f"✅ Đã lưu: {label.lower()}.")
    assert getattr(await reread(harness, chat, customer), field) == value


@pytest.mark.parametrize(
    "label, typed, field",
    [("Mã số thuế", builders.enterprise_tax_code(9), "tax_code"), ("Mã riêng", "KH-9", "own_code")],
)
async def test_the_other_fields_are_one_tap_further(
    harness: Harness, label: str, typed: str, field: str
) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    await chat.tap("Việc khác")
    await chat.tap(label)
    await chat.text(typed)
    assert getattr(await reread(harness, chat, customer), field) == typed


async def test_an_optional_field_is_emptied_in_two_taps(harness: Harness) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    assert "🔑" not in chat.window
    await chat.tap("Email")
    assert "tạo tài khoản đăng nhập" in chat.window
    await chat.tap("Xóa mục này")
    assert chat.window.startswith("✅ Đã xóa: email.")
    await chat.repeat()
    assert "Email: ⚠️ chưa có" in chat.window
    assert (await reread(harness, chat, customer)).email == ""
    await chat.tap("Email")
    assert chat.buttons == ["‹ Quay lại"]
    await chat.tap("Quay lại")
    await chat.tap("Việc khác")
    await chat.tap("Mã riêng")
    await chat.tap("Xóa mục này")
    assert (await reread(harness, chat, customer)).own_code == ""


@pytest.mark.parametrize("label", ["Tên", "Mã số thuế"])
async def test_what_no_customer_is_without_cannot_be_emptied(harness: Harness, label: str) -> None:
    chat = await harness.person()
    await card(harness, chat)
    if label not in "".join(chat.buttons):
        await chat.tap("Việc khác")
    await chat.tap(label)
    assert chat.buttons == ["‹ Quay lại"]


async def test_not_editing_after_all_is_one_tap(harness: Harness) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    await chat.tap("Tên")
    await chat.tap("Quay lại")
    assert chat.window.startswith(customer.name)
    assert await reread(harness, chat, customer) == customer


async def test_a_wrong_value_is_explained_and_asked_again(harness: Harness) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    await chat.tap("Điện thoại")
    await chat.text("123")
    assert chat.window.startswith("⚠️ “123” không phải số điện thoại")
    assert "Điện thoại của Công ty" in chat.window
    await chat.photo()
    assert chat.window.startswith("⚠️ Em chưa thấy khoản nào đang chờ anh/chị trả")
    assert "Điện thoại của Công ty" in chat.window
    assert await reread(harness, chat, customer) == customer


@pytest.mark.parametrize("tap, kept", [("Dùng gmail.com", "b@gmail.com"), ("Giữ gmail.con", "b@gmail.con")])
async def test_a_mistyped_address_is_offered(harness: Harness, tap: str, kept: str) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    await chat.tap("Email")
    await chat.text("b@gmail.con")
    assert (await reread(harness, chat, customer)).email == customer.email
    await chat.tap(tap)
    assert (await reread(harness, chat, customer)).email == kept


async def test_an_offer_does_not_stay_for_another_field(harness: Harness) -> None:
    chat = await harness.person()
    await card(harness, chat)
    await chat.tap("Email")
    await chat.text("b@gmail.con")
    await chat.tap("Quay lại")
    await chat.tap("Tên")
    assert chat.buttons == ["‹ Quay lại"]


async def test_a_lost_zero_is_offered(harness: Harness) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    await chat.tap("Việc khác")
    await chat.tap("Mã số thuế")
    await chat.text(builders.enterprise_tax_code(8).removeprefix("0"))
    await chat.tap(f"Dùng {builders.enterprise_tax_code(8)}")
    assert (await reread(harness, chat, customer)).tax_code == builders.enterprise_tax_code(8)


async def test_a_tax_code_of_another_customer_is_refused(harness: Harness) -> None:
    chat = await harness.person()
    await harness.operations.add_customer(await chat.actor(), enterprise(2, name="Công ty Khác"))
    await card(harness, chat)
    await chat.tap("Việc khác")
    await chat.tap("Mã số thuế")
    await chat.text(builders.enterprise_tax_code(2))
    assert "đã có trong danh mục: Công ty Khác" in chat.window


async def test_the_kind_is_changed_and_changed_back(harness: Harness) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    await chat.tap("Việc khác")
    await chat.tap("Đổi thành hộ kinh doanh")
    await chat.repeat()
    assert (await reread(harness, chat, customer)).kind is CustomerKind.HOUSEHOLD
    await chat.tap("Đổi thành doanh nghiệp")
    assert (await reread(harness, chat, customer)).kind is CustomerKind.ENTERPRISE
    await chat.tap("‹ Quay lại")
    assert chat.window.startswith(customer.name)


async def test_archiving_is_undone_in_one_tap_and_safe_to_repeat(harness: Harness) -> None:
    chat = await harness.person()
    customer = await card(harness, chat)
    await chat.tap("Việc khác")
    await chat.tap("Ngừng theo dõi")
    await chat.repeat()
    assert (await reread(harness, chat, customer)).archived
    await chat.tap("Theo dõi lại")
    assert not (await reread(harness, chat, customer)).archived
    assert "✅ Khách đã trở lại" in chat.window


async def test_a_customer_of_one_order_only_cannot_be_archived(harness: Harness) -> None:
    chat = await harness.person()
    actor = await chat.actor()
    await builders.start_draft(harness.operations, actor)
    added = await harness.operations.declare_customer(actor, enterprise(5), in_catalogue=False)
    await chat.text(f"/start khach_{added.customer.id}")
    assert "chỉ dùng cho một đơn" in chat.window
    await chat.tap("Việc khác")
    assert not any("Ngừng" in button or "Gộp" in button for button in chat.buttons)


async def test_accounting_data_are_changed_in_the_card(harness: Harness) -> None:
    chat = await harness.person()
    customer = await card(harness, chat, regime="TT99", vat_method="KHAU_TRU", first_month=1, costing="fifo")
    await chat.tap("Kế toán")
    assert "(em đề nghị)" not in chat.window
    assert "Giá xuất kho: Nhập trước xuất trước" in chat.window
    await chat.tap("Thuế GTGT")
    assert "🔘 Khấu trừ" in chat.buttons
    await chat.tap("Trực tiếp trên doanh thu")
    await chat.tap("Ngày bắt đầu")
    await chat.text("hôm qua")
    assert "Em chưa hiểu ngày" in (chat.alert or chat.window)
    await chat.text("đầu tháng 3")  # No order says of which year.
    assert "Em chưa hiểu ngày" in (chat.alert or chat.window)
    await chat.text("15032026")
    await chat.tap("Lưu dữ liệu kế toán")
    await chat.repeat()
    assert "TT99 · trực tiếp trên doanh thu · năm tài chính từ tháng 1 · bắt đầu 15/03/2026" in chat.window
    kept = await reread(harness, chat, customer)
    assert (kept.regime, kept.vat_method, str(kept.data_start)) == ("TT99", "TT_DOANH_THU", "2026-03-15")


async def test_a_name_like_a_web_site_is_kept_by_one_tap_and_bait_is_refused(harness: Harness) -> None:
    chat = await harness.person()
    actor, ops = await chat.actor(), harness.operations
    customer = (await ops.add_customer(actor, enterprise(1))).customer
    await chat.text("/khachhang")
    await chat.tap(customer.name)
    await chat.tap("✏️ Tên")
    await chat.text("Công ty Hoa evil.vn/mo-khoa")
    assert "người nhận dễ tưởng là tin lừa đảo" in chat.window
    await chat.text("Công ty CP Bán Lẻ Tiki.vn")
    assert "Tên này đúng không ạ?" in chat.window
    assert (await ops.get_customer(actor, customer.id)).name == customer.name
    await chat.tap("Giữ Công ty CP Bán Lẻ Tiki.vn")
    assert (await ops.get_customer(actor, customer.id)).name == "Công ty CP Bán Lẻ Tiki.vn"
    # What was kept stays marked.
    assert f"⚠️ {NAME_DOUBT}" in chat.window


async def test_doubts_about_the_login_are_answered_in_the_card(harness: Harness) -> None:
    chat = await harness.person()
    actor, ops = await chat.actor(), harness.operations
    odd = enterprise(1, email="hoa@gmail.con", phone="+842438251234")
    customer = (await ops.add_customer(actor, odd)).customer
    await chat.text("/khachhang")
    await chat.tap(customer.name)
    assert "Email hoa@gmail.con có vẻ gõ nhầm" in chat.window
    assert "024 3825 1234 là số cố định" in chat.window
    await chat.tap("Dùng hoa@gmail.com")
    assert "Email: hoa@gmail.com" in chat.window
    assert "gõ nhầm" not in chat.window
    await chat.tap("Đúng rồi, giữ nguyên")
    assert "⚠️" not in chat.window
    assert "Đúng rồi" not in "".join(chat.buttons)
