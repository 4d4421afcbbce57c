"""What waits for back office."""

from dataclasses import asdict, dataclass, replace

from domain.calendar import month_of
from domain.chats import Channel
from domain.invoicing import last_late_day
from domain.messaging.quota import MonthlyQuota
from domain.people import Actor, Right
from domain.tallies import Counted, Tally
from services.operation import Operation
from services.ports.desk import DeskCounts


@dataclass(frozen=True, slots=True)
class Waiting(DeskCounts):
    """How many of each kind wait, firms whose messages are held among them; `unread` are the actor's own
    notices."""

    name: str
    invoices: int
    """How many back office has to issue, or how many are late where that is more."""
    unread: int
    zalo_sent: int
    """Messages sent on Zalo this month."""
    zalo_limit: int
    """How many it carries in a month; 0 where it does not count."""
    zalo_people: int
    """People who have written on Zalo, counted where the app lets us write to so many only."""
    zalo_people_limit: int
    """How many these are; 0 where it does not count."""
    zalo_paid: int
    """How many of the sent ones cost something."""
    zalo_connected: bool
    """Whether an Official Account lets the program write."""


@dataclass(frozen=True, slots=True)
class ShowWaiting(Operation):
    """Counts everything there is to do."""

    quota: MonthlyQuota

    async def __call__(self, actor: Actor) -> Waiting:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        paid = Tally.of_month(Counted.ZALO_PAID, Channel.ZALO, now)
        async with self.units.read() as uow:
            grant, counts = await uow.zalo_grants.read(), await uow.desk_tables.counts()
            held = await uow.held.count_firms()
            return Waiting(
                **asdict(replace(counts, firms=counts.firms + held)),
                name=(await uow.people.accountant(actor.accountant_id)).name,
                invoices=max(
                    await uow.invoice_desk.by_hand(),
                    await uow.invoices.late(last_late_day(now)),
                ),
                unread=await uow.pushes.unread(actor.accountant_id),
                zalo_limit=self.quota.limit,
                zalo_people=await uow.sent_messages.people() if self.quota.people else 0,
                zalo_people_limit=self.quota.people,
                zalo_sent=await uow.sent_messages.in_month(month_of(now)),
                zalo_paid=(await uow.tallies.of([paid]))[paid],
                zalo_connected=grant is not None and not grant.is_lost,
            )
