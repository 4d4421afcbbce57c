"""Bulk activation as accountants ask for it: pick, start, stop."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.activations import ActivationRun, RunCounts, RunState
from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.licences import MAY_ACTIVATE, LicenceLine, LicenceState
from domain.messaging.pushes import ActivationProgress, Push
from domain.orders import Order, OrderState
from domain.people import Actor, Right, Role
from domain.tallies import Counted
from services.activation.access import vendor_order_key
from services.activation.activating import (
    ACTIVATE_JOB,
    FOLLOW_JOB,
    finish_if_over,
    progress_key,
    skip_by_hand,
)
from services.audit import record
from services.messaging.following import Handed, queue_live
from services.operation import LARGEST_ID, Operation
from services.orders.orders import OrderPage, own_order
from services.paging import PAGE_SIZE
from services.ports import Lane, NewJob, OrderFilter, Turn, UnitOfWork
from services.shares import take_share


@dataclass(frozen=True, slots=True)
class ActivationView:
    """One page of an order's licences that may be activated, and what is picked of all."""

    order: Order
    run: ActivationRun
    licences: tuple[LicenceLine, ...]
    possible: int
    picked: int
    picked_here: frozenset[int]
    states: Mapping[LicenceState, int]
    any_used: bool
    """Whether a cancelled order used days of the trial of one that is picked."""


async def own_run(uow: UnitOfWork, actor: Actor, run_id: int) -> tuple[ActivationRun, Order]:
    """A run of an order that the actor may see. Raises `DomainError("run_unknown")` for any other."""
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
    """Begin to pick what to activate of an order. At first everything that may be activated is picked."""

    async def __call__(self, actor: Actor, order_id: int) -> ActivationRun:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
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
                await uow.activations.any_used(run, order),
            )


class PickLicence(Operation):
    """Pick one licence of a run that has not begun, or leave it out."""

    async def __call__(self, actor: Actor, run_id: int, licence_id: int, picked: bool) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            run, _ = await own_run(uow, actor, run_id)
            _check_picking(run)
            found = await uow.licences.get(licence_id)
            if found is None or found.licence.order_id != run.order_id:
                raise DomainError("licence_unknown")
            await uow.activations.pick(run.id, licence_id, picked)


class PickAllLicences(Operation):
    """Pick every licence that may be activated, or none."""

    async def __call__(self, actor: Actor, run_id: int, picked: bool) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            run, _ = await own_run(uow, actor, run_id)
            _check_picking(run)
            await uow.activations.pick_all(run.id, picked)


class StartRun(Operation):
    """Activate what is picked. A repeat returns the run that was begun. `window` becomes the message that
    shows how far the run has come.

    Raises `DomainError("nothing_to_activate")` when no picked licence may be activated.
    """

    async def __call__(self, actor: Actor, run_id: int, window: Handed | None = None) -> ActivationRun:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            run, order = await own_run(uow, actor, run_id)
            return await start_picked(uow, actor, run, order, self.clock.now(), window)


class StopRun(Operation):
    """Stop a run: calls to the vendor that are under way end, the rest is skipped, and so is what back office
    was to do by hand. A repeat, or a run that is over, changes nothing."""

    async def __call__(self, actor: Actor, run_id: int) -> ActivationRun:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            run, order = await own_run(uow, actor, run_id)
            if run.state is RunState.RUNNING and not run.stopped:
                now = self.clock.now()
                run = replace(run, stopped=True)
                await uow.activations.save(run)
                await record(uow, Verb.ACTIVATION_STOPPED, now, by=actor, order=order, run=run.id)
                left = [item.licence for item in await uow.activations.items(run.id) if item.outcome is None]
                await skip_by_hand(uow, left, now)
            return run


def _check_picking(run: ActivationRun) -> None:
    if run.state is not RunState.PICKING:
        raise DomainError("run_begun")


def _check_stands(order: Order) -> None:
    if order.state is OrderState.CANCELLED:
        raise DomainError("order_is_cancelled")


async def start_picked(
    uow: UnitOfWork,
    actor: Actor,
    run: ActivationRun,
    order: Order,
    now: datetime,
    window: Handed | None = None,
) -> ActivationRun:
    """Begin a run with what is picked for it. A run that has begun stays as it is."""
    if run.state is not RunState.PICKING:
        return run
    _check_stands(order)
    (await uow.people.firm(order.firm_id)).check_open()
    await take_share(uow, Counted.RUN_BEGUN, order.firm_id, now)
    licence_ids = await uow.activations.begin(run.id)
    if not licence_ids:
        raise DomainError("nothing_to_activate")
    run = replace(run, state=RunState.RUNNING, started_at=now)
    await uow.activations.save(run)
    counts: RunCounts = await uow.activations.counts(run.id)
    await record(uow, Verb.ACTIVATION_STARTED, now, by=actor, order=order, run=run.id, picked=counts.picked)
    progress = Push(progress_key(run.id), Channel.CHAT, ActivationProgress(run.id), run.accountant_id)
    await queue_live(uow, progress, window, now)
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
