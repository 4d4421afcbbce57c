from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetFile
from aiogram.types import BufferedInputFile

from dialogs.states import Import
from services.operations import Operations
from tests.dialogs.conftest import TypedWorkbooks
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.builders import enterprise, enterprise_tax_code, household_tax_code

GOOD = [
    {"tax_code": enterprise_tax_code(1), "name": "Công ty Một"},
    {"tax_code": enterprise_tax_code(2), "name": "Công ty Hai"},
    {"tax_code": household_tax_code(3), "name": "Hộ Ba"},
]
BAD = {"tax_code": "12", "name": "Sai <b>bét</b>", "phone": "09", "email": "a"}


async def uploading(harness: Harness) -> Person:
    chat = await harness.person()
    await chat.text("/khachhang")
    await chat.tap("Gửi tệp Excel")
    return chat


async def count(chat: Person) -> int:
    return (await chat.harness.operations.find_customers(await chat.actor())).total


async def test_the_template_comes_as_a_file(harness: Harness) -> None:
    chat = await uploading(harness)
    await chat.tap("Tải mẫu trống")
    [sent] = harness.bot.documents
    assert isinstance(sent.document, BufferedInputFile)
    assert sent.document.filename == "mau-danh-sach-khach-hang.xlsx"
    assert sent.document.data == b"PK-template"
    assert "Mã số thuế" in chat.window


async def test_checking_takes_nothing(harness: Harness, workbooks: TypedWorkbooks) -> None:
    chat = await uploading(harness)
    await chat.file(workbooks.put(b"f", [*GOOD, BAD], ("Ghi chú",)), "khách 2026.xlsx")
    assert "khách 2026.xlsx" in chat.window
    assert "3 khách mới (2 doanh nghiệp, 1 hộ kinh doanh)" in chat.window
    assert "1 dòng cần sửa" in chat.window
    assert "bỏ qua các cột: Ghi chú" in chat.window
    assert chat.buttons == [
        "✅ Thêm 3 khách mới",
        "⚠️ Xem 1 dòng cần sửa",
        "📄 Gửi tệp khác",
        "‹ Quay lại",
    ]
    assert await count(chat) == 0


async def test_new_customers_are_added_once(harness: Harness, workbooks: TypedWorkbooks) -> None:
    chat = await uploading(harness)
    await chat.file(workbooks.put(b"f", [*GOOD, BAD]))
    await chat.tap("Thêm 3 khách mới")
    assert "Thêm mới: 3 khách" in chat.window
    assert "Chưa thêm: 1 dòng" in chat.window
    await chat.repeat()
    assert await count(chat) == 3


async def test_known_customers_change_only_when_asked(
    harness: Harness, operations: Operations, workbooks: TypedWorkbooks
) -> None:
    chat = await uploading(harness)
    actor = await chat.actor()
    known = (await operations.add_customer(actor, enterprise(1))).customer
    await chat.file(workbooks.put(b"f", GOOD))
    assert "1 khách đã có, thông tin thay đổi" in chat.window
    await chat.tap("Thêm 2 khách mới")
    assert (await operations.get_customer(actor, known.id)).name == known.name
    await chat.text("/khachhang")
    await chat.file(b"f")
    await chat.tap("Cập nhật 1 khách")
    assert (await operations.get_customer(actor, known.id)).name == "Công ty Một"
    assert "Cập nhật: 1 khách" in chat.window


async def test_new_and_changed_together(harness: Harness, workbooks: TypedWorkbooks) -> None:
    chat = await uploading(harness)
    await harness.operations.add_customer(await chat.actor(), enterprise(1))
    await chat.file(workbooks.put(b"f", GOOD))
    await chat.tap("Thêm 2 mới + cập nhật 1 khách")
    assert await count(chat) == 3


async def test_nothing_new_is_said(harness: Harness, workbooks: TypedWorkbooks) -> None:
    chat = await uploading(harness)
    await chat.file(workbooks.put(b"f", GOOD))
    await chat.tap("Thêm 3 khách mới")
    await chat.text("/khachhang")
    await chat.file(b"f")
    assert "3 khách đã có, giống hệt" in chat.window
    assert "Không có gì cần thêm" in chat.window
    assert chat.buttons == ["📄 Gửi tệp khác", "‹ Quay lại"]


