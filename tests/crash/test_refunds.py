"""A refund, cut off at every point: opened once, returned once, told once, its licence suspended once."""

from collections import Counter

from domain.chats import Channel
from domain.money import vnd
from domain.payments import PaymentState
from sandbox.app import SandboxServer
from tests.crash.aftermath import check_licences, check_money, check_pushes, rows_of, said
from tests.crash.life import CALM
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import calm, says, taps, walk
from tests.support import builders

CHANNELS = (Channel.EMAIL, Channel.SMS)
REASON, REFERENCE = "Khách giải thể", "FT-HOAN-1"
OPENED, RETURNED = "refund_opened", "transfer_returned"


async def test_money_is_refunded_once(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    chat, office = world.chat("newcomer"), world.chat("backoffice")
    for one in (chat, office):
        await world.post(f"{one.path}/text", text="/start")
    async with operations_over(database_url, *CHANNELS) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, 2)
        year = operations.view_draft.clock.today().year
        order = await builders.placed_order(operations, owner, customers, fiscal_year=year)
        run = await operations.open_activation(owner, order.id)
        await operations.start_run(owner, run.id)
    lives.begin(at_points=True, BACK_OFFICE=server.environment(0)["BACK_OFFICE"])
    await world.idle()
    await world.post("bank/transfers", content=order.code, amount=order.total)
    await world.idle()
    await world.post("clock", advance="8d")
    await world.idle()
    (paid,) = await world.get("bank/transfers")
    price = order.total // 2
    to_refund = calm(
        says("/start", "Bàn làm việc"),
        taps("Tra cứu", "gõ bất cứ điều gì"),
        says(paid["reference"], "Chuyển khoản: 1"),
        taps(vnd(order.total), "đã ghi nhận"),
        taps("Hoàn tiền đã ghi", "Hoàn phần của khách nào?"),
        taps("Hoa Sen 2", "gõ lý do"),
        says(REASON, f"Lý do: {REASON}"),
    )
    to_return = calm(taps("Đã trả lại tiền", ""), says(REFERENCE, "Khách thành chưa trả"))
    await walk(
        lives,
        office,
        (
            *to_refund,
            taps("Mở hồ sơ", f"Cần hoàn tiền đã ghi: {vnd(price)}"),
            *to_return,
            taps("Đã trả lại", "Đã ghi là trả lại"),
        ),
    )
    lives.enter(CALM)
    print(lives.summary())

    rows = await rows_of(database_url)
    check_money(rows, await world.get("bank/transfers"))
    states = [row["state"] for row in rows["payment_requests"]]
    assert sorted(states) == [PaymentState.AWAITING, PaymentState.PAID]
    (case,) = rows["return_cases"]
    assert (case["reference"], case["why"]) == (REFERENCE, REASON)
    kinds = Counter(entry["kind"] for entry in rows["journal_entries"])
    assert (kinds["set_aside"], kinds["taken_off"], kinds["returned"]) == (1, 1, 1)
    verbs = Counter(event["verb"] for event in rows["events"])
    assert (verbs[OPENED], verbs[RETURNED], verbs["licence_suspended"]) == (1, 1, 1)
    check_licences(rows, await world.get("vendor/licences"))
    check_pushes(lives, await said(chat), f"Đã hoàn {vnd(price)} của đơn {order.code}")
    assert lives.errors() == []
    points = lives.points()
    for operation in ("OpenRefund", "ReturnTransfer"):
        assert {"before", "after"} <= {point.moment for point in points if operation in point.what}
    assert "suspend" in {point.what for point in points if point.kind == "vendor"}
    assert len(set(points)) == len(points) > 20
