"""What the menu shows."""

from dataclasses import dataclass

from domain.consents import is_due
from domain.packages import offered_fiscal_years
from domain.people import RIGHTS, Accountant, Actor, Firm, Right, Role
from services.operation import Operation
from services.ordering.drafts import is_empty
from services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Home:
    tip: "RenewalTip | None"
    """What may be renewed: from October on, for whoever may order."""
    accountant: Accountant
    firm: Firm
    has_draft: bool
    """Whether a draft with customers is open."""
    has_waiting: bool
    """Whether another draft waits for that one."""
    unread: int
    """How many notices are unread."""
    consent_due: bool
    """Whether a new text of the consent is to be agreed to."""


@dataclass(frozen=True, slots=True)
class RenewalTip:
    """An order of this year, and how many of its customers have nothing for `fiscal_year`, the next."""

    order_id: int
    fiscal_year: int
    count: int


class ShowHome(Operation):
    """What the menu shows, read in one transaction: everybody comes by here all the time."""

    async def __call__(self, actor: Actor) -> Home:
        async with self.units.read() as uow:
            draft = await uow.drafts.open_of(actor.accountant_id)
            if draft is not None and await is_empty(uow, draft):
                draft = None
            tip = await self._tip(uow, actor)
            return Home(
                tip,
                await uow.people.accountant(actor.accountant_id),
                await uow.people.firm(actor.firm_id),
                draft is not None,
                draft is not None and await uow.drafts.follower_of(draft.id) is not None,
                await uow.pushes.unread(actor.accountant_id),
                actor.role is not Role.BACK_OFFICE
                and is_due(await uow.accounts.consents(actor.accountant_id)),
            )

    async def _tip(self, uow: UnitOfWork, actor: Actor) -> RenewalTip | None:
        today = self.clock.today()
        year = offered_fiscal_years(today)[0]
        if year == today.year or Right.PLACE_ORDERS not in RIGHTS[actor.role]:
            return None
        found = await uow.orders.to_renew(actor.accountant_id, today.year)
        return RenewalTip(found[0], year, found[1]) if found else None
