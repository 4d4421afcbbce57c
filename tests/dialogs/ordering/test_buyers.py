"""Who stands on the invoice: what is asked, when, and where it is shown."""

import pytest

from domain.invoices import BuyerKind
from domain.recipients import InvoiceRecipient, OtherRecipient, RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.dialogs.intakes.conftest import Lists, full
from tests.support.builders import (
    FIRM_ADDRESS,
    add_customers,
    answer_draft,
    drop_draft,
    enterprise,
    enterprise_tax_code,
    household,
    ready_draft,
    start_draft,
)
from tests.support.clock import FixedClock
from tests.support.registry import ScriptedRegistry

PERSON = "001090012345"
HOUSEHOLD_TAX, PERSONAL_ID = "Mã số thuế hộ kinh doanh", "Số định danh cá nhân"


@pytest.fixture
async def chat(harness: Harness, operations: Operations) -> Person:
    person = await harness.person("An")
    actor = await person.actor()
    await add_customers(operations, actor, 3)
    await operations.add_customer(actor, household(1))
    return person


@pytest.fixture
def lists(harness: Harness, database: Database, clock: FixedClock, registry: ScriptedRegistry) -> Lists:
    return Lists(harness, database, clock, registry)


async def _to_the_invoice(chat: Person, package: str = "Standard") -> None:
    await chat.text("/mua")
    for label in (package, "2026", "Người khác", "Một người cho tất cả"):
        await chat.tap(label)
    for answer in ("Trần Thị Mai", "mai@b.vn", "0912345678"):
        await chat.text(answer)


async def _to_its_number(chat: Person, package: str = "Standard") -> None:
    await _to_the_invoice(chat, package)
    await chat.tap("Đơn vị khác")


async def _declared(operations: Operations, chat: Person) -> OtherRecipient:
    (other,) = await operations.list_others(await chat.actor())
    return other


async def _firm_without_address(chat: Person, operations: Operations, database: Database) -> None:
    """A firm registered before its address was asked for."""
    actor = await chat.actor()
    firm = (await operations.show_profile(actor)).firm
    async with database.write() as uow:
        await uow.people.change_firm(firm.id, firm.name, "")


async def test_a_unit_called_as_its_web_site_is_asked_about_and_bait_is_refused(
    chat: Person, operations: Operations
) -> None:
    await _to_its_number(chat)
    await chat.text(enterprise_tax_code(500))
    await chat.text("Công ty Hoa evil.vn/mo-khoa")
    assert "người nhận dễ tưởng là tin lừa đảo" in chat.window
    await chat.text("Công ty CP Bán Lẻ Tiki.vn")
    assert "Tên này đúng không ạ?" in chat.window
    await chat.tap("Giữ Công ty CP Bán Lẻ Tiki.vn")
    for answer in ("12 Lê Lợi, Huế", "hd@me.vn"):
        await chat.text(answer)
    invoice = (await _declared(operations, chat)).invoice
    assert invoice is not None
    assert invoice.unit_name == "Công ty CP Bán Lẻ Tiki.vn"


