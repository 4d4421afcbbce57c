"""The figures of a simulated month in words."""

from collections import Counter
from collections.abc import Iterator

from tests.month.simulated import Figures


def lines(found: Figures) -> Iterator[str]:
    """One line each: by way, by kind, then what must hold."""
    referee = found.referee
    yield f"{found.accountants} accountants, {found.orders} orders"
    yield "messages and VND by way that costs something:"
    for way, sent in referee.sent.most_common():
        yield f"  {way:20} {sent:8,} {referee.cost[way]:12,}"
    sent_by, cost_by = Counter[str](), Counter[str]()
    for one in found.month.pushes:
        way = "zalo_template" if one.by_template else str(one.channel)
        sent_by[f"{one.kind:22} {way}"] += one.count
        cost_by[f"{one.kind:22} {way}"] += one.cost
    yield "pushes and VND by kind and way:"
    for name, sent in sent_by.most_common():
        yield f"  {name:38} {sent:8,} {cost_by[name]:12,}"
    yield f"answers in the chat: {found.month.unlisted:,} VND"
    yield f"money news, p95: {found.p95:.0f} s of {len(found.news_seconds)}"
    yield f"most calls in a minute: {found.most_calls}"
    yield f"least left of a day's or the month's money: {found.least_left:.0%}"
    yield f"spent: {found.cost:,} VND; PRICE OF AN ORDER: {found.price_of_order:,.0f} VND"
    yield from (f"AGAINST THE RULES: {what}" for what in found.against)
