"""The list of notices, the window that each opens, and the preferences."""

import pytest

from dialogs.push_buttons import WINDOWS
from dialogs.states import Notices
from domain.chats import Channel
from domain.messaging.notices import QuietHours, Topic
from domain.messaging.preferences import Preferences
from domain.messaging.pushes import FirmDecided, OrderCancelledNotice, Push, StaffJoined
from domain.messaging.targets import Place
from domain.orders import Order
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.clock import FixedClock


@pytest.fixture
async def owner(harness: Harness) -> Person:
    return await harness.person("An")


@pytest.fixture
async def order(operations: Operations, owner: Person) -> Order:
    actor = await owner.actor()
    return await builders.placed_order(operations, actor, await builders.add_customers(operations, actor, 1))


async def _tell(database: Database, clock: FixedClock, person: Person, *pushes: object) -> None:
    """Queue notices about these subjects, newest last."""
    actor = await person.actor()
    async with database.write() as uow:
        count = (await uow.pushes.notices(actor.accountant_id, 0, 1))[1]
        many = [
            Push(f"told:{number}", Channel.CHAT, subject, actor.accountant_id)  # type: ignore[arg-type]
            for number, subject in enumerate(pushes, count)
        ]
        await uow.pushes.add_many(many, clock.now())


async def _preferences(operations: Operations, person: Person) -> Preferences:
    return (await operations.get_preferences(await person.actor())).preferences


async def test_nothing_was_told_yet(owner: Person) -> None:
    await owner.text("/thongbao")
    assert "Chưa có tin nào" in owner.window
    assert owner.buttons == ["⚙️ Tùy chọn", "🏠 Menu"]


async def test_the_menu_counts_what_is_unread_and_opens_the_list(
    owner: Person, order: Order, operations: Operations
) -> None:
    await owner.text("/start")
    await owner.tap("Thông báo (1)")
    assert "1 tin, 1 tin chưa đọc" in owner.window
    await owner.tap("🔵")
    assert f"Đơn {order.code}" in owner.window
    await owner.text("/start")
    assert "🔔 Thông báo" in owner.buttons


async def test_the_newest_stand_first_in_pages_of_six(
    owner: Person, order: Order, database: Database, clock: FixedClock
) -> None:
    actor = await owner.actor()
    await _tell(database, clock, owner, *(StaffJoined(actor.accountant_id) for _ in range(16)))
    await owner.text("/thongbao")
    assert "17 tin, 17 tin chưa đọc" in owner.window
    assert owner.buttons[:6] == ["🔵 15/06 👤 An đã vào đơn vị"] * 6
    assert "1/3 ›" in owner.buttons
    for _ in range(2):
        await owner.tap("›")
    assert owner.buttons[4] == f"🔵 15/06 ✅ Đã đặt đơn {order.code}"
    assert "3/3 ›" in owner.buttons


async def test_all_are_read_at_one_tap(owner: Person, order: Order) -> None:
    await owner.text("/thongbao")
    await owner.tap("Đánh dấu đã đọc hết")
    assert owner.window.startswith("✅ Đã đánh dấu đọc hết.")
    assert owner.buttons[0] == f"15/06 ✅ Đã đặt đơn {order.code}"
    assert "✔️ Đánh dấu đã đọc hết" not in owner.buttons
    await owner.repeat()
    assert "1 tin, đã đọc hết" in owner.window


async def test_each_opens_what_it_is_about(
    owner: Person, order: Order, database: Database, clock: FixedClock
) -> None:
    actor = await owner.actor()
    subjects = {
        OrderCancelledNotice(order.id): f"Đơn {order.code}",
        StaffJoined(actor.accountant_id): "Nhân viên của",
        FirmDecided(actor.firm_id): "anh/chị cần em giúp gì",
    }
    for subject, shown in subjects.items():
        await _tell(database, clock, owner, subject)
        await owner.text("/thongbao")
        await owner.tap(owner.buttons[0])
        assert shown in owner.window


async def test_the_first_of_two_taps_has_opened_it(owner: Person, order: Order) -> None:
    await owner.text("/thongbao")
    shown = owner.message
    await owner.tap("🔵", on=shown)
    await owner.tap("🔵", on=shown)
    assert f"Đơn {order.code}" in owner.window


async def test_what_comes_at_once_and_what_in_the_digest(owner: Person, operations: Operations) -> None:
    await owner.text("/thongbao")
    await owner.tap("Tùy chọn")
    assert owner.buttons[:4] == [
        "☑️ Đơn hàng: gửi ngay",
        "☑️ Nhắc hạn thanh toán: gửi ngay",
        "☑️ Tin không gửi được: gửi ngay",
        "☑️ Nhân viên, đơn vị: gửi ngay",
    ]
    await owner.tap("Nhắc hạn")
    assert owner.buttons[1] == "🗞 Nhắc hạn thanh toán: gom lại"
    await owner.repeat()
    assert (await _preferences(operations, owner)).in_digest == {Topic.REMINDERS}
    await owner.tap("Nhắc hạn")
    assert (await _preferences(operations, owner)).in_digest == frozenset()


async def test_staff_are_not_told_of_staff(harness: Harness, owner: Person) -> None:
    colleague = await harness.colleague(owner)
    await colleague.open(Notices.preferences)
    assert not [label for label in colleague.buttons if "Nhân viên" in label]


async def test_quiet_hours_are_chosen_typed_and_left(owner: Person, operations: Operations) -> None:
    await owner.open(Notices.preferences)
    assert "Giờ yên lặng: không có" in owner.window
    await owner.tap("Giờ yên lặng")
    assert "🔊 Bỏ giờ yên lặng" not in owner.buttons
    await owner.tap("22h – 7h")
    assert owner.window.startswith("✅ Giờ yên lặng: 22h – 7h.")
    assert "không kêu" in owner.window
    await owner.tap("Giờ yên lặng")
    await owner.text("tối")
    assert "“tối” chưa đúng" in owner.window
    assert "Hiện tại: 22h – 7h" in owner.window
    await owner.text("từ 23h đến 6h30")
    assert "chưa đúng" in owner.window
    await owner.text("từ 23h đến 6h")
    assert (await _preferences(operations, owner)).quiet == QuietHours(23, 6)
    await owner.tap("Giờ yên lặng")
    await owner.tap("Bỏ giờ yên lặng")
    assert (await _preferences(operations, owner)).quiet is None


def test_every_place_has_a_window_that_takes_what_it_needs() -> None:
    assert set(WINDOWS) == set(Place)
    assert {place for place, opened in WINDOWS.items() if opened.takes} == {
        place for place in Place if place.takes_id
    }


async def test_statements_by_mail_are_asked_for_and_stopped_in_one_tap(
    owner: Person, operations: Operations
) -> None:
    await owner.open(Notices.preferences)
    await owner.tap("Sao kê hằng tháng")
    assert "Hiện em chưa gửi cho ai" in owner.window
    await owner.text("so@ketoan.vn")
    assert "về email của chính anh/chị" in owner.window
    mine = (await operations.show_home(await owner.actor())).accountant.email
    await owner.text(mine)
    assert "Đã đặt" in owner.window
    assert "Đang gửi 1 nơi" in owner.window
    await owner.tap("🛑 Kế toán An")
    assert "Hiện em chưa gửi cho ai" in owner.window
    await owner.tap("Quay lại")
    assert "Tùy chọn nhận tin" in owner.window
