"""A part payment for a whole order, cut off at every point: chosen by taps, and as its day ends."""

from collections import Counter
from datetime import timedelta

from domain.calendar import VIETNAM
from domain.chats import Channel
from domain.money import vnd
from domain.recipients import RecipientMode
from sandbox.app import SandboxServer
from services.money.checking import CHECK_BOOKS_JOB
from tests.crash.aftermath import check_money, check_pushes, rows_of, said
from tests.crash.life import CALM
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import calm, says, taps, walk
from tests.support import builders
from texts.orders.orders import order_button

CHANNELS = (Channel.EMAIL, Channel.SMS)
PART, REST = 100_000, 50_000


async def test_a_choice_is_made_once(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    chat = world.chat("newcomer")
    await world.post(f"{chat.path}/text", text="/start")
    async with operations_over(database_url, *CHANNELS) as operations:
        clock = operations.view_draft.clock
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, 4)
        year = clock.today().year
        order = await builders.placed_order(
            operations, owner, customers, RecipientMode.ACCOUNTANT, fiscal_year=year
        )
        price = order.total // 4
        local = clock.now().astimezone(VIETNAM)
        # Well within a slot of catching up: the lives begin at once, and the clock is set in whole seconds.
        noon = (local + timedelta(days=1)).replace(hour=12, minute=1, second=0, microsecond=0)
        server.world.clock.advance(noon - local)
        lives.begin(at_points=True)
        await world.idle()
    lives.enter("pay a part")
    await world.post("bank/transfers", content=order.code, amount=price + PART)
    await world.idle()
    to_choose = calm(
        says("/donhang", "Đơn hàng"),
        taps(order_button(order), "Khách hàng: 4"),
        taps("💳 Thanh toán", "Chờ chọn khách"),
        taps("Chọn khách đã trả", "Khách nào đã trả?"),
    )
    await walk(
        lives,
        chat,
        (
            *to_choose,
            taps("Hoa Sen 3", "Đã chọn: 1 khách"),
            taps("Xong, ghi cho 1 khách", "Đã trả: 1/4 khách"),
        ),
    )
    lives.enter("pay another part")
    await world.post("bank/transfers", content=order.code, amount=price + REST)
    await world.idle()
    lives.enter("the day ends")
    await world.post("clock", advance="11h50m")
    await world.idle()
    lives.enter("the books are compared")
    await world.post("clock", advance="3h")
    await world.idle()
    lives.enter(CALM)
    print(lives.summary())

    rows = await rows_of(database_url)
    check_money(rows, await world.get("bank/transfers"))
    received = {request["code"]: request["received"] for request in rows["payment_requests"]}
    by_line = [received[line["payment_code"]] for line in rows["order_lines"]]
    assert by_line == [price, PART + REST, price, 0]
    assert [transfer["state"] for transfer in rows["transfers"]] == ["matched"] * 2
    assert [event["verb"] for event in rows["events"]].count("payers_chosen") == 1
    assert [licence["paid"] for licence in rows["licences"]] == [True, False, True, False]
    asked = [f"💰 Đã nhận {vnd(price + part)} cho đơn {order.code}" for part in (PART, REST)]
    told = [f"💰 Đã nhận {vnd(price + part)}\n" for part in (PART, REST)]
    check_pushes(lives, await said(chat), *asked, *told)
    nights = [job["settled_at"] is None for job in rows["jobs"] if job["name"] == CHECK_BOOKS_JOB]
    assert sorted(nights) == [False, True]
    assert [push for push in rows["pushes"] if push["kind"] == "books_differ"] == []
    assert Counter(point.step for point in lives.points())["the books are compared"] >= 2
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 30
