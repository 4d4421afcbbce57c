"""Bulk activation as accountants ask for it: pick, start, stop, mend what failed, try those again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.activations import ActivationRun, Outcome, RunCounts, RunItem, RunState
from domain.customer_fields import parse_field
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.events import Verb
from domain.licences import MAY_ACTIVATE, ActivationStep, LicenceLine, LicenceState
from domain.orders import Order, OrderState
from domain.people import Actor, Right, Role
from domain.pushes import ActivationProgress, Channel, Push
from services.access import vendor_order_key
from services.activating import ACTIVATE_JOB, FOLLOW_JOB, finish_if_over, progress_key
from services.audit import record
from services.operation import LARGEST_ID, Operation
from services.orders import OrderPage, own_order
from services.ports import Lane, NewJob, OrderFilter, UnitOfWork
from services.push_queue import queue_pushes

PAGE_SIZE = 8

MENDABLE = (CustomerField.NAME, CustomerField.REPRESENTATIVE, CustomerField.EMAIL, CustomerField.PHONE)
"""What of a line may be corrected after the order was placed: what the vendor makes the login from."""


@dataclass(frozen=True, slots=True)
class ActivationView:
    """What may be activated of an order, one page of it, and what is picked."""

    order: Order
    run: ActivationRun
    licences: tuple[LicenceLine, ...]
    possible: int
    picked: int
    picked_here: frozenset[int]
    states: Mapping[LicenceState, int]


@dataclass(frozen=True, slots=True)
class FailedView:
    """The failed licences of a run that may be tried again, one page of them."""

    order: Order
    run: ActivationRun
    items: tuple[RunItem, ...]
    count: int


async def own_run(uow: UnitOfWork, actor: Actor, run_id: int) -> tuple[ActivationRun, Order]:
    """A run of an order that the actor may see; anything else looks like none."""
    run = await uow.activations.get(run_id) if run_id <= LARGEST_ID else None
    if run is None:
        raise DomainError("run_unknown")
    try:
        return run, await own_order(uow, actor, run.order_id)
    except DomainError:
        raise DomainError("run_unknown") from None


class ListToActivate(Operation):
    """Orders the actor may see in which something may be activated, newest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> OrderPage:
        actor.require(Right.PLACE_ORDERS)
        only = None if actor.role is Role.OWNER else actor.accountant_id
        where = OrderFilter(actor.firm_id, only, to_activate=True)
        async with self.units.read() as uow:
            items, total = await uow.orders.find(where, page * PAGE_SIZE, PAGE_SIZE)
            return OrderPage(tuple(items), total)


class OpenActivation(Operation):
    """Begin to pick what to activate of an order: everything that may be, to begin with."""

    async def __call__(self, actor: Actor, order_id: int) -> ActivationRun:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write() as uow:
            order = await own_order(uow, actor, order_id)
            _check_stands(order)
            run = await uow.activations.picking(order.id, actor.accountant_id, self.clock.now())
            await uow.activations.pick_all(run.id, True)
            return run


class ViewActivation(Operation):
    """The run that is being picked for, with a page of the licences that may be activated."""

    async def __call__(self, actor: Actor, run_id: int, page: int = 0) -> ActivationView:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            run, order = await own_run(uow, actor, run_id)
            states = await uow.licences.counts(order.id)
            shown = await uow.licences.of_order(order.id, page * PAGE_SIZE, PAGE_SIZE, may_activate=True)
            return ActivationView(
                order,
                run,
                tuple(shown),
                sum(states.get(state, 0) for state in MAY_ACTIVATE),
                (await uow.activations.counts(run.id)).picked,
                await uow.activations.picked(run.id, [one.licence.id for one in shown]),
                states,
            )


class PickLicence(Operation):
    """Pick one licence of a run that has not begun, or leave it out."""

    async def __call__(self, actor: Actor, run_id: int, licence_id: int, picked: bool) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write() as uow:
            run, _ = await own_run(uow, actor, run_id)
            _check_picking(run)
            found = await uow.licences.get(licence_id)
            if found is None or found.licence.order_id != run.order_id:
                raise DomainError("licence_unknown")
            await uow.activations.pick(run.id, licence_id, picked)


class PickAllLicences(Operation):
    """Pick everything that may be activated, or nothing."""

    async def __call__(self, actor: Actor, run_id: int, picked: bool) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write() as uow:
            run, _ = await own_run(uow, actor, run_id)
            _check_picking(run)
            await uow.activations.pick_all(run.id, picked)