class TestTheKindOfTheNumber:
    @pytest.mark.parametrize(
        "package, answer, kind",
        [
            ("Standard", PERSONAL_ID, BuyerKind.PERSON),
            ("Standard", HOUSEHOLD_TAX, BuyerKind.HOUSEHOLD),
            ("Hộ kinh doanh Plus", HOUSEHOLD_TAX, BuyerKind.HOUSEHOLD),
        ],
    )
    async def test_twelve_digits_are_asked_about(
        self, chat: Person, operations: Operations, package: str, answer: str, kind: BuyerKind
    ) -> None:
        """The probable kind comes first: a household's in an order of households."""
        await _to_its_number(chat, package)
        await chat.text(f"CCCD {PERSON}")
        assert chat.window.startswith(f"{PERSON} là mã gì?")
        first = HOUSEHOLD_TAX if package == "Hộ kinh doanh Plus" else PERSONAL_ID
        assert chat.buttons[0] == first
        assert set(chat.buttons[:2]) == {HOUSEHOLD_TAX, PERSONAL_ID}
        await chat.tap(answer)
        await chat.text("Trần Thị Mai")
        await chat.text("12 Lê Lợi, Huế")
        label = "Số định danh" if kind is BuyerKind.PERSON else "MST"
        assert f"{label}: {PERSON}" in chat.window
        await chat.tap("Dùng mai@b.vn")
        other = await _declared(operations, chat)
        assert other.invoice == InvoiceRecipient("Trần Thị Mai", PERSON, "12 Lê Lợi, Huế", "mai@b.vn", kind)
        assert not other.kind_open

    @pytest.mark.parametrize(
        "number, kind, label",
        [
            (enterprise_tax_code(500), BuyerKind.COMPANY, "MST"),
            (f"{enterprise_tax_code(500)}-001", BuyerKind.COMPANY, "MST"),
            ("1054321", BuyerKind.BUDGET_UNIT, "Mã ĐVQHNS"),
        ],
    )
    async def test_other_numbers_are_not(
        self, chat: Person, operations: Operations, number: str, kind: BuyerKind, label: str
    ) -> None:
        await _to_its_number(chat)
        await chat.text(number)
        assert f"{label}: {number}" in chat.window
        await chat.text("Công ty Mẹ")
        await chat.text("12 Lê Lợi, Huế")
        await chat.tap("Dùng mai@b.vn")
        invoice = (await _declared(operations, chat)).invoice
        assert invoice is not None
        assert invoice.kind is kind

    async def test_a_customers_own_number_is_the_customers(
        self, chat: Person, operations: Operations
    ) -> None:
        actor = await chat.actor()
        found = await operations.find_by_tax_code(actor, household(1).tax_code)
        assert found is not None
        await start_draft(operations, actor, RecipientMode.OTHER, "HKD_PLUS")
        await operations.pick_customer(actor, found.id, True)
        await operations.finish_picking(actor)
        await operations.set_common_accounting(actor, await operations.offer_accounting(actor))
        await chat.text("/mua")
        for label in ("Làm tiếp", "Xem từng khách", "⚠️ HKD Bánh Mì 1", "Người nhận", "Khai người mới"):
            await chat.tap(label)
        for answer in ("Trần Thị Mai", "mai@b.vn", "0912345678"):
            await chat.text(answer)
        await chat.tap("Đơn vị khác")
        await chat.text(found.tax_code)
        assert "Tên đơn vị" in chat.window
        await chat.text("Bánh Mì")
        await chat.text("Đà Nẵng")
        await chat.tap("Dùng mai@b.vn")
        invoice = (await _declared(operations, chat)).invoice
        assert invoice is not None
        assert invoice.kind is BuyerKind.HOUSEHOLD

    async def test_the_way_back_leads_to_the_question_only_where_it_was_asked(self, chat: Person) -> None:
        await _to_its_number(chat)
        await chat.text(PERSON)
        await chat.tap(PERSONAL_ID)
        await chat.tap("‹ Quay lại")
        assert "là mã gì" in chat.window
        await chat.tap("‹ Quay lại")
        await chat.text(enterprise_tax_code(500))
        await chat.tap("‹ Quay lại")
        assert "của bên mua?" in chat.window
        await chat.tap("‹ Quay lại")
        assert "Hóa đơn ghi tên ai?" in chat.window

    async def test_what_is_registered_is_one_tap(
        self, chat: Person, operations: Operations, registry: ScriptedRegistry
    ) -> None:
        code = enterprise_tax_code(500)
        registry.taxpayers[code] = ("CÔNG TY CỔ PHẦN MẸ VIỆT", "1 Tràng Tiền, Hà Nội")
        await _to_its_number(chat)
        await chat.text(code)
        assert "CÔNG TY CỔ PHẦN MẸ VIỆT" in chat.window
        assert "Email nhận hóa đơn?" in chat.window
        await chat.tap("‹ Quay lại")
        assert "của bên mua?" in chat.window
        await chat.text(code)
        await chat.tap("Tên, địa chỉ khác")
        await chat.tap("Dùng thông tin này")
        await chat.tap("Dùng mai@b.vn")
        assert (await _declared(operations, chat)).invoice == InvoiceRecipient(
            "CÔNG TY CỔ PHẦN MẸ VIỆT", code, "1 Tràng Tiền, Hà Nội", "mai@b.vn", BuyerKind.COMPANY
        )

    async def test_two_lines_and_one_tap_say_it_all(
        self, chat: Person, operations: Operations, registry: ScriptedRegistry
    ) -> None:
        code = enterprise_tax_code(500)
        registry.taxpayers[code] = ("CÔNG TY CỔ PHẦN MẸ VIỆT", "1 Tràng Tiền, Hà Nội")
        await chat.text("/mua")
        for label in ("Standard", "2026", "Người khác"):
            await chat.tap(label)
        # What is missing is asked for.
        await chat.text("Trần Thị Mai mai@b.vn")
        assert "Số di động của Trần Thị Mai?" in chat.window
        await chat.tap("‹ Quay lại")
        await chat.tap("‹ Quay lại")
        await chat.tap("‹ Quay lại")
        await chat.text("Trần Thị Mai mai@b.vn 0912345678")
        assert "Hóa đơn ghi tên ai?" in chat.window
        await chat.text(code)
        assert "1 Tràng Tiền, Hà Nội" in chat.window
        await chat.tap("Dùng mai@b.vn")
        other = await _declared(operations, chat)
        assert other.notice.phone == "+84912345678"
        assert other.invoice == InvoiceRecipient(
            "CÔNG TY CỔ PHẦN MẸ VIỆT", code, "1 Tràng Tiền, Hà Nội", "mai@b.vn", BuyerKind.COMPANY
        )

    async def test_a_persons_number_is_sent_to_no_registry(
        self, chat: Person, registry: ScriptedRegistry
    ) -> None:
        await _to_its_number(chat)
        await chat.text(PERSON)
        assert registry.asked == []


