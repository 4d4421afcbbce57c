"""From a list to an order: the number of taps, two orders for two kinds, and `/mua` with words."""

from collections.abc import Sequence

import pytest
from stdnum.vn import mst

from dialogs.states import Ordering
from domain.customers import CustomerKind
from domain.intakes.entries import EntryField
from domain.orders import Order
from domain.packages import sample_price_list
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.dialogs.intakes.conftest import Lists, full
from tests.support.builders import (
    FISCAL_YEAR,
    add_customers,
    answer_draft,
    enterprise,
    enterprise_tax_code,
    household,
    household_tax_code,
    placed_order,
    start_draft,
)
from tests.support.clock import FixedClock
from tests.support.registry import ScriptedRegistry

NEXT = FISCAL_YEAR + 1
MOST_TAPS = 5


class Tapping:
    """Counts the taps of one chat."""

    def __init__(self, chat: Person) -> None:
        self.chat = chat
        self.taps = 0

    async def __call__(self, *labels: str) -> None:
        for label in labels:
            self.taps += 1
            await self.chat.tap(label)


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person("An")


@pytest.fixture
def lists(harness: Harness, database: Database, clock: FixedClock, registry: ScriptedRegistry) -> Lists:
    return Lists(harness, database, clock, registry)


async def _orders(operations: Operations, chat: Person) -> Sequence[Order]:
    """The orders of this chat's person, newest first."""
    return (await operations.list_orders(await chat.actor())).items


def as_people_write(count: int, first: int = 1) -> str:
    """Lines for new customers in the three forms of the sample message, none with an address."""
    lines = ["anh gửi em ds mua pm nhé:"]
    for number in range(first, first + count):
        code, name = enterprise_tax_code(number), f"Công ty TNHH Đông Á Xanh {number}"
        phone, mail = _phone(number), f"khach{number:04d}@example.com"
        match number % 3:
            case 0:
                lines.append(f"{number}. {name} - MST {code} - Nguyễn Thị Châu {phone}")
            case 1:
                lines.append(f"{code}\t{name}\t{mail}")
            case _:
                lines.append(f"{code} {name} {phone} {mail}")
    return "\n".join([*lines, "", "hết rồi e, thiếu gì nhắn a"])


def _phone(number: int) -> str:
    """A phone that is not a valid tax code too, as every eleventh number is."""
    phones = (f"{prefix}{number:07d}" for prefix in ("098", "097", "096"))
    return next(phone for phone in phones if not mst.is_valid(phone))


ANSWERS = {
    EntryField.ADDRESS: "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
    EntryField.REPRESENTATIVE: "Trần Văn Bình",
    EntryField.EMAIL: "binh{}@congty.vn",
}


def _answer(field: EntryField, position: int) -> str:
    # Some of these phones are valid tax codes as well.
    return f"09{position:08d}" if field is EntryField.PHONE else ANSWERS[field].format(position)


async def complete(operations: Operations, chat: Person) -> int:
    """Answer everything the window asks for. Returns the number of messages."""
    actor, messages = await chat.actor(), 0
    while "Cần bổ sung" in chat.window:
        intake_id = await _intake_id(operations, chat)
        gaps = await operations.intakes.list_gaps(actor, intake_id, 25)
        await chat.text(
            "\n".join(
                f"{gap.entry.position}. "
                + "; ".join(_answer(field, gap.entry.position) for field in gap.open)
                for gap in gaps.entries
            )
        )
        messages += 1
        assert messages <= 4
    return messages


async def _intake_id(operations: Operations, chat: Person) -> int:
    actor = await chat.actor()
    async with operations.view_draft.units.read() as uow:
        intake = await uow.intakes.latest_of(actor.accountant_id)
    assert intake is not None
    return intake.id


