"""The statements of the first of a month, cut off at every point: each mail leaves once."""

from datetime import UTC, datetime, timedelta

from domain.calendar import day_of, last_of_month, start_of
from domain.chats import Channel
from sandbox.app import SandboxServer
from services.money.monthly_statements import AT
from tests.crash.aftermath import check_at_rest, rows_of
from tests.crash.life import CALM
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.support import builders


async def test_each_statement_of_the_month_leaves_once(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    async with operations_over(database_url, Channel.EMAIL, Channel.SMS) as operations:
        clock = operations.view_draft.clock
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, 2)
        await builders.placed_order(operations, owner, customers, fiscal_year=clock.today().year)
        own = (await operations.show_profile(owner)).accountant.email
        for wish in (own, *(f"{one.tax_code} {own}" for one in customers)):
            await operations.add_monthly_statement(owner, wish)
        first = start_of(last_of_month(day_of(clock.now())) + timedelta(days=1)) + AT
        # All else is at rest before the first.
        server.world.clock.advance(first - timedelta(minutes=5) - clock.now())
    lives.begin(at_points=True, BACK_OFFICE=server.environment(0)["BACK_OFFICE"])
    lives.enter(CALM)
    await world.idle()
    lives.enter("the first of the month")
    await world.post("clock", advance="10m")
    await world.idle()
    print(lives.summary())

    rows = await rows_of(database_url)
    statements = [push for push in rows["pushes"] if push["kind"] == "monthly_statement"]
    assert [push["state"] for push in statements] == ["sent"] * 3
    mails = [mail for mail in await world.mails() if mail["subject"].startswith("Sao kê công nợ")]
    assert [mail["to"] for mail in mails] == [own] * 3
    assert len({mail["text"] for mail in mails}) == 3
    check_at_rest(rows, until=datetime.fromtimestamp(server.world.clock.now(), UTC))
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 5
