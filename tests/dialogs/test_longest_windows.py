"""The longest names possible, in every list that shows them: each window still fits a message."""

from dataclasses import replace
from typing import Any

from bot.screens import DialogScreens
from dialogs.errors import fits_alert
from domain.chats import Channel
from domain.files import FileRef
from domain.intakes.entries import EntryField
from domain.invoices import InvoiceState, IssuedNumber
from domain.people import Actor
from domain.recipients import NoticeRecipient, RecipientMode
from services.catalogue.registry import LookUp
from services.intakes.reading import ReadIntake
from services.people.people import PersonDetails
from tests.support import builders
from tests.support.direct import DirectWorld
from tests.support.documents import BUYER, DAY, add_document, refused
from tests.support.lists import JsonLists, Row, list_file

LONGEST = "🏠" * 200
"""A character that Telegram counts as two."""


async def _owner(direct: DirectWorld) -> Actor:
    details = PersonDetails(LONGEST[:100], "+84912345678", "a@minhan.vn", builders.CONSENT)
    tax_code = builders.enterprise_tax_code(1000)
    await direct.operations.register_firm(direct.identity("owner"), details, LONGEST, tax_code)
    actor = await direct.actor("owner")
    assert actor is not None
    return actor


async def test_fifty_colleagues_with_the_longest_names(direct: DirectWorld) -> None:
    actor = await _owner(direct)
    for number in range(50):
        token = await direct.operations.invite_staff(actor)
        details = PersonDetails(LONGEST[:100], f"+8491234{number:04}", "b@minhan.vn", builders.CONSENT)
        await direct.operations.join_firm(builders.chat(f"staff-{number}"), details, token)
    await direct.says("owner", "/start")
    await direct.taps("owner", "Nhân viên")
    assert await direct.state("owner") == "Staff:list"
    assert "(51)" in direct.shown("owner")


