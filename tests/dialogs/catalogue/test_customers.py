from dialogs.states import Customers
from domain.customers import CustomerKind
from services.operations import Operations
from services.paging import PAGE_SIZE
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.builders import add_customers, enterprise, household


async def with_catalogue(harness: Harness, enterprises: int = 10, households: int = 3) -> Person:
    chat = await harness.person()
    actor = await chat.actor()
    await add_customers(harness.operations, actor, enterprises)
    await add_customers(harness.operations, actor, households, build=household)
    await chat.text("/khachhang")
    return chat


def items(chat: Person) -> list[str]:
    return [row[0] for row in chat.rows if len(row) == 1 and row[0][0] in "🏢🏪⚠"]


async def archive(chat: Person, label: str = "Công ty TNHH Hoa Sen 1") -> None:
    """Archive a customer from the list, and come back to the list."""
    await chat.tap(label)
    await chat.tap("Việc khác")
    await chat.tap("Ngừng theo dõi")
    await chat.tap("‹ Quay lại")
    await chat.tap("‹ Quay lại")


async def test_an_empty_catalogue_says_how_to_fill_it(harness: Harness) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    assert "chưa có khách nào" in chat.window
    assert chat.rows == [["➕ Thêm khách"], ["📋 Thêm nhiều khách"], ["🛒 Mua hàng loạt"], ["🏠 Menu"]]


