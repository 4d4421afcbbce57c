"""The figures of a simulated month in words."""

from collections import Counter
from collections.abc import Iterator

from tests.month.simulated import Figures


def lines(found: Figures) -> Iterator[str]:
    """One line each: by way, by kind, then what must hold."""
    referee, each = found.referee, found.each
    yield f"{found.accountants * each:,} accountants, {found.orders * each:,} orders"
    if each > 1:
        yield f"({found.accountants:,} were played, each stands for {each})"
    yield "messages and VND by way that costs something:"
    for way, sent in referee.sent.most_common():
        yield f"  {way:20} {sent * each:8,} {referee.cost[way] * each:12,}"
    sent_by, cost_by = Counter[str](), Counter[str]()
    for one in found.month.pushes:
        way = "zalo_template" if one.by_template else str(one.channel)
        sent_by[f"{one.kind:22} {way}"] += one.count
        cost_by[f"{one.kind:22} {way}"] += one.cost
    yield "pushes and VND by kind and way:"
    for name, sent in sent_by.most_common():
        yield f"  {name:38} {sent * each:8,} {cost_by[name] * each:12,}"
    yield f"answers in the chat: {found.month.unlisted * each:,} VND"
    yield f"money news, p95: {found.p95:.0f} s of {len(found.news_seconds)}"
    yield f"most calls in a minute: {found.most_calls} of {referee.calls_a_minute}"
    yield f"least left of a day's or the month's money: {found.least_left:.0%}"
    yield f"spent: {found.cost * each:,} VND; PRICE OF AN ORDER: {found.price_of_order:,.0f} VND"
    yield from (f"AGAINST THE RULES: {what}" for what in found.against)
