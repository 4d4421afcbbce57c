"""What the menu shows."""

from dataclasses import dataclass

from domain.people import Accountant, Actor, Firm
from services.operation import Operation
from services.ordering.drafts import is_empty


@dataclass(frozen=True, slots=True)
class Home:
    accountant: Accountant
    firm: Firm
    has_draft: bool
    """Whether a draft with customers is open."""
    has_waiting: bool
    """Whether another draft waits for that one."""
    unread: int
    """How many notices are unread."""


class ShowHome(Operation):
    """What the menu shows, read in one transaction: everybody comes by here all the time."""

    async def __call__(self, actor: Actor) -> Home:
        async with self.units.read() as uow:
            draft = await uow.drafts.open_of(actor.accountant_id)
            if draft is not None and await is_empty(uow, draft):
                draft = None
            return Home(
                await uow.people.accountant(actor.accountant_id),
                await uow.people.firm(actor.firm_id),
                draft is not None,
                draft is not None and await uow.drafts.follower_of(draft.id) is not None,
                await uow.pushes.unread(actor.accountant_id),
            )
