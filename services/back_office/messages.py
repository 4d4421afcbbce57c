"""What the messages of a month cost, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar import last_of_month, month_of, start_of
from domain.messaging.quota import MonthlyQuota
from domain.messaging.spending import Spending, Spent
from domain.people import Actor, Right
from domain.tallies import Counted, Tally
from services.messaging.ways import spent_by
from services.operation import Operation
from services.ports.message_costs import MessageCost


@dataclass(frozen=True, slots=True)
class MonthOfMessages:
    """`spent` is all money of `day` and of its month, `codes` its part of the month that codes to strangers
    cost, `spending` how much it may be. `zalo_sent` messages left on Zalo, of `zalo_limit`, which is 0 where
    Zalo does not count."""

    day: date
    pushes: Sequence[MessageCost]
    spent: Spent
    codes: int
    spending: Spending
    zalo_sent: int
    zalo_limit: int

    @property
    def unlisted(self) -> int:
        """VND that are no push's that has left and no code's: answers in the chat, and tries that failed
        after a part."""
        return max(0, self.spent.this_month - self.codes - sum(one.cost for one in self.pushes))


@dataclass(frozen=True, slots=True)
class ShowMessages(Operation):
    """The messages of the month of `day`, by default of today's; of a past month its last day counts."""

    quota: MonthlyQuota
    spending: Spending

    async def __call__(self, actor: Actor, day: date | None = None) -> MonthOfMessages:
        actor.require(Right.RUN_BACK_OFFICE)
        today = self.clock.today()
        last = min(last_of_month(day or today), today)
        until: datetime = start_of(last_of_month(last) + timedelta(days=1))
        async with self.units.read() as uow:
            at = start_of(last)
            codes = Tally.of_month(Counted.SPENT_ON_CODES, "", at)
            return MonthOfMessages(
                day=last,
                pushes=await uow.message_costs.between(start_of(last.replace(day=1)), until),
                spent=await spent_by(uow, at),
                codes=(await uow.tallies.of([codes]))[codes],
                spending=self.spending,
                zalo_sent=await uow.sent_messages.in_month(month_of(at)),
                zalo_limit=self.quota.limit,
            )
