"""Transfers, reminders, the deadline and a cancelled order, cut off at every point."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

from domain.calendar import VIETNAM, day_of
from domain.chats import Channel
from domain.money import vnd
from domain.payments import PaymentState
from domain.transfers import Attention
from sandbox.app import SandboxServer
from tests.crash.aftermath import (
    check_at_rest,
    check_invoices,
    check_letters,
    check_licences,
    check_live,
    check_money,
    check_pushes,
    rows_of,
    said,
)
from tests.crash.life import CALM
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import calm, says, taps, walk
from tests.support import builders
from texts.money.transfers import ATTENTION

PART, SURPLUS = 100_000, 5_000
CHANNELS = (Channel.EMAIL, Channel.SMS)


def _to_nine_in_the_morning(now: datetime) -> timedelta:
    local = now.astimezone(VIETNAM)
    return (local + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0) - local


async def test_each_transfer_counts_once_and_each_day_is_told_once(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    chat, office = world.chat("newcomer"), world.chat("backoffice")
    for one in (chat, office):
        await world.post(f"{one.path}/text", text="/start")

    async def when(step: str, act: Awaitable[object]) -> None:
        lives.enter(step)
        await act
        await world.idle()

    async def pays(content: str, amount: int) -> None:
        await world.post("bank/transfers", content=content, amount=amount)

    async def passes(time: str) -> None:
        await world.post("clock", advance=time)

    async with operations_over(database_url, *CHANNELS) as operations:
        clock = operations.view_draft.clock
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, 4)
        year = clock.today().year
        order, cancelled = [
            await builders.placed_order(operations, owner, some, fiscal_year=year)
            for some in (customers[:3], customers[3:])
        ]
        for placed in (order, cancelled):
            run = await operations.open_activation(owner, placed.id)
            await operations.start_run(owner, run.id)
        price = order.total // 3
        server.world.clock.advance(_to_nine_in_the_morning(clock.now()))
        lives.begin(at_points=True, BACK_OFFICE=server.environment(0)["BACK_OFFICE"])
        await world.idle()
        codes = [line["payment_code"] for line in (await rows_of(database_url))["order_lines"]]

        await when("ask for the roll call", operations.ask_roll_call(owner, order.id))
        await when("pay one, and part of another", pays(f"{codes[0]} {codes[1]}", price + PART))
        await when("pay too much", pays(codes[2], price + SURPLUS))
        await when("pay for nothing known", pays("tien thue nha", 1_234))
    to_cancel = calm(
        says("/donhang", "Đơn hàng"), taps("1 khách · ", "chờ thanh toán"), taps("⋯ Việc khác", "Mua lại")
    )
    await walk(
        lives, chat, (*to_cancel, *calm(taps("Hủy đơn", "Không ai phải")), taps("Hủy đơn này", "Đã hủy đơn"))
    )
    await when(CALM, passes("1d"))
    await when("invoices are handed over", passes("15m"))
    await when(CALM, passes("3d45m"))
    await when(CALM, passes("2d"))
    await when("the seven days end", passes("1d"))
    await when("pay what is left", pays(codes[1], price - PART))
    print(lives.summary())

    rows = await rows_of(database_url)
    check_money(rows, await world.get("bank/transfers"))
    paid, withdrawn = PaymentState.PAID, PaymentState.CANCELLED
    states = {request["code"]: request["state"] for request in rows["payment_requests"]}
    assert [states[code] for code in codes] == [paid, paid, PaymentState.OVERPAID, withdrawn]
    attention = [transfer["attention"] for transfer in rows["transfers"]]
    assert attention == [None, Attention.TOO_MUCH, Attention.NO_CODE, None]
    check_licences(rows, await world.get("vendor/licences"))
    assert [licence["suspended"] for licence in rows["licences"]] == [False, False, False, True]
    verbs = [event["verb"] for event in rows["events"]]
    assert verbs.count("licence_suspended") == 2
    assert verbs.count("licence_restored") == 1
    assert verbs.count("money_received") == 3
    await check_letters(rows, world)
    amounts = (price + PART, price + SURPLUS, price - PART)
    received = [f"Đã nhận {vnd(amount)}" for amount in amounts]
    activated = [f"✅ Đã kích hoạt đơn {one.code}" for one in (order, cancelled)]
    messages = await said(chat)
    issued = f"🧾 Đơn {order.code}: đã xuất 3 hóa đơn"
    check_pushes(lives, messages, *received, *activated, issued, "🟡 Hết hạn", "🟠 Hết hạn", "Đã hết 7 ngày")
    check_live(lives, messages, "📊 Ai đã trả", "Đã trả: 3/3")
    to_look_at = [ATTENTION[why] for why in (Attention.TOO_MUCH, Attention.NO_CODE)]
    check_pushes(lives, await said(office), *to_look_at)
    now = datetime.fromtimestamp(server.world.clock.now(), UTC)
    check_at_rest(rows, until=now)
    check_invoices(rows, await world.get("einvoice/invoices"), day_of(now))
    assert len(rows["invoices"]) >= 2
    assert lives.errors() == []
    # PostgreSQL needs fewer commits.
    assert len(set(lives.points())) == len(lives.points()) > 180