class TestNumbersOfAList:
    """A list does not say what twelve digits are: one question before the order, for all of them."""

    @pytest.fixture
    async def ticked(self, chat: Person, lists: Lists) -> Person:
        def billed(number: int, name: str, code: str) -> dict[str, str]:
            return full(number, invoice_name=name, invoice_tax_id=code, invoice_address="1 Huế")

        await chat.text("/khachhang")
        await lists.send(
            chat,
            billed(11, "Trần Thị Mai", PERSON),
            billed(12, "Hộ kinh doanh Cô Ba", "001090012346"),
            billed(13, "Công ty Mẹ", enterprise_tax_code(500)),
        )
        for label in ("Mua cho 3 khách", "🏢 Starter", "Tôi đã kiểm tra", "Tiếp tục"):
            await chat.tap(label)
        return chat

    async def _kinds(self, operations: Operations, chat: Person) -> list[BuyerKind]:
        (order,) = (await operations.list_orders(await chat.actor())).items
        lines = (await operations.export_order(await chat.actor(), order.id)).lines
        return [view.line.invoice.kind for view in lines]

    async def test_all_are_right_by_one_tap(self, ticked: Person, operations: Operations) -> None:
        assert "Các số này trên hóa đơn là mã gì?" in ticked.window
        assert f"Trần Thị Mai\nSố định danh: {PERSON}?" in ticked.window
        assert "Hộ kinh doanh Cô Ba\nMST: 001090012346?" in ticked.window
        assert "Công ty Mẹ" not in ticked.window
        await ticked.tap("Đúng cả 2")
        assert "Đặt hàng?" in ticked.window
        await ticked.tap("Đặt hàng")
        kinds = [BuyerKind.PERSON, BuyerKind.HOUSEHOLD, BuyerKind.COMPANY]
        assert await self._kinds(operations, ticked) == kinds

    async def test_one_is_of_the_other_kind(self, ticked: Person, operations: Operations) -> None:
        await ticked.tap("Trần Thị Mai: MST")
        assert "Số này trên hóa đơn là mã gì?" in ticked.window
        await ticked.tap("Đúng cả 1")
        await ticked.tap("Đặt hàng")
        kinds = [BuyerKind.HOUSEHOLD, BuyerKind.HOUSEHOLD, BuyerKind.COMPANY]
        assert await self._kinds(operations, ticked) == kinds

    async def test_the_question_may_wait(self, ticked: Person) -> None:
        await ticked.tap("Về kiểm tra")
        assert "Đã xác nhận" in ticked.buttons[0]
        await ticked.tap("Tiếp tục")
        assert "là mã gì?" in ticked.window

    async def test_the_next_order_is_not_asked_again(self, ticked: Person, operations: Operations) -> None:
        await ticked.tap("Đúng cả 2")
        await ticked.tap("Đặt hàng")
        actor = await ticked.actor()
        (order,) = (await operations.list_orders(actor)).items
        await operations.buy_again(actor, order.id)
        assert (await operations.ask_about_buyers(actor)).kinds == ()