class TestTaps:
    async def test_fifty_new_customers_by_a_first_time_accountant(
        self, operations: Operations, chat: Person, lists: Lists, clock: FixedClock
    ) -> None:
        """Two packages of their kind are on sale, and there is no earlier order to follow."""
        async with operations.offer_packages.units.write() as uow:
            two = [one for one in sample_price_list() if one.code in ("STARTER", "STANDARD", "HKD_BASIC")]
            await uow.packages.replace_all(two, clock.now())
        tap = Tapping(chat)
        await lists.paste(chat, as_people_write(50))
        assert await complete(operations, chat) == 2
        await tap("Mua cho 50 khách")
        assert [label for label in chat.buttons if "Hộ kinh doanh" in label] == []
        await tap("🏢 Standard")
        assert "Kiểm tra đơn hàng" in chat.window
        await tap("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng")
        assert "Đã đặt đơn" in chat.window
        assert tap.taps <= MOST_TAPS
        (order,) = await _orders(operations, chat)
        assert (order.line_count, order.package_code) == (50, "STANDARD")

    async def test_fifty_new_customers_after_an_order(
        self, operations: Operations, chat: Person, lists: Lists
    ) -> None:
        old = await add_customers(operations, await chat.actor(), 1, first=900)
        await placed_order(operations, await chat.actor(), old)
        tap = Tapping(chat)
        await lists.paste(chat, as_people_write(50))
        await complete(operations, chat)
        await tap("Mua cho 50 khách", "Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng")
        assert tap.taps < MOST_TAPS
        assert (await _orders(operations, chat))[0].line_count == 50

    async def test_fifty_known_customers_as_tax_codes(self, operations: Operations, chat: Person) -> None:
        known = await add_customers(operations, await chat.actor(), 50)
        tap = Tapping(chat)
        await chat.text("\n".join(customer.tax_code for customer in known))
        await tap("Mua cho 50 khách", "🏢 Starter", "Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng")
        assert tap.taps <= MOST_TAPS
        assert (await _orders(operations, chat))[0].line_count == 50

    async def test_fifty_known_customers_by_command(self, operations: Operations, chat: Person) -> None:
        known = await add_customers(operations, await chat.actor(), 50)
        tap = Tapping(chat)
        await chat.text(f"/mua {NEXT} standard " + " ".join(customer.tax_code for customer in known))
        assert "Kiểm tra đơn hàng" in chat.window
        await tap("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng")
        assert tap.taps == 3
        (order,) = await _orders(operations, chat)
        assert (order.line_count, order.package_code, order.fiscal_year) == (50, "STANDARD", NEXT)

    async def test_fifty_new_customers_by_command(
        self, operations: Operations, chat: Person, lists: Lists
    ) -> None:
        tap = Tapping(chat)
        await lists.paste(chat, f"/mua {NEXT} Professional\n{as_people_write(50)}")
        await complete(operations, chat)
        await tap("Mua cho 50 khách", "Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng")
        assert tap.taps < MOST_TAPS
        (order,) = await _orders(operations, chat)
        assert (order.line_count, order.package_code, order.fiscal_year) == (50, "PROFESSIONAL", NEXT)

    async def test_inside_an_order(self, operations: Operations, chat: Person, lists: Lists) -> None:
        await start_draft(operations, await chat.actor())
        await chat.open(Ordering.customers)
        tap = Tapping(chat)
        await lists.paste(chat, as_people_write(12))
        await complete(operations, chat)
        await tap("Đưa 12 khách vào đơn", "Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng")
        assert (await _orders(operations, chat))[0].line_count == 12


