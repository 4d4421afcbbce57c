"""Who of back office may be the second person for large sums: the right is given by who has it."""

from collections.abc import Sequence

from domain.errors import DomainError
from domain.events import Verb
from domain.people import Accountant, Actor, Approver, Right
from services.audit import record
from services.operation import Operation
from services.ports import Turn, UnitOfWork


class ListColleagues(Operation):
    """The people of back office, oldest first."""

    async def __call__(self, actor: Actor) -> Sequence[Accountant]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await uow.people.staff_of(actor.firm_id)


class GiveApproval(Operation):
    """Let a colleague approve, too. A repeat changes nothing. Raises `DomainError("colleague_unknown")`."""

    async def __call__(self, actor: Actor, accountant_id: int) -> None:
        actor.require(Right.APPROVE)
        async with self.units.write(Turn.back_office()) as uow:
            one = await _colleague(uow, actor, accountant_id)
            if one.approver is Approver.NO:
                await uow.people.set_approver(accountant_id, Approver.BY_CHAT)
                now, firm_id = self.clock.now(), actor.firm_id
                await record(
                    uow, Verb.APPROVER_NAMED, now, by=actor, firm_id=firm_id, accountant_id=accountant_id
                )


class TakeApproval(Operation):
    """Let a colleague approve no more. A repeat changes nothing. Raises `DomainError`: `colleague_unknown`,
    `approver_self` (somebody has to be left who has the right), `approver_of_setting` for who has it by
    BACK_OFFICE."""

    async def __call__(self, actor: Actor, accountant_id: int) -> None:
        actor.require(Right.APPROVE)
        async with self.units.write(Turn.back_office()) as uow:
            one = await _colleague(uow, actor, accountant_id)
            if accountant_id == actor.accountant_id:
                raise DomainError("approver_self")
            if one.approver is Approver.BY_SETTING:
                raise DomainError("approver_of_setting")
            if one.approver is Approver.BY_CHAT:
                await uow.people.set_approver(accountant_id, Approver.NO)
                now, firm_id = self.clock.now(), actor.firm_id
                await record(
                    uow, Verb.APPROVER_DROPPED, now, by=actor, firm_id=firm_id, accountant_id=accountant_id
                )


async def _colleague(uow: UnitOfWork, actor: Actor, accountant_id: int) -> Accountant:
    for one in await uow.people.staff_of(actor.firm_id):
        if one.id == accountant_id:
            return one
    raise DomainError("colleague_unknown")
