"""The windows of the vendor's people, from the menu to the end of each kind of work."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image

from dialogs.back_office.page import DESK_LINK
from domain.licences import TRIAL
from domain.money import vnd
from domain.orders import Order
from domain.people import Actor, FirmState
from services.operations import Operations, build_operations
from services.ports import DoneByHand
from storage.database import Database
from tests.dialogs.conftest import TypedWorkbooks
from tests.dialogs.harness import Harness, Person
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE, add_customers, placed_order, register_owner
from tests.support.clock import FixedClock
from tests.support.working import Working


@pytest.fixture
def working(database: Database, clock: FixedClock) -> Working:
    return Working(database, clock)


@pytest.fixture
def bank(database: Database, clock: FixedClock, working: Working) -> Bank:
    return Bank(database, clock, working)


@pytest.fixture
async def lan(harness: Harness) -> Person:
    return await harness.back_office("Lan")


@pytest.fixture
async def owner(operations: Operations) -> Actor:
    return await register_owner(operations, 1)


@pytest.fixture
async def order(operations: Operations, owner: Actor, lan: Person, working: Working) -> Order:
    placed = await placed_order(operations, owner, await add_customers(operations, owner, 3))
    await working.work()
    return placed


async def codes_of(database: Database, order: Order) -> list[str]:
    async with database.read() as uow:
        return [request.code for request in await uow.payments.of_order(order.id)]


class TestTheMenu:
    async def test_it_is_their_own_and_counts(self, lan: Person, order: Order, bank: Bank) -> None:
        await bank.tells("khong ro", 1000)
        await lan.text("/start")
        assert "Chào Lan" in lan.window
        assert "🏦 Chuyển khoản cần xử lý (1)" in lan.buttons
        assert len(lan.rows) <= 8
        await lan.tap("Thông báo")
        await lan.tap("Menu")
        assert "Bàn làm việc" in lan.window

    @pytest.mark.parametrize("command", ["/mua", "/khachhang", "/donhang", "/kichhoat"])
    async def test_what_accountants_do_is_refused_in_words(self, lan: Person, command: str) -> None:
        await lan.text(command)
        assert "Việc này của kế toán dịch vụ" in lan.window
        assert "Bàn làm việc" in lan.window

    async def test_an_accountant_gets_the_accountants_menu(self, harness: Harness) -> None:
        an = await harness.person("An")
        await an.text("/start")
        assert "Mua hàng loạt" in " ".join(an.buttons)
        assert "Bàn làm việc" not in an.window


class TestThePage:
    async def test_a_link_is_made_anew_each_time_it_is_shown(self, lan: Person, harness: Harness) -> None:
        await lan.text("/start")
        assert "🖥 Mở trang" not in lan.buttons
        made: list[int] = []

        async def make(accountant_id: int) -> str:
            made.append(accountant_id)
            return f"https://bot.example/desk/open/{len(made)}"

        harness.dispatcher[DESK_LINK] = make
        await lan.text("/start")
        assert len(lan.rows) <= 8
        await lan.tap("Mở trang")
        assert "https://bot.example/desk/open/1" in lan.window
        assert made == [(await lan.actor()).accountant_id]
        await lan.tap("Bàn làm việc")
        await lan.tap("Mở trang")
        assert "https://bot.example/desk/open/2" in lan.window


class TestFirms:
    @pytest.fixture
    async def waiting(self, database: Database, clock: FixedClock, lan: Person) -> Actor:
        approving = build_operations(database, clock, PAYEE, CHANNELS, TypedWorkbooks(), approval=True)
        return await register_owner(approving, 5, "Minh & <b>An</b>")

    async def test_refused_with_a_typed_reason_then_approved(
        self, lan: Person, waiting: Actor, operations: Operations
    ) -> None:
        await lan.text("/start")
        await lan.tap("Duyệt đơn vị (1)")
        await lan.tap("Đại lý thuế Minh")
        await lan.tap("Từ chối")
        await lan.text("Sai <mã số thuế>")
        assert "Sai <mã số thuế>" in lan.window
        await lan.tap("Từ chối và báo")
        await lan.repeat()
        assert "Không có đơn vị nào đang chờ" in lan.window
        await lan.tap("Đã từ chối")
        await lan.tap("Đại lý thuế Minh")
        assert "Đã từ chối: Sai <mã số thuế>" in lan.window
        assert "✖️ Từ chối" not in lan.buttons
        await lan.tap("Duyệt")
        assert "Đã duyệt Đại lý thuế Minh" in lan.window
        assert (await operations.show_profile(waiting)).firm.state is FirmState.APPROVED


class TestTransfers:
    @pytest.mark.parametrize("count, said", [(1, "khoản bên dưới"), (9, "một trong 7 khoản bên dưới")])
    async def test_many_of_one_sum_leave_room_for_the_other_buttons(
        self, lan: Person, operations: Operations, bank: Bank, count: int, said: str
    ) -> None:
        owner = await register_owner(operations, 7)
        await placed_order(operations, owner, await add_customers(operations, owner, count))
        await bank.tells("khong ro", 1_950_000)
        await lan.text("/start")
        await lan.tap("Chuyển khoản cần xử lý (1)")
        await lan.tap("1.950.000 ₫ · không có mã")
        assert f"Có thể là của {said}; không phải thì chọn “Ghi cho một đơn”" in lan.window
        assert len(lan.buttons) <= 12

    async def test_given_to_an_order(self, lan: Person, order: Order, bank: Bank, database: Database) -> None:
        first, *_ = await codes_of(database, order)
        await bank.tells("chuyen tien & khong ma", 1_950_000 + 500)
        await lan.text("/start")
        await lan.tap("Chuyển khoản cần xử lý (1)")
        await lan.tap("1.950.500 ₫ · không có mã")
        await lan.tap("Ghi cho một đơn")
        await lan.text("mã nào cũng được")
        assert "Em chưa thấy mã đúng nào" in lan.window
        await lan.text(first.lower())
        assert "Thừa 500 ₫" in lan.window
        await lan.tap("Ghi nhận")
        assert "Đã ghi nhận" in lan.window
        await lan.tap("500 ₫ · thừa tiền")
        assert "thừa 500 ₫" in lan.window
        await lan.tap("Đã trả lại tiền")
        await lan.text("FT2612")
        await lan.tap("Đã trả lại")
        assert "Không có khoản nào cần xử lý" in lan.window

    async def test_who_gives_money_back_is_seen_by_all(
        self, lan: Person, order: Order, bank: Bank, database: Database
    ) -> None:
        first, *_ = await codes_of(database, order)
        await bank.tells(first, 1_950_700)
        await lan.text("/start")
        assert len(lan.rows) <= 8
        await lan.tap("Trả lại (1)")
        await lan.tap("700 ₫ · thừa tiền · chưa ai nhận")
        assert f"Đơn {order.code}" in lan.window
        await lan.tap("Em nhận việc này")
        await lan.repeat()
        assert "Người làm: Lan" in lan.window
        await lan.tap("Xử lý khoản này")
        assert "Trả lại tiền, TL1: chưa trả, Lan đang làm" in lan.window
        assert "🙋 Nhận việc trả lại" not in lan.buttons
        await lan.tap("Đã trả lại tiền")
        await lan.text("FT9")
        await lan.tap("Đã trả lại")
        await lan.text("/start")
        await lan.tap("Trả lại")
        await lan.tap("Đã xong")
        await lan.tap("700 ₫ · thừa tiền · đã trả lại")
        assert "mã giao dịch FT9" in lan.window

    async def test_to_a_customer_that_a_button_names(
        self, lan: Person, order: Order, bank: Bank, database: Database
    ) -> None:
        await bank.tells("cty hoa sen 2 ck", 1_950_000)
        await lan.text("/start")
        await lan.tap("Chuyển khoản cần xử lý (1)")
        await lan.tap("1.950.000 ₫ · không có mã")
        first, second, _ = await codes_of(database, order)
        assert "Em chưa ghi khoản nào" in lan.window
        assert lan.buttons[0] == f"→ Hoa Sen 2 · 1.950.000 ₫ · {second[:4]}…"
        assert max(map(len, lan.buttons)) <= 36
        await lan.tap(lan.buttons[0])
        assert "→ Công ty TNHH Hoa Sen 2: còn 1.950.000 ₫, ghi 1.950.000 ₫" in lan.window
        await lan.tap("Quay lại")
        # An order's code does not say which customer, so a button for each does.
        await lan.tap("Ghi cho một đơn")
        await lan.text(order.code)
        assert "1.950.000 ₫ này của khách nào?" in lan.window
        assert "📌 Ghi nhận" not in lan.buttons
        await lan.tap(f"→ Hoa Sen 1 · 1.950.000 ₫ · {first[:4]}…")
        assert "→ Công ty TNHH Hoa Sen 1: còn 1.950.000 ₫, ghi 1.950.000 ₫" in lan.window
        await lan.tap("Ghi nhận")
        assert "Đã ghi nhận" in lan.window
        async with database.read() as uow:
            assert [one.left for one in await uow.payments.of_order(order.id)] == [0, 1_950_000, 1_950_000]

    async def test_left_alone_and_settled_by_somebody_else(
        self, lan: Person, order: Order, bank: Bank, operations: Operations
    ) -> None:
        await bank.tells("lai tien gui", 700)
        await lan.text("/start")
        await lan.tap("Chuyển khoản cần xử lý (1)")
        await lan.tap("700 ₫")
        await lan.tap("Bỏ qua")
        await lan.text("Lãi tiền gửi")
        await operations.desk.return_transfer(await lan.actor(), 1, "FT1")
        await lan.tap("Bỏ qua")
        assert "đã có người xử lý" in (lan.alert or "")
        await lan.tap("Quay lại")
        assert "đã trả lại: FT1" in lan.window
        assert lan.buttons == ["‹ Quay lại"]

    async def test_money_that_left(self, lan: Person, bank: Bank) -> None:
        await bank.tells("hoan tien cho khach", 5000, outgoing=True)
        await lan.text("/start")
        await lan.tap("Chuyển khoản cần xử lý")
        await lan.tap("Tiền chuyển đi")
        assert "hoan tien cho khach" in lan.window


class TestPayments:
    async def test_entered_by_hand(self, lan: Person, order: Order, database: Database) -> None:
        first, *_ = await codes_of(database, order)
        await lan.text("/start")
        await lan.tap("Ghi nhận thanh toán")
        await lan.tap("Nhập khoản thanh toán")
        await lan.text(order.code)
        assert "nhiều khoản" in lan.window
        await lan.text(first)
        await lan.text("một ít")
        assert "không phải số tiền" in lan.window
        await lan.tap("Đúng 1.950.000 ₫")
        await lan.text("FT77")
        assert "FT77" in lan.window
        await lan.tap("Ghi nhận")
        assert "Đã ghi nhận khoản này" in lan.window
        await lan.repeat()
        async with database.read() as uow:
            request = await uow.payments.get(first)
        assert request is not None
        assert request.left == 0

    async def test_a_claim_with_its_picture(
        self, lan: Person, order: Order, owner: Actor, operations: Operations, database: Database
    ) -> None:
        first, second, _ = await codes_of(database, order)
        await operations.claim_transfer(owner, first, "telegram:photo-1")
        await operations.claim_transfer(owner, second, "telegram:photo-2")
        await lan.text("/start")
        await lan.tap("Ghi nhận thanh toán (2)")
        await lan.tap("1.950.000 ₫ · Công ty TNHH Hoa Sen 1")
        assert lan.message.photo
        await lan.tap("Đã thấy tiền")
        await lan.text("FT88")
        await lan.tap("Số tiền khác")
        await lan.text("1.000.000")
        assert "1.000.000 ₫" in lan.window
        await lan.tap("Ghi nhận")
        async with database.read() as uow:
            request = await uow.payments.get(first)
        assert request is not None
        assert request.received == 1_000_000
        await lan.tap("1.950.000 ₫ · Công ty TNHH Hoa Sen 2")
        await lan.tap("Chưa thấy tiền")
        await lan.text("Ảnh mờ")
        await lan.tap("Báo chưa thấy tiền")
        assert "Không có khoản nào kế toán báo" in lan.window


class TestActivations:
    async def test_by_hand(
        self,
        lan: Person,
        order: Order,
        owner: Actor,
        operations: Operations,
        working: Working,
        clock: FixedClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async def by_hand(*_: object) -> None:
            raise DoneByHand

        for call in ("create", "find", "suspend", "restore"):
            monkeypatch.setattr(working.vendor, call, by_hand)
        run = await operations.open_activation(owner, order.id)
        await operations.start_run(owner, run.id)
        await working.work()
        await lan.text("/start")
        await lan.tap("Kích hoạt (3)")
        await lan.tap("Công ty TNHH Hoa Sen 1")
        await lan.tap("Đã kích hoạt xong")
        await lan.text("giamdoc1@hoasen.vn")
        await lan.tap("Đã kích hoạt")
        assert "Đã ghi là kích hoạt xong" in lan.window
        await lan.tap("Công ty TNHH Hoa Sen 2")
        await lan.tap("Không kích hoạt được")
        await lan.text("Email đã có người dùng")
        await lan.tap("Báo không kích hoạt được")
        await lan.tap("Kích hoạt lỗi")
        await lan.tap("Công ty TNHH Hoa Sen 2")
        assert "Email đã có người dùng" in lan.window
        await lan.tap("Thử kích hoạt lại")
        await working.work()
        await operations.desk.activated_by_hand(await lan.actor(), 2, "a@b.vn")
        await operations.desk.activated_by_hand(await lan.actor(), 3, "a@b.vn")
        await working.work_until(clock.now() + TRIAL + timedelta(seconds=1))
        await lan.text("/start")
        await lan.tap("Kích hoạt (3)")
        await lan.tap("Công ty TNHH Hoa Sen 3")
        await lan.tap("Đã tạm dừng xong")
        assert "2 phần mềm chờ" in lan.window

    async def test_failed_ones_come_first_where_nothing_is_by_hand(
        self, lan: Person, order: Order, owner: Actor, operations: Operations, working: Working
    ) -> None:
        run = await operations.open_activation(owner, order.id)
        await operations.start_run(owner, run.id)
        working.vendor.before += [DoneByHand()] * 3
        await working.work()
        await operations.desk.failed_by_hand(await lan.actor(), 1, "Hết chỗ")
        await operations.desk.activated_by_hand(await lan.actor(), 2, "a@b.vn")
        await operations.desk.activated_by_hand(await lan.actor(), 3, "a@b.vn")
        await lan.text("/start")
        await lan.tap("Kích hoạt (1)")
        assert "1 phần mềm kích hoạt không được" in lan.window


class TestPrices:
    async def test_downloaded_checked_and_replaced(
        self, lan: Person, workbooks: TypedWorkbooks, harness: Harness, operations: Operations
    ) -> None:
        await lan.text("/start")
        await lan.tap("Bảng giá")
        assert "bảng giá mẫu" in lan.window
        await lan.tap("Tải bảng giá")
        document = harness.bot.documents[-1].document
        sheet = load_workbook(io.BytesIO(document.data)).worksheets[0]  # type: ignore[union-attr]
        headings, *rows = sheet.iter_rows(values_only=True)
        keys = dict(
            zip(headings, ("code", "kind", "name", "summary", "price", "vat_rate", "has_stock"), strict=True)
        )
        cells = [{keys[head]: str(value) for head, value in zip(headings, row, strict=True)} for row in rows]
        cells[0]["price"] = "2000000"
        await lan.file(workbooks.put(b"bad", [*cells, {**cells[0], "code": "?"}]), "giá.xlsx")
        assert "1 dòng cần sửa" in lan.window
        assert "Thay bảng giá" not in lan.buttons
        await lan.tap("Xem các dòng cần sửa")
        assert "Mã gói: “?”" in lan.window
        await lan.file(workbooks.put(b"good", cells[:-1]), "giá.xlsx")
        assert "Starter (STARTER): 1.950.000 ₫ → 2.000.000 ₫" in lan.window
        assert "Bỏ Hộ kinh doanh Plus" in lan.window
        await lan.tap("Thay bảng giá")
        assert "Đã thay bảng giá" in lan.window
        await lan.repeat()
        assert "bảng giá mẫu" not in lan.window
        assert "2.000.000 ₫" in lan.window


class TestLooking:
    async def test_an_order_by_its_code(self, lan: Person, order: Order) -> None:
        await lan.text("/start")
        await lan.tap("Tra cứu")
        await lan.text("Cây Sung")
        assert "Em không thấy gì khớp" in lan.window
        await lan.text(order.code.lower())
        assert order.code in lan.window
        assert "giamdoc1@hoasen.vn" in lan.window
        assert "Phạm Chủ 1: Đặt đơn" in lan.window

    async def test_by_a_name_what_is_found_is_shown_by_kind(
        self, lan: Person, order: Order, bank: Bank, harness: Harness
    ) -> None:
        await bank.tells("khong ro", order.total)
        await lan.text("/start")
        await lan.tap("Tra cứu")
        await lan.text(str(order.total))
        assert "📦 Đơn hàng: 1" in lan.window
        assert "🏦 Chuyển khoản: 1" in lan.window
        assert "cần xử lý" in " ".join(lan.buttons)
        await lan.text("dai ly thue")
        assert "🏢 Đơn vị: 1" in lan.window
        # Two firms may have one name.
        assert any(label.startswith("🏢 Đại lý thuế 1 · ") for label in lan.buttons)
        await lan.tap("🏢 Đại lý thuế 1")
        assert "Phạm Chủ 1 · 09" in lan.window
        await lan.tap("Sao kê công nợ")
        caption = harness.bot.documents[-1].caption
        assert f"phải trả {vnd(order.total)}, đã trả 0 ₫" in str(caption)
        await lan.text("hoa sen 2")
        await lan.tap("👥 Hoa Sen 2")
        assert "Khách của: Đại lý thuế 1" in lan.window
        await lan.tap(order.code)
        assert f"Đơn {order.code}" in lan.window
        await lan.tap("Lịch sử")
        assert "Phạm Chủ 1: Đặt đơn" in lan.window

    async def test_an_order_of_many_shows_its_head_and_buttons_first(
        self, lan: Person, operations: Operations, owner: Actor
    ) -> None:
        order = await placed_order(operations, owner, await add_customers(operations, owner, 31))
        await lan.text("/start")
        await lan.tap("Tra cứu")
        await lan.text(order.code)
        assert len(lan.window.splitlines()) <= 12
        assert "31 khách" in lan.window
        assert "Hoa Sen" not in lan.window
        assert lan.buttons[:2] == ["👥 Khách trong đơn (31)", "🕒 Lịch sử"]
        await lan.tap("Khách trong đơn")
        assert "6. Công ty TNHH Hoa Sen 6" in lan.window
        await lan.tap("›")
        assert "7. Công ty TNHH Hoa Sen 7" in lan.window
        await lan.tap("Về đơn")
        assert "Tổng tiền" in lan.window

    async def test_a_day_as_a_picture_that_turns(self, lan: Person, order: Order, harness: Harness) -> None:
        await lan.text("/start")
        await lan.tap("Số liệu ngày")
        assert "15/06/2026" in lan.window
        assert f"Giá trị đơn mới, ₫: {order.total:,}".replace(",", ".").replace(". ₫", ", ₫") in lan.window
        assert "Còn lại sau trả, ₫: 0" in lan.window
        await lan.tap("‹")
        assert "14/06/2026" in lan.window
        assert "Giá trị đơn mới, ₫: 0" in lan.window
        await lan.text("1/6/2026")
        assert "01/06/2026" in lan.window
        pictures = [Image.open(io.BytesIO(picture.data)) for picture in harness.bot.pictures]  # type: ignore[attr-defined]
        assert [picture.format for picture in pictures] == ["PNG"] * 3
        await lan.tap("Tháng này")
        assert "Số liệu từ 01/06/2026 đến 30/06/2026" in lan.window
        assert f"Giá trị đơn mới, ₫: {order.total:,}".replace(",", ".").replace(". ₫", ", ₫") in lan.window
        await lan.tap("‹")
        assert "Số liệu từ 01/05/2026 đến 31/05/2026" in lan.window
        await lan.text("14/6/2026 - 15/6/2026")
        await lan.tap("Tải sổ")
        book = load_workbook(io.BytesIO(harness.bot.documents[-1].document.data))  # type: ignore[union-attr]
        sheets = ["Tổng hợp", "Đơn hàng", "Tiền vào", "Phải thu", "Trả lại", "Hóa đơn"]
        assert book.sheetnames == sheets
        assert [row[1] for row in list(book["Đơn hàng"].values)[1:]] == [order.code]
        assert "Số liệu từ 14/06/2026 đến 15/06/2026" in lan.window
        await lan.text("15/6/2026 - 14/6/2026")
        assert "Số liệu từ 14/06/2026 đến 15/06/2026" in lan.window
        assert pictures[0].width == 1080

    async def test_the_log_as_a_workbook(self, lan: Person, order: Order, harness: Harness) -> None:
        await lan.text("/start")
        await lan.tap("Số liệu ngày")
        await lan.tap("Nhật ký")
        await lan.text("hôm qua")
        assert "chưa đúng" in lan.window
        await lan.tap("Hôm nay")
        document = harness.bot.documents[-1].document
        rows = load_workbook(io.BytesIO(document.data)).active.values  # type: ignore[union-attr]
        assert [row[1:] for row in rows] == [
            ("Người làm", "Việc", "Đơn vị", "Đơn hàng", "Khoản chuyển", "Mã giao dịch", "Lý do"),
            ("Phạm Chủ 1", "Đặt đơn", "Đại lý thuế 1", order.code, None, None, None),
            ("Lan", "Xem tổng kết · 15/06/2026", None, None, None, None, None),
        ]
        await lan.text("15/6/2026")
        document = harness.bot.documents[-1].document
        *_, last = load_workbook(io.BytesIO(document.data)).active.values  # type: ignore[union-attr]
        assert last[1:4] == ("Lan", "Xuất nhật ký · từ 15/06/2026 · đến 15/06/2026", None)


async def test_push_buttons_open_what_they_are_about(
    lan: Person, order: Order, bank: Bank, owner: Actor, operations: Operations, database: Database
) -> None:
    first, *_ = await codes_of(database, order)
    await bank.tells("khong ro", 700)
    claim = await operations.claim_transfer(owner, first, "telegram:photo-1")
    await lan.text("/start")
    for data, shown in (
        ("open:firms", "Đơn vị chờ duyệt"),
        ("open:transfer:1", "khong ro"),
        (f"open:claim:{claim.id}", "Báo đã chuyển khoản"),
        ("open:byhand", "Việc làm tay"),
        ("open:deskinv", "Không có hóa đơn nào đang chờ"),
        ("open:transfer:999", "Em không tìm thấy khoản chuyển này"),
    ):
        await lan.push_tap(data)
        assert shown in lan.window, data


async def test_a_firms_person_cannot_open_them(harness: Harness) -> None:
    an = await harness.person("An")
    await an.text("/start")
    for data in ("open:firms", "open:transfer:1", "open:claim:1", "open:byhand", "open:deskinv"):
        await an.push_tap(data)
        assert "chỉ nhân viên nhà cung cấp" in an.window, data
