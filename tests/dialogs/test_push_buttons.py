"""Buttons under pushes, with the whole way of an update."""

import pytest

from dialogs.push_buttons import WINDOWS
from domain.chats import Channel
from domain.messaging.pushes import OrderPlacedNotice
from domain.messaging.targets import Place
from domain.orders import Order
from domain.people import Actor
from tests.support import builders
from tests.support.direct import DirectWorld, buttons_of
from tests.support.rows import rows_of
from texts import common
from texts.activation import activations

BACK_OFFICE = (Place.FIRMS, Place.HELD, Place.BY_HAND, Place.DESK_INVOICES)
BY_ORDER = [
    place
    for place, opened in WINDOWS.items()
    if opened.takes in ("", "order_id") and place not in BACK_OFFICE
]


@pytest.fixture
async def owner(direct: DirectWorld) -> Actor:
    """An owner in the menu."""
    accountant = await direct.operations.register_firm(
        direct.identity("owner"), builders.person("Hương"), "Ánh Sao", builders.enterprise_tax_code(1000)
    )
    actor = builders.actor_of(accountant)
    await direct.says("owner", "/start")
    return actor


@pytest.fixture
async def staff(direct: DirectWorld, owner: Actor) -> Actor:
    token = await direct.operations.invite_staff(owner)
    joined = await direct.operations.join_firm(direct.identity("staff"), builders.person("Bình", 2), token)
    await direct.says("staff", "/start")
    return builders.actor_of(joined)


@pytest.fixture
async def order(direct: DirectWorld, owner: Actor) -> Order:
    customers = await builders.add_customers(direct.operations, owner, 2)
    return await builders.placed_order(direct.operations, owner, customers)


async def _unread(direct: DirectWorld, actor: Actor) -> int:
    return (await direct.operations.list_notices(actor)).unread


@pytest.mark.parametrize("place", BY_ORDER)
async def test_each_opens_its_window_below_and_keeps_the_push(
    direct: DirectWorld, owner: Actor, order: Order, place: Place
) -> None:
    before = {message.id for message in direct.messages("owner")}
    number = f":{order.id}" if WINDOWS[place].takes else ""
    tap = await direct.taps_push("owner", f"open:{place}{number}")
    assert tap.answered.is_set()
    assert await direct.state("owner") == WINDOWS[place].state.state
    push, window = [message for message in direct.messages("owner") if message.id not in before]
    assert len(buttons_of(push)) == 1
    assert {button.message for button in await direct.live("owner")} == {window.id}


async def test_the_notice_of_a_push_is_read_by_its_button(
    direct: DirectWorld, owner: Actor, order: Order
) -> None:
    async with direct.database.write() as uow:
        push = await uow.pushes.latest_about(OrderPlacedNotice(order.id), owner.accountant_id)
        assert push is not None
        # The push that the test taps below is the next message of this Telegram.
        last = max(message.id for message in direct.messages("owner"))
        await uow.pushes.mark_sent(push.key, Channel.TELEGRAM, str(last + 1), direct.clock.now())
    assert await _unread(direct, owner) == 1
    await direct.taps_push("owner", f"open:order:{order.id}")
    assert await _unread(direct, owner) == 0


async def test_a_run_is_stopped_in_place(direct: DirectWorld, owner: Actor, order: Order) -> None:
    run = await direct.operations.open_activation(owner, order.id)
    await direct.operations.pick_all_licences(owner, run.id, True)
    await direct.operations.start_run(owner, run.id)
    for _ in range(2):
        tap = await direct.taps_push("owner", f"stop:run:{run.id}")
        assert tap.answer["text"] == activations.STOPPING
    assert await direct.state("owner") == "Menu:home"
    async with direct.database.read() as uow:
        found = await uow.activations.get(run.id)
    assert found is not None
    assert found.stopped


async def test_those_who_owe_are_told_again_and_their_cards_come_at_one_tap(
    direct: DirectWorld, owner: Actor, order: Order
) -> None:
    # In the same minute nobody is told twice, and no window opens.
    for _ in range(2):
        tap = await direct.taps_push("owner", f"resend:order:{order.id}")
        assert "Em gửi lại cho" in tap.answer["text"]
        tap = await direct.taps_push("owner", f"cards:order:{order.id}")
        assert "phiếu ngay bên dưới" in tap.answer["text"]
    assert await direct.state("owner") == "Menu:home"
    kinds = [row["kind"] for row in await rows_of(direct.database, "pushes")]
    # Two customers, each by mail and SMS: when the order was placed, and again.
    assert (kinds.count("payment_card"), kinds.count("payment_instruction")) == (2, 8)


