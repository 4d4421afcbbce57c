"""Firms that wait to be approved or refused."""

from dataclasses import dataclass

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.pushes import FirmDecided, Push
from domain.people import Accountant, Actor, Firm, FirmState, Right
from domain.text import NOTE_LIMIT, clean_line
from services.audit import record
from services.messaging.contents.reading import owner_of
from services.messaging.push_queue import queue_pushes
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import Turn, UnitOfWork

_DECIDABLE = (FirmState.WAITING, FirmState.REFUSED)


@dataclass(frozen=True, slots=True)
class FirmView:
    firm: Firm
    owner: Accountant


@dataclass(frozen=True, slots=True)
class FirmPage:
    items: tuple[Firm, ...]
    total: int


class ListFirms(Operation):
    """Firms that wait, or firms that were refused, oldest first."""

    async def __call__(self, actor: Actor, state: FirmState, page: int = 0) -> FirmPage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            items, total = await uow.people.firms_in(state, page * PAGE_SIZE, PAGE_SIZE)
            return FirmPage(tuple(items), total)


class ViewFirm(Operation):
    """A firm that waits or was refused. Raises `DomainError("firm_unknown")` for any other."""

    async def __call__(self, actor: Actor, firm_id: int) -> FirmView:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            firm = await _firm(uow, firm_id)
            if firm.state not in _DECIDABLE:
                raise DomainError("firm_unknown")
            return FirmView(firm, await owner_of(uow, firm_id))


class ApproveFirm(Operation):
    """Let a firm order from now on; its people are told. One that was refused or closed can be approved
    later, for a `reason` that the log keeps."""

    async def __call__(self, actor: Actor, firm_id: int, reason: str = "") -> Firm:
        why = clean_line(reason, NOTE_LIMIT) if reason else ""
        return await _decide(self, actor, firm_id, FirmState.APPROVED, why)


class RefuseFirm(Operation):
    """Refuse a firm for `reason`; its people are told. Raises `DomainError("firm_decided")` for a firm that
    was approved."""

    async def __call__(self, actor: Actor, firm_id: int, reason: str) -> Firm:
        return await _decide(self, actor, firm_id, FirmState.REFUSED, clean_line(reason, NOTE_LIMIT))


async def _decide(operation: Operation, actor: Actor, firm_id: int, state: FirmState, reason: str) -> Firm:
    actor.require(Right.RUN_BACK_OFFICE)
    now = operation.clock.now()
    async with operation.units.write(Turn.of_firm(firm_id)) as uow:
        firm = await _firm(uow, firm_id)
        if firm.state is state:
            return firm
        reopens = firm.state is FirmState.CLOSED and state is FirmState.APPROVED
        if firm.state not in _DECIDABLE and not reopens:
            raise DomainError("firm_decided")
        await uow.people.decide_firm(firm_id, state, "" if state is FirmState.APPROVED else reason)
        if state is FirmState.APPROVED:
            await uow.held.clear(firm_id)
        verb = Verb.FIRM_APPROVED if state is FirmState.APPROVED else Verb.FIRM_REFUSED
        await record(uow, verb, now, by=actor, firm_id=firm_id, reason=reason)
        key = f"firm_decided:{firm_id}:{state}:{now.isoformat()}"
        people = await uow.people.staff_of(firm_id)
        told = [Push(f"{key}:{one.id}", Channel.CHAT, FirmDecided(firm_id), one.id) for one in people]
        await queue_pushes(uow, told, now)
        return await uow.people.firm(firm_id)


async def _firm(uow: UnitOfWork, firm_id: int) -> Firm:
    firm = await uow.people.find_firm(firm_id) if firm_id <= LARGEST_ID else None
    if firm is None or firm.state is FirmState.VENDOR:
        raise DomainError("firm_unknown")
    return firm