class TestTwoKinds:
    @pytest.fixture
    async def mixed(self, operations: Operations, chat: Person) -> str:
        """A list of three enterprises and two households, all known."""
        actor = await chat.actor()
        known = [
            *await add_customers(operations, actor, 3),
            *await add_customers(operations, actor, 2, household),
        ]
        return "\n".join(customer.tax_code for customer in known)

    async def test_one_review_follows_the_other_and_nobody_is_lost(
        self, operations: Operations, chat: Person, mixed: str
    ) -> None:
        await chat.text(mixed)
        await chat.tap("Mua cho 5 khách")
        await chat.tap("🏢 Starter")
        assert "Đơn 1/2 · còn đơn thứ hai: 2 hộ kinh doanh" in chat.window
        for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
            await chat.tap(label)
        assert "Đã đặt đơn" in chat.window
        assert "còn một đơn chưa đặt: 2 hộ kinh doanh" in chat.window
        offered = [label for label in chat.buttons if "▶️" in label]
        assert [label.partition(" · ")[0] for label in offered] == ["▶️ Hộ kinh doanh", "▶️ Hộ kinh doanh Plus"]
        await chat.tap("▶️ Hộ kinh doanh Plus")
        assert "Đơn 1/2" not in chat.window
        for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
            await chat.tap(label)
        assert "▶️" not in str(chat.buttons)
        orders = await _orders(operations, chat)
        assert [(order.kind, order.line_count) for order in orders] == [
            (CustomerKind.HOUSEHOLD, 2),
            (CustomerKind.ENTERPRISE, 3),
        ]

    async def test_dropping_the_first_opens_the_second(
        self, operations: Operations, chat: Person, mixed: str
    ) -> None:
        await chat.text(f"/mua {NEXT} STARTER\n{mixed}")
        assert "Đơn 1/2" in chat.window
        await chat.text("/start")
        assert "một đơn nháp, và đơn thứ hai chờ sau đó." in chat.window
        await chat.text("/mua")
        assert "Còn đơn thứ hai: 2 hộ kinh doanh" in chat.window
        await chat.tap("Bỏ, làm đơn mới")
        assert "Còn đơn thứ hai: 2 hộ kinh doanh, em mở ngay" in chat.window
        await chat.tap("Bỏ hẳn")
        await chat.repeat()
        assert (await operations.view_draft(await chat.actor())).kind is CustomerKind.HOUSEHOLD
        await chat.tap("🏪 Hộ kinh doanh Plus")
        assert f"Năm tài chính: {NEXT}" in chat.window

    async def test_a_list_of_the_other_kind_given_in_an_order_waits(
        self, operations: Operations, chat: Person, mixed: str
    ) -> None:
        actor = await chat.actor()
        await start_draft(operations, actor)
        await chat.open(Ordering.customers)
        await chat.tap(chat.buttons[0])
        await chat.text(f"{household_tax_code(1)}\n{household_tax_code(2)}")
        await chat.tap("Đưa 2 khách vào đơn")
        view = await operations.view_draft(actor)
        assert (view.kind, view.sums.lines) == (CustomerKind.ENTERPRISE, 1)
        assert view.waiting is not None
        assert view.waiting.lines == 2


async def test_recipients_of_the_list_are_said_on_the_review(
    operations: Operations, chat: Person, lists: Lists
) -> None:
    hoa = {"notice_name": "Chị Hoa", "notice_email": "hoa@me.vn", "notice_phone": "0912000111"}
    await chat.text("/khachhang")
    await lists.send(chat, full(1, **hoa), full(2), full(3))
    await chat.tap("Mua cho 3 khách")
    assert "1 khách có người nhận riêng; khách khác tự nhận." in chat.window
    await chat.tap("🏢 Starter")
    assert "Đối tượng nhận: 1 người khác; 2 khách tự nhận" in chat.window
    for label in ("Xem từng khách", "Công ty Số 2"):
        await chat.tap(label)
    assert "Khách hàng này tự nhận." in chat.window
    await chat.tap("‹ Danh sách")
    await chat.tap("Công ty Số 1")
    assert "Chị Hoa · 0912 000 111" in chat.window
    await chat.tap("‹ Danh sách")
    for label in ("‹ Về kiểm tra", "Tôi đã kiểm tra", "Tiếp tục"):
        await chat.tap(label)
    assert "• 3 email" in chat.window
    await chat.tap("Đặt hàng")
    assert (await _orders(operations, chat))[0].recipient is RecipientMode.OTHER