async def test_six_a_page(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    assert "13 khách" in chat.window
    assert len(items(chat)) == PAGE_SIZE
    assert ["‹", "1/3 ›"] in chat.rows
    first = items(chat)
    await chat.tap("›")
    assert len(items(chat)) == PAGE_SIZE
    assert not set(first) & set(items(chat))
    await chat.tap("‹", on=chat.message)
    assert items(chat) == first


async def test_the_buttons_of_the_list_stay_few(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await chat.text("hoa sen")
    assert len(chat.rows) - len(items(chat)) <= 5


async def test_any_text_searches_without_diacritics(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await chat.tap("›")
    await chat.text("banh mi")
    assert "3 khách" in chat.window
    assert "Đang tìm: banh mi" in chat.window
    assert len(items(chat)) == 3
    await chat.text(f"hoa sen {builders.enterprise_tax_code(4)[:9]}")
    assert items(chat) == [f"🏢 Hoa Sen 4 · {builders.enterprise_tax_code(4)}"]
    await chat.tap("Bỏ tìm")
    assert "13 khách" in chat.window


async def test_a_search_that_finds_nothing_says_so(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await chat.text("không thấy ai")
    assert "Không thấy khách nào khớp" in chat.window
    await chat.tap("Thêm khách")
    assert "Mã số thuế của khách" in chat.window
    await chat.tap("‹ Quay lại")
    await chat.text("🙂🙂")
    assert "gõ chữ hoặc số" in chat.window
    assert "Đang tìm: không thấy ai" in chat.window


async def test_filters_are_two_taps_away_and_safe_to_repeat(harness: Harness) -> None:
    chat = await with_catalogue(harness)
    await chat.tap("Lọc")
    await chat.tap("Hộ kinh doanh")
    await chat.repeat()
    assert "3 khách" in chat.window
    assert "Đang lọc: hộ kinh doanh" in chat.window
    await chat.tap("Lọc")
    await chat.tap("Doanh nghiệp")
    assert "10 khách" in chat.window
    await chat.tap("Lọc")
    await chat.tap("☑️ 🏢 Doanh nghiệp")
    assert "13 khách" in chat.window
    assert "Đang lọc" not in chat.window


async def test_a_kind_without_customers_keeps_the_filters(harness: Harness) -> None:
    chat = await with_catalogue(harness, enterprises=1, households=0)
    await chat.tap("Lọc")
    await chat.tap("Hộ kinh doanh")
    assert "Không có khách nào như vậy" in chat.window
    await chat.tap("Bỏ lọc")
    assert "1 khách" in chat.window


async def test_what_is_missing_shows_in_the_list(harness: Harness) -> None:
    chat = await harness.person()
    await harness.operations.add_customer(await chat.actor(), enterprise(1, email=""))
    await chat.text("/khachhang")
    assert items(chat) == [f"⚠️ Hoa Sen 1 · {builders.enterprise_tax_code(1)}"]


async def test_archived_customers_have_a_list_of_their_own(harness: Harness) -> None:
    chat = await with_catalogue(harness, enterprises=2, households=0)
    await archive(chat)
    assert "1 khách" in chat.window
    await chat.tap("Lọc")
    await chat.tap("Ngừng theo dõi")
    assert items(chat) == [f"🏢 Hoa Sen 1 · {builders.enterprise_tax_code(1)}"]
    await chat.tap("Công ty TNHH Hoa Sen 1")
    await chat.tap("Việc khác")
    await chat.tap("Theo dõi lại")
    await chat.tap("‹ Quay lại")
    await chat.tap("‹ Quay lại")
    assert "0 khách" in chat.window
    await chat.tap("Bỏ lọc")
    assert "2 khách" in chat.window


async def test_the_last_customer_archived_stays_within_reach(harness: Harness) -> None:
    chat = await with_catalogue(harness, enterprises=1, households=0)
    await archive(chat)
    assert "Danh mục chưa có khách nào" in chat.window
    await chat.tap("Lọc")
    await chat.tap("Ngừng theo dõi")
    assert items(chat) == [f"🏢 Hoa Sen 1 · {builders.enterprise_tax_code(1)}"]


async def test_a_page_that_is_no_more_shows_the_last_one(harness: Harness) -> None:
    chat = await with_catalogue(harness, enterprises=7, households=0)
    await chat.tap("›")
    await archive(chat, "Hoa Sen")
    assert len(items(chat)) == PAGE_SIZE


async def test_a_link_opens_one_customer(harness: Harness) -> None:
    chat = await with_catalogue(harness, enterprises=1, households=0)
    found = await harness.operations.find_customers(await chat.actor())
    await chat.text(f"/start khach_{found.items[0].id}")
    assert chat.window.startswith("Công ty TNHH Hoa Sen 1")
    await chat.tap("‹ Quay lại")
    assert "👥 Khách hàng" in chat.window


async def test_a_link_to_another_firms_customer_opens_the_own_list(harness: Harness) -> None:
    other = await with_catalogue(harness, enterprises=1, households=0)
    found = await harness.operations.find_customers(await other.actor())
    chat = await harness.person("Khác")
    await chat.open(Customers.card, {"customer_id": found.items[0].id})
    assert chat.window.startswith("⚠️ Em không tìm thấy khách hàng này")
    assert "👥 Khách hàng" in chat.window
    assert "Hoa Sen" not in chat.window


async def test_a_new_customer_ends_on_its_card(harness: Harness, operations: Operations) -> None:
    chat = await with_catalogue(harness, enterprises=0, households=0)
    await chat.tap("Thêm khách")
    await chat.text(builders.enterprise_tax_code(1))
    await chat.text("Công ty Mới")
    await chat.tap("Bỏ qua hết")
    await chat.tap("Lưu khách hàng")
    assert chat.window.startswith("✅ Đã lưu khách mới")
    assert "Công ty Mới" in chat.window
    found = await operations.find_customers(await chat.actor())
    assert [(c.name, c.kind) for c in found.items] == [("Công ty Mới", CustomerKind.ENTERPRISE)]


async def test_ordering_starts_from_the_list(harness: Harness) -> None:
    chat = await with_catalogue(harness, enterprises=1, households=0)
    await chat.tap("Mua hàng loạt")
    assert await harness.operations.find_draft(await chat.actor()) is not None
    assert "👥 Khách hàng" not in chat.window
