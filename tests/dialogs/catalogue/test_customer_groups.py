"""Groups of customers: filters, labels, assignees, and the catalogue as a workbook."""

import pytest

from domain.customers import CustomerField, CustomerKind
from domain.intakes.checking import judged
from domain.intakes.entries import EntryField, Known, Standing
from gateways.workbooks.layout import COLUMNS
from gateways.workbooks.workbooks import CalamineReader
from services.catalogue.customers import Criteria
from tests.dialogs.harness import Harness, Person
from tests.support.builders import (
    FISCAL_YEAR,
    add_customers,
    enterprise,
    household,
    placed_order,
)
from texts.catalogue.catalogue_export import HEADINGS

CARD_BUTTONS = 9
OTHER_BUTTONS = 8


async def with_catalogue(harness: Harness, companies: int = 3, shops: int = 2) -> Person:
    chat = await harness.person()
    actor = await chat.actor()
    await add_customers(harness.operations, actor, companies)
    await add_customers(harness.operations, actor, shops, household)
    await chat.text("/khachhang")
    return chat


def shown(chat: Person) -> list[str]:
    """The customers of the list."""
    return [
        row[0][2:].partition(" · ")[0].strip() for row in chat.rows if len(row) == 1 and row[0][0] in "🏢🏪⚠"
    ]