class TestWhereTheInvoiceGoes:
    @pytest.mark.parametrize(
        "tap, kept", [("Dùng mai@b.vn", "mai@b.vn"), ("Email của từng khách", ""), (None, "hd@c.vn")]
    )
    async def test_in_the_customers_names(
        self, chat: Person, operations: Operations, tap: str | None, kept: str
    ) -> None:
        await _to_the_invoice(chat)
        await chat.tap("Tên từng khách hàng")
        assert "Hóa đơn gửi về email nào?" in chat.window
        if tap is None:
            await chat.text("HD@c.vn".lower())
        else:
            await chat.tap(tap)
        for label in ("Chọn cả 3", "Dùng thông tin"):
            await chat.tap(label)
        assert f"gửi về: {kept or 'email của từng khách'}" in chat.window
        for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
            await chat.tap(label)
        (order,) = (await operations.list_orders(await chat.actor())).items
        lines = (await operations.export_order(await chat.actor(), order.id)).lines
        await chat.tap("Mở đơn")
        assert "Trần Thị Mai · 0912 345 678" in chat.window
        assert f"Hóa đơn ghi tên từng khách, gửi về: {kept or 'email của từng khách'}" in chat.window
        emails = [view.line.invoice.email for view in lines]
        assert emails == ([kept] * 3 if kept else [enterprise(number).email for number in (1, 2, 3)])

    async def test_for_one_customer_its_own_address_is_offered(
        self, chat: Person, operations: Operations
    ) -> None:
        actor = await chat.actor()
        kept = [await operations.find_by_tax_code(actor, enterprise(number).tax_code) for number in (1, 2)]
        await answer_draft(operations, actor, [one for one in kept if one], RecipientMode.OTHER)
        await chat.text("/mua")
        for label in (
            "Làm tiếp",
            "Xem từng khách",
            "✅ Công ty TNHH Hoa Sen 1",
            "Người nhận",
            "Khai người mới",
        ):
            await chat.tap(label)
        for answer in ("Trần Thị Mai", "mai@b.vn", "0912345678"):
            await chat.text(answer)
        await chat.tap("Tên từng khách hàng")
        assert "tên Công ty TNHH Hoa Sen 1" in chat.window
        await chat.tap(f"Dùng {enterprise(1).email}")
        assert f"gửi về: {enterprise(1).email}" in chat.window

    async def test_review_and_last_window_say_who_receives(self, chat: Person) -> None:
        await _to_its_number(chat)
        await chat.text(enterprise_tax_code(500))
        for answer in ("Công ty Mẹ", "12 Lê Lợi, Huế", "hd@me.vn"):
            await chat.text(answer)
        for label in ("Chọn cả 3", "Dùng thông tin"):
            await chat.tap(label)
        for _ in range(2):
            for said in (
                "Trần Thị Mai · 0912 345 678",
                "mai@b.vn",
                f"Công ty Mẹ · MST {enterprise_tax_code(500)}",
                "hd@me.vn",
            ):
                assert said in chat.window
            if "Tôi đã kiểm tra" in str(chat.buttons):
                await chat.tap("Tôi đã kiểm tra")
                await chat.tap("Tiếp tục")
        assert "Đặt hàng?" in chat.window

    async def test_the_placed_order_says_who_receives(self, chat: Person) -> None:
        await _to_its_number(chat)
        for answer in (enterprise_tax_code(500), "Công ty Mẹ", "12 Lê Lợi, Huế", "hd@me.vn"):
            await chat.text(answer)
        for label in ("Chọn cả 3", "Dùng thông tin", "Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng", "Mở đơn"):
            await chat.tap(label)
        for said in (
            "Đối tượng nhận: Người khác\nTrần Thị Mai · 0912 345 678\nmai@b.vn",
            f"Hóa đơn ghi: Công ty Mẹ · MST {enterprise_tax_code(500)}\nGửi về: hd@me.vn",
        ):
            assert said in chat.window

    @pytest.mark.parametrize(
        ("typed", "asked"),
        [
            (("Trần Thị Mai mai@b.vn 0912345678",), ()),
            (("0912 345 678, Trần Thị Mai - mai@b.vn",), ()),
            (("Trần Thị Mai, email: mai@b.vn, sđt: 0912.345.678 nhé",), ()),
            (("Trần Thị Mai mai@b.vn", "0912345678"), ("Số di động của Trần Thị Mai?",)),
            (("Trần Thị Mai 0912345678", "mai@b.vn"), ("Email của Trần Thị Mai?",)),
            (("Trần Thị Mai", "mai@b.vn 0912345678"), ("Email của Trần Thị Mai?",)),
            (("mai@b.vn 0912345678", "Trần Thị Mai"), ("Đã có: mai@b.vn · 0912 345 678",)),
        ],
    )
    async def test_one_line_says_all_and_only_what_is_missing_is_asked(
        self, chat: Person, typed: tuple[str, ...], asked: tuple[str, ...]
    ) -> None:
        await chat.text("/mua")
        for label in ("Standard", "2026", "Người khác", "Một người cho tất cả"):
            await chat.tap(label)
        for answer, question in zip(typed, (*asked, "Hóa đơn ghi tên ai?"), strict=True):
            await chat.text(answer)
            assert question in chat.window
        assert "Người nhận thông báo: Trần Thị Mai\nmai@b.vn · 0912 345 678" in chat.window

    async def test_what_is_wrong_in_the_line_is_said_and_nothing_kept(self, chat: Person) -> None:
        await chat.text("/mua")
        for label in ("Standard", "2026", "Người khác", "Một người cho tất cả"):
            await chat.tap(label)
        await chat.text("Trần Thị Mai mai@b.vn 091234567")
        assert "⚠️" in chat.window
        assert "Người nhận khác" in chat.window
        assert "Đã có" not in chat.window
        await chat.text("Trần Thị Mai mai@gmail.con 0912345678")
        assert "Có phải là mai@gmail.com không" in chat.window
        await chat.tap("Dùng gmail.com")
        assert "Hóa đơn ghi tên ai?" in chat.window


