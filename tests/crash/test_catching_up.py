"""Transfers whose webhooks were lost, caught up from the services' lists, cut off at every point."""

from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime

from domain.payments import PaymentState
from sandbox.app import SandboxServer
from tests.crash.aftermath import check_at_rest, rows_of
from tests.crash.life import CALM
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.support import builders


async def test_each_transfer_that_was_lost_is_caught_up_once(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    for one in (world.chat("newcomer"), world.chat("backoffice")):
        await world.post(f"{one.path}/text", text="/start")

    async def when(step: str, act: Awaitable[object]) -> None:
        lives.enter(step)
        await act
        await world.idle()

    async def pays(content: str, amount: int, **more: object) -> dict[str, object]:
        made: dict[str, object] = await world.post(
            "bank/transfers", content=content, amount=amount, **{"lost": True, **more}
        )
        return made

    async def passes(time: str) -> None:
        await world.post("clock", advance=time)

    async with operations_over(database_url) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, 3)
        order = await builders.placed_order(
            operations, owner, customers, fiscal_year=operations.view_draft.clock.today().year
        )
        price = order.total // 3
        lives.begin(at_points=True, BACK_OFFICE=server.environment(0)["BACK_OFFICE"])
        await world.idle()
        a, b, c = [line["payment_code"] for line in (await rows_of(database_url))["order_lines"]]
        first = await pays(a, price)
        for _ in range(2):
            await pays(b, price // 2, reference="", raw=True)
        await pays(c, price, provider="casso")
        await pays("tien thue nha", 1_234)
        await when("the lists are read", passes("5m"))
        await when("a webhook comes late", pays(a, price, id=first["id"], lost=False))
        await when(CALM, passes("5m"))
        await when(CALM, passes("1h"))
    print(lives.summary(), Counter(point.step for point in lives.points()))

    rows = await rows_of(database_url)
    at_bank = await world.get("bank/transfers")
    told = Counter((one["provider"], one["amount"]) for one in at_bank)
    assert Counter((one["provider"], one["amount"]) for one in rows["transfers"]) == told
    assert {one["code"]: one["state"] for one in rows["payment_requests"]} == dict.fromkeys(
        (a, b, c), PaymentState.PAID
    )
    assert sum(share["amount"] for share in rows["shares"]) == order.total
    assert [one["event_id"] for one in rows["transfers"] if not one["listed"]] == [str(first["id"])]
    check_at_rest(rows, until=datetime.fromtimestamp(server.world.clock.now(), UTC))
    assert lives.errors() == []
    steps = Counter(point.step for point in lives.points())
    assert steps["the lists are read"] >= 4
    assert steps["a webhook comes late"] >= 1