class StartRun(Operation):
    """Activate what is picked. Repeated: the same run, begun once.

    Raises `DomainError("nothing_to_activate")` when nothing is picked or nothing of it may be activated.
    """

    async def __call__(self, actor: Actor, run_id: int) -> ActivationRun:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write() as uow:
            run, order = await own_run(uow, actor, run_id)
            return await start_picked(uow, actor, run, order, self.clock.now())


class StopRun(Operation):
    """Let what is under way end and skip the rest. Repeated, or too late: nothing happens."""

    async def __call__(self, actor: Actor, run_id: int) -> ActivationRun:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write() as uow:
            run, order = await own_run(uow, actor, run_id)
            if run.state is RunState.RUNNING and not run.stopped:
                run = replace(run, stopped=True)
                await uow.activations.save(run)
                await record(
                    uow, Verb.ACTIVATION_STOPPED, self.clock.now(), by=actor, order=order, run=run.id
                )
            return run


class ListFailed(Operation):
    """What failed in a run and has not been activated since."""

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
    """Correct one field of a line whose licence is not active yet, given as typed.

    The catalogue's customer is corrected as well. Raises `DomainError` for a value that is not right, and
    `licence_not_mendable` when the licence is active or its activation under way.
    """

    async def __call__(self, actor: Actor, licence_id: int, field: CustomerField, text: str) -> LicenceLine:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write() as uow:
            found, order = await _own_licence(uow, actor, licence_id)
            if not found.licence.may_activate or field not in MENDABLE:
                raise DomainError("licence_not_mendable")
            value = parse_field(field, text, found.line.kind)
            await uow.orders.mend_line(order.id, found.line.position, field, value)
            customer = await uow.customers.get(order.firm_id, found.line.customer_id)
            if customer is not None:
                changes: dict[str, Any] = {field.value: value}
                await uow.customers.update(replace(customer, **changes), now)
                await uow.drafts.withdraw_ticks([customer.id])
            await record(
                uow,
                Verb.LICENCE_MENDED,
                now,
                by=actor,
                order=order,
                position=found.line.position,
                field=field.value,
            )
            mended = await uow.licences.get(licence_id)
            assert mended is not None
            return mended


class RetryFailed(Operation):
    """Try again what failed in a run, and only that. Repeated: the run that is under way."""

    async def __call__(self, actor: Actor, run_id: int) -> ActivationRun:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write() as uow:
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
            return await start_picked(uow, actor, picking, order, now)


def _check_picking(run: ActivationRun) -> None:
    if run.state is not RunState.PICKING:
        raise DomainError("run_begun")


def _check_stands(order: Order) -> None:
    if order.state is OrderState.CANCELLED:
        raise DomainError("order_is_cancelled")


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


async def start_picked(
    uow: UnitOfWork, actor: Actor, run: ActivationRun, order: Order, now: datetime
) -> ActivationRun:
    """Begin a run with what is picked for it; begun before, it stays as it is."""
    if run.state is not RunState.PICKING:
        return run
    _check_stands(order)
    licence_ids = await uow.activations.begin(run.id)
    if not licence_ids:
        raise DomainError("nothing_to_activate")
    run = replace(run, state=RunState.RUNNING, started_at=now)
    await uow.activations.save(run)
    counts: RunCounts = await uow.activations.counts(run.id)
    await record(uow, Verb.ACTIVATION_STARTED, now, by=actor, order=order, run=run.id, picked=counts.picked)
    progress = Push(progress_key(run.id), Channel.TELEGRAM, ActivationProgress(run.id), run.accountant_id)
    await queue_pushes(uow, [progress], now)
    jobs = [
        NewJob(
            ACTIVATE_JOB,
            f"activate:{run.id}:{licence_id}",
            {"run_id": run.id, "licence_id": licence_id},
            order_key=vendor_order_key(licence_id),
            lane=Lane.VENDOR,
        )
        for licence_id in licence_ids
    ]
    follow = NewJob(FOLLOW_JOB, f"follow:{run.id}", {"run_id": run.id}, lane=Lane.CHAT)
    await uow.jobs.enqueue([*jobs, follow], now)
    await finish_if_over(uow, run, order, now)
    return run