async def test_the_longest_customers_at_every_step_of_an_order(direct: DirectWorld) -> None:
    actor = await _owner(direct)
    longest = {"name": LONGEST, "representative": LONGEST, "address": LONGEST + LONGEST[:100]}
    shared = {"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.vn", "phone": "+84912345678"}
    kept = [
        (await direct.operations.add_customer(actor, builders.enterprise(n, **longest, **shared))).customer
        for n in range(1, 12)
    ]
    await builders.answer_draft(direct.operations, actor, kept, RecipientMode.OTHER)
    notice = NoticeRecipient(LONGEST, shared["email"], shared["phone"])
    invoice = replace(builders.other_invoice(), unit_name=LONGEST, address=longest["address"])
    await direct.operations.declare_other(actor, notice, invoice, kept[0].id)

    await direct.says("owner", "/mua")
    for label, window in (
        ("Làm tiếp", "Ordering:review"),
        ("Xem từng khách", "Ordering:lines"),
        ("🏠", "Ordering:line"),
        ("Người nhận", "Ordering:line_recipient"),
        ("Quay lại", "Ordering:line"),
        ("Kế toán riêng", "Ordering:accounting"),
        ("Quay lại", "Ordering:line"),
        ("Địa chỉ", "Ordering:line_edit"),
        ("Quay lại", "Ordering:line"),
        ("Bỏ khỏi đơn", "Ordering:lines"),
        ("Chọn lại", "Ordering:lines"),
        ("Về kiểm tra", "Ordering:review"),
        ("Tôi đã kiểm tra", "Ordering:review"),
        ("Tiếp tục", "Ordering:place"),
        ("Đặt hàng", "Ordering:placed"),
        ("Mở đơn", "Orders:card"),
        ("Khách trong đơn", "Orders:lines"),
        ("1", "Orders:line"),
        ("Về đơn", "Orders:card"),
        ("Sửa đơn", "Changing:home"),
        ("Bỏ khách", "Changing:drop"),
        ("⬜️", "Changing:drop"),
        ("Bỏ 1 khách", "Changing:drop_shown"),
        ("Không bỏ", "Changing:drop"),
        ("Quay lại", "Changing:home"),
        ("Sửa khách", "Changing:lines"),
        ("", "Changing:line"),
        ("Địa chỉ", "Changing:field"),
        ("Quay lại", "Changing:line"),
        ("Quay lại", "Changing:home"),
        ("Đổi gói", "Changing:packages"),
        ("Standard", "Changing:shown"),
        ("Đồng ý đổi", "Changing:done"),
        ("Về đơn", "Orders:card"),
        ("Sửa đơn", "Changing:home"),
        ("Đổi người nhận", "Changing:payers"),
        ("Khách hàng", "Changing:shown"),
        ("Không đổi", "Changing:home"),
        ("Về đơn", "Orders:card"),
        ("Việc khác", "Orders:more"),
        ("Lịch sử", "Orders:timeline"),
        ("Về đơn", "Orders:card"),
        ("Việc khác", "Orders:more"),
        ("Gia hạn", "Orders:renew"),
        ("Lập đơn năm", "Ordering:review"),
    ):
        await direct.taps("owner", label)
        assert await direct.state("owner") == window, label
    await direct.says("owner", "/donhang")
    for label, window in (
        ("khách ·", "Orders:card"),
        ("Việc khác", "Orders:more"),
        ("Mua lại", "Ordering:in_the_way"),
        ("Bỏ đơn nháp", "Ordering:review"),
        ("Khách đã có đơn", "Ordering:already"),
        ("Mở đơn", "Orders:card"),
        ("Việc khác", "Orders:more"),
        ("Xuất Excel", "Orders:more"),
        ("Hủy đơn", "Orders:cancel"),
        ("Hủy đơn này", "Orders:card"),
    ):
        await direct.taps("owner", label)
        assert await direct.state("owner") == window, label
    await direct.says("owner", "/khachhang")
    await direct.taps("owner", "🏠")
    assert await direct.state("owner") == "Customers:card"
    await direct.says("owner", f"/start khach_{kept[0].id}")
    await direct.taps("owner", "Địa chỉ")
    assert await direct.state("owner") == "Customers:edit_field"

    for number in range(5):
        await direct.operations.label_customer(actor, kept[0].id, f"{number}{LONGEST[:29]}")
    await direct.says("owner", f"/start khach_{kept[0].id}")
    for label, window in (
        ("Nhãn", "Customers:card_labels"),
        ("☑️", "Customers:card_labels"),
        ("Quay lại", "Customers:card"),
        ("Việc khác", "Customers:more"),
        ("Gộp", "Merging:search"),
        ("🏠", "Merging:compare"),
        ("Giữ ①", "Merging:merged"),
        ("Mở khách", "Customers:card"),
        ("Việc khác", "Customers:more"),
        ("Dữ liệu cá nhân", "PersonalData:home"),
        ("Lấy bản sao", "PersonalData:home"),
        ("Xóa dữ liệu", "PersonalData:erase"),
        ("Quay lại", "PersonalData:home"),
        ("Quay lại", "Customers:more"),
    ):
        await direct.taps("owner", label)
        assert await direct.state("owner") == window, label


def test_an_alert_is_measured_as_telegram_measures_it() -> None:
    assert fits_alert("chữ" * 66)
    assert fits_alert("🏠" * 100)
    assert not fits_alert("🏠" * 101)


async def test_the_longest_years_of_a_customer(direct: DirectWorld) -> None:
    actor = await _owner(direct)
    longest = builders.enterprise(1, name=LONGEST, address=LONGEST + LONGEST[:100])
    customer = (await direct.operations.add_customer(actor, longest)).customer
    for year in (2025, 2026, 2027):
        for package_code in ("STARTER", "STANDARD", "PROFESSIONAL"):
            await builders.placed_order(
                direct.operations, actor, [customer], package_code=package_code, fiscal_year=year
            )
    await direct.says("owner", longest.tax_code)
    assert await direct.state("owner") == "Timeline:customer"
    assert "Các năm trước nữa" in direct.shown("owner")
    message = direct.messages("owner")[-1]
    direct.phone("owner").text(f"địa chỉ: {LONGEST}", reply_to=message.id)
    await direct.settle()
    assert await direct.state("owner") == "Correction:done"


class OneFile:
    """`Attachments` that returns the same list for every file."""

    def __init__(self, *rows: Row) -> None:
        self._content = list_file(*rows)

    async def fetch(self, file: FileRef) -> bytes:
        return self._content


