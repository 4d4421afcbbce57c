"""Account numbers of requests, cut off at every point: one for each, and money to them is booked once."""

from collections import Counter
from collections.abc import Awaitable

from domain.payments import PaymentState
from sandbox.app import SandboxServer
from tests.crash.aftermath import check_books, rows_of
from tests.crash.life import CALM
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.support import builders


async def test_each_request_has_one_number_and_its_money_comes_once(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    await world.post(f"{world.chat('newcomer').path}/text", text="/start")
    async with operations_over(database_url, own_numbers=True) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        (customer,) = await builders.add_customers(operations, owner, 1)
        order = await builders.placed_order(
            operations, owner, [customer], fiscal_year=operations.view_draft.clock.today().year
        )

        async def when(step: str, act: Awaitable[object]) -> None:
            lives.enter(step)
            await act
            await world.idle()

        lives.enter("the number is given")
        lives.begin(at_points=True, ACCOUNT_NUMBERS="sepay", BANK_BIN="970418")
        await world.idle()
        (number,) = [row["own_account"] for row in (await rows_of(database_url))["payment_requests"]]
        assert number
        paid = world.post("bank/transfers", content="", amount=order.total, account=number, raw=True)
        await when("money comes to it", paid)
        lives.enter(CALM)
    print(lives.summary(), Counter(point.step for point in lives.points()))

    rows = await rows_of(database_url)
    (request,) = rows["payment_requests"]
    assert (request["state"], request["own_account"]) == (PaymentState.PAID, number)
    assert sum(share["amount"] for share in rows["shares"]) == order.total
    check_books(rows)
    assert lives.errors() == []
    steps = Counter(point.step for point in lives.points())
    assert steps["the number is given"] >= 2
    assert steps["money comes to it"] >= 2
