"""Decisions on several at once: each is the operation that decides one, in a transaction of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from domain.errors import DomainError
from domain.people import Actor, FirmState, Right
from domain.transfers import Transfer
from services.back_office.candidates import Candidate, find_candidates, the_named
from services.back_office.firms import ApproveFirm, ViewFirm
from services.back_office.returns import TakeCase
from services.back_office.transfers import AssignTransfer, IgnoreTransfer, transfer_with
from services.operation import Operation

MOST = 50
"""How many are decided at once at most."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several: done, or the refusal."""

    id: int
    refusal: DomainError | None = None


@dataclass(frozen=True, slots=True)
class Choosable:
    """A transfer among several, and the one request whose customer its content names, if there is one."""

    transfer: Transfer
    named: Candidate | None


class ReadSeveral(Operation):
    """The transfers among which several are decided. Raises `DomainError`: `transfer_unknown`,
    `too_many_at_once` (limit), `none_chosen`."""

    async def __call__(self, actor: Actor, transfer_ids: Sequence[int]) -> tuple[Choosable, ...]:
        actor.require(Right.RUN_BACK_OFFICE)
        check_number(transfer_ids)
        async with self.units.read() as uow:
            found = [await transfer_with(uow, one) for one in dict.fromkeys(transfer_ids)]
            return tuple([Choosable(one, the_named(await find_candidates(uow, one))) for one in found])


@dataclass(frozen=True, slots=True)
class IgnoreSeveral(Operation):
    """`IgnoreTransfer` for each, for one reason."""

    ignore: IgnoreTransfer

    async def __call__(self, actor: Actor, transfer_ids: Sequence[int], reason: str) -> Sequence[Outcome]:
        actor.require(Right.RUN_BACK_OFFICE)
        return await _each(transfer_ids, lambda one: self.ignore(actor, one, reason))


@dataclass(frozen=True, slots=True)
class AssignSeveral(Operation):
    """`AssignTransfer` for each, to the one request whose customer the content names, under the code that was
    `shown` for it. Refused are those with another one, or none, by now: `no_one_named`."""

    read: ReadSeveral
    assign: AssignTransfer

    async def __call__(self, actor: Actor, shown: Sequence[tuple[int, str]]) -> Sequence[Outcome]:
        actor.require(Right.RUN_BACK_OFFICE)
        codes = dict(shown)

        async def assign(transfer_id: int) -> None:
            (found,) = await self.read(actor, [transfer_id])
            if found.transfer.attention is not None and (
                found.named is None or found.named.codes != codes[transfer_id]
            ):
                raise DomainError("no_one_named")
            await self.assign(actor, transfer_id, codes[transfer_id])

        return await _each(list(codes), assign)


@dataclass(frozen=True, slots=True)
class TakeCases(Operation):
    """`TakeCase` for each of these transfers."""

    take: TakeCase

    async def __call__(self, actor: Actor, transfer_ids: Sequence[int]) -> Sequence[Outcome]:
        actor.require(Right.RUN_BACK_OFFICE)
        return await _each(transfer_ids, lambda one: self.take(actor, one))


@dataclass(frozen=True, slots=True)
class ApproveFirms(Operation):
    """`ApproveFirm` for each that waits: `firm_decided` for one that somebody has refused meanwhile."""

    view: ViewFirm
    approve: ApproveFirm

    async def __call__(self, actor: Actor, firm_ids: Sequence[int]) -> Sequence[Outcome]:
        actor.require(Right.RUN_BACK_OFFICE)

        async def approve(firm_id: int) -> None:
            if (await self.view(actor, firm_id)).firm.state is not FirmState.WAITING:
                raise DomainError("firm_decided", reason="refused")
            await self.approve(actor, firm_id)

        return await _each(firm_ids, approve)


def check_number(ids: Sequence[int]) -> None:
    """Raise `DomainError`: `none_chosen`, `too_many_at_once` (limit)."""
    if not ids:
        raise DomainError("none_chosen")
    if len(ids) > MOST:
        raise DomainError("too_many_at_once", limit=MOST)


async def _each(ids: Sequence[int], decide: Callable[[int], Awaitable[object]]) -> Sequence[Outcome]:
    check_number(ids)
    outcomes = []
    for one in dict.fromkeys(ids):
        try:
            await decide(one)
        except DomainError as refusal:
            outcomes.append(Outcome(one, refusal))
        else:
            outcomes.append(Outcome(one))
    return outcomes
