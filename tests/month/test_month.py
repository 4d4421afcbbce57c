"""A short month keeps the rules of `make month`."""

from tests.month.report import lines
from tests.month.simulated import Month


async def test_a_month_is_within_the_rules_and_what_it_cost_is_known(database_url: str) -> None:
    found = await Month(database_url, 32, each=2).run()
    assert found.against == [], "\n".join(lines(found))
    ways = {("zalo_template" if one.by_template else one.channel) for one in found.month.pushes}
    assert {"zalo", "telegram", "email", "sms", "zalo_template"} <= ways
    assert found.price_of_order > 0
    (spent,) = (line for line in lines(found) if line.startswith("spent:"))
    assert spent.startswith(f"spent: {2 * found.cost:,} VND")