async def test_problems_are_listed_by_row_in_pages(harness: Harness, workbooks: TypedWorkbooks) -> None:
    chat = await uploading(harness)
    await chat.file(workbooks.put(b"f", [BAD] * 20))
    await chat.tap("Xem 20 dòng cần sửa")
    assert chat.window.count("Dòng ") == 8
    assert "Dòng 2 · Sai <b>bét</b>" in chat.window
    assert "Mã số thuế: “12” không đủ hoặc thừa số" in chat.window
    assert "(và 1 lỗi khác)" in chat.window
    await chat.tap("›")
    assert "Dòng 10 ·" in chat.window
    await chat.tap("‹ Quay lại")
    await chat.tap("Xem 20 dòng")
    assert "Dòng 2 ·" in chat.window


async def test_a_hundred_problems_are_kept_and_the_rest_counted(
    harness: Harness, workbooks: TypedWorkbooks
) -> None:
    chat = await uploading(harness)
    await chat.file(workbooks.put(b"f", [BAD] * 130))
    await chat.tap("Xem 130 dòng")
    assert "còn 30 dòng" not in chat.window
    for _ in range(12):
        await chat.tap("›")
    assert "còn 30 dòng nữa" in chat.window


async def test_a_file_over_the_limit_is_not_downloaded(harness: Harness) -> None:
    chat = await uploading(harness)
    await chat.file(b"x", size=20 * 1024 * 1024 + 1)
    assert "em chỉ nhận đến 20 MB" in chat.window
    assert "Thêm khách từ tệp Excel" in chat.window


async def test_a_file_that_cannot_be_fetched_is_asked_for_again(harness: Harness) -> None:
    chat = await uploading(harness)

    async def gone(*_: object, **__: object) -> None:
        raise TelegramBadRequest(GetFile(file_id="x"), "wrong file_id")

    harness.bot.download = gone  # type: ignore[method-assign,assignment]
    await chat.file(b"x")
    assert "chưa tải được tệp" in chat.window


async def test_anything_but_a_file_is_answered(harness: Harness) -> None:
    chat = await uploading(harness)
    await chat.photo()
    assert "dưới dạng tệp đính kèm" in chat.window
    await chat.text("đây")
    assert "dưới dạng tệp đính kèm" in chat.window


async def test_another_file_can_be_sent_at_any_time(harness: Harness, workbooks: TypedWorkbooks) -> None:
    chat = await uploading(harness)
    await chat.file(workbooks.put(b"f", [BAD]))
    await chat.tap("Gửi tệp khác")
    await chat.file(workbooks.put(b"g", GOOD))
    assert "3 khách mới" in chat.window
    await chat.file(b"f")
    assert "1 dòng cần sửa" in chat.window


async def test_back_leads_to_the_list(harness: Harness) -> None:
    chat = await uploading(harness)
    await chat.tap("‹ Quay lại")
    assert "👥 Khách hàng" in chat.window
    await chat.open(Import.upload)
    await chat.tap("‹ Quay lại")
    assert "anh/chị cần em giúp gì" in chat.window


async def test_what_was_taken_is_ordered_in_one_tap(harness: Harness, workbooks: TypedWorkbooks) -> None:
    chat = await uploading(harness)
    await chat.file(workbooks.put(b"f", GOOD))
    await chat.tap("Thêm 3")
    await chat.tap("Mua hàng loạt cho các khách này")
    assert await harness.operations.find_draft(await chat.actor()) is not None


async def test_inside_an_order_it_leads_back_there(harness: Harness, workbooks: TypedWorkbooks) -> None:
    chat = await harness.person()
    await builders.start_draft(harness.operations, await chat.actor())
    await chat.open(Import.upload, {"in_order": True})
    await chat.file(workbooks.put(b"f", GOOD))
    await chat.tap("Thêm 3")
    assert chat.buttons[0] == "🛒 Về đơn đang làm"
