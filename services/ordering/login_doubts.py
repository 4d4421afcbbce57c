"""Logins of a draft's customers that may not be what was meant, and that nobody has said are right."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.customers import Customer, CustomerField
from domain.logins import Doubt, LoginDoubt
from domain.orders import Draft
from domain.people import Actor, Right
from services.catalogue.customers import change_field
from services.catalogue.logins import login_doubts
from services.operation import Operation
from services.ordering.drafts import open_draft
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class DoubtfulLogin:
    customer: Customer
    doubts: tuple[Doubt, ...]

    @property
    def better_email(self) -> str | None:
        """What was probably meant by its e-mail."""
        return next((one.better for one in self.doubts if one.kind is LoginDoubt.NEAR_MISS), None)


async def doubtful_logins(uow: UnitOfWork, draft: Draft) -> Sequence[DoubtfulLogin]:
    """In the order of the lines."""
    some = await uow.drafts.perhaps_doubtful(draft.id)
    found = await login_doubts(uow, draft.firm_id, some) if some else {}
    return [DoubtfulLogin(one, found[one.id]) for one in some if one.id in found]


class FindDoubtfulLogins(Operation):
    """The doubtful logins of the actor's open draft."""

    async def __call__(self, actor: Actor) -> Sequence[DoubtfulLogin]:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            return await doubtful_logins(uow, await open_draft(uow, actor))


class MendEmails(Operation):
    """Put what was probably meant in the place of each e-mail of the actor's open draft that looks mistyped.
    Returns how many. The tick is withdrawn."""

    async def __call__(self, actor: Actor) -> int:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            mended = 0
            for one in await doubtful_logins(uow, await open_draft(uow, actor)):
                if one.better_email is not None:
                    email = CustomerField.EMAIL
                    await change_field(uow, one.customer, email, one.better_email, self.clock.now())
                    mended += 1
            return mended
