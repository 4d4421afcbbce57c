"""Statements of account on the first of a month, cut off at every point: one mail to each address."""

from collections import Counter
from datetime import timedelta

from domain.calendar import day_of, last_of_month, start_of
from sandbox.app import SandboxServer
from services.money.monthly_statements import AT
from tests.crash.aftermath import check_at_rest, rows_of
from tests.crash.life import CALM
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.support import builders


async def test_each_address_gets_one_mail_though_every_point_kills(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    await world.post(f"{world.chat('newcomer').path}/text", text="/start")
    async with operations_over(database_url) as operations:
        clock = operations.view_draft.clock
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, 2)
        await builders.placed_order(operations, owner, customers, fiscal_year=clock.today().year)
        (own,) = [row["email"] for row in (await rows_of(database_url))["accountants"] if row["firm_id"]]
        for line in (own, f"{customers[0].tax_code} {own}"):
            await operations.add_monthly_statement(owner, line)
        # The next first of the month is prepared in peace; from then on every point kills.
        lives.begin(at_points=False)
        await world.idle()
        first = start_of(last_of_month(day_of(clock.now())) + timedelta(days=1)) + AT
        await lives.kill()
        server.world.clock.advance(first - clock.now() + timedelta(seconds=30))
        lives.begin(at_points=True)
        lives.enter("statements are mailed")
        await world.idle()
        lives.enter(CALM)
    print(lives.summary(), Counter(point.what for point in lives.points()))

    mails = [one for one in await world.mails() if "Sao kê công nợ" in one["subject"]]
    assert [one["to"] for one in mails] == [own] * 2
    assert len({one["text"] for one in mails}) == 2
    rows = await rows_of(database_url)
    queued = [row["state"] for row in rows["pushes"] if row["kind"] == "monthly_statement"]
    assert queued == ["sent", "sent"]
    check_at_rest(rows)
    assert lives.errors() == []
    at_points = {(point.kind, point.what) for point in lives.points()}
    assert ("commit", "MailStatements") in at_points
    assert any(kind != "commit" for kind, _ in at_points)