@pytest.mark.parametrize(
    "data", ["resend:order:99", "cards:order:99", "stop:run:99", "open:payments:99", "open:order:99"]
)
async def test_what_is_not_there_is_said(direct: DirectWorld, owner: Actor, data: str) -> None:
    tap = await direct.taps_push("owner", data)
    assert tap.answered.is_set()
    said = f"{tap.answer.get('text', '')} {direct.shown('owner')}"
    assert "không tìm thấy" in said or "không còn" in said


@pytest.mark.parametrize("data", ["open:moon", "open:order:", "open:order:x", "run:stop:1"])
async def test_a_button_of_another_version_is_old(direct: DirectWorld, owner: Actor, data: str) -> None:
    tap = await direct.taps_push("owner", data)
    assert tap.answer["text"] == common.STALE_BUTTON


async def test_staff_that_was_removed_is_asked_in_like_any_stranger(
    direct: DirectWorld, owner: Actor, staff: Actor, order: Order
) -> None:
    await direct.operations.remove_staff(owner, staff.accountant_id)
    tap = await direct.taps_push("staff", f"open:order:{order.id}")
    assert tap.answered.is_set()
    assert await direct.state("staff") == "Registration:welcome"
    assert await direct.actor("staff") is None
    # A window that was open before gives no access either.
    live = await direct.live("staff")
    assert ["Khách hàng" in button.label for button in live] == [False] * len(live)


async def test_the_list_of_notices_through_the_whole_way(
    direct: DirectWorld, owner: Actor, staff: Actor, order: Order
) -> None:
    await direct.says("owner", "/thongbao")
    assert "2 tin, 2 tin chưa đọc" in direct.shown("owner")
    await direct.taps("owner", f"Đã đặt đơn {order.code}")
    assert await direct.state("owner") == "Orders:card"
    await direct.says("owner", "/thongbao")
    await direct.taps("owner", "Tùy chọn")
    await direct.taps("owner", "Nhắc hạn")
    await direct.taps("owner", "Giờ yên lặng")
    await direct.says("owner", "23-6")
    assert "23h – 6h" in direct.shown("owner")
    assert direct.refusals == []


async def test_staff_and_invitations_through_the_whole_way(
    direct: DirectWorld, owner: Actor, staff: Actor
) -> None:
    await direct.operations.invite_staff(owner)
    await direct.says("owner", "/start")
    for label in ("Nhân viên", "Lời mời đang chờ (1)", "Hết hạn", "Thu hồi"):
        await direct.taps("owner", label)
    assert direct.shown("owner").startswith("✅ Đã thu hồi lời mời.")
    opened = next(button for button in await direct.live("staff") if "Thông báo" in button.label)
    for label in ("Cho nhân viên nghỉ", "Bình"):
        await direct.taps("owner", label)
    confirm = next(button for button in await direct.live("owner") if "Cho nghỉ" in button.label)
    for _ in range(2):
        await direct.taps_data("owner", confirm.message, confirm.data)
    assert await direct.state("owner") == "Staff:list"
    assert await direct.actor("staff") is None
    # A window that was open leads to the registration.
    await direct.taps_data("staff", opened.message, opened.data)
    assert await direct.state("staff") == "Registration:welcome"
    assert direct.refusals == []


async def test_a_push_whose_window_is_refused_stays_and_the_live_window_comes_below(
    direct: DirectWorld,
) -> None:
    await direct.operations.register_firm(
        direct.identity("owner"), builders.person("Hương"), "Ánh Sao", builders.enterprise_tax_code(1000)
    )
    await direct.says("owner", "/start")
    tap = await direct.taps_push("owner", "open:failed:99")
    assert tap.answered.is_set()
    said = direct.messages("owner")
    assert said[-2].content["text"] == "…"
    assert "cần em giúp" in direct.shown("owner")
    with_windows = [m for m in said if any("\x1d" in b.get("callback_data", "") for b in buttons_of(m))]
    assert with_windows == [said[-1]]