async def test_each_filter_is_two_taps_and_all_are_taken_back_in_one(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    actor = await chat.actor()
    (lacking,) = (await harness.operations.find_customers(actor, Criteria("DN0002"))).items
    await harness.operations.clear_field(actor, lacking.id, CustomerField.EMAIL)
    (before,) = (await harness.operations.find_customers(actor, Criteria("DN0003"))).items
    await placed_order(harness.operations, actor, [before], fiscal_year=FISCAL_YEAR - 1)
    for label, words, names in (
        ("Hộ kinh doanh", "hộ kinh doanh", ["Bánh Mì 1", "Bánh Mì 2"]),
        ("Thiếu thông tin", "thiếu thông tin", ["Hoa Sen 2"]),
        ("Đã mua 2025, chưa mua 2026", "đã mua 2025, chưa mua 2026", ["Hoa Sen 3"]),
    ):
        await chat.tap("Lọc")
        await chat.tap(label)
        assert f"Đang lọc: {words}\n" in chat.window
        assert shown(chat) == names
        await chat.tap("Bỏ lọc")
        assert "5 khách" in chat.window


async def test_filters_add_up_and_one_is_taken_back_by_itself(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await harness.colleague(chat, "Bình")
    actor = await chat.actor()
    staff = (await harness.operations.show_profile(actor)).staff
    await harness.operations.label_matching(actor, Criteria(kind=CustomerKind.HOUSEHOLD), "Chợ")
    await harness.operations.assign_matching(actor, Criteria("banh mi 2"), staff[1].id)
    await chat.text("bánh mì")
    await chat.tap("Lọc")
    await chat.tap("Nhãn")
    await chat.tap("Chợ (2)")
    await chat.tap("Lọc")
    await chat.tap("Người phụ trách")
    await chat.tap("Bình")
    assert "Đang tìm: bánh mì" in chat.window
    assert "Đang lọc: nhãn Chợ · Bình phụ trách" in chat.window
    assert shown(chat) == ["Bánh Mì 2"]
    await chat.tap("Lọc")
    assert len(chat.buttons) <= OTHER_BUTTONS
    await chat.tap("☑️ Bình")
    assert len(shown(chat)) == 2
    await chat.tap("Bỏ lọc")
    assert "5 khách" in chat.window
    assert "Đang" not in chat.window


async def test_who_has_neither_labels_nor_colleagues_is_not_asked_for_them(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await chat.tap("Lọc")
    assert not any("Nhãn" in label or "phụ trách" in label for label in chat.buttons)
    await chat.tap("‹ Quay lại")
    await chat.tap("Việc khác")
    assert chat.buttons == [
        "🏷️ Gắn nhãn",
        "📤 Xuất Excel",
        "📋 Thêm nhiều khách",
        "🛒 Mua hàng loạt",
        "👯 Khách trùng nhau",
        "‹ Quay lại",
    ]


async def test_a_label_is_put_on_all_that_are_shown_and_taken_off_again(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await chat.text("hoa sen")
    await chat.tap("Việc khác")
    assert "3 khách đang lọc" in chat.window
    await chat.tap("Gắn nhãn")
    await chat.text("Quận 1, VIP")
    assert chat.window.startswith("✅ Đã gắn nhãn Quận 1, VIP cho 3 khách.")
    await chat.tap("Bỏ tìm")
    await chat.tap("Việc khác")
    await chat.tap("Gắn nhãn")
    await chat.tap("VIP (3)")
    assert "VIP cho 5 khách" in chat.window
    await chat.tap("Việc khác")
    await chat.tap("Gỡ nhãn")
    await chat.tap("Quận 1 (3)")
    assert chat.window.startswith("✅ Đã gỡ nhãn Quận 1 khỏi 3 khách.")
    counts = {
        one.label.name: one.customers for one in await harness.operations.list_labels(await chat.actor())
    }
    assert counts == {"Quận 1": 0, "VIP": 5}


async def test_all_that_are_shown_are_given_to_a_colleague(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await harness.colleague(chat, "Bình")
    await chat.text("hoa sen")
    for label, told in (("Bình", "Đã giao 3 khách cho Bình"), ("Không giao ai", "không còn giao cho ai")):
        await chat.tap("Việc khác")
        await chat.tap("Giao cho một người")
        await chat.tap(label)
        assert told in chat.window


async def test_labels_are_renamed_shown_and_deleted(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await harness.operations.label_matching(await chat.actor(), Criteria("hoa sen"), "Quận 1, VIP")
    await chat.tap("Việc khác")
    await chat.tap("Đổi tên, xóa nhãn")
    await chat.tap("Quận 1")
    await chat.text("vip")
    assert "Đã có nhãn “VIP”" in chat.window
    await chat.text("Quận 3")
    assert "✅ Đã đổi tên nhãn thành Quận 3" in chat.window
    await chat.tap("VIP")
    await chat.tap("Xóa nhãn")
    assert "3 khách đang có nhãn này" in chat.window
    await chat.tap("Xóa nhãn")
    assert "✅ Đã xóa nhãn VIP" in chat.window
    await chat.tap("Quận 3")
    await chat.tap("Xem 3 khách")
    assert "Đang lọc: nhãn Quận 3" in chat.window
    assert len(shown(chat)) == 3


async def test_a_list_of_a_label_that_was_deleted_says_so(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    actor = await chat.actor()
    await harness.operations.label_matching(actor, Criteria("hoa sen"), "VIP")
    await chat.tap("Lọc")
    await chat.tap("Nhãn")
    await chat.tap("VIP")
    (label,) = await harness.operations.list_labels(actor)
    await harness.operations.delete_label(actor, label.label.id)
    await chat.tap("Lọc")
    await chat.tap("‹ Quay lại")
    assert "nhãn đã xóa" in chat.window
    assert shown(chat) == []


async def test_labels_and_who_looks_after_it_are_changed_on_the_card(harness: Harness) -> None:
    chat = await with_catalogue(harness, companies=1, shops=0)
    await harness.colleague(chat, "Bình")
    await chat.tap("Hoa Sen 1")
    await chat.tap("Nhãn")
    await chat.text("VIP, Quận 1")
    assert chat.window.startswith("✅ Đã gắn nhãn: VIP, Quận 1.")
    assert ["☑️ Quận 1"] in chat.rows
    await chat.tap("☑️ Quận 1")
    await chat.repeat()
    assert ["⬜️ Quận 1"] in chat.rows
    await chat.tap("Đổi người phụ trách")
    assert "chưa giao ai" in chat.window
    await chat.tap("Bình")
    assert "🏷️ VIP" in chat.window
    assert "👤 Bình phụ trách" in chat.window
    assert len(chat.buttons) == CARD_BUTTONS
    await chat.tap("Nhãn")
    await chat.tap("Đổi người phụ trách")
    await chat.tap("Không giao ai")
    assert "phụ trách" not in chat.window


async def test_many_labels_have_pages(harness: Harness) -> None:
    chat = await with_catalogue(harness, companies=1, shops=0)
    names = ", ".join(f"Nhãn {number:02}" for number in range(1, 21))
    await harness.operations.label_matching(await chat.actor(), Criteria(), names)
    await chat.tap("Hoa Sen 1")
    await chat.tap("🏷️ Nhãn")
    await chat.tap("›")
    assert ["☑️ Nhãn 09"] in chat.rows
    await chat.tap("☑️ Nhãn 09")
    assert ["⬜️ Nhãn 09"] in chat.rows


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (enterprise(1, own_code="=KH1", regime="TT133", vat_method="KHAU_TRU", first_month=4), "VIP, Quận 1"),
        (household(1, regime="TT152", vat_method="KHONG_CHIU", address="", email=""), "Chợ"),
        (enterprise(2, name="Công ty 🌸 <Hoa> & Lá", phone=""), ""),
    ],
)
async def test_a_workbook_of_the_catalogue_reads_as_the_catalogue(
    harness: Harness, data: object, label: str
) -> None:
    chat = await harness.person()
    actor = await chat.actor()
    customer = (await harness.operations.add_customer(actor, data)).customer  # type: ignore[arg-type]
    if label:
        await harness.operations.label_customer(actor, customer.id, label)
    await harness.operations.assign_customer(actor, customer.id, actor.accountant_id)
    await chat.text("/khachhang")
    await chat.tap("Việc khác")
    await chat.tap("Xuất Excel")
    (sent,) = harness.bot.documents
    assert sent.caption is not None
    assert "1 khách hàng" in sent.caption
    assert chat.window.startswith("🧰")
    async with CalamineReader() as reader:
        found = await reader.read_list(sent.document.data)  # type: ignore[union-attr]
    assert found is not None
    (entry,) = found.entries
    assert judged(entry, customer).known is Known.SAME
    assert entry.standing in (Standing.READY, Standing.LACKING)
    assert not entry.problems
    assert entry.get(EntryField.LABELS).split(";") == sorted(label.split(", "))
    assert entry.get(EntryField.ASSIGNEE) == "An"


def test_the_headings_are_those_of_the_template() -> None:
    assert {column.heading for column in COLUMNS} - set(HEADINGS) == {"Ngày bắt đầu dữ liệu", "Giá xuất kho"}
