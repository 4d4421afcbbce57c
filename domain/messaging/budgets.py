"""How many messages leave for people who did not ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from domain.calendar import day_of, start_of
from domain.chats import Channel
from domain.messaging.kinds import PushSubject
from domain.messaging.pushes import PaymentWithdrawn

RESENDS_A_DAY = 3
"""How often the instruction of one request is sent again in a day, and an invoice mailed again."""

PAID_ENOUGH = 500_000
"""VND of one request that prove a firm as much as one that is paid in full: a few VND prove nothing."""

FIRST_DAY = 3
"""How many messages of a channel a firm has sent in a day, as a multiple of its first customers, before it
has paid or was approved: an instruction, what takes it back, and a reminder."""

MORNING = timedelta(hours=7)
"""When what waited for another day leaves, after midnight in Vietnam."""


@dataclass(frozen=True, slots=True)
class FirstBudget:
    """How many customers and other recipients a firm may write to before it has paid or was approved; `None`
    is without limit."""

    customers: int | None = None

    def left(self, told: int) -> int | None:
        """How many more, where `told` were written to."""
        return None if self.customers is None else max(0, self.customers - told)


NO_BUDGET = FirstBudget()
"""Without limit."""


class Bound(StrEnum):
    """What of a budget is used up: that of an address, of a firm, or of the month. `AGAIN` is an address that
    a firm has asked to pay, told not to, and asks again, twice in a day. `MONEY` is what all messages of a
    day or a month cost, `CODES` how many codes of registration leave in a day."""

    AGAIN = "again"
    RECIPIENT = "recipient"
    FIRM = "firm"
    MONTH = "month"
    MONEY = "money"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Budget:
    """How many messages of one channel leave for customers and other recipients: to one address in a day, for
    one firm in a day, and in all in a month; 0 is without limit."""

    recipient_day: int = 0
    firm_day: int = 0
    month: int = 0


@dataclass(frozen=True, slots=True)
class Budgets:
    """The budget of each channel that leaves the firm, and what a new firm may do."""

    of: Mapping[Channel, Budget] = field(default_factory=lambda: MappingProxyType({}))
    first: FirstBudget = NO_BUDGET

    def firm_day(self, channel: Channel, cleared: bool) -> int:
        """How many messages a firm has sent in a day; 0 is without limit."""
        limit = self.of[channel].firm_day
        if cleared or self.first.customers is None:
            return limit
        first = FIRST_DAY * max(1, self.first.customers)
        return min(limit, first) if limit else first


NO_BUDGETS = Budgets()


def always_leaves(subject: PushSubject) -> bool:
    """Whether a message leaves beyond each budget: it takes back what has left, once for each address."""
    return isinstance(subject, PaymentWithdrawn)


def next_morning(now: datetime) -> datetime:
    """When what may not leave any more today leaves."""
    return start_of(day_of(now) + timedelta(days=1)) + MORNING