class TestTheFirm:
    async def _ticked(self, chat: Person, operations: Operations) -> None:
        actor = await chat.actor()
        customer = await operations.find_by_tax_code(actor, enterprise(1).tax_code)
        assert customer is not None
        await drop_draft(operations, actor)
        await ready_draft(operations, actor, [customer], RecipientMode.ACCOUNTANT)
        await chat.text("/mua")
        await chat.tap("Làm tiếp")
        firm = (await operations.show_profile(actor)).firm
        assert f"{firm.name} · MST {firm.tax_code}" in chat.window
        await chat.tap("Tiếp tục")

    async def test_a_firm_with_an_address_is_asked_nothing(
        self, chat: Person, operations: Operations
    ) -> None:
        await self._ticked(chat, operations)
        assert "Đặt hàng?" in chat.window
        assert FIRM_ADDRESS in chat.window

    async def test_the_address_is_asked_once(
        self, chat: Person, operations: Operations, database: Database
    ) -> None:
        await _firm_without_address(chat, operations, database)
        await self._ticked(chat, operations)
        assert "Địa chỉ của đơn vị trên hóa đơn?" in chat.window
        await chat.text("  12 Lê Lợi, Huế ")
        assert "Đặt hàng?" in chat.window
        await chat.tap("Đặt hàng")
        (order,) = (await operations.list_orders(await chat.actor())).items
        (view,) = (await operations.export_order(await chat.actor(), order.id)).lines
        assert (view.line.invoice.address, view.line.invoice.kind) == ("12 Lê Lợi, Huế", BuyerKind.COMPANY)

    async def test_the_registered_name_and_address_are_one_tap(
        self, chat: Person, operations: Operations, database: Database, registry: ScriptedRegistry
    ) -> None:
        await _firm_without_address(chat, operations, database)
        firm = (await operations.show_profile(await chat.actor())).firm
        registry.taxpayers[firm.tax_code] = ("CÔNG TY TNHH KẾ TOÁN AN", "5 Láng, Hà Nội")
        await self._ticked(chat, operations)
        assert "CÔNG TY TNHH KẾ TOÁN AN" in chat.window
        await chat.tap("Đúng rồi")
        assert "Đặt hàng?" in chat.window
        assert "5 Láng, Hà Nội" in chat.window
        changed = (await operations.show_profile(await chat.actor())).firm
        assert (changed.name, changed.address) == ("CÔNG TY TNHH KẾ TOÁN AN", "5 Láng, Hà Nội")

    async def test_a_registry_that_is_away_holds_nobody_up(
        self, chat: Person, operations: Operations, database: Database, registry: ScriptedRegistry
    ) -> None:
        await _firm_without_address(chat, operations, database)
        registry.silent.add((await operations.show_profile(await chat.actor())).firm.tax_code)
        await self._ticked(chat, operations)
        assert "Anh/chị gõ như trên giấy đăng ký" in chat.window
        assert not any("Đúng rồi" in label for label in chat.buttons)

    async def test_other_invoices_do_not_need_it(
        self, chat: Person, operations: Operations, database: Database
    ) -> None:
        await _firm_without_address(chat, operations, database)
        await chat.text("/mua")
        labels = (
            "Standard",
            "2026",
            "Khách hàng",
            "Chọn cả 3",
            "Dùng thông tin",
            "Tôi đã kiểm tra",
            "Tiếp tục",
        )
        for label in labels:
            await chat.tap(label)
        assert "Đặt hàng?" in chat.window

    async def test_it_can_be_changed_later(self, chat: Person, operations: Operations) -> None:
        await chat.text("/start")
        await chat.tap("Nhân viên")
        assert FIRM_ADDRESS in chat.window
        await chat.tap("Địa chỉ đơn vị")
        assert f"Đang ghi: {FIRM_ADDRESS}" in chat.window
        await chat.tap("‹ Quay lại")
        await chat.tap("Địa chỉ đơn vị")
        await chat.text("x" * 301)
        assert "dài 301 ký tự" in chat.window
        await chat.text("7 Bà Triệu, Hà Nội")
        assert "Địa chỉ trên hóa đơn: 7 Bà Triệu, Hà Nội" in chat.window