class TestInTheWay:
    @pytest.fixture
    async def pasted(self, operations: Operations, chat: Person) -> Person:
        """A draft with two customers is open. Four known customers are pasted, one of them in the draft."""
        actor = await chat.actor()
        known = await add_customers(operations, actor, 5)
        await answer_draft(operations, actor, known[:2], package_code="STANDARD", fiscal_year=NEXT)
        await chat.text("\n".join(customer.tax_code for customer in known[1:]))
        await chat.tap("Mua cho 4 khách")
        assert "Anh/chị đang có một đơn nháp" in chat.window
        assert "Gói: Standard" in chat.window
        assert f"Năm tài chính: {NEXT}" in chat.window
        return chat

    async def test_join(self, operations: Operations, pasted: Person) -> None:
        await pasted.tap("Thêm khách vào đơn nháp")
        assert "Khách hàng: 5" in pasted.window
        assert "Gói: Standard" in pasted.window

    async def test_replace(self, operations: Operations, pasted: Person) -> None:
        await pasted.tap("Bỏ đơn nháp, lập đơn mới")
        await pasted.repeat()
        assert "Bước 1/6" in pasted.window
        await pasted.tap("🏢 Starter")
        assert "Khách hàng: 4" in pasted.window

    async def test_keep(self, operations: Operations, pasted: Person) -> None:
        await pasted.tap("Giữ, làm tiếp đơn nháp")
        assert pasted.window.startswith("✅ Danh sách em vẫn giữ, ở Khách hàng › Thêm nhiều khách.")
        assert "Khách hàng: 2" in pasted.window

    async def test_back_to_the_list(self, operations: Operations, pasted: Person) -> None:
        await pasted.tap("‹ Quay lại")
        assert "Mua cho 4 khách" in str(pasted.buttons)


class TestCommand:
    async def test_alone_it_begins_as_ever(self, chat: Person) -> None:
        await chat.text("/mua")
        assert "Bước 1/6" in chat.window
        await chat.text("/mua   ")
        assert "Bước 1/6" in chat.window

    async def test_what_it_answers_is_not_asked(self, chat: Person) -> None:
        await chat.text(f"/mua {NEXT} standard")
        assert "Bước 3/6" in chat.window
        await chat.repeat()
        assert "Bước 3/6" in chat.window

    async def test_a_year_alone_and_a_package_alone(self, operations: Operations, chat: Person) -> None:
        await chat.text(f"/mua {NEXT}")
        assert "Bước 1/6" in chat.window
        await chat.tap("🏢 Starter")
        assert "Bước 3/6" in chat.window
        # A draft without customers is in nobody's way.
        await chat.text("/mua professional")
        assert "Bước 2/6" in chat.window
        (customer,) = await add_customers(operations, await chat.actor(), 1)
        await operations.pick_customer(await chat.actor(), customer.id, True)
        await chat.text("/mua professional")
        assert "Anh/chị đang có một đơn nháp" in chat.window
        assert "Thêm khách" not in str(chat.buttons)
        await chat.tap("Bỏ đơn nháp")
        assert "Bước 2/6" in chat.window
        view = await operations.view_draft(await chat.actor())
        assert view.package is not None
        assert view.package.code == "PROFESSIONAL"

    async def test_wrong_parts_are_said_at_once_and_the_rest_is_taken(
        self, operations: Operations, chat: Person
    ) -> None:
        known = await add_customers(operations, await chat.actor(), 2)
        await chat.text(f"/mua 2035 STANDRAD {known[0].tax_code} {known[1].tax_code}")
        assert chat.window.startswith("⚠️ Năm 2035 chưa mua được. Các năm mua được: 2025, 2026")
        assert "Không có gói “STANDRAD”. Các gói đang bán: Starter, Standard" in chat.window
        assert "Bước 1/6" in chat.window
        assert (await operations.view_draft(await chat.actor())).sums.lines == 2

    async def test_a_wrong_tax_code_opens_the_list_with_the_wish_kept(
        self, operations: Operations, chat: Person
    ) -> None:
        (known,) = await add_customers(operations, await chat.actor(), 1)
        wrong = enterprise_tax_code(77)[:-1] + str((int(enterprise_tax_code(77)[-1]) + 1) % 10)
        await chat.text(f"/mua {NEXT} standard {known.tax_code} {wrong}")
        assert wrong in chat.window
        await chat.tap("Mua cho 1 khách")
        assert "Kiểm tra đơn hàng" in chat.window
        assert f"Năm tài chính: {NEXT}" in chat.window
        assert "Gói: Standard" in chat.window

    async def test_words_that_name_nobody_lose_nothing_of_the_wish(self, chat: Person) -> None:
        await chat.text(f"/mua {NEXT} standard 12345")
        assert "Em chưa thấy mã số thuế nào" in chat.window
        assert "Bước 3/6" in chat.window

    async def test_a_package_of_the_other_kind_is_refused_with_a_way_on(
        self, operations: Operations, chat: Person
    ) -> None:
        (known,) = await add_customers(operations, await chat.actor(), 1)
        await chat.text(f"/mua hkd_plus {known.tax_code}")
        assert "Gói Hộ kinh doanh Plus dành cho hộ kinh doanh" in chat.window
        assert "Starter, Standard, Professional" in chat.window