async def test_the_longest_list(direct: DirectWorld) -> None:
    actor = await _owner(direct)
    codes = [builders.enterprise_tax_code(number) for number in range(1, 41)]
    for code in codes[:3]:
        await direct.operations.add_customer(actor, builders.enterprise(1, tax_code=code))
    row = {field.value: LONGEST for field in EntryField} | {f"{n}{LONGEST}": LONGEST for n in range(9)}
    rows = [{**row, "tax_code": code} for code in codes]
    households = [{"tax_code": builders.household_tax_code(n), "name": LONGEST} for n in range(1, 9)]
    file = OneFile(*rows, *rows[:2], *households)
    screens = DialogScreens({Channel.TELEGRAM: direct.bot}, direct.dispatcher, ())
    look_up = LookUp(direct.database, direct.clock, None)
    read = ReadIntake(direct.database, direct.clock, JsonLists(), file, screens, look_up)
    direct.phone("owner").document(f"{LONGEST}.xlsx", "application/zip", b"x")
    await direct.settle()
    await read(actor.firm_id, 1, 1)
    assert "Cần bổ sung" in direct.shown("owner")
    await direct.says("owner", "\n".join(f"{number}. {LONGEST[:90]}; 12" for number in range(1, 21)))
    for label, window in (
        ("Sửa 48 dòng", "Intake:row"),
        ("Để sau", "Intake:row"),
        ("Bỏ qua", "Intake:row"),
        ("Các dòng cần sửa", "Intake:to_fix"),
        ("Tải tệp", "Intake:to_fix"),
        ("Lặp", "Intake:to_fix"),
        ("Về danh sách", "Intake:list"),
        ("Cột", "Intake:columns"),
        ("›", "Intake:columns"),
        ("›", "Intake:columns"),
        ("›", "Intake:columns"),
        ("🏠", "Intake:column"),
        ("Quay lại", "Intake:columns"),
        ("Quay lại", "Intake:list"),
        ("Thêm cả", "Intake:done"),
    ):
        await direct.taps("owner", label)
        assert await direct.state("owner") == window, label
    assert direct.refusals == []


async def test_the_longest_invoices(direct: DirectWorld) -> None:
    actor = await _owner(direct)
    longest = builders.enterprise(1, name=LONGEST, address=LONGEST + LONGEST[:100])
    customers = [(await direct.operations.add_customer(actor, longest)).customer]
    customers += await builders.add_customers(direct.operations, actor, 11, first=2)
    order = await builders.placed_order(direct.operations, actor, customers)
    buyer = replace(BUYER, name=LONGEST, address=LONGEST + LONGEST[:100])
    number = IssuedNumber("1", "C26TAA", "9" * 8, DAY, "A" * 34, "B" * 100)
    whole: dict[str, Any] = {
        "buyer": buyer,
        "email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.vn",
        "vat": 10**11,
    }
    for at in range(1, 8):
        issued = replace(number, number=f"9999999{at}")
        state = InvoiceState.DELIVERED
        await add_document(direct.database, order, at, lines=12, number=issued, state=state, **whole)
    await refused(direct.database, order, at=8, **whole)
    await direct.says("owner", "/donhang")
    for label, window in (
        ("khách ·", "Orders:card"),
        ("Hóa đơn", "Invoices:list"),
        ("⚠️", "Invoices:card"),
        ("Sửa và gửi lại", "Invoices:mend"),
        ("✏️ Địa chỉ", "Invoices:mend_field"),
    ):
        await direct.taps("owner", label)
        assert await direct.state("owner") == window, label
    await direct.says("owner", f"2 {LONGEST}")
    assert await direct.state("owner") == "Invoices:mend"
    for label, window in (
        ("Quay lại", "Invoices:card"),
        ("Các hóa đơn", "Invoices:list"),
        ("✅", "Invoices:card"),
        ("Gửi lại email", "Invoices:card"),
        ("Gửi tới email khác", "Invoices:address"),
    ):
        await direct.taps("owner", label)
        assert await direct.state("owner") == window, label
    await direct.says("owner", f"{'k' * 60}@gmail.con")
    assert await direct.state("owner") == "Invoices:address"
    await direct.taps("owner", "Giữ gmail.con")
    assert await direct.state("owner") == "Invoices:card"
