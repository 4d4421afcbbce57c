"""Customers kept twice: found, compared, merged, and separated again."""

from dataclasses import replace

from domain.customers import Customer
from services.catalogue.customers import EVERYONE
from tests.dialogs.harness import Harness, Person
from tests.support.builders import enterprise, enterprise_tax_code, household


async def with_twins(harness: Harness) -> tuple[Person, Customer, Customer]:
    """Two customers with one name, the second with the data that the first lacks; and two different ones."""
    chat = await harness.person()
    actor = await chat.actor()
    add = harness.operations.add_customer
    first = (await add(actor, enterprise(1, name="Công ty Hoa Sen", email="", own_code=""))).customer
    second = (await add(actor, enterprise(2, name="Công ty Hoa Sen"))).customer
    await add(actor, household(3))
    await add(actor, enterprise(4, name="Công ty Xa Lạ"))
    await chat.text("/khachhang")
    return chat, first, second


async def test_pairs_are_listed_compared_and_merged_in_four_taps(harness: Harness) -> None:
    chat, first, second = await with_twins(harness)
    await chat.tap("Việc khác")
    await chat.tap("Khách trùng nhau")
    assert "1 cặp có thể là một khách" in chat.window
    await chat.tap("Công ty Hoa Sen ~ ")
    assert "① chưa có" in chat.window
    assert "② giamdoc2@hoasen.vn" in chat.window
    assert "Loại khách: Doanh nghiệp (giống nhau)" in chat.window
    await chat.tap("Giữ ①")
    await chat.repeat()
    assert f"✅ Đã gộp Công ty Hoa Sen ({second.tax_code})" in chat.window
    assert f"vào Công ty Hoa Sen ({first.tax_code})" in chat.window
    actor = await chat.actor()
    found = (await harness.operations.find_customers(actor)).items
    assert replace(first, email=second.email, own_code=second.own_code) in found
    assert len(found) == 3
    await chat.tap("Cặp khác")
    assert "không thấy khách nào giống nhau" in chat.window


async def test_a_merge_is_undone_in_one_tap_and_safe_to_repeat(harness: Harness) -> None:
    chat, *_ = await with_twins(harness)
    before = (await harness.operations.find_customers(await chat.actor(), EVERYONE)).items
    await chat.tap("Việc khác")
    await chat.tap("Khách trùng nhau")
    await chat.tap("Hoa Sen ~ ")
    await chat.tap("Giữ ②")
    await chat.tap("Tách ra")
    assert "✅ Đã tách ra" in chat.window
    await chat.repeat()
    assert "Hai khách này là một?" in chat.window
    assert (await harness.operations.find_customers(await chat.actor(), EVERYONE)).items == before


async def test_from_a_card_the_other_is_offered_by_name_or_searched(harness: Harness) -> None:
    chat, first, second = await with_twins(harness)
    await chat.text(f"/start khach_{first.id}")
    await chat.tap("Việc khác")
    await chat.tap("Gộp với khách trùng")
    assert [label for label in chat.buttons if second.tax_code in label]
    await chat.text("không có ai")
    assert "Không thấy khách nào khác khớp với “không có ai”" in chat.window
    await chat.text(enterprise_tax_code(4))
    await chat.tap("Công ty Xa Lạ")
    await chat.tap("‹ Quay lại")
    await chat.text("hoa sen")
    await chat.tap("Công ty Hoa Sen")
    await chat.tap("Giữ ①")
    await chat.tap("Mở khách")
    assert chat.window.startswith("Công ty Hoa Sen")
    assert "👯 Đã gộp vào đây: Công ty Hoa Sen" in chat.window
    await chat.tap("Việc khác")
    await chat.tap("Gộp với khách trùng")
    assert "Khách đã gộp vào khách này" in chat.window
    await chat.tap("↩️ Công ty Hoa Sen")
    assert (await harness.operations.get_customer(await chat.actor(), second.id)).in_catalogue


async def test_the_card_of_a_merged_customer_leads_to_the_kept_one_or_parts_them(harness: Harness) -> None:
    chat, first, second = await with_twins(harness)
    await harness.operations.merge_customers(await chat.actor(), first.id, second.id)
    await chat.text(f"/start khach_{second.id}")
    assert "👯 Khách này đã gộp vào Công ty Hoa Sen" in chat.window
    assert chat.buttons == ["↩️ Tách ra", "👤 Mở khách được giữ", "‹ Quay lại"]
    await chat.tap("Mở khách được giữ")
    assert first.tax_code in chat.window
    await chat.text(f"/start khach_{second.id}")
    await chat.tap("Tách ra")
    assert "✅ Đã tách ra" in chat.window
    assert "✏️ Tên" in chat.buttons


async def test_what_cannot_be_merged_is_said(harness: Harness) -> None:
    chat, first, second = await with_twins(harness)
    await chat.tap("Việc khác")
    await chat.tap("Khách trùng nhau")
    await chat.tap("Hoa Sen ~ ")
    colleague = await harness.colleague(chat)
    await harness.operations.merge_customers(await colleague.actor(), second.id, first.id)
    await chat.tap("Giữ ①")
    assert chat.alert is not None
    assert "cả hai đang có trong danh mục" in chat.alert


async def test_what_tells_alike_names_apart_stands_on_the_buttons(harness: Harness) -> None:
    """The tax code gives way, not the end of the name."""
    chat, first, _ = await with_twins(harness)
    for number in (21, 29):
        name = f"Công ty CP Thực phẩm Đông Á Xanh {number}"
        await harness.operations.add_customer(await chat.actor(), enterprise(number, name=name))
    await chat.text(f"/start khach_{first.id}")
    await chat.tap("Việc khác")
    await chat.tap("Gộp với khách trùng")
    await chat.text("đông á")
    offered = [label for label in chat.buttons if "Đông Á" in label]
    assert sorted(label.partition(" ·")[0] for label in offered) == [
        f"Thực phẩm Đông Á Xanh {number}" for number in (21, 29)
    ]