async def test_a_search_says_who_is_kept_under_the_other_kind(operations: Operations, chat: Person) -> None:
    actor = await chat.actor()
    first, _ = await add_customers(operations, actor, 2)
    await start_draft(operations, actor, package_code="HKD_BASIC")
    await chat.open(Ordering.customers)
    await chat.text(first.tax_code)
    assert f"{first.name} đang ghi là doanh nghiệp, còn đơn này dành cho hộ kinh doanh" in chat.window
    await chat.text("hoa sen")
    assert "và 1 khách khác đang ghi là doanh nghiệp" in chat.window


class TestFilters:
    async def test_all_that_match_a_filter_are_picked(self, operations: Operations, chat: Person) -> None:
        actor = await chat.actor()
        known = await add_customers(operations, actor, 12)
        await placed_order(operations, actor, known[:3], RecipientMode.ACCOUNTANT, fiscal_year=FISCAL_YEAR)
        await start_draft(operations, actor, fiscal_year=NEXT)
        await chat.open(Ordering.customers)
        await chat.tap(next(label for label in chat.buttons if known[-1].tax_code in label))
        await chat.tap("Lọc")
        await chat.tap(f"Đã mua {FISCAL_YEAR}, chưa mua {NEXT}")
        assert f"Đang lọc: đã mua {FISCAL_YEAR}, chưa mua {NEXT}" in chat.window
        await chat.tap("Chọn cả 3")
        assert "Đã chọn: 4" in chat.window
        await chat.tap("Bỏ chọn khách tìm thấy")
        assert "Đã chọn: 1" in chat.window
        await chat.tap("Bỏ lọc")
        assert "12 doanh nghiệp để chọn" in chat.window

    async def test_those_who_lack_something(self, operations: Operations, chat: Person) -> None:
        actor = await chat.actor()
        await add_customers(operations, actor, 2)
        await operations.add_customer(actor, enterprise(3, email=""))
        await start_draft(operations, actor)
        await chat.open(Ordering.customers)
        await chat.tap("Lọc")
        await chat.tap("Thiếu thông tin")
        assert [label for label in chat.buttons if "Hoa Sen" in label] == [
            next(label for label in chat.buttons if "Hoa Sen 3" in label)
        ]
        await chat.tap("Chọn cả 1 & tiếp tục")
        view = await operations.view_draft(actor)
        assert (view.sums.lines, view.sums.incomplete) == (1, 1)
