"""Licences that need back office: failed ones, and those to be done by hand at the vendor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.activations import ActivationRun
from domain.errors import DomainError
from domain.events import Verb
from domain.licences import ActivationFailure, ActivationStep, FailureReason, Licence, LicenceLine
from domain.orders import Order
from domain.people import Actor, Firm, Right
from domain.text import NOTE_LIMIT, clean_line
from services.activation.access import settle_access
from services.activation.activating import settle_activation
from services.activation.activations import start_picked
from services.audit import record
from services.messaging.contents.reading import order_of
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import GrantedLicence, Turn, UnitOfWork

LOGIN_LIMIT = 100


class Task(StrEnum):
    """What is to be done by hand at the vendor."""

    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class LicenceView:
    """A licence with its order and firm. `task` is `None` if nothing is to be done by hand. `earlier_login`
    is that of the customer's licence of a cancelled order, to be activated instead of a new one."""

    found: LicenceLine
    order: Order
    firm: Firm
    task: Task | None
    earlier_login: str = ""


@dataclass(frozen=True, slots=True)
class LicencePage:
    items: tuple[LicenceView, ...]
    total: int


class ListFailedLicences(Operation):
    """Failed licences of orders that are not cancelled, newest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> LicencePage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await _page(uow, await uow.licences.failed(page * PAGE_SIZE, PAGE_SIZE))


class ListByHand(Operation):
    """Licences that wait to be done by hand, oldest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> LicencePage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await _page(uow, await uow.licences.by_hand(page * PAGE_SIZE, PAGE_SIZE))


class ViewLicence(Operation):
    """One licence. Raises `DomainError("licence_unknown")`."""

    async def __call__(self, actor: Actor, licence_id: int) -> LicenceView:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            view = await _view(uow, await _licence(uow, licence_id))
            under_way = await uow.activations.under_way(licence_id)
            logins = [one.login for one in under_way.earlier if one.login] if under_way else []
            return replace(view, earlier_login=logins[-1]) if logins else view


class RetryLicence(Operation):
    """Try a failed licence again, in a run of the order's accountant, who is told how it ends. A repeat
    returns the run that is under way. Raises `DomainError("licence_not_failed")`."""

    async def __call__(self, actor: Actor, licence_id: int) -> ActivationRun:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        async with self.units.write() as uow:
            found = await _taken(uow, licence_id)
            under_way = await uow.activations.running_of(licence_id)
            if under_way is not None:
                return under_way
            if found.licence.step is not ActivationStep.FAILED or found.licence.cancelled:
                raise DomainError("licence_not_failed")
            order = await order_of(uow, found.licence.order_id)
            # The run is picked under the actor's name: the accountant may be picking for another run.
            picking = await uow.activations.picking(order.id, actor.accountant_id, now)
            await uow.activations.pick_all(picking.id, False)
            await uow.activations.pick(picking.id, licence_id, True)
            run = replace(picking, accountant_id=order.accountant_id)
            return await start_picked(uow, actor, run, order, now)


class ActivatedByHand(Operation):
    """Note that the licence was created at the vendor with this login. A repeat changes nothing. Raises
    `DomainError("licence_not_by_hand")` if something else is to be done by now."""

    async def __call__(self, actor: Actor, licence_id: int, login: str) -> Licence:
        actor.require(Right.RUN_BACK_OFFICE)
        login, now = clean_line(login, LOGIN_LIMIT), self.clock.now()
        async with self.units.write() as uow:
            licence = (await _taken(uow, licence_id)).licence
            if licence.step is ActivationStep.DONE and licence.login == login:
                return licence
            _check(licence, Task.ACTIVATE)
            # The vendor has no API and so no id: the key stands for it.
            granted = GrantedLicence(licence.key, login)
            await _record(uow, actor, licence, now, done=1)
            await settle_activation(uow, licence_id, granted, None, now)
            return (await _licence(uow, licence_id)).licence


class FailedByHand(Operation):
    """Note that the vendor did not create the licence; the accountant reads `reason`. A repeat changes
    nothing. Raises `DomainError("licence_not_by_hand")`."""

    async def __call__(self, actor: Actor, licence_id: int, reason: str) -> Licence:
        actor.require(Right.RUN_BACK_OFFICE)
        failure = ActivationFailure(FailureReason.OTHER, note=clean_line(reason, NOTE_LIMIT))
        now = self.clock.now()
        async with self.units.write() as uow:
            licence = (await _taken(uow, licence_id)).licence
            if licence.failure == failure:
                return licence
            _check(licence, Task.ACTIVATE)
            await _record(uow, actor, licence, now, failed=1)
            await settle_activation(uow, licence_id, None, failure, now)
            return (await _licence(uow, licence_id)).licence


class AccessDoneByHand(Operation):
    """Note that the licence was suspended or restored at the vendor. A repeat changes nothing. Raises
    `DomainError("licence_not_by_hand")`."""

    async def __call__(self, actor: Actor, licence_id: int, suspended: bool) -> Licence:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.write() as uow:
            licence = (await _taken(uow, licence_id)).licence
            if licence.suspended is suspended and task_of(licence) is None:
                return licence
            _check(licence, Task.SUSPEND if suspended else Task.RESTORE)
            return await settle_access(uow, licence_id, suspended, self.clock.now(), actor.accountant_id)


def task_of(licence: Licence) -> Task | None:
    """What back office is to do for it."""
    if not licence.by_hand:
        return None
    if licence.step is not ActivationStep.DONE:
        return Task.ACTIVATE
    return Task.RESTORE if licence.suspended else Task.SUSPEND


def _check(licence: Licence, task: Task) -> None:
    if task_of(licence) is not task:
        raise DomainError("licence_not_by_hand")


async def _licence(uow: UnitOfWork, licence_id: int) -> LicenceLine:
    found = await uow.licences.get(licence_id) if licence_id <= LARGEST_ID else None
    if found is None:
        raise DomainError("licence_unknown")
    return found


async def _taken(uow: UnitOfWork, licence_id: int) -> LicenceLine:
    """The licence with the turn of its firm. Raises `DomainError("licence_unknown")`."""
    found = await _licence(uow, licence_id)
    order = await order_of(uow, found.licence.order_id)
    return await _licence(uow, licence_id) if await uow.take(Turn.of_firm(order.firm_id)) else found


async def _record(uow: UnitOfWork, actor: Actor, licence: Licence, now: datetime, **how: int) -> None:
    order = await order_of(uow, licence.order_id)
    await record(uow, Verb.LICENCE_BY_HAND, now, by=actor, order=order, position=licence.position, **how)


async def _view(uow: UnitOfWork, found: LicenceLine) -> LicenceView:
    order = await order_of(uow, found.licence.order_id)
    return LicenceView(found, order, await uow.people.firm(order.firm_id), task_of(found.licence))


async def _page(uow: UnitOfWork, found: tuple[Sequence[LicenceLine], int]) -> LicencePage:
    return LicencePage(tuple([await _view(uow, one) for one in found[0]]), found[1])
