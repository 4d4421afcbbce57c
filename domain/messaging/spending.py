"""What messages cost, and how much of it a day and a month carry."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.messaging.oa_windows import OaTerms
from domain.messaging.pushes import Push
from domain.messaging.quota import MonthlyQuota, matters
from domain.tallies import Counted, Tally


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices in VND before VAT. `sms` is that of one part of 160 characters; `oa` are the terms of an
    Official Account, `None` where Zalo is a bot, whose messages cost nothing."""

    sms: int = 0
    oa: OaTerms | None = None


class Spent(NamedTuple):
    """VND of today and of this month."""

    today: int
    this_month: int


@dataclass(frozen=True, slots=True)
class Spending:
    """How many VND all messages together may cost in a day and in a month; 0 is without limit. The last of
    both is kept for what matters, as that of a month's messages is (`MonthlyQuota`)."""

    day: int = 0
    month: int = 0

    def allows(self, push: Push, cost: int, spent: Spent) -> bool:
        """Whether this push may cost so much now."""
        limits = ((self.day, spent.today), (self.month, spent.this_month))
        return all(
            not limit
            or (used + cost <= limit and (matters(push) or not MonthlyQuota(limit).is_reserve(used + cost)))
            for limit, used in limits
        )


def tallies_of_spending(now: datetime) -> tuple[Tally, Tally]:
    """The counts of the day and of the month."""
    return Tally.of_day(Counted.SPENT, "", now), Tally.of_month(Counted.SPENT, "", now)


def is_hasty(push: Push) -> bool:
    """Whether a mail, which nobody hears arrive, comes too late for it."""
    return matters(push) or push.subject.kind.by_the_clock


NO_TARIFF, UNLIMITED = Tariff(), Spending()