class TestAsRegistered:
    async def _ticked(self, chat: Person) -> None:
        await chat.text("/mua")
        for label in ("Standard", "2026", "Khách hàng", "Chọn cả 3", "Dùng thông tin", "Tôi đã kiểm tra"):
            await chat.tap(label)
        await chat.tap("Tiếp tục")

    @pytest.fixture
    def differing(self, registry: ScriptedRegistry) -> ScriptedRegistry:
        registry.taxpayers = {
            enterprise(1).tax_code: ("CÔNG TY TNHH HOA SEN 1", enterprise(1).address),
            enterprise(2).tax_code: ("CÔNG TY CỔ PHẦN HOA SEN <2>", enterprise(2).address),
            enterprise(3).tax_code: (enterprise(3).name, "9 Bà Triệu, Hà Nội"),
        }
        return registry

    async def test_one_question_for_all_who_differ(
        self, chat: Person, operations: Operations, differing: ScriptedRegistry
    ) -> None:
        await self._ticked(chat)
        assert "2 bên mua chưa ghi như đăng ký thuế" in chat.window
        assert enterprise(1).tax_code not in chat.window
        # Only what differs is said.
        said = chat.window.splitlines()
        assert said[said.index(f"• {enterprise(2).name} · {enterprise(2).tax_code}") + 1 :][:2] == [
            "Tên đăng ký: CÔNG TY CỔ PHẦN HOA SEN <2>",
            "",
        ]
        assert said[-1] == "Địa chỉ đăng ký: 9 Bà Triệu, Hà Nội"
        await chat.tap("Ghi như đăng ký (2)")
        assert "Đặt hàng?" in chat.window
        await chat.tap("Đặt hàng")
        (order,) = (await operations.list_orders(await chat.actor())).items
        lines = (await operations.export_order(await chat.actor(), order.id)).lines
        assert lines[1].line.invoice.unit_name == "CÔNG TY CỔ PHẦN HOA SEN <2>"
        assert lines[2].line.invoice.address == "9 Bà Triệu, Hà Nội"

    async def test_many_who_differ_fit_one_screen(
        self, chat: Person, operations: Operations, registry: ScriptedRegistry
    ) -> None:
        await add_customers(operations, await chat.actor(), 30)
        for number in range(1, 31):
            one = enterprise(number)
            registry.taxpayers[one.tax_code] = f"CÔNG TY CỔ PHẦN ÁNH SAO {number}", "9 Bà Triệu, Hà Nội"
        await chat.text("/mua")
        for label in ("Standard", "2026", "Khách hàng", "Chọn cả", "Dùng thông tin", "Tôi đã kiểm tra"):
            await chat.tap(label)
        await chat.tap("Tiếp tục")
        assert len(chat.window.splitlines()) <= 18
        assert chat.window.rstrip().endswith("… và 27 bên mua nữa")

    async def test_they_may_stay_as_they_are(
        self, chat: Person, operations: Operations, differing: ScriptedRegistry
    ) -> None:
        await self._ticked(chat)
        await chat.tap("Giữ như đang ghi")
        assert "Đặt hàng?" in chat.window
        await chat.tap("Kiểm tra lại")
        await chat.tap("Tiếp tục")
        assert "Đặt hàng?" in chat.window
        await chat.tap("Đặt hàng")
        (order,) = (await operations.list_orders(await chat.actor())).items
        lines = (await operations.export_order(await chat.actor(), order.id)).lines
        assert [view.line.invoice.unit_name for view in lines] == [enterprise(n).name for n in (1, 2, 3)]

    async def test_the_question_may_wait(self, chat: Person, differing: ScriptedRegistry) -> None:
        await self._ticked(chat)
        await chat.tap("Về kiểm tra")
        assert "Đã xác nhận" in chat.buttons[0]

    async def test_a_registry_that_is_away_asks_nothing(
        self, chat: Person, differing: ScriptedRegistry
    ) -> None:
        differing.silent = set(differing.taxpayers)
        await self._ticked(chat)
        assert "Đặt hàng?" in chat.window

    async def test_what_was_offered_with_the_question_is_not_asked_again(
        self, chat: Person, differing: ScriptedRegistry
    ) -> None:
        code = enterprise_tax_code(500)
        differing.taxpayers = {code: ("CÔNG TY CỔ PHẦN MẸ VIỆT", "1 Tràng Tiền, Hà Nội")}
        await _to_its_number(chat)
        await chat.text(code)
        for answer in ("Công ty Mẹ", "12 Lê Lợi, Huế", "hd@me.vn"):
            await chat.text(answer)
        for label in ("Chọn cả 3", "Dùng thông tin", "Tôi đã kiểm tra", "Tiếp tục"):
            await chat.tap(label)
        assert "Đặt hàng?" in chat.window
