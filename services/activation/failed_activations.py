"""Licences that failed in a run: mend their data, and try just those again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.activations import ActivationRun, Outcome, RunItem
from domain.customer_fields import parse_field
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.events import Verb
from domain.licences import ActivationStep, LicenceLine
from domain.orders import Order
from domain.people import Actor, Right
from services.activation.activations import own_run, start_picked
from services.audit import record
from services.catalogue.customers import kept_customer
from services.messaging.following import Handed
from services.operation import LARGEST_ID, Operation
from services.orders.orders import own_order
from services.paging import PAGE_SIZE
from services.ports import Turn, UnitOfWork

MENDABLE = (CustomerField.NAME, CustomerField.REPRESENTATIVE, CustomerField.EMAIL, CustomerField.PHONE)
"""The fields of a placed line that may be corrected: the vendor makes the login from them."""


@dataclass(frozen=True, slots=True)
class FailedView:
    """One page of the licences that failed in a run and are not activated yet; `count` counts all of them."""

    order: Order
    run: ActivationRun
    items: tuple[RunItem, ...]
    count: int


class ListFailed(Operation):
    """The licences that failed in a run and have not been activated since."""

    async def __call__(self, actor: Actor, run_id: int, page: int = 0) -> FailedView:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            run, order = await own_run(uow, actor, run_id)
            failed = await _failed(uow, run)
            shown = failed[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
            return FailedView(order, run, tuple(shown), len(failed))


class ShowLicence(Operation):
    """One licence with its line, of an order that the actor may see."""

    async def __call__(self, actor: Actor, licence_id: int) -> LicenceLine:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            found, _ = await _own_licence(uow, actor, licence_id)
            return found


class MendLicence(Operation):
    """Correct one field of a line whose licence is not active yet. `text` is as typed.

    The catalogue's customer is corrected as well. Raises `DomainError` for a wrong value, and
    `licence_not_mendable` when the licence is active or being activated.
    """

    async def __call__(self, actor: Actor, licence_id: int, field: CustomerField, text: str) -> LicenceLine:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            found, order = await _own_licence(uow, actor, licence_id)
            if not found.licence.may_activate or field not in MENDABLE:
                raise DomainError("licence_not_mendable")
            value = parse_field(field, text, found.line.kind)
            await mend_line(uow, actor, order, found.line.position, field, value, now)
            customer = await kept_customer(uow, order.firm_id, found.line.customer_id)
            if customer is not None:
                changes: dict[str, Any] = {field.value: value}
                await uow.customers.update(replace(customer, **changes), now)
                await uow.drafts.withdraw_ticks([customer.id])
            mended = await uow.licences.get(licence_id)
            assert mended is not None
            return mended


async def mend_line(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    position: int,
    field: CustomerField,
    value: str,
    now: datetime,
) -> None:
    """Correct one field of a placed line: one of `MENDABLE`, with a normalised value."""
    await uow.orders.mend_line(order.id, position, field, value)
    await record(uow, Verb.LICENCE_MENDED, now, by=actor, order=order, position=position, field=field.value)


class RetryFailed(Operation):
    """Try the failed licences of a run again, and only those. A repeat returns the run that is under way."""

    async def __call__(self, actor: Actor, run_id: int, window: Handed | None = None) -> ActivationRun:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            run, order = await own_run(uow, actor, run_id)
            failed = [item.licence for item in await _failed(uow, run)]
            again = [licence for licence in failed if licence.may_activate]
            if failed and not again:
                under_way = await uow.activations.running_of(failed[0].id)
                if under_way is not None:
                    return under_way
            picking = await uow.activations.picking(order.id, actor.accountant_id, now)
            await uow.activations.pick_all(picking.id, False)
            for licence in again:
                await uow.activations.pick(picking.id, licence.id, True)
            return await start_picked(uow, actor, picking, order, now, window)


async def _own_licence(uow: UnitOfWork, actor: Actor, licence_id: int) -> tuple[LicenceLine, Order]:
    found = await uow.licences.get(licence_id) if licence_id <= LARGEST_ID else None
    if found is None:
        raise DomainError("licence_unknown")
    try:
        return found, await own_order(uow, actor, found.licence.order_id)
    except DomainError:
        raise DomainError("licence_unknown") from None


async def _failed(uow: UnitOfWork, run: ActivationRun) -> list[RunItem]:
    return [
        item
        for item in await uow.activations.items(run.id, Outcome.FAILED)
        if not item.licence.cancelled and item.licence.step is not ActivationStep.DONE
    ]
